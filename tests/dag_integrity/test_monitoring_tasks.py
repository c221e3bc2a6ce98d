"""What each task notes when it ends, and what the tasks that watch the platform tell, on a lake without a warehouse."""

import logging
import socket
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from airflow.sdk import BaseHook, TaskInstanceState
from airflow.sdk.exceptions import AirflowNotFoundException
from msgspec.structs import replace
from support import free_port, no_file_larger_than

from tmdb_pipeline.alerts.alert import Kind
from tmdb_pipeline.alerts.ledger import Ledger
from tmdb_pipeline.custom.file import Fault
from tmdb_pipeline.dags import DAILY, FEATURES, MONITORING
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.monitoring.durations import task_runs
from tmdb_pipeline.monitoring.durations.task_runs import TaskRun
from tmdb_pipeline.monitoring.resources import machine, samples
from tmdb_pipeline.monitoring.resources.samples import Sample
from tmdb_pipeline.orchestration.context import TaskContext
from tmdb_pipeline.orchestration.custom.dags import faults_beside
from tmdb_pipeline.orchestration.monitoring import tasks
from tmdb_pipeline.orchestration.monitoring.api_server import api_server
from tmdb_pipeline.orchestration.monitoring.ended import note_end
from tmdb_pipeline.orchestration.params import Params
from tmdb_pipeline.run import Run

#: 09:00 in Seoul
NOW = datetime(2026, 11, 27, tzinfo=UTC)
TODAY = date(2026, 11, 27)
HOUR = timedelta(hours=1)


@pytest.fixture
def lake(monkeypatch, tmp_path):
    """An empty lake at the data root that the environment names; no Connection, and no API server."""

    def get_connection(conn_id):
        raise AirflowNotFoundException(conn_id)

    monkeypatch.setattr(BaseHook, "get_connection", staticmethod(get_connection))
    monkeypatch.setenv("TMDB_DATA_ROOT", str(tmp_path / "lake"))
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTION_API_SERVER_URL", f"http://127.0.0.1:{free_port()}/execution/")
    monkeypatch.setattr(machine, "WATCHED", 0.01)
    monkeypatch.setattr(tasks, "now", lambda: NOW)
    return Lake(str(tmp_path / "lake"))


def this():
    return TaskContext(Run(MONITORING.id, "scheduled__1", TODAY), Params(), None)


# What a task notes


def context(*, state="success", end_date=NOW, start_date=NOW - HOUR):
    """What Airflow gives to the callback of a task."""
    ti = SimpleNamespace(
        task_id=DAILY.tasks[0].id,
        try_number=2,
        state=TaskInstanceState(state),
        start_date=NOW - timedelta(seconds=20),
        end_date=end_date,
    )
    dag_run = SimpleNamespace(
        dag_id=DAILY.id,
        run_id="scheduled__1",
        logical_date=NOW - 7 * HOUR,
        run_after=NOW - 7 * HOUR,
        start_date=start_date,
    )
    return {"ti": ti, "dag_run": dag_run}


@pytest.fixture
def _begun(monkeypatch):
    """A task has begun in this process."""
    monkeypatch.setattr("tmdb_pipeline.orchestration.observing.task._Begun.here", True)


@pytest.mark.usefixtures("_begun")
@pytest.mark.parametrize("state", ["success", "failed", "up_for_retry"])
def test_task_that_ends_is_noted(lake, state):
    """How long it took and what its process used, however it ended, under its run date in Seoul."""
    note_end(context(state=state))

    (kept,) = task_runs.kept(lake, DAILY)
    assert (kept.key, kept.state) == ((DAILY.id, DAILY.tasks[0].id, "scheduled__1", 2), state)
    assert (kept.run_date, kept.seconds) == (TODAY, 20)
    assert kept.cpu_seconds > 0
    assert kept.peak_memory_bytes > 10_000_000


@pytest.mark.usefixtures("_begun")
def test_end_that_nobody_has_written_down_is_now(lake, monkeypatch):
    """Of a task whose process was killed Airflow has no end."""
    monkeypatch.setattr("tmdb_pipeline.orchestration.monitoring.ended.now", lambda: NOW + HOUR)
    note_end(context(end_date=None))

    (kept,) = task_runs.kept(lake, DAILY)
    assert kept.ended == NOW + HOUR


def test_task_that_was_killed_is_not_noted(lake, monkeypatch):
    """The DAG processor, which calls its callbacks, is not the process that did the work."""
    monkeypatch.setattr("tmdb_pipeline.orchestration.observing.task._Begun.here", False)
    note_end(context())

    assert task_runs.kept(lake, DAILY) == []


@pytest.mark.usefixtures("_begun")
def test_run_that_only_pretends_is_not_noted(lake):
    """In `airflow dags test` all tasks share a process, which says nothing of each."""
    note_end(context(start_date=NOW - 7 * HOUR))

    assert task_runs.kept(lake, DAILY) == []


