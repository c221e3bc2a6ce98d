"""What each of our DAG files must hold, written down once more: the contract, file by file."""

from dataclasses import dataclass, field

import pytest

GENRES = ["action", "comedy", "drama", "horror", "romance", "science_fiction", "thriller", "animation"]
COLLECTING = {*(f"collect_{slug}_movies" for slug in GENRES), "collect_top_rated_movies"}


@dataclass(frozen=True)
class Expected:
    """The contract of a file with one DAG."""

    dag_id: str
    cron: str
    next_runs: list[str]
    retries: int
    retry_minutes: int
    tags: set[str]
    edges: dict[str, set[str]] = field(repr=False)


CONTRACT = {
    "tmdb_daily_collection.py": Expected(
        dag_id="tmdb_daily_collection",
        cron="0 2 * * *",
        next_runs=["2024-01-01T02:00:00+09:00", "2024-01-02T02:00:00+09:00", "2024-01-03T02:00:00+09:00"],
        retries=3,
        retry_minutes=5,
        tags={"tmdb", "data-collection", "daily"},
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
        tags={"tmdb", "data-collection", "weekly", "comprehensive"},
        edges={
            "start_weekly_collection": COLLECTING,
            **{task_id: {"consolidate_weekly_data"} for task_id in COLLECTING},
            "consolidate_weekly_data": {"validate_weekly_data"},
            "validate_weekly_data": {"end_weekly_collection"},
            "end_weekly_collection": set(),
        },
    ),
}
EACH_FILE = pytest.mark.parametrize("file", CONTRACT)


@pytest.fixture
def dag(own, file):
    """The only DAG of a file."""
    (dag,) = (dag for facts, dag in own.dags() if facts.name == file)
    return dag


def test_every_file_has_a_contract(own):
    """A new DAG file comes with its contract, and a file that is gone takes it along."""
    assert {file.name: [dag.dag_id for dag in file.dags] for file in own.files} == {
        file: [expected.dag_id] for file, expected in CONTRACT.items()
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
    """The timetable is named in the DAG, with its cron string and the zone of Seoul."""
    expected = ("CronTriggerTimetable", [CONTRACT[file].cron], ["Asia/Seoul"])

    assert (dag.timetable, dag.crons, dag.zones) == expected


@EACH_FILE
def test_next_runs(dag, file):
    """The scheduler's copy of the DAG starts at these moments, told in Seoul's time."""
    assert dag.next_runs == CONTRACT[file].next_runs
