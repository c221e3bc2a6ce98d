import json
import subprocess
import sys

import pytest
from fake_docker import WELL, container

UP = "compose up --detach --wait --wait-timeout=600"
HOLD = """
import fcntl, os, sys
fcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _world(stack, docker):
    """A stack that can be started and stopped; starting takes a moment, in which it is looked at."""
    docker.says("compose up", " Container x  Started\n", seconds=0.3)
    docker.says("compose .*stop")


def done(docker):
    return [
        line for line in docker.asked if not line.startswith(("compose config", "compose --profile=* ps", "image ls"))
    ]


def test_stack_is_started(ops, docker):
    """It is said what becomes of each service, and at the end where to go."""
    code, out, err = ops("start")

    assert (code, err, done(docker)) == (0, "", [UP])
    assert {"  check: done", "  scheduler: well"} <= {*out.splitlines()}
    assert "The stack is up: http://127.0.0.1:" in out
    assert "sign in as admin with the ADMIN_PASSWORD in .env." in out
    assert "s3cr3t" not in out


def test_start_is_drawn_at_a_terminal(ops, docker, terminal):
    """As a table; before there are containers, it is said that images are fetched."""
    docker.runs()
    code, out, _ = ops("start")
    assert (code, "Images are built or fetched ..." in out) == (0, True)

    docker.says(r"compose \S+ ps", err="busy", status=1)
    docker.says("compose up", err="no space left on device", status=1, seconds=0.3)
    assert ops("start")[0] == 8


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (["start", "--build", "--timeout", "5"], "compose up --detach --wait --wait-timeout=5 --build"),
        (["restart"], f"{UP} --force-recreate"),
        (["restart", "scheduler", "api-server"], f"{UP} --force-recreate --no-deps scheduler api-server"),
    ],
)
def test_options_are_handed_on(ops, docker, arguments, asked):
    """Made anew, services take what has changed in .env."""
    assert ops(*arguments)[0] == 0
    assert done(docker) == [asked]


def test_program_gets_one_document(ops):
    """With the services, and the address."""
    code, out, _ = ops("start", "--json")

    told = json.loads(out)
    assert (code, len(told["services"])) == (0, len(WELL))
    assert told["url"].startswith("http://127.0.0.1:")


def fails(docker, *containers, said="something odd"):
    docker.runs(*containers)
    docker.says("compose up", err=said, status=1)


@pytest.mark.parametrize(
    ("said", "code", "why"),
    [
        ("Bind for 127.0.0.1:8080 failed: port is already allocated", 5, "Port 8080 is taken by another program: end"),
        ("no space left on device", 8, "The disk of the Docker engine is full: make room"),
        ("Cannot connect to the Docker daemon at unix:///x.", 4, "The Docker engine does not answer: start"),
        ("something odd", 5, "The stack cannot be started: Docker says something odd. Mend that, then run this again."),
    ],
)
def test_failure_of_docker_is_said(ops, docker, said, code, why):
    """Each with a status of its own."""
    fails(docker, *WELL, said=said)

    found, _, err = ops("start")

    assert (found, err.startswith(why), err.count("\n")) == (code, True, 1)


def test_service_that_refuses_is_said(ops, docker):
    """In its own words, with what to do."""
    fails(docker, container("check", "exited", exit_code=1))
    docker.says("logs", err="Refused: JWT_SECRET is not set.\nRefused: b.\n")

    code, _, err = ops("start")

    assert code == 5
    assert err == (
        "check does not get well: Refused: JWT_SECRET is not set. Refused: b. Mend that, see tmdb-ops logs check, then "
        "run tmdb-ops start again.\n"
    )


def test_service_that_says_nothing_is_told_by_its_state(ops, docker):
    """Such as one that ends again and again."""
    fails(docker, container("scheduler", "restarting"))
    docker.says("logs")

    assert "scheduler does not get well: restarting. Mend that" in ops("start")[2]


def test_slow_services_are_said(ops, docker):
    """With how to give them longer."""
    fails(docker, container("scheduler", health="starting"), container("api-server", health="starting"))

    code, _, err = ops("start", "--timeout", "7")

    assert code == 5
    assert err.startswith("api-server and scheduler did not get well within 7 s: see tmdb-ops logs api-server, or give")


def test_ctrl_c_says_what_goes_on(ops, docker, during):
    """What was begun goes on, and how to look at it and to end it is said."""

    def press():
        raise KeyboardInterrupt

    during.append(press)

    code, _, err = ops("start")

    assert (code, err) == (
        130,
        "What was begun goes on: see how far it is with tmdb-ops status, or end it with tmdb-ops stop.\n",
    )


def test_another_project_is_not_touched(ops, docker):
    """Who is in the wrong folder starts and stops nothing."""
    docker.says("compose config", json.dumps({"name": "blog", "services": {"web": {}}}))

    assert [ops(command)[0] for command in ("start", "restart", "stop")] == [3, 3, 3]
    assert done(docker) == []


def test_two_at_once_are_told(ops, stack, docker):
    """The second has to wait."""
    command = [sys.executable, "-c", HOLD, str(stack)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        code, _, err = ops("start")
        other.stdin.close()

    assert (code, done(docker)) == (7, [])
    assert "cannot be started while another tmdb-ops starts" in err


def test_stack_is_stopped(ops, docker):
    """All profiles of it; nothing is removed."""
    code, out, err = ops("stop")

    assert (code, err, done(docker)) == (0, "", ["compose --profile=* stop"])
    assert out == (
        "Stopping 3 services; tasks under way are given a minute.\n"
        "Stopped 3 services: start again with tmdb-ops start.\n"
    )


def test_stopping_is_shown_at_a_terminal(ops, docker, terminal):
    """While it lasts."""
    docker.runs(WELL[0])

    assert "Stopped 1 service: start again" in ops("stop")[1]


def test_stack_that_does_not_run_is_not_stopped(ops, docker):
    """That is no failure."""
    docker.runs()

    assert ops("stop")[:2] == (0, "The stack is not running.\n")
    assert done(docker) == []


def test_stack_that_cannot_be_stopped_is_said(ops, docker):
    """Why, and what to do."""
    docker.says("compose .*stop", err="something odd", status=1)

    assert ops("stop")[2].startswith("The stack cannot be stopped: Docker says something odd.")
