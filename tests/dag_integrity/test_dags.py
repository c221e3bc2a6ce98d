import copy
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import airflow_env
import pytest

SEOUL = ZoneInfo("Asia/Seoul")
DAILY = "tmdb_daily_collection"
WEEKLY = "tmdb_weekly_comprehensive"
GENRES = ["action", "comedy", "drama", "horror", "romance", "science_fiction", "thriller", "animation"]
COLLECTING = {*(f"collect_{slug}_movies" for slug in GENRES), "collect_top_rated_movies"}
DOWNSTREAM = {
    DAILY: {
        "collect_popular_movies": {"validate_collected_data"},
        "collect_trending_movies": {"validate_collected_data"},
        "validate_collected_data": {"generate_daily_summary"},
        "generate_daily_summary": set(),
    },
    WEEKLY: {
        "start_weekly_collection": COLLECTING,
        **{task_id: {"consolidate_weekly_data"} for task_id in COLLECTING},
        "consolidate_weekly_data": {"validate_weekly_data"},
        "validate_weekly_data": {"end_weekly_collection"},
        "end_weekly_collection": set(),
    },
}
BOTH = pytest.mark.parametrize("dag_id", [DAILY, WEEKLY])


def test_exactly_these_dags_are_there(dagbag):
    """The folder holds these DAGs and no others, and parsing it raises and warns about nothing."""
    assert {dag_id: Path(dag.fileloc).name for dag_id, dag in dagbag.dags.items()} == {
        DAILY: "tmdb_daily_collection.py",
        WEEKLY: "tmdb_weekly_comprehensive.py",
    }
    assert dagbag.import_errors == {}
    assert dagbag.captured_warnings == {}
    assert dagbag.dag_warnings == set()


@BOTH
def test_tasks_and_edges_are_those_of_the_contract(dagbag, dag_id):
    """Every task is there, and every edge, and no other."""
    tasks = dagbag.dags[dag_id].task_dict

    assert {task_id: task.downstream_task_ids for task_id, task in tasks.items()} == DOWNSTREAM[dag_id]


@pytest.mark.parametrize(
    ("dag_id", "cron", "first"),
    [
        (DAILY, "0 2 * * *", ["2024-01-01T02:00+09:00", "2024-01-02T02:00+09:00", "2024-01-03T02:00+09:00"]),
        (WEEKLY, "0 3 * * 0", ["2024-01-07T03:00+09:00", "2024-01-14T03:00+09:00", "2024-01-21T03:00+09:00"]),
    ],
)
def test_schedule_is_explicit_and_in_seoul(dagbag, dag_id, cron, first):
    """The timetable is named in the DAG, not left to configuration, and ticks at the hour of Seoul."""
    from airflow.serialization.serialized_objects import DagSerialization
    from airflow.timetables.base import TimeRestriction
    from airflow.timetables.trigger import CronTriggerTimetable

    dag = dagbag.dags[dag_id]
    timetable = DagSerialization.from_dict(DagSerialization.to_dict(dag)).timetable

    ticks, last = [], None
    for _ in range(3):
        restriction = TimeRestriction(earliest=dag.start_date, latest=None, catchup=True)
        tick = timetable.next_dagrun_info(last_automated_data_interval=last, restriction=restriction)
        last = tick.data_interval
        ticks.append(tick.run_after)
    assert type(timetable) is CronTriggerTimetable
    assert (timetable.summary, str(timetable._timezone.name)) == (cron, "Asia/Seoul")
    assert ticks == [datetime.fromisoformat(moment) for moment in first]


@pytest.mark.parametrize(
    ("dag_id", "retries", "delay", "tags"),
    [
        (DAILY, 3, timedelta(minutes=5), {"tmdb", "data-collection", "daily"}),
        (WEEKLY, 2, timedelta(minutes=10), {"tmdb", "data-collection", "weekly", "comprehensive"}),
    ],
)
def test_runs_and_retries_are_those_of_the_contract(dagbag, dag_id, retries, delay, tags):
    """One run at a time, no catching up, a start in the past, and each task's retries and owner."""
    dag = dagbag.dags[dag_id]

    assert (dag.catchup, dag.max_active_runs, dag.tags) == (False, 1, tags)
    assert dag.start_date.utcoffset() is not None
    assert dag.start_date < datetime(2026, 1, 1, tzinfo=UTC)
    for task in dag.tasks:
        assert (task.retries, task.retry_delay, task.owner) == (retries, delay, "mlops-team")
        assert task.retry_policy is not None
        assert task.on_failure_callback
        assert task.execution_timeout


