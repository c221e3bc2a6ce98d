"""Further columns that only some queries need, made when asked for. Each agrees with its one-row twin in `movies`."""

# ruff: noqa: PLR2004 - shares are drawn as `draw % 200 < 7`, and the docstring says which share that is
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fake_tmdb import movies
from fake_tmdb.catalogue import NO_DATE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from fake_tmdb.catalogue import Catalogue, Mask


def revenue(catalogue: Catalogue) -> NDArray[np.int64]:
    """Return the revenue in US dollars; 0 where it is unknown."""
    draw = catalogue.draw("revenue")
    value = ((draw >> np.uint64(8)) % np.uint64(movies.HIGHEST_REVENUE)).astype(np.int64)
    return np.where(draw % np.uint64(10) < 7, 0, value)


def runtime(catalogue: Catalogue) -> NDArray[np.int64]:
    """Return the length in minutes; 0 where it is unknown."""
    draw = catalogue.draw("runtime")
    minutes = 75 + (draw >> np.uint64(8)) % np.uint64(40) + (draw >> np.uint64(16)) % np.uint64(40)
    return np.where(draw % np.uint64(25) < 2, 0, minutes.astype(np.int64))


def regional_day(catalogue: Catalogue, region: str) -> NDArray[np.int32]:
    """Return the release day in a region (ISO 3166-1) in days since 1970; NO_DATE for the half that has none there."""
    draw = catalogue.draw(f"release {region}")
    later = ((draw >> np.uint64(8)) % np.uint64(movies.REGIONAL_DELAY)).astype(np.int64)
    has = draw % np.uint64(2) == 0
    has[list(catalogue.well_known)] = True
    return np.where(has & (catalogue.day != NO_DATE), catalogue.day + later, NO_DATE).astype(np.int32)


def holds_company(catalogue: Catalogue, company_id: int) -> Mask:
    """Return where a company is one of the movie's companies."""
    draw = catalogue.draw("companies")
    count = 1 + draw % np.uint64(3)
    mask: Mask = np.zeros(catalogue.size, dtype=bool)
    for place, shift in enumerate((8, 20, 32)):
        mask |= (count > place) & (1 + (draw >> np.uint64(shift)) % np.uint64(movies.COMPANIES) == company_id)
    return mask


def holds(catalogue: Catalogue, names: Iterable[str], bound: int, value: int) -> Mask:
    """Return where one of the columns `names`, each a number in 1..bound, is `value`."""
    mask: Mask = np.zeros(catalogue.size, dtype=bool)
    for name in names:
        mask |= 1 + catalogue.draw(name) % np.uint64(bound) == value
    return mask


def picks(catalogue: Catalogue, name: str, bound: int) -> NDArray[np.int64]:
    """Return a column of numbers in 0..bound-1."""
    return (catalogue.draw(name) % np.uint64(bound)).astype(np.int64)
