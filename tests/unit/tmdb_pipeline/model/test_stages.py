from datetime import timedelta
from shutil import rmtree

import numpy as np
import pytest
from model_lakes import AT, DAYS, FIRST, LAST
from tmdb_features import ADDRESS, Arrival, day, movie

from tmdb_pipeline.features.build import build, folder, latest
from tmdb_pipeline.features.definition import FEATURES, VIEWS
from tmdb_pipeline.features.permission import NotPermitted, Permission
from tmdb_pipeline.lake.store import Lake, to_json
from tmdb_pipeline.model import best_possible, parts, predictions, stages
from tmdb_pipeline.model.errors import NoModel, NotTrainable
from tmdb_pipeline.model.evaluation.evaluation import Champion
from tmdb_pipeline.model.learning.design import design
from tmdb_pipeline.model.registry import keep


def test_a_model_is_trained_judged_and_deployed(trained, permission):
    """Of collections in a lake, by what the fake says is the best possible: it is good, passes, and is the champion."""
    lake, prepared, candidate, verdict, told = trained
    shelf = stages.shelf_of(lake)
    kept = keep.read(shelf, verdict.version)
    evaluation = kept.report.evaluation

    assert prepared.days == DAYS - 7
    assert verdict == stages.Verdict(candidate.version, passed=True, refusals=[])
    assert shelf.champion() == verdict.version
    assert told == f"{verdict.version} is the champion, the first one."
    assert 0.6 < evaluation.skill < 1
    assert evaluation.best < evaluation.model < evaluation.persistence < evaluation.base_rate
    assert kept.manifest.permission == permission
    assert set(kept.manifest.files) == {"card.md", "evaluation.json", "model.json"}
    assert f"invented, of the fake at {permission.source}" in kept.card
    assert "Verdict of the gate: **passed**" in kept.card


def test_trained_again_it_is_the_same_version(trained, permission):
    """The same features make the same bytes, and a version that is kept is not written again."""
    lake, _, candidate, verdict, _ = trained
    before = lake.read(f"models/popular_again/{verdict.version}/evaluation.json")

    assert stages.train(lake, LAST, permission=permission) == candidate
    assert stages.evaluate_candidate(lake, candidate, permission=permission) == verdict
    assert stages.deploy(lake, verdict.version, LAST, at=AT).endswith("is the champion already.")
    assert lake.read(f"models/popular_again/{verdict.version}/evaluation.json") == before


def test_predictions_are_kept_and_scored_when_it_is_known_what_came(trained, permission):
    """Each movie of the day has a chance; scored a week later, beside the best possible, and not before."""
    lake, *_ = trained
    shelf = stages.shelf_of(lake)
    then = LAST - timedelta(days=7)
    made = predictions.predict(lake, shelf, shelf.champion(), then, permission=permission)

    def scored(version, of, today):
        return predictions.score(lake, shelf, version, of, today=today, permission=permission)

    found = scored(made.version, then, LAST)
    assert 100 <= len(made.chances) <= 120
    assert all(0 < each.chance < 1 for each in made.chances)
    assert found.rows == len(made.chances)
    assert 0 < found.best < 0.15
    assert 0 < found.brier < 0.15
    assert scored(made.version, then, LAST - timedelta(days=1)) is None
    assert scored(made.version, then - timedelta(days=1), LAST) is None
    other = predictions.predict(lake, shelf, made.version, LAST, permission=permission)
    assert scored(other.version, LAST, LAST + timedelta(days=7)) is None
    with pytest.raises(NotTrainable, match=f"There are no features of {LAST + timedelta(days=1)}"):
        predictions.predict(lake, shelf, made.version, LAST + timedelta(days=1), permission=permission)


def test_next_version_answers_beside_the_champion(trained, permission, tmp_path):
    """One that passed is tried first; while one is tried, another one is kept."""
    lake, _, _, verdict, _ = trained
    shelf = stages.shelf_of(lake)
    kept = keep.read(shelf, verdict.version)
    for version in ("20990101-a", "20990102-b"):
        kept.manifest.version = version
        files = {name: lake.read(f"{shelf.folder}/{verdict.version}/{name}") for name in kept.manifest.files}
        keep.keep(shelf, kept.manifest, files)

    assert stages.deploy(lake, "20990101-a", LAST, at=AT).startswith("20990101-a answers beside the champion")
    assert stages.deploy(lake, "20990102-b", LAST, at=AT).startswith("20990102-b is kept: 20990101-a is being tried")
    assert shelf.state().challenger.version == "20990101-a"


