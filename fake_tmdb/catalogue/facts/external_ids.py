"""The IMDb ids of movies, and what other identifiers are made of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fake_tmdb.catalogue.well_known import WELL_KNOWN_IDS

if TYPE_CHECKING:
    from fake_tmdb.catalogue.catalogue import Catalogue

IMDB_OFFSET = 90_000_000


def imdb_id(catalogue: Catalogue, row: int) -> str | None:
    """Return the IMDb id: invented, except for well-known ids; None for 12 % of the movies."""
    movie_id = int(catalogue.ids[row])
    if movie_id in WELL_KNOWN_IDS:
        return WELL_KNOWN_IDS[movie_id]
    none = catalogue.draws.below("imdb", row, 8) == 0 or catalogue.is_fresh(row)
    return None if none else f"tt{IMDB_OFFSET + movie_id}"


def row_of_imdb(catalogue: Catalogue, external_id: str) -> int | None:
    """Return the row of an IMDb id such as `tt0137523`, or None."""
    known = next((movie for movie, imdb in WELL_KNOWN_IDS.items() if imdb == external_id), None)
    number = re.fullmatch(r"tt(\d{1,10})", external_id, re.ASCII)
    if number is None:
        return None
    row = catalogue.row_of(int(number[1]) - IMDB_OFFSET if known is None else known)
    return row if row is not None and imdb_id(catalogue, row) == external_id else None


def credit_id(catalogue: Catalogue, draw: str, row: int) -> str:
    """Return an invented id of 24 hexadecimal digits, as credits, videos and logos have."""
    return f"{catalogue.draws.one(f'{draw} a', row):016x}{catalogue.draws.one(f'{draw} b', row) >> 32:08x}"
