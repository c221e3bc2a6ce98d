"""Counter-based randomness: every value is a pure function of (seed, column name, row).

Integers only, so that numpy over a million rows and plain Python over one row give the same bits on every
machine, in every process and under every PYTHONHASHSEED. The mixer is splitmix64 (Steele, Lea, Flood 2014).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MASK = 0xFFFFFFFFFFFFFFFF
GOLDEN = 0x9E3779B97F4A7C15
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB


def mix(value: int) -> int:
    """Return the splitmix64 output for a 64 bit state, as an int in 0..2**64-1."""
    value = (value + GOLDEN) & MASK
    value = ((value ^ (value >> 30)) * _FIRST) & MASK
    value = ((value ^ (value >> 27)) * _SECOND) & MASK
    return value ^ (value >> 31)


@lru_cache(maxsize=4096)
def salt(seed: int, name: str) -> int:
    """Return the 64 bit salt of a column: FNV-1a of its name, mixed with the seed."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return mix(value ^ mix(seed & MASK))


class Draws:
    """Random draws of one catalogue, by column name and row.

    `seed` is any int; its low 64 bits count.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def one(self, column: str, row: int) -> int:
        """Return the draw for one row, an int in 0..2**64-1."""
        return mix((salt(self.seed, column) + row * GOLDEN) & MASK)

    def below(self, column: str, row: int, bound: int) -> int:
        """Return a draw in 0..bound-1."""
        return self.one(column, row) % bound

    def over(self, column: str, rows: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return the draws for many rows at once; equal to `one` row by row."""
        value = rows * np.uint64(GOLDEN) + np.uint64((salt(self.seed, column) + GOLDEN) & MASK)
        value = (value ^ (value >> np.uint64(30))) * np.uint64(_FIRST)
        value = (value ^ (value >> np.uint64(27))) * np.uint64(_SECOND)
        return value ^ (value >> np.uint64(31))
