"""Invented titles, overviews and names, paired across languages."""
