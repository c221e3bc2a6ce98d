"""Curves over whole days, as tables of whole numbers, so that they are the same on every machine."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from fake_tmdb.catalogue.living.shocks import UNIT_BITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Fixed = NDArray[np.int64]

_LONGEST = 4_000  # days; farther away a curve is at its end
_FINE_BITS = 10
_HIGHEST = 8 << UNIT_BITS  # exp(8) is 3,000 times as popular
_UNIT = float(2**UNIT_BITS)
_COARSE = np.array([math.exp((step << _FINE_BITS) / _UNIT) for step in range(-(8 << 10), (8 << 10) + 1)])
_FINE = np.array([math.exp(step / _UNIT) for step in range(1 << _FINE_BITS)])


def exponential(logarithm: Fixed) -> NDArray[np.float64]:
    """Return e to the power of logarithms in units of 2**-UNIT_BITS, which count from -8 to 8."""
    clipped = np.clip(logarithm, -_HIGHEST, _HIGHEST)
    return np.asarray(_COARSE[(clipped >> _FINE_BITS) + (8 << 10)] * _FINE[clipped & ((1 << _FINE_BITS) - 1)])


def fixed(logarithm: float) -> int:
    """Return a logarithm in units of 2**-UNIT_BITS."""
    return round(logarithm * _UNIT)


@lru_cache(maxsize=32)
def around(height: float, before: float, after: float) -> Fixed:
    """Return a table of a peak: `height` at age 0, falling by e within `before` and `after` days; see `at_age`."""
    ages = range(-_LONGEST, _LONGEST + 1)
    return np.array([fixed(height * math.exp(age / before if age < 0 else -age / after)) for age in ages])


@lru_cache(maxsize=32)
def arrived(days: float) -> NDArray[np.float64]:
    """Return a table of which share has arrived at an age, where all but 1/e does within so many days."""
    return np.array([1 - math.exp(-max(age, 0) / days) for age in range(-_LONGEST, _LONGEST + 1)])


def at_age(table: NDArray[Any], age: NDArray[Any]) -> NDArray[Any]:
    """Return what a table says at ages in days."""
    return np.asarray(table[np.clip(age, -_LONGEST, _LONGEST) + _LONGEST])
