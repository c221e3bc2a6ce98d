"""The DAG that watches the platform, run as a whole with a warehouse: what it keeps there and what it tells."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tmdb_pipeline import dags
from tmdb_pipeline.alerts.ledger import Ledger
from tmdb_pipeline.clock import SystemClock
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.monitoring.durations.task_runs import TaskRun, keep
from tmdb_pipeline.monitoring.resources import machine

MONITORING, DAILY = dags.MONITORING.id, dags.DAILY
NOW = SystemClock().now()


def noted(number, task=DAILY.tasks[0], seconds=20):
    """The end of a task of a daily run."""
    began = NOW - timedelta(days=9 - number, hours=1)
    return TaskRun(
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


@pytest.fixture
def lake(tmp_path, monkeypatch, postgres, database):
    """A lake with ten daily runs of which the last was slow, and the Connection of an empty warehouse."""
    root = str(tmp_path / "lake")
    monkeypatch.setenv("TMDB_DATA_ROOT", root)
    monkeypatch.setenv("AIRFLOW_CONN_TMDB_WAREHOUSE", postgres.url(database, "postgresql"))
    monkeypatch.setattr(machine, "WATCHED", 0.05)
    lake = Lake(root)
    for number in range(10):
        for task in DAILY.tasks:
            keep(lake, noted(number, task, 300 if number == 9 else 20))
    return lake


def returned(run):
    return {ti.task_id: ti.xcom_pull(task_ids=ti.task_id) for ti in run.get_task_instances()}


def test_hour_of_the_platform(run_dag, lake, connection):
    """The slow run is told, the machine is measured, both are in the warehouse; an hour later only what is new."""
    run = run_dag(MONITORING)

    assert str(run.state) == "success"
    first = returned(run)
    assert first["performance_monitoring"]["slow"] == {DAILY.id: [task.id for task in DAILY.tasks]}
    assert first["performance_monitoring"]["kept"] == 40
    assert first["resource_monitoring"]["kept"] == 1
    assert [*first["resource_monitoring"]["unmeasured"]] == ["health of Airflow"]
    (kept,) = Ledger(lake).open()
    assert kept.alert.subject == DAILY.id
    counts = "SELECT (SELECT count(*) FROM platform_task_runs), (SELECT count(*) FROM platform_samples)"
    assert connection.execute(counts).fetchone() == (40, 1)

    failed = replace(noted(9), run_id="manual__1", state="up_for_retry", began=NOW, ended=NOW)
    keep(lake, failed)
    keep(lake, replace(failed, state="failed", try_number=2))
    second = returned(run_dag(MONITORING))

    assert second["performance_monitoring"]["kept"] == 2
    assert second["resource_monitoring"]["kept"] == 1
    assert len(Ledger(lake).open()) == 1
    assert connection.execute(counts).fetchone() == (42, 2)


def test_tables_that_are_not_there_fail_nothing(run_dag, lake, connection, caplog):
    """A warehouse that was not migrated yet is a warning; the lake has it all."""
    connection.execute("DROP SCHEMA tmdb CASCADE")

    run = run_dag(MONITORING)

    assert str(run.state) == "success"
    assert {name: found["kept"] for name, found in returned(run).items()} == {
        "performance_monitoring": None,
        "resource_monitoring": None,
    }
    assert "What was measured is kept on the lake alone: The tables of the warehouse" in caplog.text
