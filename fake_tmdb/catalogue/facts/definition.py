"""What is drawn for each movie, each defined once: one formula serves a single row and a whole column.

A formula is given a view: of one movie, where a draw is a Python int, or of all movies, where it is a column of uint64.
The operators `+ * // % >> & |` and comparisons mean the same for both, so a formula is written with them alone, and
with `either` in the place of an `if`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from fake_tmdb.catalogue.catalogue import Catalogue, Mask

NOTHING = 0  # in the place of a number that a movie does not have; numbers begin at 1


class View(Protocol):
    """What a formula sees of one movie, or of all."""

    def draw(self, name: str) -> Any:
        """Return the draw of that name, in 0..2**64-1."""

    @property
    def well_known(self) -> Any:
        """Whether it is one of the movies that are complete."""

    @property
    def day(self) -> Any:
        """The primary release in days since 1970, signed; NO_DATE where there is none."""


class _Row:
    """The view of one movie, in plain ints: ten times as fast as arrays of length one."""

    __slots__ = ("_catalogue", "_row")

    def __init__(self, catalogue: Catalogue, row: int) -> None:
        self._catalogue = catalogue
        self._row = row

    def draw(self, name: str) -> int:
        return self._catalogue.draws.one(name, self._row)

    @property
    def well_known(self) -> bool:
        return self._row in self._catalogue.well_known

    @property
    def day(self) -> int:
        return int(self._catalogue.day[self._row])


class _Column:
    """The view of all movies."""

    __slots__ = ("_catalogue",)

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def draw(self, name: str) -> NDArray[np.uint64]:
        return self._catalogue.draw(name)

    @property
    def well_known(self) -> Mask:
        mask = np.zeros(self._catalogue.size, dtype=bool)
        mask[list(self._catalogue.well_known)] = True
        return mask

    @property
    def day(self) -> NDArray[np.int64]:
        return self._catalogue.day.astype(np.int64)


def either(condition: Any, value: Any, otherwise: Any) -> Any:
    """Return `value` where a condition is true, for one movie or for all."""
    if isinstance(condition, np.ndarray):
        return np.where(condition, value, otherwise)
    return value if condition else otherwise


def signed(value: Any) -> Any:
    """Return a number that was drawn (below 2**63) as one that can be added to a negative one."""
    return value.astype(np.int64) if isinstance(value, np.ndarray) else value


def picked(choices: NDArray[Any], place: Any) -> Any:
    """Return the number at a place of a table, for one movie or for all."""
    return choices[place] if isinstance(place, np.ndarray) else int(choices[place])


class _Drawn:
    """A formula with the type of its columns."""

    def __init__(self, formula: Callable[..., Any], dtype: type) -> None:
        self.formula = formula
        self.dtype = dtype
        self.__doc__ = formula.__doc__

    def row(self, catalogue: Catalogue, row: int, *arguments: Any) -> Any:
        """Return what the formula gives for one movie."""
        return self.formula(_Row(catalogue, row), *arguments)

    def make(self, catalogue: Catalogue, *arguments: Any) -> Any:
        """Return what the formula gives for all movies, as new arrays."""
        made = self.formula(_Column(catalogue), *arguments)
        return [column.astype(self.dtype) for column in made] if isinstance(made, list) else made.astype(self.dtype)


class Fact(_Drawn):
    """One number a movie. The formula may take arguments behind the view, such as a region."""

    def of(self, catalogue: Catalogue, row: int, *arguments: Any) -> int:
        """Return the number of one movie."""
        return int(self.row(catalogue, row, *arguments))

    def column(self, catalogue: Catalogue, *arguments: Any) -> NDArray[Any]:
        """Return the numbers of all movies. The array is kept for the next query and must not be changed."""
        made: NDArray[Any] = catalogue.kept(self, *arguments)
        return made


class Several(_Drawn):
    """Several numbers a movie, each in a place of its own; NOTHING where it has fewer."""

    def of(self, catalogue: Catalogue, row: int) -> list[int]:
        """Return the numbers of one movie, place by place."""
        return [int(number) for number in self.row(catalogue, row)]

    def distinct(self, catalogue: Catalogue, row: int) -> list[int]:
        """Return the numbers that one movie has, without repeats."""
        return [number for number in dict.fromkeys(self.of(catalogue, row)) if number > NOTHING]

    def columns(self, catalogue: Catalogue) -> list[NDArray[Any]]:
        """Return a column for each place. They are kept and must not be changed."""
        made: list[NDArray[Any]] = catalogue.kept(self)
        return made


def fact(dtype: type = np.int32) -> Callable[[Callable[..., Any]], Fact]:
    """Make a fact of a formula that returns a number; `dtype` is that of its column."""
    return lambda formula: Fact(formula, dtype)


def several(formula: Callable[[View], list[Any]]) -> Several:
    """Make a fact of a formula that returns a list of numbers."""
    return Several(formula, np.int32)


def numbered(names: Iterable[str], bound: int) -> Several:
    """Return a fact of one number in 1..bound for each name of a draw."""
    drawn = tuple(names)
    return Several(lambda movies: [1 + movies.draw(name) % bound for name in drawn], np.int32)


def having(columns: list[NDArray[Any]], wanted: Iterable[int], *, alternatives: bool) -> Mask:
    """Return where some columns have all of the `wanted` numbers in any order, or at least one as `alternatives`.

    The cost does not grow with the length of an absurd query: nobody has more numbers than there are columns.
    """
    distinct = [number for number in dict.fromkeys(wanted) if number > NOTHING]
    if alternatives:
        return np.asarray(np.logical_or.reduce([np.isin(column, distinct) for column in columns]))
    if len(distinct) < len(set(wanted)) or len(distinct) > len(columns):
        return np.zeros(len(columns[0]), dtype=bool)
    each = [np.logical_or.reduce([column == number for column in columns]) for number in distinct]
    return np.asarray(np.logical_and.reduce(each))
