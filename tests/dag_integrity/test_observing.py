"""What is observed of tasks, without a run of Airflow: who is installed, and what goes over a real socket."""

import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
import structlog
from airflow.sdk._shared.observability.metrics import stats as statsd
from airflow.sdk._shared.observability.metrics.base_stats_logger import NoStatsLogger
from airflow.sdk.lineage import HookLineageCollector
from airflow.sdk.observability import stats
from airflow.sdk.observability.metrics.stats_utils import get_stats_factory
from statsd_sink import StatsdSink

from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.observability import log_keys, meter, spans
from tmdb_pipeline.observability.metrics import METRICS, PAGES, PASS_RATE, PHASE_DURATION, ROWS, Kind
from tmdb_pipeline.orchestration.observing import task
from tmdb_pipeline.orchestration.observing.lineage import LOADED_TABLES, POPULARITY_TABLES, Lineage
from tmdb_pipeline.run import Run
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.load import statements

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


def test_spans_are_those_of_opentelemetry(monkeypatch):
    """Where Airflow traces, what the library begins is a span under that of the task, with its attributes."""
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
    monkeypatch.setenv("AIRFLOW__TRACES__OTEL_ON", "True")
    task.observe("tmdb_warehouse_load")

    with provider.get_tracer("airflow").start_as_current_span("worker.load_data"), spans.phase("load", header="x"):
        pass

    inner, outer = kept.get_finished_spans()
    assert (inner.name, dict(inner.attributes)) == ("tmdb.load", {"header": "x"})
    assert inner.parent.span_id == outer.context.span_id


@pytest.fixture
def collected(monkeypatch):
    """What Airflow's collector of lineage was told, as OpenLineage would read it."""
    collector = HookLineageCollector()
    monkeypatch.setattr("airflow.sdk.lineage.get_hook_lineage_collector", lambda: collector)

    def collected():
        found = collector.collected_assets
        return [[info.asset.uri for info in side] for side in (found.inputs, found.outputs)]

    return collected


def test_files_are_named_by_where_they_are(collected, tmp_path):
    """A folder's by their whole path, with what an address cannot carry escaped; a bucket's by the bucket."""
    Lineage(str(tmp_path / "a b")).read("raw/x.json")
    Lineage("s3://bucket/lake/").made("raw/y.json")

    assert collected() == [[f"file://{tmp_path}/a%20b/raw/x.json"], ["s3://bucket/lake/raw/y.json"]]


def test_pages_are_those_that_lie_in_the_lake(collected, tmp_path):
    """What a collection was made of are its pages, earlier answers too, and not its checkpoint."""
    run = Run("tmdb_daily_collection", "manual__1", date(2024, 1, 7))
    lake = Lake(str(tmp_path))
    for name in ("page_001.json", "page_001.earlier-1.json", "checkpoint.json"):
        lake.write(f"{paths.pages_folder(run, 'popular')}/{name}", b"{}")

    Lineage(str(tmp_path)).read_pages(lake, run, "popular")

    assert [uri.rpartition("/")[2] for uri in collected()[0]] == ["page_001.earlier-1.json", "page_001.json"]


def test_tables_are_named_without_a_password(collected):
    """By server, database, schema and name, as OpenLineage takes them."""
    address = Address.from_url("the test", "postgresql://tmdb_loader:geheim@db:5433/tmdb_warehouse")

    Lineage("data").loaded(address, POPULARITY_TABLES)

    assert collected() == [
        [],
        [f"postgres://db:5433/tmdb_warehouse/tmdb/{table}" for table in ("export_ledger", "movie_popularity")],
    ]


def test_nothing_is_looked_up_where_nobody_collects(tmp_path):
    """Without a transport for OpenLineage its collector takes nothing, and no folder is listed for it."""
    lineage = Lineage(str(tmp_path))

    lineage.read_pages(None, None, "popular")
    lineage.read("x.json")

    assert not lineage.is_collected
    assert lineage._collector.collected_assets.inputs == []


def test_tables_of_a_load_are_those_that_its_statements_write():
    """A table that a later version writes is not forgotten."""
    text = Path(statements.__file__).read_text("utf-8")
    written = set(re.findall(r"(?:INSERT INTO|MERGE INTO|UPDATE|DELETE FROM) ([a-z_]+)", text))

    assert written - {"touched_movies"} == set(LOADED_TABLES)  # which is a temporary one
