"""The endpoints of movies."""
