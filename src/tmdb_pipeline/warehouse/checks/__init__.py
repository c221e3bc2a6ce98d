"""Checks of what is in the warehouse: each a declaration of a query and of the values that are ok.

``check`` says what a declaration is, ``rules`` how a value is judged; a module for each dimension declares its checks;
``catalogue`` has them all, ``run`` asks them and keeps what they found, ``page`` tells them in the docs.
"""
