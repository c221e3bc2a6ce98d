"""The record that says how the world lives: `Living`, with its planted change points. Days are UTC."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, fields
from typing import Any, NamedTuple

from fake_tmdb.catalogue.dates import day_number
from fake_tmdb.catalogue.reference.genres import GENRE_IDS

MODEL = "model of reality"
CHOICE = "choice"


class Parameter(NamedTuple):
    """One number: its least and greatest value, what it is, and whether it was modelled on TMDB or chosen."""

    least: float
    greatest: float
    sentence: str
    mark: str


PARAMETERS: dict[str, Parameter] = {
    "rho": Parameter(0.0, 0.99, "What is left of a movie's deviation after a day: the factor of an AR(1).", MODEL),
    "sigma": Parameter(0.0, 1.0, "Standard deviation of a day's shock to the logarithm of a popularity.", MODEL),
    "bump": Parameter(0.0, 4.0, "What the release adds to the logarithm on its day.", MODEL),
    "rise": Parameter(0.5, 100.0, "Days before the release, and after a movie was added, in which that grows.", CHOICE),
    "decay": Parameter(0.5, 400.0, "Days after the release in which all but 1/e of it is gone.", MODEL),
    "weekend": Parameter(
        0.0,
        1.0,
        "What a Saturday adds, for action, adventure, animation, comedy, family, horror as first genre.",
        CHOICE,
    ),
    "entry": Parameter(0.0, 6.0, "What a movie's logarithm lacks on the day on which it is added.", CHOICE),
    "added": Parameter(0.0, 0.5, "Share of the movies that are added between 2025-07-01 and 2027-07-01.", CHOICE),
    "gone": Parameter(0.0, 0.5, "Share of the movies that are deleted or merged in these two years.", CHOICE),
    "merged": Parameter(0.0, 1.0, "Share of those that are merged into another movie, which stays.", CHOICE),
    "moving": Parameter(1, 1_000_000, "So many of the most popular rows move at all.", CHOICE),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangePoint:
    """From a day (YYYY-MM-DD) on other numbers hold: for the movies of a genre (its id), or for all."""

    day: str
    rho: float | None = None
    sigma: float | None = None
    genre: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be with a ValueError."""
        day: Any = self.day  # of JSON, so perhaps no text
        if not isinstance(day, str) or day_number(day) is None or len(day) != len("2026-01-01"):
            raise ValueError(f"The day of a change point is a date such as 2026-01-01, not {self.day!r:.40}.")
        if self.rho is None and self.sigma is None:
            raise ValueError("A change point changes rho, sigma or both.")
        for name in ("rho", "sigma"):
            if getattr(self, name) is not None:
                _check(name, getattr(self, name))
        if self.genre is not None and self.genre not in GENRE_IDS:
            raise ValueError(f"The genre of a change point is the id of one, such as 28, not {self.genre!r:.40}.")

    @property
    def number(self) -> int:
        """The day in days since 1970."""
        return (dt.date.fromisoformat(self.day) - dt.date(1970, 1, 1)).days


@dataclass(frozen=True, kw_only=True, slots=True)
class Living:
    """How popularity, votes and the set of movies change. Raises ValueError for what cannot be.

    The logarithm of a popularity is that of the standing catalogue, and on top of it

    * `z`: AR(1) with the factor `rho` and shocks of the deviation `sigma` a day;
    * `bump` on the day of release; it rises with `rise` days before, and decays with `decay` days after;
    * `weekend` on Saturdays for genres that families and friends watch together, three quarters of it on Sundays and
      half of it on Fridays;
    * `entry` less on the day on which the movie was added, which vanishes with `rise` days.

    Between 2025-07-01 and 2027-07-01 a share `added` of the movies comes into the catalogue, and a share `gone` leaves
    it, of which a share `merged` is merged into another. `moving` is how many of the most popular movies move at all.
    """

    rho: float = 0.93
    sigma: float = 0.13
    bump: float = 1.2
    rise: float = 6.0
    decay: float = 18.0
    weekend: float = 0.12
    entry: float = 3.0
    added: float = 0.2
    gone: float = 0.07
    merged: float = 0.5
    moving: int = 100_000
    change_points: tuple[ChangePoint, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be with a ValueError."""
        for name in PARAMETERS:
            _check(name, getattr(self, name))

    @classmethod
    def of(cls, told: Any) -> Living:
        """Return the record of a mapping, as it comes from JSON; names that are left out keep their values.

        Raises ValueError that says what is wrong.
        """
        if not isinstance(told, dict):
            raise ValueError("The parameters of a living world are a mapping of names to numbers.")  # noqa: TRY004 - as of other bad values
        _known(cls, told)
        points = told.get("change_points", ())
        if not isinstance(points, list | tuple):
            raise ValueError("The change points are a list.")  # noqa: TRY004 - as of other bad values
        made = []
        for point in points:
            if not isinstance(point, dict) or "day" not in point:
                raise ValueError('A change point is a mapping such as {"day": "2026-01-01", "sigma": 0.2}.')
            _known(ChangePoint, point)
            made.append(ChangePoint(**point))
        return cls(**{**told, "change_points": tuple(made)})

    def told(self) -> dict[str, Any]:
        """Return the record as plain data; `of` makes the same one of it."""
        return asdict(self)


def _check(name: str, value: Any) -> None:
    least, greatest, _, _ = PARAMETERS[name]
    kind = int if name == "moving" else (int, float)
    if isinstance(value, bool) or not isinstance(value, kind) or not least <= value <= greatest:
        raise ValueError(f"{name} is a number from {least} to {greatest}, not {value!r:.40}.")


def _known(record: type[Any], told: dict[Any, Any]) -> None:
    names = [field.name for field in fields(record)]
    for name in told:
        if name not in names:
            raise ValueError(f"There is no parameter {name!r:.40}. Allowed are {', '.join(names)}.")
