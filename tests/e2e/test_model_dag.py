"""The DAG of the model on what was collected of a fake that lives: trained, judged, deployed, and run twice."""

from datetime import datetime, time, timedelta

import pytest
from model_lakes import LAST, collected

from fake_tmdb import FakeTmdb, Living
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.dags import MODEL
from tmdb_pipeline.model import stages
from tmdb_pipeline.model.registry import keep

#: The last Sunday of which there is a collection, when the run is due.
SUNDAY = datetime.combine(LAST - timedelta(days=LAST.isoweekday() % 7), time(5, 30), SEOUL)
ALL = [task.id for task in MODEL.tasks]


@pytest.fixture
def lake(tmp_path, monkeypatch):
    """A lake with twenty weeks of collections of a fake that lives."""
    with FakeTmdb(movies=20_000, seed=3, living=Living()).serve() as server:
        monkeypatch.setenv("TMDB_BASE_URL", server.url)
        monkeypatch.setenv("TMDB_READ_TOKEN", server.fake.read_token)
        monkeypatch.setenv("TMDB_DATA_ROOT", str(tmp_path / "lake"))
        yield collected(tmp_path / "lake", server.fake, server.url)


def ended(run):
    """How each task ended, in the order of the registry."""
    states = {task.task_id: str(task.state) for task in run.get_task_instances()}
    return [states[task] for task in ALL]


def test_a_model_is_trained_judged_and_deployed_once(run_dag, lake, monkeypatch):
    """The first version that passes is the champion; the same day again is the same version, listed once.

    One that the gate refuses leaves everything as it was.
    """
    shelf = stages.shelf_of(lake)

    first = run_dag(MODEL.id, logical_date=SUNDAY)

    assert (str(first.state), ended(first)) == ("success", [*["success"] * 5, "skipped"])
    (version,) = shelf.versions()
    kept = keep.read(shelf, version)
    assert version.startswith(f"{SUNDAY:%Y%m%d}-")
    assert (shelf.champion(), kept.manifest.as_of, kept.report.gate.passed) == (version, SUNDAY.date(), True)
    assert kept.report.evaluation.skill > 0.6
    state, card = shelf.state(), kept.card

    again = run_dag(MODEL.id, logical_date=SUNDAY + timedelta(hours=1))

    assert ended(again) == [*["success"] * 5, "skipped"]
    assert (shelf.versions(), shelf.state(), keep.read(shelf, version).card) == ([version], state, card)

    refused = stages.Verdict(version, passed=False, refusals=["fast enough: it is slow"])
    monkeypatch.setattr(stages, "evaluate_candidate", lambda *_, **__: refused)
    kept_back = run_dag(MODEL.id, logical_date=SUNDAY + timedelta(hours=2))

    assert (str(kept_back.state), ended(kept_back)) == ("success", [*["success"] * 4, "skipped", "success"])
    assert (shelf.versions(), shelf.state()) == ([version], state)


def test_first_weeks_are_skipped(run_dag, lake):
    """A run that has too little to learn from is no failure, and writes no model."""
    run = run_dag(MODEL.id, logical_date=SUNDAY - timedelta(weeks=16))

    assert (str(run.state), ended(run)) == ("success", ["skipped"] * 6)
    assert stages.shelf_of(lake).versions() == []
