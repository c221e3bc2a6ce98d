import json
import socket

import pytest
from raw_server import RawServer
from support import HeldClock, free_port

from tmdb_pipeline.monitoring.resources.health import NoHealth, processes


def said(status=200, **given):
    body = json.dumps(given).encode()
    return b"HTTP/1.1 %d x\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body


WELL = {
    "metadatabase": {"status": "healthy"},
    "scheduler": {"status": "healthy", "latest_scheduler_heartbeat": "2026-11-27T00:00:00"},
    "triggerer": {"status": None, "latest_triggerer_heartbeat": None},
    "dag_processor": None,
}
ILL = {**WELL, "scheduler": {"status": "unhealthy"}}


def asked(*answers):
    clock = HeldClock()
    with RawServer(*answers) as server:
        found = processes(server.url.removesuffix("/3") + "/", clock)
    return found, clock.slept, server.heads


def test_processes_are_what_the_body_says():
    """The status of the response is 200 whatever is wrong; what does not run, and need not, is not there."""
    found, slept, heads = asked(said(**WELL))

    assert found == {"metadatabase": "healthy", "scheduler": "healthy"}
    assert heads[0].startswith("GET /api/v2/monitor/health HTTP/1.1")
    assert (len(heads), slept) == (1, [])


def test_process_that_has_just_begun_is_looked_at_again():
    """It seems to be unhealthy for some seconds, which is no news; one that still is after a while is."""
    assert asked(said(**ILL), said(**WELL))[:2] == ({"metadatabase": "healthy", "scheduler": "healthy"}, [15.0])
    assert asked(said(**ILL))[0] == {"metadatabase": "healthy", "scheduler": "unhealthy"}


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (said(500), r"^The API server answers at http://127\.0\.0\.1:\d+/api/v2/monitor/health with status 500: see"),
        (said(302), "with status 302: see whether it runs, or set AIRFLOW__CORE__EXECUTION_API_SERVER_URL, by which"),
        (b"HTTP/1.1 200 x\r\nContent-Length: 6\r\n\r\n<html>", "is no API server of Airflow's: see whether it runs"),
        (said(scheduler=5), "is no API server of Airflow's: see whether it runs"),
    ],
)
def test_what_is_no_airflow_is_said(answer, why):
    """Something else that answers there, or an error, is one sentence."""
    with pytest.raises(NoHealth, match=why) as raised:
        asked(answer)

    assert str(raised.value).count("http://") == 1


def test_server_that_is_not_there_is_said():
    """Nobody listens: one sentence with the address."""
    said = (
        r"^The API server does not answer at http://127\.0\.0\.1:\d+/[^ ]* \(Connection refused\): see whether it runs"
    )

    with pytest.raises(NoHealth, match=said):
        processes(f"http://127.0.0.1:{free_port()}", HeldClock())


def test_server_that_does_not_answer_in_time_is_said(monkeypatch):
    """A socket that takes and says nothing is told apart from none."""
    monkeypatch.setattr("tmdb_pipeline.monitoring.resources.health._TIMEOUT", (0.2, 0.2))
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(NoHealth, match=r"\(no answer in time\): see whether it runs"),
    ):
        processes(f"http://127.0.0.1:{silent.getsockname()[1]}", HeldClock())
