"""How long the lists are: the totals of the real service, brought to the size of a catalogue.

At the real size the totals are the real ones. A smaller catalogue keeps their proportions to each other, but shrinks
them with the power 2/3 of its size and not with the size itself: of 20,000 movies 191 would be top rated and 25
upcoming, and such lists end before anything about pages can be seen.
"""

from __future__ import annotations

# As recorded on 2026-05-24: all movies (discover), and three lists.
MOVIES = 1_140_066
TOP_RATED = 10_867
NOW_PLAYING = 6_193
UPCOMING = 1_423

LEAST_VOTED = 400  # so many have 200 votes in the smallest catalogues too, so that top rated is not empty
# Of the movies with 200 votes this share is top rated: the others are adult, recordings, documentaries or not yet out.
_RATED_SHARE = 0.595


def total(real: int, movies: int) -> int:
    """Return how many of a catalogue of so many movies a list holds that holds `real` at TMDB."""
    share: float = (movies / MOVIES) ** (2 / 3)
    return round(real * share)


def well_voted(movies: int) -> int:
    """Return how many movies of a catalogue have at least 200 votes."""
    return max(round(total(TOP_RATED, movies) / _RATED_SHARE), LEAST_VOTED)
