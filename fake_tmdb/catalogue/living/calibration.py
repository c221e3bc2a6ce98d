"""Parameters found back from daily id exports: how much popularity moves, and how much of it is left a day later."""

from __future__ import annotations

import datetime as dt
import gzip
import re
from typing import TYPE_CHECKING

import numpy as np
import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

_NAME = re.compile(r"movie_ids_(\d{2})_(\d{2})_(\d{4})\.json\.gz")
MOST_MOVIES = 5_000  # the most popular ones; of the others too few digits are shown
LEAST_PAIRS = 3  # pairs of days, of either kind
_THURSDAY = 3
_FAR = 4  # standard deviations, beyond which a change is something else
_OF_NORMAL = 1.4826  # from the median of absolute values to the standard deviation


class CalibrationError(ValueError):
    """The exports do not suffice; the text says what lacks."""


def calibrated(folder: Path) -> dict[str, float]:
    """Return `rho` and `sigma` of the exports of movies in a folder, named as TMDB names them.

    Changes over one day and over two are compared, both within Monday to Thursday, so that weekends do not count, and
    without the largest ones, so that releases hardly do.

    Raises CalibrationError, or OSError where a file cannot be read.
    """
    days: dict[dt.date, dict[int, float]] = {}
    for path in sorted(folder.iterdir()):
        if named := _NAME.fullmatch(path.name):
            month, day, year = map(int, named.groups())
            days[dt.date(year, month, day)] = _read(path)
    one, two = (_spread(days, apart) for apart in (1, 2))
    if one == 0:
        raise CalibrationError("Nothing moves in these exports: they are copies of one day, or of a fake that stands.")
    rho = min(max((two / one) ** 2 - 1, 0.0), 0.99)
    return {"rho": round(rho, 3), "sigma": round(one * ((1 + rho) / 2) ** 0.5, 4)}


def _read(path: Path) -> dict[int, float]:
    try:
        lines = [orjson.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
        shown = {line["id"]: float(line["popularity"]) for line in lines}
    except (EOFError, gzip.BadGzipFile, ValueError, KeyError, TypeError) as error:
        raise CalibrationError(f"{path} is no export: {error}.") from error
    best = sorted(shown, key=lambda movie: -shown[movie])[:MOST_MOVIES]
    return {movie: shown[movie] for movie in best if shown[movie] > 0}


def _spread(days: dict[dt.date, dict[int, float]], apart: int) -> float:
    """Return the standard deviation of changes of the logarithm over so many days."""
    changes = [
        _changes(days[first], days[last])
        for first in days
        if (last := first + dt.timedelta(days=apart)) in days and first.weekday() + apart <= _THURSDAY
    ]
    if len(changes) < LEAST_PAIRS:
        raise CalibrationError(
            f"Of exports that lie {apart} days apart between a Monday and a Thursday there are {len(changes)} pairs, "
            f"and {LEAST_PAIRS} are needed: give those of some weeks, under the names that they have at TMDB."
        )
    every = np.concatenate(changes)
    usual = np.median(np.abs(every)) * _OF_NORMAL
    return float(np.std(every[np.abs(every) <= _FAR * usual]))


def _changes(first: dict[int, float], last: dict[int, float]) -> NDArray[np.float64]:
    both: Iterable[int] = [movie for movie in first if movie in last]
    return np.log([last[movie] / first[movie] for movie in both])
