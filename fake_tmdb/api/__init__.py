"""TMDB's API as functions from a request to a response, without HTTP."""
