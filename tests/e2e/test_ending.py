"""Nothing is left running, however a session of these tests ends."""

import os
import signal
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir

import pytest
from e2e.commands import Command, session_of_tests
from e2e.leftovers import belongings, processes_with, sweep
from e2e.postgres import FOLDER, docker_engine, sweep_embedded

PROBE = Path(__file__).with_name("probe_that_waits.py")
#: With the engine that is here, if any, and as on a machine that has none.
ENGINES = {"engine": {}, "no engine": {"DOCKER_HOST": "unix:///nowhere", "CI": ""}}


@contextmanager
def started(tmp_path, engine, test):
    """The probe as a pytest session of its own, once it waits."""
    ready = tmp_path / "ready"
    environment = os.environ | ENGINES[engine] | {"PROBE_READY": str(ready)}
    with Command(session_of_tests(f"{PROBE}::{test}"), environment, tmp_path / "output") as command:
        command.wait_for(ready.exists, "the probe that waits")
        yield command


def remains(command):
    """What is left of a session: containers, networks, volumes, folders, processes."""
    mine = f"/{command.process.pid}/"
    found = [name for name, named in belongings(docker_engine()) if mine in named]
    for folder in Path(gettempdir()).glob(f"{FOLDER}*{mine.replace('/', '%')}*"):
        found += [str(folder), *processes_with(folder)]
    return found


@pytest.mark.parametrize(
    ("engine", "end"), [("engine", signal.SIGTERM), ("no engine", signal.SIGTERM), ("no engine", signal.SIGINT)]
)
def test_told_to_end(tmp_path, engine, end):
    """SIGTERM and Ctrl-C end the session early, and Postgres with it."""
    with started(tmp_path, engine, "test_waits_beside_postgres") as command:
        running = remains(command)
        command.process.send_signal(end)
        status = command.wait()

    assert running != []
    assert status == pytest.ExitCode.INTERRUPTED
    assert remains(command) == []


def test_told_to_end_in_mid_task(tmp_path):
    """SIGTERM ends the session although Airflow, which runs in the same process, takes that signal for its own."""
    with started(tmp_path, "engine", "test_waits_in_a_task") as command:
        command.process.send_signal(signal.SIGTERM)
        status = command.wait()

    assert status == pytest.ExitCode.INTERRUPTED, command.output
    assert remains(command) == []


def test_told_to_end_when_it_ends_anyway(tmp_path):
    """A signal during the last cleaning up does not keep the rest of it from being done."""
    with started(tmp_path, "engine", "test_ends_slowly") as command:
        running = remains(command)
        command.process.send_signal(signal.SIGTERM)
        (tmp_path / "sent").touch()
        status = command.wait()

    assert running != []
    assert status == pytest.ExitCode.OK, command.output
    assert remains(command) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_killed(tmp_path, engine):
    """What a killed session leaves is swept away by the next one; what belongs to one that lives is not."""
    with started(tmp_path, engine, "test_waits_beside_postgres") as command:
        alive = remains(command)
        sweep_all()
        spared = remains(command)
        command.kill()
    dead = remains(command)
    sweep_all()

    assert alive == spared != []
    assert dead != []
    assert remains(command) == []


def sweep_all():
    """What every session does when it begins."""
    sweep_embedded()
    sweep(docker_engine())
