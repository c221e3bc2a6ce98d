"""The commands of ``tmdb-ops``: a module for each, or for those that belong together, with ``add(app)``."""
