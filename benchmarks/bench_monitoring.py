"""The weekly run with its metrics sent, with nobody there to take them, and without any; for information, traced.

    python benchmarks/bench_monitoring.py [--rounds 7]

Each run is the whole DAG in this process by Airflow, its metadata in SQLite, against a fake in another process. StatsD
goes to a process that reads every packet, or to a port on which nobody listens. Variants take turns in each round, and
the run without metrics comes twice, which shows what of a ratio is chance. The fastest run of each variant counts, by
the clock and by the CPU time of this process, for what else the machine does only ever adds; all are compared with the
fastest one without metrics. At last all that a run
sends is sent again alone, many times, which tells its share of a run without any chance. Exit code 1 if sending, or
sending to nobody, takes more than 1.02 times as long. The pace of requests is that of production, so most of a run is
waiting. Traces go in batches to a process that takes and forgets them.
"""

import argparse
import os
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen, run
from typing import Any

ROOT = Path(__file__).parents[1]
TOKEN = "benchmark"  # noqa: S105 - of the fake that is started here
AT_THREE = datetime(2024, 1, 6, 18, 0, tzinfo=UTC)
MOST = 1.02
VARIANTS = ("off", "off again", "on", "dead", "on and traced")
_TAKE_PACKETS = """
import socket
taker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
taker.bind(("127.0.0.1", 0))
print(taker.getsockname()[1], flush=True)
while True:
    taker.recv(65536)
"""
_TAKE_TRACES = """
from http.server import BaseHTTPRequestHandler, HTTPServer
class Taker(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *_):
        pass
server = HTTPServer(("127.0.0.1", 0), Taker)
print(server.server_port, flush=True)
server.serve_forever()
"""


@contextmanager
def process(*arguments: str) -> Iterator[str]:
    """A Python that runs meanwhile; what it prints first, the last word of it."""
    with Popen([sys.executable, *arguments], stdout=PIPE, stderr=DEVNULL, text=True) as started:  # noqa: S603
        assert started.stdout
        try:
            yield started.stdout.readline().split()[-1]
        finally:
            started.terminate()


def prepare(home: str, url: str) -> None:
    """An Airflow home with tables, and the environment of its runs; before Airflow is imported."""
    os.environ |= {
        "AIRFLOW_HOME": home,
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        "AIRFLOW__METRICS__LEGACY_NAMES_ON": "False",
        "AIRFLOW__METRICS__STATSD_HOST": "127.0.0.1",
        "AIRFLOW__METRICS__STATSD_INFLUXDB_ENABLED": "True",
        "TMDB_BASE_URL": url,
        "TMDB_READ_TOKEN": TOKEN,
    }
    run([sys.executable, "-m", "airflow", "db", "migrate"], check=True, stdout=DEVNULL, stderr=DEVNULL)


def nobody() -> int:
    """A port on which nobody listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def choose(variant: str, ports: dict[str, int]) -> None:
    """Let what follows be observed as a variant says."""
    from airflow.sdk.observability import stats  # noqa: PLC0415 - reads the environment when it is imported
    from airflow.sdk.observability.metrics.stats_utils import get_stats_factory  # noqa: PLC0415

    kind = variant.split(maxsplit=1)[0]
    os.environ["AIRFLOW__METRICS__STATSD_ON"] = str(kind != "off")
    os.environ["AIRFLOW__METRICS__STATSD_PORT"] = str(ports.get(kind, 0))
    os.environ["AIRFLOW__TRACES__OTEL_ON"] = str(variant.endswith("traced"))
    stats.initialize(factory=get_stats_factory(), export_legacy_names=False)


def trace_to(port: str) -> None:
    """What Airflow does at its start where traces are on; what begins no span does not notice."""
    from opentelemetry import trace  # noqa: PLC0415
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"http://127.0.0.1:{port}/v1/traces")))
    trace.set_tracer_provider(provider)


def weekly(dag: Any) -> tuple[float, float]:
    """Run it into an empty lake; seconds on the clock, and of CPU."""
    with tempfile.TemporaryDirectory() as lake:
        os.environ["TMDB_DATA_ROOT"] = lake
        began, used = time.perf_counter(), time.process_time()
        ended = dag.test(logical_date=AT_THREE)
        assert str(ended.state) == "success"
        return time.perf_counter() - began, time.process_time() - used


def replayed(dag: Any) -> tuple[int, float]:
    """How many metrics a run of ours sends, and the seconds that it takes to send them, alone."""
    from tmdb_pipeline.orchestration.observing import airflow_meter  # noqa: PLC0415 - as above

    calls: list[tuple[str, Any, float, Any]] = []
    names = ("count", "gauge", "timing")
    kept = {name: getattr(airflow_meter.AirflowMeter, name) for name in names}

    def keeping(name: str) -> Any:
        def keep(meter: Any, metric: Any, value: float, tags: Any) -> None:
            calls.append((name, metric, value, dict(tags)))
            kept[name](meter, metric, value, tags)

        return keep

    for name in names:
        setattr(airflow_meter.AirflowMeter, name, keeping(name))
    weekly(dag)
    for name in names:
        setattr(airflow_meter.AirflowMeter, name, kept[name])
    meter = airflow_meter.AirflowMeter("tmdb_weekly_comprehensive")
    taken = []
    for _ in range(50):
        began = time.perf_counter()
        for name, metric, value, tags in calls:
            kept[name](meter, metric, value, tags)
        taken.append(time.perf_counter() - began)
    return len(calls), statistics.median(taken)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory())
        fake = ("-m", "fake_tmdb", "serve", "--port", "0", "--read-token", TOKEN)
        prepare(home, stack.enter_context(process(*fake)))
        ports = {"on": int(stack.enter_context(process("-c", _TAKE_PACKETS))), "dead": nobody()}
        trace_to(stack.enter_context(process("-c", _TAKE_TRACES)))
        from airflow.dag_processing.dagbag import DagBag  # noqa: PLC0415 - as above

        dag = DagBag(str(ROOT / "dags")).dags["tmdb_weekly_comprehensive"]
        taken: dict[str, list[tuple[float, float]]] = {variant: [] for variant in VARIANTS}
        choose("off", ports)
        weekly(dag)  # what is done once is nobody's
        for number in range(rounds):
            for variant in VARIANTS[number % len(VARIANTS) :] + VARIANTS[: number % len(VARIANTS)]:
                choose(variant, ports)
                taken[variant].append(weekly(dag))
        choose("on", ports)
        metrics, alone = replayed(dag)
    fastest = {variant: [min(one[kind] for one in times) for kind in (0, 1)] for variant, times in taken.items()}
    off = [min(fastest[variant][kind] for variant in ("off", "off again")) for kind in (0, 1)]
    print(f"{'':14}{'seconds':>8}{'ratio':>8}{'CPU s':>8}{'ratio':>8}")
    for variant, (seconds, cpu) in fastest.items():
        print(f"{variant:14}{seconds:8.2f}{seconds / off[0]:8.3f}{cpu:8.2f}{cpu / off[1]:8.3f}")
    print(f"{metrics} metrics of ours, sent alone: {1000 * alone:.1f} ms, {1 + alone / off[0]:.4f} of a run")
    return int(max(fastest[variant][0] for variant in ("on", "dead")) > MOST * off[0])


if __name__ == "__main__":
    sys.exit(main())
