"""What was measured of the platform, kept in the warehouse."""

from datetime import UTC, date, datetime, timedelta

from msgspec.structs import replace

from tmdb_pipeline.monitoring.durations.task_runs import TaskRun
from tmdb_pipeline.monitoring.history import keep_samples, keep_task_runs
from tmdb_pipeline.monitoring.resources.samples import Sample

NOW = datetime(2026, 11, 27, tzinfo=UTC)
TASK_RUN = TaskRun(
    dag_id="tmdb_daily_collection",
    task_id="collect_popular_movies",
    run_id="scheduled__1",
    run_date=date(2026, 11, 27),
    try_number=1,
    state="success",
    began=NOW,
    ended=NOW + timedelta(seconds=20),
    cpu_seconds=1.5,
    peak_memory_bytes=120_000_000,
)
SAMPLE = Sample(
    machine="a",
    at=NOW,
    cpus=1.5,
    cpu_percent=20.0,
    load=0.5,
    memory_bytes=100,
    memory_free_bytes=50,
    processes={"scheduler": "healthy", "triggerer": "unhealthy"},
    unmeasured={"disk": "disk cannot be measured: it is gone"},
)


def rows(connection, table):
    return connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4").fetchall()  # noqa: S608 - a constant


def test_each_try_is_kept_once(connection):
    """Every column has what the task noted; what is there already is passed over, an hour later and for ever."""
    tries = [TASK_RUN, replace(TASK_RUN, try_number=2, state="failed")]

    assert keep_task_runs(connection, tries, NOW) == 2
    assert keep_task_runs(connection, [*tries, replace(TASK_RUN, run_id="scheduled__2")], NOW) == 1

    found = rows(connection, "platform_task_runs")
    assert len(found) == 3
    began, ended = NOW, NOW + timedelta(seconds=20)
    key = ("tmdb_daily_collection", "collect_popular_movies", "scheduled__1", 1)
    assert found[0] == (*key, date(2026, 11, 27), "success", began, ended, 1.5, 120_000_000)


def test_each_sample_is_kept_once(connection):
    """The same for samples; of processes those are kept that gave no sign of life."""
    assert keep_samples(connection, [SAMPLE], NOW) == 1
    assert keep_samples(connection, [SAMPLE, replace(SAMPLE, machine="b")], NOW) == 1
    assert keep_samples(connection, [], NOW) == 0

    first, _ = connection.execute("SELECT * FROM platform_samples ORDER BY machine").fetchall()
    assert first == ("a", NOW, 1.5, 20.0, 0.5, 100, 50, None, None, ["triggerer"])


def test_rows_that_are_too_old_go(connection):
    """Samples stay for 90 days and tasks for 400, and what is older does not come back from the lake."""
    keep_samples(connection, [SAMPLE], NOW)
    keep_task_runs(connection, [TASK_RUN], NOW)

    assert keep_samples(connection, [SAMPLE], NOW + timedelta(days=90)) == 0
    assert keep_task_runs(connection, [TASK_RUN], NOW + timedelta(days=400)) == 0
    assert len(rows(connection, "platform_samples")) == len(rows(connection, "platform_task_runs")) == 1
    assert keep_samples(connection, [SAMPLE], NOW + timedelta(days=91)) == 0
    assert keep_task_runs(connection, [TASK_RUN], NOW + timedelta(days=401)) == 0
    assert rows(connection, "platform_samples") == rows(connection, "platform_task_runs") == []
