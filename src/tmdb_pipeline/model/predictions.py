"""Predictions: what a version says of the movies of a day, kept on the lake, and scored once it is known what came."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from tmdb_pipeline.features.definition import HORIZON
from tmdb_pipeline.lake.store import to_json
from tmdb_pipeline.model import parts
from tmdb_pipeline.model.best_possible import best_possible
from tmdb_pipeline.model.errors import NotTrainable, TooFewDays
from tmdb_pipeline.model.evaluation import scores
from tmdb_pipeline.model.learning.design import MEMORY, design
from tmdb_pipeline.model.learning.panel import number_of
from tmdb_pipeline.model.registry.keep import usable

if TYPE_CHECKING:
    from tmdb_pipeline.features.permission import Permission
    from tmdb_pipeline.lake.store import Lake
    from tmdb_pipeline.model.registry.state import Shelf


class Chance(msgspec.Struct, frozen=True):
    """The chance of a movie that it is in the popular list's first places after the horizon."""

    movie_id: int
    chance: float


class Predictions(msgspec.Struct, frozen=True):
    """What a version said of a day.

    Attributes:
        version: which one.
        day: the run date, in Seoul.
        chances: of each movie on its lists, by rising id.
    """

    version: str
    day: date
    chances: list[Chance]


class Outcome(msgspec.Struct, frozen=True):
    """What came of a movie of a day, and its best possible chance where that is known."""

    movie_id: int
    came: bool
    best: float | None


class Score(msgspec.Struct, frozen=True):
    """How good the predictions of a day were: Brier scores, and that of the best possible one where it is known.

    ``came`` is of how many of the ``rows`` it came.
    """

    version: str
    day: date
    rows: int
    came: int
    brier: float
    best: float | None


def predictions_file(shelf: Shelf, version: str, day: date) -> str:
    """Where the predictions of a version for a day lie."""
    return f"{shelf.folder}/{version}/predictions/day={day:%Y%m%d}.json"


def predict(lake: Lake, shelf: Shelf, version: str, day: date, *, permission: Permission) -> Predictions:
    """Ask a version of each movie of a day, and keep what it says.

    Errors are those of ``ask``; also LakeError where it cannot be written.
    """
    told = ask(lake, shelf, version, day, permission=permission)
    lake.write(predictions_file(shelf, version, day), to_json(told))
    return told


def ask(lake: Lake, shelf: Shelf, version: str, day: date, *, permission: Permission) -> Predictions:
    """Ask a version of each movie of a day, and keep nothing.

    Raises:
        NoModel: there is no such version, it is damaged, or it was made for another design.
        NotPermitted: features that are there were made by another permission.
        NotTrainable: there are no features of the day.
        LakeError: the lake cannot be read.
    """
    model = usable(shelf, version).model
    panel = parts.read(lake, day, permission, days=MEMORY + 1).panel
    rows = panel.day == number_of(day)
    if not rows.any():
        raise NotTrainable(f"There are no features of {day}: `tmdb-pipeline features build --as-of {day}` makes them.")
    said = zip(panel.movie_id[rows].tolist(), model.predict(design(panel)[rows]).tolist(), strict=True)
    return Predictions(version, day, [Chance(*each) for each in said])


def said(lake: Lake, shelf: Shelf, version: str, day: date) -> list[Chance]:
    """What a version said of the movies of a day, as it was kept.

    Raises:
        LakeError: nothing was kept, or it cannot be read.
    """
    return lake.read_document(predictions_file(shelf, version, day), Predictions).chances


def outcomes(
    lake: Lake, day: date, *, today: date, permission: Permission, asks_best: bool = True
) -> dict[int, Outcome]:
    """What came of each movie of a day, by its id; nothing while that is not known.

    Args:
        lake: where features and labels are.
        day: the day, in Seoul.
        today: the day that it is now.
        permission: by which features and labels were made.
        asks_best: whether the fake is asked for the best possible chances.

    Raises:
        NotPermitted: features that are there were made by another permission.
        NotTrainable: the fake does not tell the best possible prediction.
        LakeError: the lake cannot be read.
    """
    known = day + timedelta(days=HORIZON)
    if today < known:
        return {}
    try:
        held = parts.read(lake, known, permission, days=HORIZON + 1)
    except TooFewDays:
        return {}
    panel = held.panel.where((held.panel.day == number_of(day)) & ~np.isnan(held.panel.label))
    if not len(panel):
        return {}
    best = best_possible(permission, panel, held.known_at) if asks_best else None
    told: list[float | None] = [None] * len(panel) if best is None else [*best.tolist()]
    rows = zip(panel.movie_id.tolist(), panel.label.tolist(), told, strict=True)
    return {movie: Outcome(movie, bool(label), chance) for movie, label, chance in rows}


def score(
    lake: Lake,
    shelf: Shelf,
    version: str,
    day: date,
    *,
    today: date,
    permission: Permission,
    asks_best: bool = True,
) -> Score | None:
    """Score what a version said of a day as it was kept; None while it is not known what came, or if nothing was said.

    Args and errors are those of ``outcomes``.
    """
    if not lake.exists(predictions_file(shelf, version, day)):
        return None
    told = {each.movie_id: each.chance for each in said(lake, shelf, version, day)}
    found = outcomes(lake, day, today=today, permission=permission, asks_best=asks_best)
    came = [found[movie] for movie in told if movie in found]
    if not came:
        return None
    label = np.array([float(each.came) for each in came])
    best = [each.best for each in came if each.best is not None]
    return Score(
        version,
        day,
        len(came),
        int(label.sum()),
        scores.brier(np.array([told[each.movie_id] for each in came]), label),
        scores.brier(np.array(best), label) if best else None,
    )
