"""What is observed of tasks, without a run of Airflow: who is installed, and what goes over a real socket."""

import re
from types import SimpleNamespace

import pytest
import structlog
from airflow.sdk._shared.observability.metrics import stats as statsd
from airflow.sdk._shared.observability.metrics.base_stats_logger import NoStatsLogger
from airflow.sdk.observability import stats
from airflow.sdk.observability.metrics.stats_utils import get_stats_factory
from statsd_sink import StatsdSink

from tmdb_pipeline.observability import log_keys, meter, spans
from tmdb_pipeline.observability.metrics import METRICS, PAGES, PASS_RATE, PHASE_DURATION, ROWS, Kind
from tmdb_pipeline.orchestration.observing import task

CONTEXT = {"ti": SimpleNamespace(task_id="load_data"), "task": SimpleNamespace(downstream_task_ids=set())}


@pytest.fixture(autouse=True)
def _taken_out():
    """Whoever a test has installed is told nothing by those after it."""
    yield
    for seam in (meter, spans, log_keys):
        seam.install(None)
    task._Begun.use = None
    stats.initialize(factory=NoStatsLogger, export_legacy_names=True)


@pytest.fixture
def sent(monkeypatch):
    """Observe a task while it does something, with StatsD on as compose.yaml has it: the lines that were sent."""

    def sent(do):
        with StatsdSink() as sink:
            for name, value in {"ON": True, "HOST": "127.0.0.1", "PORT": sink.port, "INFLUXDB_ENABLED": True}.items():
                monkeypatch.setenv(f"AIRFLOW__METRICS__STATSD_{name}", str(value))
            stats.initialize(factory=get_stats_factory(), export_legacy_names=False)
            task.observe("tmdb_warehouse_load")
            do()
            statsd._get_backend().statsd.close()
        return sink.lines

    return sent


def test_nothing_is_installed_where_airflow_sends_nothing():
    """Without settings of Airflow nobody takes metrics and spans; keys of messages cost nothing and are there."""
    task.observe("tmdb_daily_collection")

    assert meter._Seam.meter is None
    assert spans._Seam.opener is None
    with log_keys.about(page=3):
        assert structlog.contextvars.get_contextvars() == {"page": 3}
    assert structlog.contextvars.get_contextvars() == {}


def test_metrics_go_by_statsd_with_tags(sent):
    """By Airflow's own client, in its form: counters, gauges, and timers in milliseconds, with the DAG's tag."""

    def measure():
        meter.count(ROWS, 120, table="movies", change="inserted")
        meter.gauge(PASS_RATE, 99.5)
        meter.timing(PHASE_DURATION, 1.25, phase="load")

    assert sent(measure) == [
        "airflow.tmdb.rows,dag_id=tmdb_warehouse_load,table=movies,change=inserted:120|c",
        "airflow.tmdb.pass_rate,dag_id=tmdb_warehouse_load:99.5|g",
        "airflow.tmdb.phase.duration,dag_id=tmdb_warehouse_load,phase=load:1250.000000|ms",
    ]


def test_tags_of_any_text_are_sent(sent):
    """Airflow would drop a metric for a letter that StatsD does not know, so it becomes another one."""
    lines = sent(lambda: meter.count(PAGES, source="나의 목록:1,2=3", outcome="received"))

    assert lines == ["airflow.tmdb.pages,dag_id=tmdb_warehouse_load,source=______1_2_3,outcome=received:1|c"]


def test_airflow_sends_every_metric_of_the_registry(sent):
    """Airflow has rules of its own for names and tags, and none of ours breaks them."""
    kinds = {Kind.COUNTER: meter.count, Kind.GAUGE: meter.gauge, Kind.TIMER: meter.timing}

    lines = sent(lambda: [kinds[metric.kind](metric, 1, **dict.fromkeys(metric.tags, "x")) for metric in METRICS])

    assert [re.split("[,:]", line)[0] for line in lines] == [f"airflow.{metric.name}" for metric in METRICS]


def test_what_a_task_has_used_is_sent_when_it_ends(sent):
    """CPU time, memory and what was written, and of the last task when its run came to its end."""
    lines = sent(lambda: task.measure_success(CONTEXT))

    names = [line.split(",")[0] for line in lines]
    assert {name for name in names if "written" not in name} == {
        "airflow.tmdb.task.cpu",
        "airflow.tmdb.task.memory",
        "airflow.tmdb.succeeded_at",
    }
    assert all("task_id=load_data" in line for line in lines if ".task." in line)


def test_success_of_a_task_in_the_midst_is_not_that_of_its_run(sent):
    """Only who has nobody behind ends a run, and only one that succeeded."""
    between = CONTEXT | {"task": SimpleNamespace(downstream_task_ids={"load_data"})}

    lines = sent(
        lambda: (task.measure_success(between), task.observe("tmdb_warehouse_load"), task.measure_use(CONTEXT))
    )

    assert len([line for line in lines if "task.cpu" in line]) == 2
    assert not [line for line in lines if "succeeded_at" in line]


def test_process_that_has_run_no_task_tells_nothing_of_itself(sent):
    """Of a task that was killed the DAG processor tells, whose use is not the task's."""
    lines = sent(lambda: (task.measure_use(CONTEXT), task.measure_use(CONTEXT)))

    assert len([line for line in lines if "task.cpu" in line]) == 1