def test_refused_or_damaged_version_is_not_deployed(trained):
    """The gate's reasons are told; of a file that is not what was written, its name."""
    lake, _, _, verdict, _ = trained
    shelf = stages.shelf_of(lake)
    kept = keep.read(shelf, verdict.version)
    finding = kept.report.gate.findings[0]
    kept.report.gate.findings[0] = type(finding)(finding.rule, "fails", "it is too bad")
    kept.manifest.version = "20980101-c"
    keep.keep(
        shelf,
        kept.manifest,
        {"evaluation.json": to_json(kept.report), "model.json": to_json(kept.model), "card.md": b""},
    )

    with pytest.raises(NoModel, match="The gate refused 20980101-c: beats the base rate: it is too bad"):
        stages.deploy(lake, "20980101-c", LAST, at=AT)
    lake.write(f"{shelf.folder}/20980101-c/card.md", b"other")
    with pytest.raises(NoModel, match=r"card\.md is not what was written"):
        keep.read(shelf, "20980101-c")
    lake.write(f"{shelf.folder}/20980101-c/manifest.json", b"{half")
    assert "manifest.json is not what was written" in keep.trouble(shelf, "20980101-c")
    lake.delete(f"{shelf.folder}/20980101-c/manifest.json")
    assert "manifest.json is not there any more" in keep.trouble(shelf, "20980101-c")
    with pytest.raises(NoModel, match="There is no version x of popular_again"):
        keep.read(shelf, "x")


def test_champion_is_compared_on_days_that_it_does_not_know(trained, permission, monkeypatch):
    """A later version is judged beside it on those; a champion that is damaged refuses no other one."""
    lake, *_ = trained
    candidate = stages.train(lake, LAST - timedelta(days=1), permission=permission)
    reports = []
    monkeypatch.setattr(stages, "keep", lambda shelf, manifest, files: reports.append(files["evaluation.json"]))

    verdict = stages.evaluate_candidate(lake, candidate, permission=permission)
    monkeypatch.setattr(keep, "COLUMNS", ("a",))
    damaged = stages.evaluate_candidate(lake, candidate, permission=permission)

    assert b'"against_champion": {' in reports[0]
    assert not [why for why in verdict.refusals if "champion" in why and "0 weeks" in why]
    assert not [why for why in damaged.refusals if "champion" in why]
    assert b"the champion cannot answer: " in reports[1]
    assert b" was made for other columns than this code makes: train anew." in reports[1]


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ([], "there are no rows of the last days to answer"),
        ([np.nan], "an answer is no chance between 0 and 1"),
        ([1.5], "an answer is no chance between 0 and 1"),
        ([0.5], "as read back from the lake, it answers otherwise"),
        ([0.25], ""),
    ],
)
def test_answers_are_tried_before_a_model_is_deployed(answers, why):
    """They are chances, and the same as of the model that was trained."""

    class Model:
        def __init__(self, answers):
            self.answers = np.array(answers)

        def predict(self, values):
            return self.answers

    assert stages._smoke(Model(answers), Model([0.25] * len(answers)), None) == why


def test_other_peoples_parts_are_not_read(trained):
    """Features that were made by another permission teach nothing; a part that is not what was written is told."""
    lake, *_ = trained

    with pytest.raises(NotPermitted, match="was collected from"):
        parts.read(lake, LAST, Permission("http://127.0.0.1:9/3", ""))
    assert len(parts.read(lake, LAST, Permission("", "Kim, 2026-01-01"), days=1).panel) > 100
    with pytest.raises(NotTrainable, match="There are no features of"):
        parts.read(lake, FIRST - timedelta(days=9), Permission("", "Kim, 2026-01-01"))


