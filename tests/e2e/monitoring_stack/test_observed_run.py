"""A daily run and the load of its files, each task a process of its own, with all that can be observed switched on.

Metrics go by UDP to a StatsD exporter, traces by OTLP over HTTP, lineage into a file, logs are in JSON: all of it by
real sockets and files, and what arrives is held against what the fake TMDB says that it was asked.
"""

import json
import re
from collections import Counter
from datetime import UTC, datetime

import airflow_env
import psycopg
import pytest
from airflow._shared.observability.metrics.metrics_registry import MetricsRegistry
from e2e.commands import AirflowHome, module
from e2e.digest import DAILY
from e2e.monitoring_stack.prometheus import Prometheus
from otlp_sink import OtlpSink
from statsd_exporter import StatsdExporter

from fake_tmdb.faults.fault import Fault
from tmdb_pipeline.dags import WAREHOUSE_LOAD
from tmdb_pipeline.observability.metrics import METRICS
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.checks.run import keep, run_checks
from tmdb_pipeline.warehouse.database import connected
from tmdb_pipeline.warehouse.schema import roles
from tmdb_pipeline.warehouse.schema.migrate import migrate

#: A Sunday at 02:00 in Seoul.
DAY = "2024-01-07T02:00:00+09:00"
POPULAR = "/movie/popular"
#: What goes wrong on the way and comes right: a refusal, an outage, a broken record.
FAULTS = [
    Fault(path=POPULAR, page=2, status=503, body="html", times=1),
    Fault(path=POPULAR, page=3, status=429, headers={"Retry-After": "1"}, times=1),
    Fault(path=POPULAR, page=4, set={"results.3.vote_average": 11.0}),
]
#: What this run has not: metrics of Airflow's services, which send them while they live, and of a page that is missing.
#: Airflow's names are looked up below in what it says that it sends.
OF_OTHERS = [
    "airflow.scheduler_heartbeat:1|c",
    "airflow.dag_processor_heartbeat:1|c",
    "airflow.triggerer_heartbeat:1|c",
    "airflow.dag_processing.import_errors:0|g",
    "airflow.pool.open_slots,pool_name=tmdb_api:1|g",
    "airflow.pool.running_slots,pool_name=tmdb_api:1|g",
    "airflow.pool.starving_tasks,pool_name=tmdb_api:0|g",
    "airflow.dagrun.schedule_delay,dag_id=tmdb_daily_collection:1500.0|ms",
    "airflow.tmdb.pages,dag_id=tmdb_daily_collection,source=popular,outcome=missing:1|c",
]


class Observed:
    """What was seen of the run, and what the fake saw."""

    def __init__(self, fake, exporter, spans, home, warehouse):
        self.fake, self.exporter, self.spans, self.warehouse = fake, exporter, spans, warehouse
        self.lines = [*exporter.lines]
        self.logs = {path.stem: path.read_text("utf-8") for path in (home.folder / "logs").rglob("*.log")}
        self.lineage_text = (home.folder / "lineage.jsonl").read_text("utf-8")
        self.lineage = [json.loads(line) for line in self.lineage_text.splitlines()]

    def tagged(self, metric):
        """The lines of a metric: tags and value of each."""
        found = (re.fullmatch(rf"airflow\.{re.escape(metric)}((?:,[^:]+)?):([^|]+)\|\w+", line) for line in self.lines)
        return [(dict(tag.split("=") for tag in one[1].split(",")[1:]), float(one[2])) for one in found if one]


@pytest.fixture(scope="module")
def warehouse(postgres):
    """Addresses of an empty warehouse by role."""
    passwords = dict.fromkeys([roles.OWNER, roles.LOADER, roles.READER], "geheim")
    with psycopg.connect(postgres.url("postgres", "postgresql"), autocommit=True) as connection:
        roles.make_roles(connection, "observed", passwords)
    url = f"postgresql://{{}}:geheim@127.0.0.1:{postgres.port}/observed"
    migrate(Address.from_url("the test", url.format(roles.OWNER)))
    yield url
    postgres.rows("postgres", "DROP DATABASE observed WITH (FORCE)")
    postgres.rows("postgres", f"DROP ROLE {', '.join(passwords)}")


