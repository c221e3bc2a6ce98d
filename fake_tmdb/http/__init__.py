"""The API over HTTP: cache, keys, limits, journal, control routes and the server."""
