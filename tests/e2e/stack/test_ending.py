"""A session leaves nothing of its stack, though it is told to end while that starts, or it does not start at all."""

import os
import signal

import pytest
from e2e.commands import Command, session_of_tests
from e2e.leftovers import belongings, processes_with
from e2e.patience import wait_for


@pytest.fixture
def session(stack, tmp_path):
    """Starts a session of its own with a test that needs the stack."""

    def start(**environment):
        images = {f"E2E_{name}": stack.settings[name] for name in ("AIRFLOW_IMAGE", "FAKE_TMDB_IMAGE")}
        test = "tests/e2e/stack/test_stack.py::test_every_service_is_well"
        environment = os.environ | images | {"E2E_RESULTS": str(tmp_path)} | environment
        return Command(session_of_tests(test), environment, tmp_path / "output")

    return start


def remains(stack, session):
    """Names of what is left of a session in Docker, and of its Compose."""
    mine = f"/{session.process.pid}/"
    found = [found.name for found, named in belongings(stack.engine) if mine in named]
    return found + processes_with(f"tmdb-e2e-{session.process.pid}")


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT], ids=lambda end: end.name)
def test_told_to_end_while_the_stack_starts(stack, session, end):
    """Compose is still starting containers: they, the network, the volumes and Compose itself are gone afterwards."""
    with session() as told:
        wait_for(lambda: any("postgres-1" in name for name in remains(stack, told)), "its first containers", pause=0.05)
        told.process.send_signal(end)
        status = told.wait()

        assert status == pytest.ExitCode.INTERRUPTED, told.output
        assert remains(stack, told) == []


def test_stack_that_does_not_start_in_time(stack, session, tmp_path):
    """The test fails, what the services have logged is saved and its end shown, and everything is gone afterwards."""
    with session(E2E_PATIENCE="1") as late:
        status = late.wait()

        assert status == pytest.ExitCode.TESTS_FAILED, late.output
        assert "end of the services' logs" in late.output
        assert "fake-tmdb ready" in (tmp_path / "test_every_service_is_well.log").read_text()
        assert remains(stack, late) == []
