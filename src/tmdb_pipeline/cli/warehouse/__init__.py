"""``tmdb-pipeline warehouse``: its database, its roles, its tables."""