@pytest.mark.usefixtures("_begun")
def test_note_that_cannot_be_written_troubles_no_task(lake, caplog):
    """A full disk is one warning, and the task ends as it did."""
    with no_file_larger_than(10):
        note_end(context())

    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert caplog.messages[0].startswith("How long collect_popular_movies took is not kept: ")


def test_entry_that_cannot_be_used_is_told_until_it_is_mended(lake):
    """It has no DAG, so nothing of it fails or is overdue: once, with its line and why; and that it is over."""
    wrong = [Fault(3, "custom_collections.yaml", "pages is '1e2': give a whole number."), Fault(9, "x", "y.")]

    for _ in range(2):
        assert "collection_left_out: custom_collections.yaml" in tasks.resources(this(), faults=wrong)["problems"]
    (kept,) = (each for each in Ledger(lake).open() if each.alert.kind is Kind.COLLECTION_LEFT_OUT)
    assert kept.alert.cause.en == "2 entries of custom_collections.yaml cannot be used, and have no DAG."
    assert kept.alert.detail == "custom_collections.yaml:3: pages is '1e2': give a whole number.\nx:9: y."

    tasks.resources(this(), faults=wrong[:1])
    tasks.resources(this())
    assert not [each for each in Ledger(lake).open() if each.alert.kind is Kind.COLLECTION_LEFT_OUT]


def test_file_beside_the_dags_is_looked_at(lake, tmp_path):
    """That of the DAG file that asks."""
    (tmp_path / "custom_collections.yaml").write_text("- id: x\n  pages: 1\n")

    (fault,) = faults_beside(str(tmp_path / "tmdb_platform_monitoring.py"))
    assert (fault.line, "this entry has no display_name" in fault.sentence) == (1, True)


# Performance


def run(number, seconds=20.0):
    """The tries of a run of the daily DAG."""
    began = NOW - timedelta(days=20) + timedelta(days=number)
    for task in DAILY.tasks:
        yield TaskRun(
            dag_id=DAILY.id,
            task_id=task.id,
            run_id=f"scheduled__{number}",
            run_date=began.date(),
            try_number=1,
            state="success",
            began=began,
            ended=began + timedelta(seconds=seconds),
            cpu_seconds=1.0,
            peak_memory_bytes=1,
        )


def keep(lake, *runs):
    for tries in runs:
        for each in tries:
            task_runs.keep(lake, each)


def test_lake_without_any_run_is_quiet(lake):
    """On the first hour there is nothing to compare."""
    assert tasks.performance(this()) == {"compared": 0, "slow": {}, "kept": None}


def test_slow_run_is_told_once_and_mended_by_the_next(lake, caplog):
    """An hour later nothing is told again; when the next run is as usual, it is over."""
    keep(lake, *[run(number) for number in range(10)], run(10, seconds=200))

    ids = [task.id for task in DAILY.tasks]
    assert tasks.performance(this()) == {"compared": 1, "slow": {DAILY.id: ids}, "kept": None}
    assert "Much slower than usual: collect_popular_movies took 3 min 20 s, usually 20 s" in caplog.text
    tasks.performance(this())
    (alert,) = Ledger(lake).open()
    assert (alert.alert.subject, alert.alert.run_id, alert.repeats) == (DAILY.id, "scheduled__10", 0)

    keep(lake, run(11))
    assert tasks.performance(this())["slow"] == {}
    assert Ledger(lake).open() == []


def test_dag_that_is_there_only_by_permission_is_watched_as_others_are(lake):
    """A slow run of features is told of."""
    task = FEATURES.tasks[0].id
    keep(lake, *[[replace(next(run(number)), dag_id=FEATURES.id, task_id=task)] for number in range(10)])
    keep(lake, [replace(next(run(10, seconds=200)), dag_id=FEATURES.id, task_id=task)])

    assert tasks.performance(this())["slow"] == {FEATURES.id: [task]}


# Resources


def test_machine_is_measured_and_kept(lake):
    """What could be measured is in the sample, and what could not is said, and fails nothing."""
    found = tasks.resources(this())

    (sample,) = samples.kept(lake, TODAY, TODAY)
    assert sample.machine == socket.gethostname()
    assert 0 <= sample.cpu_percent <= 100
    assert sample.cpus > 0
    assert sample.load >= 0
    assert 0 < sample.memory_free_bytes < sample.memory_bytes
    assert 0 < sample.disk_free_bytes < sample.disk_bytes
    assert sample.processes == {}
    assert found["unmeasured"] == sample.unmeasured
    assert [*sample.unmeasured] == ["health of Airflow"]
    assert (
        "cannot be measured: The API server does not answer at http://127.0.0.1:"
        in sample.unmeasured["health of Airflow"]
    )
    assert found["kept"] is None


