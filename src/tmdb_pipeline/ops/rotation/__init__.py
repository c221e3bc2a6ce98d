"""New secrets for a stack that runs: ``tmdb-ops rotate``.

``fresh`` makes values, ``env_file`` puts them into ``.env``, ``renewal`` stops what uses the old ones and makes it
anew.
"""