class KeepingExporter(StatsdExporter):
    """An exporter that keeps the lines besides."""

    def keep(self, line):
        super().keep(line)
        self.lines.append(line)


@pytest.fixture(scope="module")
def observed(another_fake, migrated_home, warehouse, tmp_path_factory):
    """The run, with all that was seen of it."""
    fake = another_fake()
    fake.faults = FAULTS
    folder = tmp_path_factory.mktemp("observed")
    with fake.serve() as server, KeepingExporter() as exporter, OtlpSink() as collector:
        home = AirflowHome(
            folder,
            server,
            migrated=migrated_home,
            AIRFLOW__LOGGING__JSON_LOGS="True",
            AIRFLOW__METRICS__LEGACY_NAMES_ON="False",
            AIRFLOW__METRICS__STATSD_HOST="127.0.0.1",
            AIRFLOW__METRICS__STATSD_INFLUXDB_ENABLED="True",
            AIRFLOW__METRICS__STATSD_ON="True",
            AIRFLOW__METRICS__STATSD_PORT=str(exporter.port),
            AIRFLOW__OPENLINEAGE__NAMESPACE="tmdb",
            AIRFLOW__OPENLINEAGE__TRANSPORT=json.dumps(
                {"type": "file", "log_file_path": str(folder / "airflow" / "lineage.jsonl"), "append": True}
            ),
            AIRFLOW__TRACES__OTEL_ON="True",
            AIRFLOW_CONN_TMDB_WAREHOUSE=warehouse.format(roles.LOADER),
            OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
            OTEL_TRACES_EXPORTER="otlp_proto_http",
            PYTHONPATH=f"{airflow_env.ROOT / 'tests'}:{airflow_env.ROOT}",
        )
        with home.run(module("e2e.monitoring_stack.real_tasks", DAY, DAILY, WAREHOUSE_LOAD.id)) as running:
            assert running.wait() == 0, running.output
        with connected(Address.from_url("the test", warehouse.format(roles.LOADER))) as connection:
            now = datetime.now(UTC)
            keep(connection, "observed", now, run_checks(connection, now))
        yield Observed(fake, exporter, collector.spans, home, warehouse)


def test_every_request_is_counted(observed):
    """As often as the fake was asked, by status and route; its waits and retries besides."""
    asked = Counter(str(call.outcome) for call in observed.fake.journal.calls())
    counted = Counter()
    for tags, number in observed.tagged("tmdb.requests"):
        counted[tags["status"]] += number
    retries = {tags["error"]: number for tags, number in observed.tagged("tmdb.retries")}
    waits = {tags["reason"] for tags, _ in observed.tagged("tmdb.wait")}

    assert counted == asked == {"200": 6, "503": 1, "429": 1}
    assert retries == {"Unavailable": 1, "RateLimited": 1}
    assert waits >= {"backoff", "rate_limit"}


def test_records_and_rows_are_counted(observed):
    """What was received is accepted or quarantined, by its rule, and what was accepted is loaded."""
    judged = {tags["outcome"]: number for tags, number in observed.tagged("tmdb.records.judged")}
    (rule,) = observed.tagged("tmdb.records.quarantined")
    rows = {(tags["table"], tags["change"]): number for tags, number in observed.tagged("tmdb.rows")}
    (collected,) = observed.tagged("tmdb.collected_at")

    assert rule == ({"dag_id": DAILY, "rule": "vote_average.range"}, 1)
    assert judged["quarantined"] == 1
    assert rows["movie_observations", "inserted"] == judged["accepted"]
    assert abs(collected[1] - datetime.now(UTC).timestamp()) < 3600


