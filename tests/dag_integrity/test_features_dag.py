"""The DAGs that there are only where machine learning is permitted."""

import airflow_env
import pytest

from tmdb_pipeline.dags import FEATURES, MODEL, PERMITTED, PREDICTIONS
from tmdb_pipeline.settings import SettingsError

FAKE = "http://127.0.0.1:8080/3"
ALLOWED = "Kim of TMDB, 2026-11-02"
EACH = pytest.mark.parametrize("spec", PERMITTED, ids=lambda spec: spec.name)
PERMISSIONS = pytest.mark.parametrize("environ", [{"TMDB_BASE_URL": FAKE}, {"TMDB_ML_PERMISSION": ALLOWED}])


@pytest.fixture
def parse(monkeypatch):
    """Parses the file of a DAG with these settings."""
    from airflow.dag_processing.dagbag import DagBag

    def parsed(spec, **environ):
        for name in ("TMDB_BASE_URL", "TMDB_ML_PERMISSION"):
            monkeypatch.setenv(name, environ.get(name, ""))
        return DagBag(airflow_env.DAGS / f"{spec.id}.py")

    return parsed


@EACH
@pytest.mark.parametrize("base_url", ["", "https://api.themoviedb.org/3", "https://api.tmdb.org/3"])
def test_no_dag_of_tmdb_without_permission(parse, spec, base_url):
    """By default there is none, and that is no error."""
    bag = parse(spec, TMDB_BASE_URL=base_url)

    assert (bag.dags, bag.import_errors) == ({}, {})


@PERMISSIONS
def test_dag_where_it_may_be_permitted(parse, environ):
    """Nobody is asked at parse: at this address nothing answers. One task, after a load, publishes the asset."""
    bag = parse(FEATURES, **environ)

    (dag,) = bag.dags.values()
    (task,) = dag.tasks
    assert bag.import_errors == {}
    assert (dag.dag_id, task.task_id, task.retries, task.pool) == (FEATURES.id, "build_features", 1, "default_pool")
    assert [asset.name for asset in dag.schedule.objects] == ["tmdb_warehouse"]
    assert [asset.name for asset in task.outlets] == ["tmdb_features"]
    assert set(dag.tags) == {"tmdb", "features"}
    assert dag.params.dump() == {}


@PERMISSIONS
def test_dag_of_the_model_where_it_may_be_permitted(parse, environ):
    """On Sundays in Seoul, behind the collections of the day: a line of tasks, and a choice at its end."""
    bag = parse(MODEL, **environ)

    (dag,) = bag.dags.values()
    assert bag.import_errors == {}
    assert {task.task_id: task.downstream_task_ids for task in dag.tasks} == {
        "data_preprocessing": {"model_training"},
        "model_training": {"model_evaluation"},
        "model_evaluation": {"choose_deployment", "model_deployment", "keep_champion"},
        "choose_deployment": {"model_deployment", "keep_champion"},
        "model_deployment": set(),
        "keep_champion": set(),
    }
    assert {(task.owner, task.pool, task.retries, task.retry_delay.total_seconds()) for task in dag.tasks} == {
        ("mlops-team", "default_pool", 2, 600)
    }
    assert (dag.schedule.expression, dag.schedule.timezone) == ("30 5 * * 0", "Asia/Seoul")
    assert (dag.catchup, dag.max_active_runs, set(dag.tags), dag.params.dump()) == (False, 1, {"tmdb", "model"}, {})
    assert [dag.on_failure_callback.__name__, dag.on_success_callback.__name__] == ["run_failed", "run_succeeded"]


@PERMISSIONS
def test_dag_of_predictions_where_it_may_be_permitted(parse, environ):
    """After the features of a day: predicted, then loaded, and watched whether there is a warehouse or not."""
    bag = parse(PREDICTIONS, **environ)

    (dag,) = bag.dags.values()
    assert bag.import_errors == {}
    assert {task.task_id: task.downstream_task_ids for task in dag.tasks} == {
        "predict_popular_movies": {"load_predictions", "watch_model"},
        "load_predictions": set(),
        "watch_model": set(),
    }
    assert {(task.pool, task.retries, task.retry_delay.total_seconds()) for task in dag.tasks} == {
        ("default_pool", 2, 300)
    }
    assert [asset.name for asset in dag.schedule.objects] == ["tmdb_features"]
    assert (dag.max_active_runs, set(dag.tags), dag.params.dump()) == (1, {"tmdb", "model"}, {})
    assert [dag.on_failure_callback.__name__, dag.on_success_callback.__name__] == ["run_failed", "run_succeeded"]


@EACH
def test_permission_that_says_nothing_is_an_error_of_this_file(parse, spec):
    """Whoever set it sees in Airflow's UI what it has to be; no other DAG is lost."""
    ((told,), dags) = (parsed := parse(spec, TMDB_ML_PERMISSION="yes")).import_errors.values(), parsed.dags

    assert "does not say who allowed it and when" in told
    assert SettingsError.__name__ in told
    assert dags == {}
