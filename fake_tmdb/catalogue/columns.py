"""Further columns that only some queries need. Each agrees with its one-row twin in `movies`.

Arrays are kept for the next query and must not be changed; the last used few dozen stay.
"""

# ruff: noqa: PLR2004 - shares are drawn as `draw % 200 < 7`, and the docstring says which share that is
from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from fake_tmdb.catalogue import movies
from fake_tmdb.catalogue.catalogue import NO_DATE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from fake_tmdb.catalogue.catalogue import Catalogue, Mask

_NOTHING = 0  # in the place of a number that a movie does not have; numbers begin at 1


def revenue(catalogue: Catalogue) -> NDArray[np.int64]:
    """Return the revenue in US dollars; 0 where it is unknown."""
    draw = catalogue.draw("revenue")
    value = ((draw >> np.uint64(8)) % np.uint64(movies.HIGHEST_REVENUE)).astype(np.int64)
    return np.where(draw % np.uint64(10) < 7, 0, value)


@lru_cache(maxsize=2)
def runtime(catalogue: Catalogue) -> NDArray[np.int64]:
    """Return the length in minutes; 0 where it is unknown."""
    draw = catalogue.draw("runtime")
    minutes = 75 + (draw >> np.uint64(8)) % np.uint64(40) + (draw >> np.uint64(16)) % np.uint64(40)
    return np.where(draw % np.uint64(25) < 2, 0, minutes.astype(np.int64))


@lru_cache(maxsize=8)
def regional_day(catalogue: Catalogue, region: str) -> NDArray[np.int32]:
    """Return the release day in a region (ISO 3166-1) in days since 1970; NO_DATE for the half that has none there."""
    draw = catalogue.draw(f"release {region}")
    later = ((draw >> np.uint64(8)) % np.uint64(movies.REGIONAL_DELAY)).astype(np.int64)
    has = draw % np.uint64(2) == 0
    has[list(catalogue.well_known)] = True
    return np.where(has & (catalogue.day != NO_DATE), catalogue.day + later, NO_DATE).astype(np.int32)


@lru_cache(maxsize=2)
def companies(catalogue: Catalogue) -> list[NDArray[np.int32]]:
    """Return the ids of the first, second and third company of each movie; 0 where it has fewer."""
    draw = catalogue.draw("companies")
    count = 1 + draw % np.uint64(3)
    return [
        np.where(count > place, 1 + (draw >> np.uint64(shift)) % np.uint64(movies.COMPANIES), _NOTHING).astype(np.int32)
        for place, shift in enumerate((8, 20, 32))
    ]


@lru_cache(maxsize=32)
def _number(catalogue: Catalogue, name: str, bound: int) -> NDArray[np.int32]:
    return 1 + picks(catalogue, name, bound)


def numbers(catalogue: Catalogue, names: Iterable[str], bound: int) -> list[NDArray[np.int32]]:
    """Return the columns `names`, each with numbers in 1..bound."""
    return [_number(catalogue, name, bound) for name in names]


def prepare(catalogue: Catalogue, regions: Iterable[str]) -> None:
    """Make the columns of people, keywords, companies, runtimes and regional days now, not in the first requests."""
    numbers(catalogue, (*movies.CAST_COLUMNS, *movies.CREW_COLUMNS), movies.PEOPLE)
    numbers(catalogue, movies.KEYWORD_COLUMNS, movies.KEYWORDS)
    companies(catalogue)
    runtime(catalogue)
    for region in regions:
        regional_day(catalogue, region)


def holding(held: list[NDArray[np.int32]], wanted: Iterable[int], *, alternatives: bool) -> Mask:
    """Return where the columns `held` have all of the `wanted` numbers in any order, or at least one as `alternatives`.

    The cost does not grow with the length of an absurd query: nobody has more numbers than there are columns.
    """
    distinct = [number for number in dict.fromkeys(wanted) if number > _NOTHING]
    if alternatives:
        return np.asarray(np.logical_or.reduce([np.isin(column, distinct) for column in held]))
    if len(distinct) < len(set(wanted)) or len(distinct) > len(held):
        return np.zeros(len(held[0]), dtype=bool)
    each = [np.logical_or.reduce([column == number for column in held]) for number in distinct]
    return np.asarray(np.logical_and.reduce(each))


def picks(catalogue: Catalogue, name: str, bound: int) -> NDArray[np.int32]:
    """Return a column of numbers in 0..bound-1."""
    return (catalogue.draw(name) % np.uint64(bound)).astype(np.int32)
