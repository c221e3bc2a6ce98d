"""What becomes of a run whose metrics nobody takes."""

from datetime import UTC, datetime

import pytest
from e2e.digest import DAILY, EXPECTED, digests
from statsd_sink import StatsdSink
from support import free_port

#: A Sunday at 02:00 in Seoul.
AT_TWO = datetime(2024, 1, 6, 17, 0, tzinfo=UTC)


@pytest.fixture
def send_to(monkeypatch):
    """Let Airflow in this process send metrics to a port."""
    from airflow.sdk._shared.observability.metrics import stats
    from airflow.sdk._shared.observability.metrics.base_stats_logger import NoStatsLogger
    from airflow.sdk.observability.metrics.stats_utils import get_stats_factory

    def send_to(port):
        for name, value in {"ON": True, "HOST": "127.0.0.1", "PORT": port, "INFLUXDB_ENABLED": True}.items():
            monkeypatch.setenv(f"AIRFLOW__METRICS__STATSD_{name}", str(value))
        stats.initialize(factory=get_stats_factory(), export_legacy_names=False)

    yield send_to
    stats._get_backend().statsd.close()
    stats.initialize(factory=NoStatsLogger, export_legacy_names=True)


def test_run_is_the_same_where_nobody_listens(run_dag, lake, tmdb, send_to, tmp_path, caplog):
    """A server of metrics that is down is not noticed: the same files, no try more, and not a word in the log."""
    send_to(free_port())

    run = run_dag(DAILY, logical_date=AT_TWO)

    assert str(run.state) == "success"
    assert digests(tmp_path / "lake") == {DAILY: EXPECTED[DAILY]}
    assert len(tmdb.fake.journal) == 6
    assert [record.getMessage() for record in caplog.records if "statsd" in record.getMessage().lower()] == []


def test_failed_task_tells_what_it_has_used(run_dag, lake, tmdb, send_to, monkeypatch):
    """Of a task that fails, too, and that its run has come to its end is not told."""
    monkeypatch.setenv("TMDB_READ_TOKEN", "wrong")
    with StatsdSink() as sink:
        send_to(sink.port)
        run = run_dag(DAILY, logical_date=AT_TWO)

    used = {line.split("task_id=")[1].split(":")[0] for line in sink.lines if line.startswith("airflow.tmdb.task.cpu")}
    assert str(run.state) == "failed"
    assert used == {"collect_popular_movies", "collect_trending_movies"}
    assert [line for line in sink.lines if "status=401" in line]
    assert [line for line in sink.lines if "succeeded_at" in line] == []
