"""Extraction: a list of TMDB becomes a file of the lake."""
