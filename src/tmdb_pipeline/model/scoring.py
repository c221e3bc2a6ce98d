"""Scores of what was answered, day by day, beside the base rate and the best possible, and whether they drift."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from tmdb_pipeline.features.definition import HORIZON
from tmdb_pipeline.model.answers import Answered, Role, answered
from tmdb_pipeline.model.evaluation.drift import WINDOW, WORSE, score_has_drifted
from tmdb_pipeline.model.predictions import Score, score
from tmdb_pipeline.model.registry.keep import read

if TYPE_CHECKING:
    from tmdb_pipeline.features.permission import Permission
    from tmdb_pipeline.lake.store import Lake
    from tmdb_pipeline.model.registry.state import Shelf

#: Matured days that are scored, and days before them whose outcomes the base rate is taken of.
DAYS = 28


class DayScore(msgspec.Struct, frozen=True):
    """The score of a version's answers of a day.

    ``base`` is the Brier score of the base rate: how often it came on the earlier days that had matured by then, at
    most ``DAYS``; None where there is none.
    """

    score: Score
    role: Role
    base: float | None


class Drift(msgspec.Struct, frozen=True):
    """Whether the champion answers worse than it did when it was judged.

    Attributes:
        version: the champion.
        days: matured days of its answers that are compared, at most ``WINDOW``.
        brier: its score on them; None without any.
        limit: the score above which it has drifted.
        has_drifted: whether it has; never before there are ``WINDOW`` days.
    """

    version: str
    days: int
    brier: float | None
    limit: float
    has_drifted: bool


def day_scores(lake: Lake, shelf: Shelf, *, today: date, permission: Permission, days: int = DAYS) -> list[DayScore]:
    """The scores of the last matured days, the earliest first, each day's champion before its challenger.

    Raises:
        NotPermitted: features that are there were made by another permission.
        NotTrainable: the fake does not tell the best possible prediction.
        LakeError: the lake cannot be read.
    """
    last = today - timedelta(days=HORIZON)
    shown, before = last - timedelta(days=days), last - timedelta(days=days + DAYS)
    told: list[DayScore] = []
    past: list[Score] = []
    for each in _between(shelf, before, last):
        for role, version in each.versions.items():
            is_shown = each.day > shown
            if role == "champion" or is_shown:
                found = score(lake, shelf, version, each.day, today=today, permission=permission, asks_best=is_shown)
                if found is not None and is_shown:
                    told.append(DayScore(found, role, _base(past, found)))
                if found is not None and role == "champion":
                    past.append(found)
    return told


def score_drift(lake: Lake, shelf: Shelf, *, today: date, permission: Permission) -> Drift:
    """Compare the champion's last matured answers with the days that it was judged by.

    Raises:
        NoModel: there is no champion, or it is damaged.
        NotPermitted: features that are there were made by another permission.
        LakeError: the lake cannot be read.
    """
    champion = shelf.champion()
    baseline = read(shelf, champion).manifest.baseline
    last = today - timedelta(days=HORIZON)
    found = [
        score(lake, shelf, champion, each.day, today=today, permission=permission, asks_best=False)
        for each in _between(shelf, last - timedelta(days=2 * WINDOW), last)
        if each.champion == champion
    ]
    known = [each for each in found if each is not None]
    rows = [each.rows for each in known]
    squares = np.repeat(np.array([each.brier for each in known], dtype=np.float64), rows)
    number = np.repeat(np.array([each.day.toordinal() for each in known], dtype=np.int64), rows)
    recent = number > number.max(initial=0) - WINDOW
    return Drift(
        champion,
        len(np.unique(number[recent])),
        float(squares[recent].mean()) if len(squares) else None,
        WORSE * baseline.brier,
        score_has_drifted(baseline, squares, number),
    )


def _between(shelf: Shelf, after: date, last: date) -> list[Answered]:
    return [each for each in answered(shelf) if after < each.day <= last]


def _base(past: list[Score], of: Score) -> float | None:
    """The Brier score of how often it came on days before, as far as that was known on the day."""
    latest = of.day - timedelta(days=HORIZON)
    known = [each for each in past if latest - timedelta(days=DAYS) < each.day <= latest]
    if not known:
        return None
    rate, share = sum(each.came for each in known) / sum(each.rows for each in known), of.came / of.rows
    return (rate - share) ** 2 + share * (1 - share)