def test_every_metric_arrives_but_those_of_other_dags(observed):
    """Each metric of the registry was sent by these two runs, with its tags and that of its DAG."""
    sent = {metric.name: observed.tagged(metric.name) for metric in METRICS}

    assert [name for name, lines in sent.items() if not lines] == []
    for metric in METRICS:
        expected = {*metric.tags, *(["dag_id"] if metric.of_dag else [])}
        assert all(set(tags) == expected for tags, _ in sent[metric.name])
    assert observed.exporter.registry.dropped == {}


def test_no_tag_has_values_without_end(observed):
    """Neither a run nor a page nor a moment is a tag: a server would keep a series of each for ever."""
    values = {tag for line in observed.lines for tag in line.partition(":")[0].split(",")[1:]}

    assert [tag for tag in values if re.search(r"\d{4}-\d\d-\d\d|manual__|page=", tag)] == []


def test_each_run_is_one_trace_down_to_each_request(observed):
    """From the run over task and collection to every try, with page, status and number."""
    spans = {span.span: span for span in observed.spans}
    tries = [span for span in observed.spans if span.name == "tmdb.request"]

    def path(span):
        names = []
        while span:
            names.append(span.name)
            span = spans.get(span.parent)
        return names

    told = Counter((one.attributes["url.path"], one.attributes.get("page"), one.attributes["try"]) for one in tries)
    failed = {(one.attributes["page"], one.attributes["http.response.status_code"]) for one in tries} - {
        (page, 200) for page in range(1, 6)
    }
    assert len(tries) == len(observed.fake.journal)
    assert told[POPULAR, 2, 2] == told[POPULAR, 3, 2] == 1
    assert failed == {(2, 503), (3, 429)}
    assert {one.trace for one in tries} == {span.trace for span in observed.spans if span.name == f"dag_run.{DAILY}"}
    for one in tries:
        assert path(one)[:2] == ["tmdb.request", "tmdb.collect"]
        assert path(one)[2] in {"worker.collect_popular_movies", "worker.collect_trending_movies"}
        assert path(one)[-1] == f"dag_run.{DAILY}"


def test_load_is_traced_by_its_phases(observed):
    """In the trace of the run that loads: each phase within the load, within its task."""
    spans = {span.span: span for span in observed.spans}
    parents = {span.name: spans[span.parent].name for span in observed.spans if span.name.startswith("tmdb.load")}

    phases = {f"tmdb.load.{phase}": "tmdb.load" for phase in ("copy", "observations", "movies", "quality")}
    assert parents == {"tmdb.load": "worker.load_data", **phases}


def test_logs_are_json_with_run_task_and_page(observed):
    """Every line of a task's log is an object; one about a page has page, list, run and task as keys."""
    lines = [json.loads(line) for log in observed.logs.values() for line in log.splitlines()]
    received = [line for line in lines if "received, 20 movies" in line["event"] and line["source"] == "popular"]
    (again,) = [line for line in lines if "503" in line["event"]]

    assert sorted(line["page"] for line in received) == [1, 2, 3, 4, 5]
    assert {line["task_id"] for line in received} == {"collect_popular_movies"}
    assert {line["dag_id"] for line in received} == {DAILY}
    assert all(line["run_id"].startswith("manual__") for line in received)
    assert (again["page"], again["task_id"], again["level"]) == (2, "collect_popular_movies", "warning")


def test_lineage_leads_from_pages_to_tables(observed):
    """Whoever asks where a table comes from finds the run's files, and behind them each page as it was received."""
    completed = [event for event in observed.lineage if event["eventType"] == "COMPLETE"]
    edges = {
        event["job"]["name"].rpartition(".")[2]: [
            {one["name"] for one in event[side]} for side in ("inputs", "outputs")
        ]
        for event in completed
    }
    pages, popular = edges["collect_popular_movies"]
    read, tables = edges["load_data"]

    assert {name.rpartition("/")[2] for name in pages} == {f"page_00{number}.json" for number in range(1, 6)}
    assert {name.rpartition("/")[2] for name in popular} == {"popular_movies_20240107.json"}
    assert popular <= edges["validate_collected_data"][0]
    assert popular | edges["validate_collected_data"][1] <= read
    assert "observed.tmdb.movies" in tables
    with psycopg.connect(observed.warehouse.format(roles.READER)) as connection:
        there = connection.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'tmdb'")
        assert {name.removeprefix("observed.tmdb.") for name in tables} <= {name for (name,) in there}


