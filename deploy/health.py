#!/usr/bin/env python3
"""Whether a service is well, for the health checks of compose.yaml: status 0 if it is, else 1 and why.

``airflow jobs check`` would tell the same, but imports the whole of Airflow each time.
"""

import socket
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

SECRETS = Path("/run/secrets")
JOBS = {"scheduler": "SchedulerJob", "dag-processor": "DagProcessorJob", "triggerer": "TriggererJob"}
#: A job that has not stirred for so long is taken for dead; by default Airflow's jobs stir every 5 seconds.
_SECONDS = 30
_ALIVE = """
    SELECT 1 FROM job
    WHERE job_type = %s AND state = 'running' AND hostname LIKE %s || '%%'
    AND latest_heartbeat > now() - %s * interval '1 second'
"""


def api_answers() -> bool:
    """Whether the API server answers."""
    with urlopen("http://127.0.0.1:8080/api/v2/monitor/health", timeout=5) as answer:
        return bool(answer.status == 200)  # noqa: PLR2004 - OK


def job_is_alive(service: str) -> bool:
    """Whether the service's job, on this host, has stirred of late."""
    import psycopg  # noqa: PLC0415 - only in the image

    password = (SECRETS / "postgres_password").read_text(encoding="utf-8")
    with psycopg.connect(
        host="postgres", user="airflow", dbname="airflow", password=password, connect_timeout=5
    ) as connection:
        row = connection.execute(_ALIVE, (JOBS[service], socket.gethostname(), _SECONDS)).fetchone()
        return row is not None


def worker_answers() -> bool:
    """Whether this host's Celery worker answers a ping over the queue."""
    from celery import Celery  # type: ignore[import-untyped]  # noqa: PLC0415 - only in the image

    password = (SECRETS / "redis_password").read_text(encoding="utf-8")
    queue = Celery(broker=f"redis://:{password}@redis:6379/0")
    return bool(queue.control.ping(destination=[f"celery@{socket.gethostname()}"], timeout=5, limit=1))


def main(arguments: list[str]) -> int:
    """Ask the service that ``arguments`` name."""
    checks: dict[str, Callable[[], bool]] = {"api-server": api_answers, "worker": worker_answers}
    names = sorted([*JOBS, *checks])
    if len(arguments) != 1 or arguments[0] not in names:
        sys.stdout.write(f"There is no such service: give one of {', '.join(names)}.\n")
        return 1
    (service,) = arguments
    try:
        well = checks[service]() if service in checks else job_is_alive(service)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is not well
        sys.stdout.write(f"{service}: {error}\n")
        return 1
    if not well:
        sys.stdout.write(f"{service} does not stir.\n")
    return 0 if well else 1


if __name__ == "__main__":  # pragma: no cover - tests run the script in an environment of its own
    sys.exit(main(sys.argv[1:]))
