"""The limits of TMDB for an address, kept together by all who ask from it.

``limits`` says what is shared: the moments for requests, and the connections. ``machine`` shares them among the
processes of a machine, ``redis_server`` among the workers of several. ``fallback`` keeps to a fixed share of them when
that is not possible.
"""
