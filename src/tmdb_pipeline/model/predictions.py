"""Predictions: what a version says of the movies of a day, kept on the lake, and scored once it is known what came."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from tmdb_pipeline.features.definition import HORIZON
from tmdb_pipeline.lake.store import to_json
from tmdb_pipeline.model import parts
from tmdb_pipeline.model.best_possible import best_possible
from tmdb_pipeline.model.errors import NoModel, NotTrainable
from tmdb_pipeline.model.evaluation import scores
from tmdb_pipeline.model.learning.design import COLUMNS, MEMORY, design
from tmdb_pipeline.model.learning.panel import number_of
from tmdb_pipeline.model.registry.keep import read

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


class Score(msgspec.Struct, frozen=True):
    """How good the predictions of a day were: Brier scores, and that of the best possible one where it is known."""

    version: str
    day: date
    rows: int
    brier: float
    best: float | None


def predictions_file(shelf: Shelf, version: str, day: date) -> str:
    """Where the predictions of a version for a day lie."""
    return f"{shelf.folder}/{version}/predictions/day={day:%Y%m%d}.json"


def predict(lake: Lake, shelf: Shelf, version: str, day: date, *, permission: Permission) -> Predictions:
    """Ask a version of each movie of a day, and keep what it says.

    Raises:
        NoModel: there is no such version, it is damaged, or it was made for another design.
        NotPermitted: features that are there were made by another permission.
        NotTrainable: there are no features of the day.
        LakeError: the lake cannot be read or written.
    """
    model = read(shelf, version).model
    if model.columns != COLUMNS:
        raise NoModel(f"{version} was made for other columns than this code makes: train anew.")
    panel = parts.read(lake, day, permission, days=MEMORY + 1).panel
    rows = panel.day == number_of(day)
    if not rows.any():
        raise NotTrainable(f"There are no features of {day}: `tmdb-pipeline features build --as-of {day}` makes them.")
    said = zip(panel.movie_id[rows].tolist(), model.predict(design(panel)[rows]).tolist(), strict=True)
    told = Predictions(version, day, [Chance(*each) for each in said])
    lake.write(predictions_file(shelf, version, day), to_json(told))
    return told


def score(lake: Lake, shelf: Shelf, version: str, day: date, *, today: date, permission: Permission) -> Score | None:
    """Score what a version said of a day as it was kept; None while it is not known what came, or if nothing was said.

    Raises:
        NotPermitted: features that are there were made by another permission.
        NotTrainable: the fake does not tell the best possible prediction.
        LakeError: the lake cannot be read.
    """
    file = predictions_file(shelf, version, day)
    if not lake.exists(file) or (today - day).days < HORIZON:
        return None
    said = {each.movie_id: each.chance for each in lake.read_document(file, Predictions).chances}
    held = parts.read(lake, today, permission, days=(today - day).days + 1)
    wanted = (held.panel.day == number_of(day)) & ~np.isnan(held.panel.label)
    panel = held.panel.where(wanted & np.isin(held.panel.movie_id, [*said]))
    if not len(panel):
        return None
    chances = np.array([said[movie] for movie in panel.movie_id.tolist()])
    best = best_possible(permission, panel, held.known_at)
    return Score(
        version,
        day,
        len(panel),
        scores.brier(chances, panel.label),
        None if best is None else scores.brier(best, panel.label),
    )
