"""The genres that each movie has."""

# ruff: noqa: PLR2004 - shares are drawn as `draw % 200 < 7`, and the docstring says which share that is
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fake_tmdb.catalogue.facts.definition import View, fact, picked, several
from fake_tmdb.catalogue.reference.genres import GENRE_IDS, GENRE_WEIGHTS

if TYPE_CHECKING:
    from fake_tmdb.catalogue.catalogue import Catalogue

_PLACE_OF_BYTE = 1 + np.repeat(np.arange(len(GENRE_IDS)), GENRE_WEIGHTS)


@several
def genres(movies: View) -> list[Any]:
    """One to three genres by their place in GENRE_IDS, counted from 1; none for 1.7 %, as of real list objects."""
    draw = movies.draw("genres")
    count = (draw % 1000 >= 17) * (1 + (draw >> 10) % 3)
    return [
        (count > place) * picked(_PLACE_OF_BYTE, (draw >> shift) & 0xFF) for place, shift in enumerate((16, 24, 32))
    ]


@fact(np.uint32)
def genre_bits(movies: View) -> Any:
    """A bit for each place in GENRE_IDS, the first one for the first place."""
    first, second, third = ((1 << place) >> 1 for place in genres.formula(movies))
    return first | second | third


def genre_ids(catalogue: Catalogue, row: int) -> list[int]:
    """Return the genre ids in the movie's own order."""
    return [GENRE_IDS[place - 1] for place in genres.distinct(catalogue, row)]