def test_machine_without_psutil_is_a_finding(lake, monkeypatch):
    """Who has not installed it reads what to install, and the rest is done."""
    import sys

    monkeypatch.setitem(sys.modules, "tmdb_pipeline.monitoring.resources.machine", None)
    monkeypatch.delattr("tmdb_pipeline.monitoring.resources.machine")

    found = tasks.resources(this())

    assert found["unmeasured"]["machine"] == (
        "machine cannot be measured: psutil is not installed: install tmdb-pipeline[monitoring]."
    )


def test_bucket_has_no_disk(lake, monkeypatch):
    """Of a data root that is no folder there is nothing to measure, and nothing to say."""
    sample = tasks.measure("s3://bucket/prefix")

    assert (sample.disk_bytes, sample.disk_free_bytes) == (None, None)
    assert "disk" not in sample.unmeasured


def test_what_is_short_is_told_once_and_mended(lake, monkeypatch, caplog):
    """A disk that fills and a DAG that is overdue are told; once both are well it is over, and only then."""
    full = Sample(machine="a", at=NOW, disk_bytes=100, disk_free_bytes=1)
    monkeypatch.setattr(tasks, "measure", lambda root: full)
    task_runs.keep(lake, replace([*run(10)][-1], ended=NOW - 27 * HOUR))

    found = tasks.resources(this())

    assert found["problems"] == ["disk_filling: disk of the data root", f"nothing_succeeded: {DAILY.id}"]
    assert {kept.alert.kind: kept.alert.dag_id for kept in Ledger(lake).open()} == {
        Kind.DISK_FILLING: None,
        Kind.NOTHING_SUCCEEDED: DAILY.id,
    }
    assert "The disk of the data root has 0 GiB free (1%)." in caplog.messages
    tasks.resources(this())
    assert [kept.repeats for kept in Ledger(lake).open()] == [0, 0]

    monkeypatch.setattr(tasks, "measure", lambda root: replace(full, at=NOW + HOUR, disk_free_bytes=90))
    task_runs.keep(lake, replace([*run(11)][-1], ended=NOW))
    assert tasks.resources(this())["problems"] == []
    assert Ledger(lake).open() == []


def test_clock_that_is_ahead_upsets_nothing(lake, monkeypatch):
    """Neither samples nor runs of tomorrow, of a machine whose clock is ahead, are taken for the latest."""
    sample = Sample(machine="a", at=NOW, disk_bytes=100, disk_free_bytes=50)
    monkeypatch.setattr(tasks, "measure", lambda root: sample)
    for hour in range(48):
        samples.keep(lake, replace(sample, at=NOW - hour * HOUR, disk_free_bytes=50 + hour))
    samples.keep(lake, replace(sample, at=NOW + 7 * 24 * HOUR, disk_free_bytes=99))
    samples.keep(lake, replace(sample, at=NOW + HOUR, disk_free_bytes=1))
    keep(lake, *[run(number) for number in range(10)], run(10, seconds=200), run(40))

    tasks.resources(this())

    told = {kept.alert.kind: kept.alert.cause.en for kept in Ledger(lake).open()}
    assert told.keys() == {Kind.DISK_FILLING, Kind.NOTHING_SUCCEEDED}
    assert "full in 2.1 days" in told[Kind.DISK_FILLING]
    assert "since 17 Nov 2026" in told[Kind.NOTHING_SUCCEEDED]
    assert [*tasks.performance(this())["slow"]] == [DAILY.id]


@pytest.mark.parametrize(
    ("execution", "base", "found"),
    [
        ("http://api-server:8080/execution/", "https://airflow.example.org", "http://api-server:8080"),
        ("https://h/af/execution", "", "https://h/af"),
        ("", "https://airflow.example.org/", "https://airflow.example.org"),
        ("", "", "http://localhost:8080"),
    ],
)
def test_api_server_is_where_tasks_reach_it(monkeypatch, execution, base, found):
    """In containers that is another address than people have."""
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTION_API_SERVER_URL", execution)
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", base)

    assert api_server() == found


def test_warehouse_that_cannot_be_used_is_a_finding(lake, monkeypatch, caplog):
    """What was measured is kept on the lake; the log says why not in the warehouse."""
    warehouse = SimpleNamespace(
        conn_type="postgres",
        host="127.0.0.1",
        port=free_port(),
        schema="x",
        login="x",
        password="geheim",
        extra_dejson={},
    )
    known = {"tmdb_warehouse": warehouse}

    def get_connection(conn_id):
        if conn_id not in known:
            raise AirflowNotFoundException(conn_id)
        return known[conn_id]

    monkeypatch.setattr(BaseHook, "get_connection", staticmethod(get_connection))
    with caplog.at_level(logging.WARNING):
        assert tasks.performance(this())["kept"] is None

    assert "What was measured is kept on the lake alone: The warehouse Connection tmdb_warehouse" in caplog.text
    assert "geheim" not in caplog.text
