"""The DAG of the predictions: what a champion says of a day, loaded, and a week later what came of it."""

import json
from datetime import datetime, time, timedelta

import pytest
from model_lakes import AT, LAST, collected

from fake_tmdb import FakeTmdb, Living
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.dags import DAILY, PREDICTIONS
from tmdb_pipeline.features.permission import Permission
from tmdb_pipeline.lake import paths
from tmdb_pipeline.model import predictions, stages
from tmdb_pipeline.orchestration.ml import prediction_tasks
from tmdb_pipeline.run import Run

#: The day as of which the version is trained.
TRAINED = LAST - timedelta(days=8)
VERSIONS = "SELECT day, role, version, count(*), count(outcome), count(best_chance) FROM predictions GROUP BY 1, 2, 3"


@pytest.fixture
def lake(tmp_path, monkeypatch):
    """A lake of a fake that lives, with a champion that knows nothing of its last week."""
    with FakeTmdb(movies=20_000, seed=3, living=Living()).serve() as server:
        monkeypatch.setenv("TMDB_BASE_URL", server.url)
        monkeypatch.setenv("TMDB_READ_TOKEN", server.fake.read_token)
        monkeypatch.setenv("TMDB_DATA_ROOT", str(tmp_path / "lake"))
        lake, permission = collected(tmp_path / "lake", server.fake, server.url), Permission(server.url, "")
        for day in (TRAINED, LAST):  # the features of all days, and no later version
            stages.prepare(lake, day, permission=permission)
        candidate = stages.train(lake, TRAINED, permission=permission)
        verdict = stages.evaluate_candidate(lake, candidate, permission=permission)
        stages.deploy(lake, verdict.version, TRAINED, at=AT)
        yield lake


def states(run):
    return [str(task.state) for task in sorted(run.get_task_instances(), key=lambda each: each.task_id)]


def test_predictions_are_loaded_and_scored_a_week_later(
    run_dag, lake, postgres, database, connection, tmp_path, monkeypatch
):
    """Without a warehouse they wait; loaded they are what was said; later what came stands beside them, once."""
    shelf, day = stages.shelf_of(lake), LAST - timedelta(days=7)
    version = shelf.champion()

    def run(on, today):
        monkeypatch.setattr(prediction_tasks, "now", lambda: datetime.combine(today, time(3), SEOUL))
        return states(run_dag(PREDICTIONS.id, logical_date=datetime.combine(on, time(3), SEOUL)))

    monkeypatch.delenv("AIRFLOW_CONN_TMDB_WAREHOUSE", raising=False)
    assert run(day, day) == ["skipped", "success", "success"]
    monkeypatch.setenv("AIRFLOW_CONN_TMDB_WAREHOUSE", postgres.url(database, "postgresql"))
    assert run(day + timedelta(days=1), day + timedelta(days=1)) == ["success"] * 3

    said = {each.movie_id: each.chance for each in predictions.said(lake, shelf, version, day)}
    loaded = connection.execute("SELECT movie_id, chance FROM predictions WHERE day = %s", [day]).fetchall()
    assert dict(loaded) == said
    assert {row[:3] + row[4:] for row in connection.execute(VERSIONS)} == {
        (each, "champion", version, 0, 0) for each in (day, day + timedelta(days=1))
    }

    assert run(day, LAST) == ["success"] * 3
    held = connection.execute("SELECT xmin::text, p FROM predictions AS p ORDER BY movie_id, day").fetchall()
    assert run(day, LAST) == ["success"] * 3

    assert connection.execute("SELECT xmin::text, p FROM predictions AS p ORDER BY movie_id, day").fetchall() == held
    assert {row[:3] + row[4:] for row in connection.execute(VERSIONS)} == {
        (day, "champion", version, len(said), len(said)),
        (day + timedelta(days=1), "champion", version, 0, 0),
    }
    connection.execute("TRUNCATE predictions")
    assert run(day, LAST) == ["success"] * 3
    assert [row for _, row in held] == [
        row for (row,) in connection.execute("SELECT p FROM predictions AS p ORDER BY movie_id, day")
    ]  # made anew, the table is filled again from the lake
    top = {
        movie for (movie,) in connection.execute("SELECT movie_id FROM predictions WHERE outcome AND day = %s", [day])
    }
    assert top <= {movie["id"] for movie in _popular(lake, LAST)[:100]}
    ((brier, base, best),) = connection.execute(
        "SELECT brier, base_brier, best_brier FROM prediction_scores"
    ).fetchall()
    assert 0 < best < 0.15
    assert 0 < brier < 0.15
    assert base is None


def _popular(lake, day):
    file = paths.movies_file(Run(DAILY.id, "", day), "daily", "popular_movies")
    return json.loads(lake.read(file))["movies"]
