"""Talking to TMDB: client, session, rate limiter, retries, responses and errors."""
