"""What each of our DAG files must hold, written down once more: the contract, file by file."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from tmdb_pipeline import dags
from tmdb_pipeline.orchestration.wiring import dag_arguments

GENRES = ["action", "comedy", "drama", "horror", "romance", "science_fiction", "thriller", "animation"]
#: What every DAG that judges movies lets a run choose.
QUALITY = {"warn_below_percent": 80.0, "fail_below_percent": 50.0, "adult_movies": "warn"}
COLLECTING = {*(f"collect_{slug}_movies" for slug in GENRES), "collect_top_rated_movies"}


@dataclass(frozen=True, kw_only=True)
class Expected:
    """The contract of a file with one DAG."""

    dag_id: str
    retries: int
    retry_minutes: int
    slow_after_minutes: int = 60
    tags: set[str]
    cron: str | None = None
    next_runs: list[str] = field(default_factory=list)
    after: set[str] = field(default_factory=set)
    asset: tuple[str, str] | None = None
    params: dict[str, object] = field(repr=False)
    edges: dict[str, set[str]] = field(repr=False)


CONTRACT = {
    "tmdb_daily_collection.py": Expected(
        dag_id="tmdb_daily_collection",
        cron="0 2 * * *",
        next_runs=["2024-01-01T02:00:00+09:00", "2024-01-02T02:00:00+09:00", "2024-01-03T02:00:00+09:00"],
        retries=3,
        retry_minutes=5,
        tags={"tmdb", "data-collection", "daily"},
        asset=("tmdb_daily_movies", "tmdb://movies/daily"),
        params={"popular_pages": 5, "time_window": "day", **QUALITY},
        edges={
            "collect_popular_movies": {"validate_collected_data"},
            "collect_trending_movies": {"validate_collected_data"},
            "validate_collected_data": {"generate_daily_summary"},
            "generate_daily_summary": set(),
        },
    ),
    "tmdb_weekly_comprehensive.py": Expected(
        dag_id="tmdb_weekly_comprehensive",
        cron="0 3 * * 0",
        next_runs=["2024-01-07T03:00:00+09:00", "2024-01-14T03:00:00+09:00", "2024-01-21T03:00:00+09:00"],
        retries=2,
        retry_minutes=10,
        slow_after_minutes=120,
        tags={"tmdb", "data-collection", "weekly", "comprehensive"},
        asset=("tmdb_weekly_movies", "tmdb://movies/weekly"),
        params={"genre_pages": 15, "top_rated_pages": 20, "min_rating": 7.5, **QUALITY},
        edges={
            "start_weekly_collection": COLLECTING,
            **{task_id: {"consolidate_weekly_data"} for task_id in COLLECTING},
            "consolidate_weekly_data": {"validate_weekly_data"},
            "validate_weekly_data": {"end_weekly_collection"},
            "end_weekly_collection": set(),
        },
    ),
    "tmdb_warehouse_load.py": Expected(
        dag_id="tmdb_warehouse_load",
        after={"tmdb_daily_movies", "tmdb_weekly_movies"},
        retries=3,
        retry_minutes=5,
        tags={"tmdb", "warehouse", "load"},
        asset=("tmdb_warehouse", "tmdb://warehouse/"),  # Airflow ends an address without a path so
        params={"run_dates": []},
        edges={"extract_data": {"transform_data"}, "transform_data": {"load_data"}, "load_data": set()},
    ),
    "tmdb_popularity_history.py": Expected(
        dag_id="tmdb_popularity_history",
        cron="30 18 * * *",
        next_runs=["2024-01-01T18:30:00+09:00", "2024-01-02T18:30:00+09:00", "2024-01-03T18:30:00+09:00"],
        retries=3,
        retry_minutes=60,
        slow_after_minutes=240,
        tags={"tmdb", "warehouse", "history"},
        params={"again": False},
        edges={"extract_popularity_export": {"load_popularity_history"}, "load_popularity_history": set()},
    ),
    "tmdb_warehouse_quality.py": Expected(
        dag_id="tmdb_warehouse_quality",
        after={"tmdb_warehouse"},
        retries=1,
        retry_minutes=5,
        tags={"tmdb", "warehouse", "quality"},
        params={},
        edges={
            "data_quality_check": {"choose_level", "send_quality_report", "tell_quiet", "tell_warning", "tell_alarm"},
            "choose_level": {"tell_quiet", "tell_warning", "tell_alarm"},
            "tell_quiet": {"send_quality_report"},
            "tell_warning": {"send_quality_report"},
            "tell_alarm": {"send_quality_report"},
            "send_quality_report": set(),
        },
    ),
    "tmdb_platform_monitoring.py": Expected(
        dag_id="tmdb_platform_monitoring",
        cron="45 * * * *",
        next_runs=["2024-01-01T00:45:00+09:00", "2024-01-01T01:45:00+09:00", "2024-01-01T02:45:00+09:00"],
        retries=0,
        retry_minutes=5,
        tags={"tmdb", "monitoring"},
        params={},
        edges={"performance_monitoring": set(), "resource_monitoring": set()},
    ),
}
EACH_FILE = pytest.mark.parametrize("file", CONTRACT)


@pytest.fixture
def dag(own, file):
    """The only DAG of a file."""
    (dag,) = (dag for facts, dag in own.dags() if facts.name == file)
    return dag


def test_every_file_has_a_contract(own):
    """A new DAG file comes with its contract, and a file that is gone takes it along.

    What ships of custom collections is switched off.
    """
    assert {file.name: [dag.dag_id for dag in file.dags] for file in own.files} == {
        **{file: [expected.dag_id] for file, expected in CONTRACT.items()},
        "tmdb_features.py": [],  # machine learning is not permitted by default
        "tmdb_model_pipeline.py": [],  # as above
        "tmdb_predictions.py": [],  # as above
        "custom_collections.py": [],
        "custom_collections_errors.py": [],
    }


@EACH_FILE
def test_tasks_and_edges(dag, file):
    """Every task is there, and every edge, and no other."""
    assert dag.edges == CONTRACT[file].edges


@EACH_FILE
def test_retries(dag, file):
    """Each task is tried again as often and after as long as the contract says."""
    expected = (CONTRACT[file].retries, 60.0 * CONTRACT[file].retry_minutes)

    assert {(task.retries, task.retry_delay) for task in dag.tasks} == {expected}


@EACH_FILE
def test_people_are_told_of_each_run(dagbag, file):
    """A run that fails is told of once, and so is what one that succeeds has mended."""
    dag = dagbag.dags[CONTRACT[file].dag_id]

    assert (dag.on_failure_callback.__name__, dag.on_success_callback.__name__) == ("run_failed", "run_succeeded")


@EACH_FILE
def test_run_that_has_not_ended_is_told_of(dagbag, file, monkeypatch):
    """The scheduler has a deadline of each DAG; where one process runs all of it there is none."""
    spec = dags.find(CONTRACT[file].dag_id)

    assert dag_arguments(spec)["deadline"] is dagbag.dags[spec.id].deadline is None
    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "client")
    slow = dag_arguments(spec)["deadline"]
    assert slow.interval == timedelta(minutes=CONTRACT[file].slow_after_minutes)
    assert slow.callback.path == "tmdb_pipeline.orchestration.alerts.callbacks.run_slow"


@EACH_FILE
def test_owner(dag, file):
    """The team is asked when a task breaks."""
    assert {task.owner for task in dag.tasks} == {"mlops-team"}


@EACH_FILE
def test_tags(dag, file):
    """The tags are those that people filter by."""
    assert set(dag.tags) == CONTRACT[file].tags


@EACH_FILE
def test_docs(dag, file):
    """The DAG's page is its file's docstring, a Markdown page."""
    assert dag.doc_md.startswith("# ")


@EACH_FILE
def test_catchup(dag, file):
    """Missed runs are not caught up with."""
    assert dag.catchup is False


@EACH_FILE
def test_max_active_runs(dag, file):
    """Two runs never write the same files at once."""
    assert dag.max_active_runs == 1


@EACH_FILE
def test_timetable(dag, file):
    """The timetable is named in the DAG, with its cron string and the zone of Seoul; or assets start it."""
    cron = CONTRACT[file].cron
    expected = ("CronTriggerTimetable", [cron], ["Asia/Seoul"]) if cron else ("AssetTriggeredTimetable", [], [])

    assert (dag.timetable, dag.crons, dag.zones) == expected


@EACH_FILE
def test_assets_that_start_it(dagbag, file):
    """Any one of the assets starts the DAG, and no other asset does."""
    expected = CONTRACT[file]
    schedule = dagbag.dags[expected.dag_id].schedule

    assert {asset.name for asset in getattr(schedule, "objects", [])} == expected.after
    assert type(schedule).__name__ == ("AssetAny" if expected.after else "CronTriggerTimetable")


@EACH_FILE
def test_next_runs(dag, file):
    """The scheduler's copy of the DAG starts at these moments, told in Seoul's time."""
    assert dag.next_runs == CONTRACT[file].next_runs


@EACH_FILE
def test_collecting_tasks_run_in_the_pool(dag, file):
    """What asks TMDB takes a slot of the pool, which the stack makes at its start; nothing else does."""
    pools = {task.task_id: task.pool for task in dag.tasks}

    assert pools == {
        task_id: "tmdb_api" if task_id.startswith("collect_") else "default_pool" for task_id in CONTRACT[file].edges
    }


@EACH_FILE
def test_params_have_the_defaults_of_the_contract(dagbag, file):
    """What can be changed for a run, and what it is if nobody does."""
    assert dagbag.dags[CONTRACT[file].dag_id].params.dump() == CONTRACT[file].params


@EACH_FILE
def test_last_task_alone_publishes_the_asset(dagbag, file):
    """Whoever waits for the asset, by its name or its address, is woken when everything is done, by one task only."""
    expected = CONTRACT[file]
    *_, last = (task_id for task_id, downstream in expected.edges.items() if not downstream)
    outlets = {
        task.task_id: [(outlet.name, outlet.uri, outlet.group) for outlet in task.outlets]
        for task in dagbag.dags[expected.dag_id].tasks
    }

    published = {last: [(*expected.asset, "tmdb")]} if expected.asset else {}
    assert {task_id: found for task_id, found in outlets.items() if found} == published


def test_registry_has_every_dag(own):
    """What commands run, and the docs tell, is what is here: no more, no less."""
    assert [spec.id for spec in dags.DAGS] == [expected.dag_id for expected in CONTRACT.values()]


@EACH_FILE
def test_registry_has_every_task(file):
    """Nothing in the registry is left without a task in its DAG."""
    assert {task.id for task in dags.find(CONTRACT[file].dag_id).tasks} == set(CONTRACT[file].edges)