def test_no_secret_is_observed(observed):
    """Neither the key of TMDB nor the password of the warehouse is in a metric, a span, a log or an event."""
    everything = "\n".join([*observed.lines, repr(observed.spans), observed.lineage_text, *observed.logs.values()])

    assert POPULAR in everything
    assert observed.fake.read_token not in everything
    assert "geheim" not in everything


def test_names_of_airflow_are_those_that_it_sends():
    """What is said here in the name of Airflow's services is in its own list of metrics, as the same kind."""
    registry, kinds = MetricsRegistry(), {"c": "counter", "g": "gauge", "ms": "timer"}
    lines = [line for line in OF_OTHERS if ".tmdb." not in line]

    assert lines
    for line in lines:
        name = re.match("airflow.([^,:]+)", line)[1]
        assert registry.get(name=name)["type"] == kinds[line.rpartition("|")[2]]


def panels(kind):
    """The queries of the dashboard's panels to a kind of data source, by title."""
    text = (airflow_env.ROOT / "deploy/monitoring/grafana/dashboards/tmdb.json").read_text("utf-8")
    return {
        f"{panel['title']} {target['refId']}": target[kind]
        for panel in json.loads(text)["panels"]
        for target in panel.get("targets", [])
        if kind in target
    }


def test_every_query_of_the_dashboard_to_prometheus_has_an_answer(observed, tool, tmp_path):
    """A real Prometheus with the stack's configuration, asked what Grafana asks, has something for each panel."""
    send = observed.exporter.send
    lines = [*OF_OTHERS, *observed.lines]
    with Prometheus(tool("prometheus"), tmp_path / "prometheus", observed.exporter.web) as prometheus:
        prometheus.wait_for("airflow_tmdb_requests")
        for seen in ("airflow_triggerer_heartbeat", "increase(airflow_scheduler_heartbeat[1m]) > 0"):
            for line in lines:
                send(line.encode())
            prometheus.wait_for(seen)
        answers = {}
        for title, expr in panels("expr").items():
            asked = expr.replace("$__rate_interval", "1m").replace("$__range", "5m")
            answers[title] = prometheus.wait_for(asked)
        statuses = prometheus.ask("sum by (status) (increase(airflow_tmdb_requests[1m])) > 0")
        missing = prometheus.wait_for('ALERTS{alertname="TmdbPagesMissing",alertstate="firing"}')
        errors = prometheus.ask("prometheus_rule_evaluation_failures_total > 0")

    assert len(answers) > 30
    assert [title for title, found in answers.items() if any(one["value"][1] == "NaN" for one in found)] == []
    assert {one["metric"]["status"] for one in statuses} == {"200", "429", "503"}
    assert missing[0]["metric"]["source"] == "popular"
    assert errors == []


def test_every_query_of_the_dashboard_to_the_warehouse_has_an_answer(observed):
    """Each panel about tables has rows to show, for the role that may only read."""
    filter_of_time = r"\1 BETWEEN '2024-01-01T00:00:00Z' AND '2024-02-01T00:00:00Z'"
    answers = {}
    with psycopg.connect(observed.warehouse.format(roles.READER)) as connection:
        for title, query in panels("rawSql").items():
            asked = re.sub(r"\$__timeFilter\(([^()]+)\)", filter_of_time, query)
            answers[title] = connection.execute(asked).fetchall()

    assert len(answers) == 5
    assert [title for title, rows in answers.items() if not rows] == []
