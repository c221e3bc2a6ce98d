"""The DAG that there is only where machine learning is permitted."""

import airflow_env
import pytest

from tmdb_pipeline.dags import FEATURES
from tmdb_pipeline.settings import SettingsError

FAKE = "http://127.0.0.1:8080/3"
ALLOWED = "Kim of TMDB, 2026-11-02"


@pytest.fixture
def parse(monkeypatch):
    """Parses the file with these settings."""
    from airflow.dag_processing.dagbag import DagBag

    def parsed(**environ):
        for name in ("TMDB_BASE_URL", "TMDB_ML_PERMISSION"):
            monkeypatch.setenv(name, environ.get(name, ""))
        return DagBag(airflow_env.DAGS / f"{FEATURES.id}.py")

    return parsed


@pytest.mark.parametrize("base_url", ["", "https://api.themoviedb.org/3", "https://api.tmdb.org/3"])
def test_no_dag_of_tmdb_without_permission(parse, base_url):
    """By default there is none, and that is no error."""
    bag = parse(TMDB_BASE_URL=base_url)

    assert (bag.dags, bag.import_errors) == ({}, {})


@pytest.mark.parametrize("environ", [{"TMDB_BASE_URL": FAKE}, {"TMDB_ML_PERMISSION": ALLOWED}])
def test_dag_where_it_may_be_permitted(parse, environ):
    """Nobody is asked at parse: at this address nothing answers. One task, after a load, publishes the asset."""
    bag = parse(**environ)

    (dag,) = bag.dags.values()
    (task,) = dag.tasks
    assert bag.import_errors == {}
    assert (dag.dag_id, task.task_id, task.retries, task.pool) == (FEATURES.id, "build_features", 1, "default_pool")
    assert [asset.name for asset in dag.schedule.objects] == ["tmdb_warehouse"]
    assert [asset.name for asset in task.outlets] == ["tmdb_features"]
    assert set(dag.tags) == {"tmdb", "features"}
    assert dag.params.dump() == {}


def test_permission_that_says_nothing_is_an_error_of_this_file(parse):
    """Whoever set it sees in Airflow's UI what it has to be; no other DAG is lost."""
    ((told,), dags) = (parsed := parse(TMDB_ML_PERMISSION="yes")).import_errors.values(), parsed.dags

    assert "does not say who allowed it and when" in told
    assert SettingsError.__name__ in told
    assert dags == {}
