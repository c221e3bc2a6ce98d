"""``tmdb-pipeline model``: its command."""
