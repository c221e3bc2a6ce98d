"""Whether the processes of Airflow give signs of life, by its API server, which anybody may ask."""

from http import HTTPStatus
from typing import Any

import msgspec
import requests

from tmdb_pipeline.clock import Clock
from tmdb_pipeline.monitoring.resources.samples import UNHEALTHY
from tmdb_pipeline.observability.messages import system_reason

#: Seconds for the API server to connect, and to send something.
_TIMEOUT = (3.05, 10)
_ADVICE = "see whether it runs, or set AIRFLOW__CORE__EXECUTION_API_SERVER_URL, by which tasks know where."
#: Seconds between two looks: a process that has just begun seems to be unhealthy.
_BETWEEN = 15.0


class NoHealth(Exception):
    """The API server cannot be asked; the message says why."""


class _Process(msgspec.Struct):
    status: str | None = None


def processes(base_url: str, clock: Clock) -> dict[str, str]:
    """Airflow's processes that run, or that ought to, each with ``healthy`` or ``unhealthy``.

    One that seems to be unhealthy is looked at again.

    Args:
        base_url: of the API server, such as ``http://127.0.0.1:8080``.
        clock: for the wait between two looks.

    Raises:
        NoHealth: it does not answer, or not as Airflow does.
    """
    found = _look(base_url)
    if UNHEALTHY in found.values():
        clock.sleep(_BETWEEN)
        found = _look(base_url)
    return found


def _look(base_url: str) -> dict[str, str]:
    url = f"{base_url.rstrip('/')}/api/v2/monitor/health"
    try:
        response = requests.get(url, timeout=_TIMEOUT, allow_redirects=False)
        if response.status_code != HTTPStatus.OK:  # which it is whatever it says
            raise NoHealth(f"The API server answers at {url} with status {response.status_code}: {_ADVICE}")
        said: dict[str, Any] = msgspec.json.decode(response.content, type=dict[str, Any])
        processes = {name: msgspec.convert(process, _Process).status for name, process in said.items() if process}
    except requests.RequestException as error:
        raise NoHealth(f"The API server does not answer at {url} ({_reason(error)}): {_ADVICE}") from None
    except msgspec.MsgspecError:
        raise NoHealth(f"What answers at {url} is no API server of Airflow's: {_ADVICE}") from None
    return {name: status for name, status in processes.items() if status is not None}


def _reason(error: requests.RequestException) -> str:
    return "no answer in time" if isinstance(error, requests.Timeout) else system_reason(error)
