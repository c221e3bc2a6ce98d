"""The stages of the model pipeline: prepare, train, evaluate, deploy. Between them go paths and numbers, never rows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from tmdb_pipeline.features.build import build_days, folder, latest
from tmdb_pipeline.features.definition import FEATURES, HORIZON, LABELS, TOP, WINDOW
from tmdb_pipeline.features.observer import observe
from tmdb_pipeline.features.sources import collections
from tmdb_pipeline.lake.store import to_json
from tmdb_pipeline.model import parts
from tmdb_pipeline.model.best_possible import best_possible
from tmdb_pipeline.model.errors import NoModel
from tmdb_pipeline.model.evaluation import drift
from tmdb_pipeline.model.evaluation.evaluation import Champion, evaluate, fit
from tmdb_pipeline.model.evaluation.gate import Evidence, Judged, judge
from tmdb_pipeline.model.evaluation.leaks import require_no_leak
from tmdb_pipeline.model.learning.design import COLUMNS, design
from tmdb_pipeline.model.learning.logistic import Logistic
from tmdb_pipeline.model.learning.made import design_of_day
from tmdb_pipeline.model.learning.panel import number_of
from tmdb_pipeline.model.learning.split import split
from tmdb_pipeline.model.registry.card import card
from tmdb_pipeline.model.registry.keep import Days, Manifest, Report, keep, read, trouble, usable, version_of
from tmdb_pipeline.model.registry.state import NAME, Shelf

if TYPE_CHECKING:
    from tmdb_pipeline.features.permission import Permission
    from tmdb_pipeline.lake.store import Lake
    from tmdb_pipeline.model.learning.panel import Floats

#: Days whose design is tried for leaks, the last ones with labels.
_TRIED = 3


class Prepared(msgspec.Struct, frozen=True):
    """What can be trained on: the day as of which, and how many days and rows have labels."""

    as_of: date
    days: int
    rows: int


class Candidate(msgspec.Struct, frozen=True):
    """A model that was trained, and where it lies until it is judged."""

    as_of: date
    version: str
    file: str


class Verdict(msgspec.Struct, frozen=True):
    """What was decided of a version, and why not if it was refused."""

    version: str
    passed: bool
    refusals: list[str]


def shelf_of(lake: Lake) -> Shelf:
    """Where the versions of the model are kept."""
    return Shelf(lake, NAME)


def prepare(lake: Lake, as_of: date, *, permission: Permission) -> Prepared:
    """Build the features that are missing, prove that they know nothing of later, and say what can be trained on.

    Raises:
        NotPermitted: a collection is not what the permission is for.
        LeakFound: a column of the design knows what was known only after its day.
        TooFewDays: too few days have labels.
        DaysMissing: too many days between them have none.
        LakeError: the lake cannot be read or written.
    """
    _build_missing(lake, as_of, permission)
    held = parts.read(lake, as_of, permission)
    labelled = held.panel.where(~np.isnan(held.panel.label))
    split(held.panel)
    require_no_leak(design_of_day, COLUMNS, observe(lake, as_of, top=TOP), labelled.days[-_TRIED:])
    return Prepared(as_of, len(labelled.days), len(labelled))


def train(lake: Lake, as_of: date, *, permission: Permission) -> Candidate:
    """Train a model on what was known by the end of a day, and leave it on the lake.

    Raises:
        NotPermitted: features that are there were made by another permission.
        NotTrainable: too few days have labels, or too many have none.
        LakeError: the lake cannot be read or written.
    """
    panel = parts.read(lake, as_of, permission).panel
    data = to_json(fit(panel, split(panel)))
    candidate = version_of(as_of, data)
    file = f"{shelf_of(lake).folder}/{candidate}/model.json"
    lake.write(file, data)
    return Candidate(as_of, candidate, file)


def evaluate_candidate(lake: Lake, candidate: Candidate, *, permission: Permission) -> Verdict:
    """Judge a model, and keep it as a version with its evaluation, its card and what the gate says.

    A version that is kept stays as it is: of it, the verdict of then is handed on.

    Raises:
        NotPermitted: features that are there were made by another permission.
        NotTrainable: what it was trained on is not there any more, or the fake does not tell the best possible.
        LakeError: the lake cannot be read or written.
    """
    shelf = shelf_of(lake)
    if candidate.version in shelf.versions():
        return _verdict(candidate.version, read(shelf, candidate.version).report.gate)
    held = parts.read(lake, candidate.as_of, permission)
    panel, values = held.panel, design(held.panel)
    model = lake.read_document(candidate.file, Logistic)
    days = split(panel)
    judged = panel.where(days.test(panel))
    champion = shelf.state().champion
    mute = "" if champion is None else trouble(shelf, champion)
    told = evaluate(
        panel,
        days,
        model,
        best=best_possible(permission, judged, held.known_at),
        champion=None if champion is None or mute else _champion(shelf, champion),
    )
    base = drift.baseline(values[days.train(panel)], told.model)
    recent = values[panel.day > number_of(candidate.as_of) - drift.WINDOW]
    verdict = judge(
        Evidence(
            told,
            champion is not None,
            drift.drifted(base, recent),
            smoke=_smoke(model, fit(panel, days), recent),
            mute=mute,
        )
    )
    manifest = Manifest(
        name=NAME,
        version=candidate.version,
        as_of=candidate.as_of,
        code_version=version("tmdb-pipeline"),
        permission=permission,
        features_version=FEATURES.version,
        labels_version=LABELS.version,
        trained=Days(days.train_first, days.train_last),
        judged=Days(days.test_first, days.test_last),
        rows=int(days.train(panel).sum()),
        sources=held.sources,
        baseline=base,
        files={},
    )
    files = {
        "model.json": to_json(model),
        "evaluation.json": to_json(Report(told, verdict)),
        "card.md": card(manifest, model, told, verdict).encode(),
    }
    keep(shelf, manifest, files)
    return _verdict(candidate.version, verdict)


def deploy(lake: Lake, version_: str, as_of: date, *, at: datetime) -> str:
    """Let a version that passed the gate answer: as the champion where none can answer, else beside it.

    Returns:
        What was done, in a sentence.

    Raises:
        NoModel: it is damaged, made for other columns, or was refused.
        LakeError: the lake cannot be read or written.
    """
    shelf = shelf_of(lake)
    require_passed(shelf, version_)
    return shelf.deploy(version_, as_of, at=at, trouble=partial(trouble, shelf))


def require_passed(shelf: Shelf, version_: str) -> None:
    """Refuse a version that the gate refused, or that cannot answer.

    Raises:
        NoModel: it is one of these, or there is none of this name.
        LakeError: a file cannot be read.
    """
    refusals = usable(shelf, version_).report.gate.refusals
    if refusals:
        raise NoModel(f"The gate refused {version_}: {'; '.join(refusals)}.")


def _build_missing(lake: Lake, as_of: date, permission: Permission) -> None:
    """Build each day whose lists are there and whose features are not, the earliest first."""
    held = {
        view.name: {day for day in found.days if lake.exists(f"{folder(view, day)}/manifest.json")}
        for view, found in latest(lake)
        if found and found.version == view.version
    }
    start = as_of - timedelta(days=parts.HISTORY - 1)
    days: set[date] = set()
    for number in range(0, parts.HISTORY, WINDOW):
        days |= {run.day for _, run, _ in collections(lake, min(as_of, start + timedelta(days=number + WINDOW - 1)))}
    features, labels = held.get(FEATURES.name, set()), held.get(LABELS.name, set())

    def is_built(day: date) -> bool:
        labelled = day - timedelta(days=HORIZON)
        return day in features and (labelled in labels or labelled not in features)

    missing = [day for day in sorted(days) if start <= day <= as_of and not is_built(day)]
    for _ in build_days(lake, missing, today=as_of, permission=permission):
        pass  # one that was collected too late to be of its day is left out


def _verdict(version_: str, judged: Judged) -> Verdict:
    return Verdict(version_, judged.passed, judged.refusals)


def _champion(shelf: Shelf, champion: str) -> Champion:
    kept = usable(shelf, champion)
    return Champion(kept.model, number_of(kept.manifest.trained.last) + HORIZON)


def _smoke(model: Logistic, trained: Logistic, recent: Floats) -> str:
    """What is wrong with the answers of a model that was read back, beside those of the one that was trained."""
    answers = model.predict(recent)
    if not len(answers):
        return "there are no rows of the last days to answer"
    if not np.isfinite(answers).all() or not ((answers >= 0) & (answers <= 1)).all():
        return "an answer is no chance between 0 and 1"
    return "" if (answers == trained.predict(recent)).all() else "as read back from the lake, it answers otherwise"