def test_damaged_part_is_told(trained, tmp_path, permission):
    """By its name, and the day to build anew."""
    lake, *_ = trained
    file = f"{folder(FEATURES, FIRST)}/part.parquet"
    whole = lake.read(file)
    lake.write(file, whole + b"x")
    try:
        with pytest.raises(NotTrainable, match=f"is not what its manifest says: build {FIRST} anew"):
            parts.read(lake, FIRST, permission)
    finally:
        lake.write(file, whole)


def test_best_possible_is_known_of_a_fake_that_lives_alone(trained, permission, tmdb):
    """Not of TMDB's data, nor of a fake that stands still; one that does not answer is told."""
    lake, *_ = trained
    held = parts.read(lake, FIRST, permission)

    def asked(which):
        return best_possible.best_possible(which, held.panel, held.known_at)

    assert asked(permission).shape == (len(held.panel),)
    assert asked(Permission("", "Kim, 2026-01-01")) is None
    assert asked(Permission(tmdb.url, "")) is None
    for url in ("http://127.0.0.1:9/3", f"{tmdb.url}/nosuch"):
        with pytest.raises(NotTrainable, match="does not tell the best possible prediction"):
            asked(Permission(url, ""))


def test_days_that_cannot_be_built_are_left_out(tmp_path):
    """One that was collected too late to be of its day, and one that is longer ago than is looked back."""
    lake = Lake(str(tmp_path / "lake"))
    for number, late in ((-190, 0), (10, 3), (14, 0)):
        Arrival("popular", number, late, (movie(1, 2.0), movie(2, 1.0))).write(lake)

    stages._build_missing(lake, day(14), Permission(ADDRESS, ""))

    assert [found.days for _, found in latest(lake) if found] == [[day(14)]]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_part_that_somebody_removed_is_built_again(tmp_path, view):
    """It is missing, whatever the list of the days says."""
    lake = Lake(str(tmp_path / "lake"))
    for number in range(10):
        Arrival("popular", number, 0, tuple(movie(each, 200.0 - each) for each in range(1, 101))).write(lake)
    stages._build_missing(lake, day(9), Permission(ADDRESS, ""))
    part = tmp_path / "lake" / folder(view, day(1))
    before = (part / "part.parquet").read_bytes()
    rmtree(part)

    stages._build_missing(lake, day(9), Permission(ADDRESS, ""))

    assert (part / "part.parquet").read_bytes() == before


def test_each_collection_is_read_once(tmp_path, monkeypatch):
    """However many days are missing that look back on it; each of them is as if it had been built alone."""
    lakes = [Lake(str(tmp_path / name)) for name in ("together", "alone")]
    arrivals = [Arrival("popular", number, 0, (movie(1, 2.0 + number), movie(2, 1.0))) for number in range(40)]
    read = []
    whole = Lake.read
    for lake in lakes:
        for arrival in arrivals:
            arrival.write(lake)
    monkeypatch.setattr(Lake, "read", lambda lake, file: (read.append(file), whole(lake, file))[1])

    stages._build_missing(lakes[0], day(39), Permission(ADDRESS, ""))

    assert sorted(file for file in read if file.startswith("raw/")) == sorted(arrival.file for arrival in arrivals)
    for number in range(40):
        build(lakes[1], day(number), today=day(39), permission=Permission(ADDRESS, ""))
        files = [f"{folder(FEATURES, day(number))}/{name}" for name in ("part.parquet", "manifest.json")]
        assert [whole(lakes[0], file) for file in files] == [whole(lakes[1], file) for file in files]


def test_version_of_another_design_does_not_answer(trained, permission, monkeypatch):
    """Nor is it promoted; with a champion that knows all of the days, nothing is compared."""
    lake, _, _, verdict, _ = trained
    model = keep.read(stages.shelf_of(lake), verdict.version).model
    panel = parts.read(lake, FIRST, permission).panel
    values = design(panel)

    assert Champion(model, int(panel.day[-1])).compare(panel, values, model.predict(values)) is None
    monkeypatch.setattr(keep, "COLUMNS", ("a",))
    with pytest.raises(NoModel, match="was made for other columns than this code makes"):
        stages.require_passed(stages.shelf_of(lake), verdict.version)
    with pytest.raises(NoModel, match="was made for other columns than this code makes"):
        predictions.predict(lake, stages.shelf_of(lake), verdict.version, FIRST, permission=permission)
