"""``tmdb-ops`` with a real engine: on the stack that is up, and on a small one that is started and stopped."""

import json
import os
import socket
import subprocess

import pytest
from e2e.leftovers import LABEL, owner
from e2e.stack.operated import tmdb_ops
from e2e.stack.stack import SERVICES
from support import free_port

from tmdb_pipeline.dags import DAGS

#: Services of the names that a stack of this project has, which do nothing. ``PORT`` is that of the API server.
COMPOSE = """
name: tmdb-ops-{pid}
x-service: &service
  image: ${{PYTHON_IMAGE:-python:3.11.13-slim-bookworm}}
  command: [sleep, "600"]
  init: true
  stop_grace_period: 1s
  labels: ["{label}={owner}"]
services:
  api-server:
    <<: *service
    ports: ["127.0.0.1:${{AIRFLOW_PORT}}:8080"]
  check:
    <<: *service
    command: [sh, -c, "echo Refused: ${{SAYS:-}}. >&2; exit ${{STATUS:-0}}"]
    restart: "no"
  postgres:
    <<: *service
  scheduler:
    <<: *service
    depends_on:
      check: {{condition: service_completed_successfully}}
    healthcheck: {{test: [CMD, sh, -c, "echo It does not stir.; exit ${{HEALTH:-0}}"], interval: 1s, retries: 1}}
networks:
  default:
    labels: ["{label}={owner}"]
"""


def test_stack_is_told_as_it_is(ops):
    """Services are well by their own checks, every DAG is there, and the alerts are those of the scheduler's lake."""
    code, out, err = ops("status", "--json")

    told = json.loads(out)
    assert (code, err, told["wrong"], told["alerts"]) == (0, "", [], [])
    assert {each["service"]["name"]: each["service"]["verdict"] for each in told["services"]} == dict.fromkeys(
        [*SERVICES, "check", "init"], "well"
    )
    assert {spec.id for spec in DAGS} <= {dag["dag_id"] for dag in told["dags"]}


def test_nothing_is_wrong_with_it(ops):
    """The key is accepted by the fake, and the warehouse has its tables, both seen from a container."""
    code, out, _ = ops("doctor", "--json")

    found = {each["name"]: each for each in json.loads(out)}
    assert (code, [each for each in found.values() if each["verdict"] == "wrong"]) == (0, [])
    assert found["TMDB key"]["said"] == "fake-tmdb accepts it."
    assert found["warehouse"]["verdict"] == "ok"


def test_logs_are_those_of_compose(ops):
    """Of one service alone; a name of nothing is said."""
    code, out, _ = ops("logs", "postgres", "--lines", "5", "--json")
    assert (code, {line["service"].rpartition("-")[0] for line in json.loads(out)}) == (0, {"postgres"})

    code, _, err = ops("logs", "schedular")
    assert (code, "There is no service and no DAG schedular: services are api-server, " in err) == (2, True)


@pytest.fixture
def small(tmp_path, engine):
    """A folder with a small stack, which is removed at the end."""
    text = COMPOSE.format(pid=os.getpid(), label=LABEL, owner=owner())
    (tmp_path / "compose.yaml").write_text(text)
    (tmp_path / ".env").write_text(f"AIRFLOW_PORT={free_port()}\n")
    yield tmp_path
    command = ["docker", "compose", "down", "--volumes", "--timeout=1"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)


def test_stack_is_started_and_stopped(small):
    """Before, while it runs in part, and after, it is told as it is."""
    assert tmdb_ops("status", folder=small)[0] == 5
    code, out, err = tmdb_ops("start", "--json", folder=small)
    assert (code, {service["verdict"] for service in json.loads(out)["services"]}) == (0, {"well"}), err

    subprocess.run(["docker", "compose", "stop", "postgres"], cwd=small, check=True, capture_output=True)
    code, out, _ = tmdb_ops("status", folder=small)
    assert (code, "The stack runs in part: tmdb-ops start starts the rest." in out) == (5, True)
    code, out, _ = tmdb_ops("stop", folder=small)
    assert (code, out.endswith("Stopped 2 services: start again with tmdb-ops start.\n")) == (0, True)
    assert tmdb_ops("stop", folder=small)[:2] == (0, "The stack is not running.\n")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"STATUS": "1", "SAYS": "JWT_SECRET is not set"}, "check does not get well: Refused: JWT_SECRET is not set. "),
        ({"HEALTH": "1"}, "scheduler does not get well: It does not stir. Mend that, see tmdb-ops logs scheduler"),
    ],
)
def test_service_that_does_not_get_well_says_why(small, settings, said):
    """In its own words, and with a status of its own."""
    with (small / ".env").open("a") as file:
        file.writelines(f"{name}={value}\n" for name, value in settings.items())

    code, _, err = tmdb_ops("start", folder=small)

    assert (code, err.startswith(said), err.count("\n")) == (5, True, 1), err
    assert tmdb_ops("status", folder=small)[0] == 5


def test_port_that_is_taken_is_said(small):
    """With its number, and which settings change it; doctor sees it before."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (small / ".env").write_text(f"AIRFLOW_PORT={port}\n")

        code, out, _ = tmdb_ops("doctor", "--json", folder=small)
        said = {each["name"]: each["said"] for each in json.loads(out)}
        assert said[f"port {port}"].startswith("Another program has it, not api-server: end that, or set another")
        code, _, err = tmdb_ops("start", folder=small)
        assert (code, err.startswith(f"Port {port} is taken by another program: end that, or set")) == (5, True), err


def test_engine_that_is_away_is_said(small):
    """Where nothing listens."""
    for command in ("status", "start", "stop", "restart", "logs"):
        code, _, err = tmdb_ops(command, folder=small, DOCKER_HOST=f"tcp://127.0.0.1:{free_port()}")
        assert (code, err.startswith("The Docker engine does not answer: start Docker Desktop")) == (4, True), err


def test_wrong_folder_is_said(small, tmp_path_factory):
    """One without a stack, one whose stack is another project's, one without settings: nothing is touched."""
    empty = tmp_path_factory.mktemp("empty")
    assert tmdb_ops("stop", folder=empty)[0] == 3
    (empty / "compose.yaml").write_text("services: {web: {image: x}}\n")
    assert "make one with python3 deploy/make_env.py" in tmdb_ops("stop", folder=empty)[2]
    (empty / ".env").touch()
    code, _, err = tmdb_ops("stop", folder=empty)
    assert (code, "is not that of this project" in err) == (3, True), err
