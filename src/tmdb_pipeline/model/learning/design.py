"""The design: what a logistic regression is given of each row. A row is made of its own day and days before it alone.

All is told in logarithms and as a margin: how far a movie is above the last of the popular list of the same day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tmdb_pipeline.features.definition import CHANGES, TOP, WINDOW

if TYPE_CHECKING:
    from tmdb_pipeline.model.learning.panel import Floats, Mask, Panel

#: Days before a row over which its movie's usual margin is taken.
MEMORY = 60
#: Days in which the attention before a release grows, and after it goes, by a factor of e.
_RISE, _DECAY = 6.0, 18.0
_LOWEST, _HIGHEST = -2.0, 4.0
_SOON = 7
_UNIT = 2**32

COLUMNS: tuple[str, ...] = (
    "listed",
    "log_rank",
    "margin",
    "margin_squared",
    *(f"{what}_{days}d" for days in CHANGES for what in ("margin_change", "not_seen")),
    "mean_margin",
    "seen",
    "margin_times_seen",
    "after_release",
    "before_release",
    "release_near",
    "usual_margin",
    "days_remembered",
)


def design(panel: Panel) -> Floats:
    """The matrix of a panel: a row for each of its rows, a column for each of ``COLUMNS``, no value missing.

    The panel has to hold the ``MEMORY`` days before the rows that are wanted, as far as there are any.
    """
    if not len(panel):
        return np.zeros((0, len(COLUMNS)))
    listed = ~np.isnan(panel.rank)
    logs = _log(panel.popularity)
    bars = _bars(panel, logs, listed)
    place = panel.day - panel.day[0]
    bar = np.nan_to_num(bars[place])
    margin = _bounded(logs - bar)
    columns = [
        listed.astype(np.float64),
        np.log(np.where(listed, np.nan_to_num(panel.rank, nan=1.0), TOP)),
        margin,
        margin**2,
    ]
    margins = [margin]
    for number, days in enumerate(CHANGES):
        missing = np.isnan(panel.change[:, number])
        before = np.where(place >= days, bars[np.maximum(place - days, 0)], np.nan)
        then = _bounded(_log(panel.popularity - panel.change[:, number]) - np.where(np.isnan(before), bar, before))
        margins.append(np.where(missing, np.nan, then))
        columns += [np.where(missing, 0.0, margin - then), missing.astype(np.float64)]
    seen = np.nan_to_num(panel.seen) / WINDOW
    age = np.nan_to_num(panel.age, nan=1e6)
    usual, remembered = _usual(panel, margin, listed)
    columns += [
        np.nanmean(np.array(margins), axis=0),
        seen,
        margin * seen,
        np.where(age >= 0, np.exp(-np.maximum(age, 0) / _DECAY), 0.0),
        np.where(age < 0, np.exp(np.minimum(age, 0) / _RISE), 0.0),
        np.where((age < 0) & (age >= -_SOON), 1 + age / _SOON, 0.0),
        usual * remembered,
        remembered,
    ]
    return np.stack(columns, axis=1)


def _log(popularity: Floats) -> Floats:
    return np.asarray(np.log(np.maximum(np.nan_to_num(popularity, nan=0.0), 1e-4)))


def _bounded(margin: Floats) -> Floats:
    return np.clip(margin, _LOWEST, _HIGHEST)


def _bars(panel: Panel, logs: Floats, listed: Mask) -> Floats:
    """For each day from the first on the logarithm of the last of the popular list; NaN of a day without that list."""
    day = panel.day - panel.day[0]
    bars = np.full(int(day[-1]) + 1, np.inf)
    np.minimum.at(bars, day[listed], logs[listed])
    return np.where(np.isinf(bars), np.nan, bars)


def _usual(panel: Panel, margin: Floats, listed: Mask) -> tuple[Floats, Floats]:
    """The mean margin of each row's movie on the days of ``MEMORY`` before it, and on which share of these it is known.

    The share is that of the days of the panel: where it begins later, nobody looked before.

    Only the popular list counts: the trending list shows movies on days on which they are not as usual.
    """
    day = panel.day - panel.day[0]
    stride = int(day[-1]) + MEMORY + 1
    _, movie = np.unique(panel.movie_id, return_inverse=True)
    key = movie * stride + day + MEMORY
    order = np.argsort(key)
    # Whole numbers, whose sum does not depend on which other rows the panel has.
    margins = np.where(listed, np.rint(margin * _UNIT), 0).astype(np.int64)
    sums, counts = (np.concatenate([[0], np.cumsum(part[order])]) for part in (margins, listed))
    first, last = np.searchsorted(key[order], key - MEMORY), np.searchsorted(key[order], key)
    number = counts[last] - counts[first]
    days_before = np.clip(day, 1, MEMORY)
    return (sums[last] - sums[first]) / _UNIT / np.maximum(number, 1), number / days_before
