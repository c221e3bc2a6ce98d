"""A day's popularity of all movies, from TMDB's export to a file of the lake."""