@BOTH
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


@BOTH
def test_collecting_tasks_share_the_pool(dagbag, dag_id):
    """Whatever asks TMDB runs in the pool that limits how many do so at once, and nothing else takes its slots."""
    pools = {task.task_id: task.pool for task in dagbag.dags[dag_id].tasks}

    assert {task_id for task_id, pool in pools.items() if pool == "tmdb_api"} == {
        task_id for task_id in pools if task_id.startswith("collect_")
    }


@BOTH
def test_statistics_are_one_xcom(dagbag, dag_id):
    """A dict that a task returns stays one value: Airflow would otherwise split it by its annotation."""
    assert not any(task.multiple_outputs for task in dagbag.dags[dag_id].tasks)


@pytest.mark.parametrize(
    ("dag_id", "params"),
    [
        (DAILY, {"popular_pages": 5, "time_window": "day", "warn_below_percent": 80.0, "fail_below_percent": 50.0}),
        (
            WEEKLY,
            {
                "genre_pages": 15,
                "top_rated_pages": 20,
                "min_rating": 7.5,
                "warn_below_percent": 80.0,
                "fail_below_percent": 50.0,
            },
        ),
    ],
)
def test_params_have_the_defaults_of_the_contract(dagbag, dag_id, params):
    """What can be changed for a run, and what it is if nobody does."""
    assert dagbag.dags[dag_id].params.dump() == params


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


@pytest.mark.parametrize(
    ("dag_id", "task_id", "asset"),
    [
        (DAILY, "generate_daily_summary", "tmdb_daily_movies"),
        (WEEKLY, "end_weekly_collection", "tmdb_weekly_movies"),
    ],
)
def test_last_task_alone_publishes_the_asset(dagbag, dag_id, task_id, asset):
    """Whoever waits for the asset is woken when everything is done, by one task only."""
    outlets = {task.task_id: [outlet.name for outlet in task.outlets] for task in dagbag.dags[dag_id].tasks}

    assert {name: found for name, found in outlets.items() if found} == {task_id: [asset]}


@BOTH
def test_dag_survives_serialisation(dagbag, dag_id):
    """The scheduler works with a JSON copy: it is valid, and has the same tasks and edges."""
    from airflow.serialization.serialized_objects import DagSerialization

    data = json.loads(json.dumps(DagSerialization.to_dict(dagbag.dags[dag_id])))

    DagSerialization.validate_schema(data)
    back = DagSerialization.from_dict(data)
    assert {task_id: task.downstream_task_ids for task_id, task in back.task_dict.items()} == DOWNSTREAM[dag_id]


PARSE = """
import json, sys
seen = []
watched = False
def hook(event, args):
    if not watched:
        return
    if event in {"socket.connect", "socket.getaddrinfo", "subprocess.Popen", "sqlite3.connect", "os.mkdir"}:
        seen.append(event)
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        seen.append(f"writes {args[0]}")
import airflow.sdk, airflow.dag_processing.dagbag
from airflow.serialization.serialized_objects import DagSerialization
from airflow.models.serialized_dag import SerializedDagModel
before = set(sys.modules)
sys.addaudithook(hook)
watched = True
bag = airflow.dag_processing.dagbag.DagBag(sys.argv[1])
watched = False
heavy = sorted({name.split(".")[0] for name in set(sys.modules) - before} & {"pandas", "numpy", "fake_tmdb", "scipy"})
hashes = {dag_id: SerializedDagModel.hash(DagSerialization.to_dict(dag)) for dag_id, dag in sorted(bag.dags.items())}
print("RESULT " + json.dumps({"seen": seen, "heavy": heavy, "errors": bag.import_errors, "hashes": hashes}))
"""


def parse(hash_seed):
    done = subprocess.run(
        [sys.executable, "-c", PARSE, str(airflow_env.DAGS)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    return json.loads(next(line for line in done.stdout.splitlines() if line.startswith("RESULT "))[7:])


def test_parsing_is_quiet_and_stable():
    """Parsing opens no socket, process or database, imports nothing heavy, and two processes get the same version."""
    first, second = parse("1"), parse("2")

    assert (first["seen"], first["heavy"], first["errors"]) == ([], [], {})
    assert set(first["hashes"]) == {DAILY, WEEKLY}
    assert first["hashes"] == second["hashes"]


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
