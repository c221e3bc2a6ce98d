"""Talking to TMDB: client, rate gate, retries, paging and errors."""
