import copy
from datetime import datetime, timedelta

import pytest

from tmdb_pipeline import dags

DAILY, WEEKLY = dags.DAILY.id, dags.WEEKLY.id
GENRES = ["action", "comedy", "drama", "horror", "romance", "science_fiction", "thriller", "animation"]
EACH = pytest.mark.parametrize("dag_id", [spec.id for spec in dags.DAGS])


@EACH
def test_every_task_knows_what_to_do_when_it_fails(dagbag, dag_id):
    """Which failures are tried again is decided by policy, one line says which task failed, and no task hangs."""
    from tmdb_pipeline.orchestration.monitoring.ended import note_end
    from tmdb_pipeline.orchestration.notifiers import announce_failure
    from tmdb_pipeline.orchestration.observing.task import measure_success, measure_use
    from tmdb_pipeline.orchestration.retry_policy import TmdbRetryPolicy

    for task in dagbag.dags[dag_id].tasks:
        assert isinstance(task.retry_policy, TmdbRetryPolicy)
        assert task.retry_policy.delay == task.retry_delay
        assert task.on_failure_callback == [measure_use, announce_failure, note_end]
        assert task.on_success_callback == [measure_success, note_end]
        assert task.execution_timeout == timedelta(minutes=30)
        assert task.on_retry_callback


@EACH
def test_everything_is_documented(dagbag, dag_id):
    """The DAG's page is its module docstring, and every task says what it does."""
    dag = dagbag.dags[dag_id]

    assert dag.doc_md.startswith("# ")
    assert all(len(task.doc_md.strip()) > 20 for task in dag.tasks)
    assert all(task.task_id in dag.doc_md or task.task_id.startswith("collect_") for task in dag.tasks)


def test_genres_are_shown_in_korean_and_identified_in_ascii(dagbag):
    """Ids are ASCII, for a Korean one breaks a test run of Airflow 3.3; people read Korean."""
    tasks = dagbag.dags[WEEKLY].task_dict

    assert [tasks[f"collect_{slug}_movies"].task_display_name for slug in GENRES] == [
        f"{name} 영화 수집" for name in ("액션", "코미디", "드라마", "공포", "로맨스", "SF", "스릴러", "애니메이션")
    ]
    assert all(task_id.isascii() for dag in dagbag.dags.values() for task_id in dag.task_dict)


@EACH
def test_collecting_tasks_share_the_pool(dagbag, dag_id):
    """Whatever asks TMDB runs in the pool that limits how many do so at once, and nothing else takes its slots."""
    pools = {task.task_id: task.pool for task in dagbag.dags[dag_id].tasks}

    assert {task_id for task_id, pool in pools.items() if pool == dags.POOL.name} == {
        task_id for task_id in pools if task_id.startswith("collect_")
    }


@EACH
def test_statistics_are_one_xcom(dagbag, dag_id):
    """A dict that a task returns stays one value: Airflow would otherwise split it by its annotation."""
    assert not any(task.multiple_outputs for task in dagbag.dags[dag_id].tasks)


@pytest.mark.parametrize(
    ("dag_id", "bad"),
    [
        (DAILY, {"popular_pages": 0}),
        (DAILY, {"popular_pages": 501}),
        (DAILY, {"time_window": "month"}),
        (DAILY, {"warn_below_percent": 101}),
        (WEEKLY, {"genre_pages": "many"}),
        (WEEKLY, {"top_rated_pages": 501}),
        (WEEKLY, {"min_rating": 11}),
    ],
)
def test_params_out_of_range_are_refused(dagbag, dag_id, bad):
    """A run with a param that TMDB or reason does not allow does not begin."""
    from airflow.sdk.exceptions import ParamValidationError

    params = copy.deepcopy(dagbag.dags[dag_id].params)
    with pytest.raises(ParamValidationError):
        params.update(bad)


#: The least and the greatest value of each param that is a number.
RANGES = [
    (DAILY, "popular_pages", 1, 500),
    (WEEKLY, "genre_pages", 1, 500),
    (WEEKLY, "top_rated_pages", 1, 500),
    (WEEKLY, "min_rating", 0, 10),
    *((dag_id, f"{level}_below_percent", 0, 100) for dag_id in (DAILY, WEEKLY) for level in ("warn", "fail")),
]


@pytest.mark.parametrize(("dag_id", "name", "least", "greatest"), RANGES)
def test_params_are_taken_up_to_their_edges(dagbag, dag_id, name, least, greatest):
    """The least and the greatest value begin a run; a step beyond, a text and nothing do not."""
    from airflow.sdk.exceptions import ParamValidationError

    params = copy.deepcopy(dagbag.dags[dag_id].params)
    for value in (least, greatest):
        params.update({name: value})
        assert params.dump()[name] == value
    for value in (least - 1, greatest + 1, least - 0.5, str(least), None):
        with pytest.raises(ParamValidationError):
            params.update({name: value})


@pytest.mark.parametrize(("dag_id", "name"), [(dag_id, name) for dag_id, name, *_ in RANGES if name.endswith("_pages")])
def test_pages_are_whole(dagbag, dag_id, name):
    """There is no half page."""
    from airflow.sdk.exceptions import ParamValidationError

    with pytest.raises(ParamValidationError):
        copy.deepcopy(dagbag.dags[dag_id].params).update({name: 2.5})


@EACH
def test_params_and_the_dag_say_what_they_are(dagbag, dag_id):
    """Whoever triggers a run reads what each param is for, and in the list of DAGs what each DAG does."""
    dag = dagbag.dags[dag_id]

    assert all(len(dag.params.get_param(name).description or "") > 10 for name in dag.params)
    assert len(dag.description) > 20
    assert not dag.dag_display_name.isascii()


@pytest.mark.parametrize(
    ("logical_date", "run_after", "day"),
    [
        ("2024-01-01T02:00+09:00", "2024-01-01T02:00+09:00", "2024-01-01"),
        ("2023-12-31T17:00+00:00", "2024-01-05T00:00+00:00", "2024-01-01"),
        ("2024-01-01T00:00+00:00", "2024-01-05T00:00+00:00", "2024-01-01"),
        ("2023-12-31T14:59:59+00:00", "2024-01-05T00:00+00:00", "2023-12-31"),
        (None, "2023-12-31T15:00+00:00", "2024-01-01"),
        (None, "2023-12-31T14:59:59+00:00", "2023-12-31"),
    ],
)
def test_run_date_is_the_day_in_seoul(logical_date, run_after, day):
    """At 02:00 in Seoul the day is that day, though Airflow's own ds says yesterday; without a logical date too."""
    from types import SimpleNamespace

    from tmdb_pipeline.orchestration.run_date import run_date

    dag_run = SimpleNamespace(
        logical_date=logical_date and datetime.fromisoformat(logical_date),
        run_after=datetime.fromisoformat(run_after),
    )

    assert run_date({"dag_run": dag_run}).isoformat() == day
