"""Ctrl-C at a terminal, at any moment, ends everything that the command has started."""

import os
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from e2e.command_line.terminal import CTRL_C, Terminal
from e2e.leftovers import processes_with
from e2e.patience import wait_for

from fake_tmdb.faults.fault import Fault
from tmdb_pipeline.tmdb.limits.files import SHARED

COMMAND = [sys.executable, "-m", "tmdb_pipeline"]
#: Seconds that the launcher waits before it terminates, and before it kills: as much as it takes, and nox's defaults.
PATIENT, IMPATIENT = (60, 60), (0.3, 0.2)
#: A page of the fake's that keeps a task busy, and one that makes it fail and wait for its retry.
BUSY = Fault(path="/movie/popular", page=2, delay=60)
FAILING = Fault(path="/movie/popular", status=429, headers={"Retry-After": "900"})


@pytest.fixture
def environment(tmp_path, clean_environment):
    """Somebody's environment, with a folder for temporary files of the test's own."""
    (tmp_path / "tmp").mkdir()
    return clean_environment | {"TMPDIR": str(tmp_path / "tmp"), "TMDB_DATA_ROOT": str(tmp_path / "out")}


def has_begun(tmp_path):
    """Whether the command's own code is being loaded; in the moments before, a key is Python's to hear or to drop."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):  # it has just ended, or is another user's
            command = process.cmdline()
            if command[:3] == COMMAND and str(tmp_path / "out") in command:
                return any("msgspec" in part.path for part in process.memory_maps())
    return False


def left(tmp_path):
    """Processes and temporary folders that a command has left behind, but for that in which all share one limit."""
    lying = [path for path in Path(tmp_path, "tmp").iterdir() if path.name != SHARED.format(os.getuid())]
    return [*processes_with(tmp_path), *map(str, lying)]


@pytest.mark.parametrize(
    ("moment", "patience"),
    [
        ("the start", PATIENT),
        ("the start", IMPATIENT),
        ("Making an empty Airflow home", IMPATIENT),
        ("collect_popular_movies", PATIENT),
        ("collect_popular_movies", IMPATIENT),
    ],
)
def test_ctrl_c_ends_the_demo(tmp_path, environment, moment, patience):
    """Whenever the key is pressed, and even if the command itself is killed meanwhile, nothing runs or lies about."""
    demo = [*COMMAND, "demo", "--date", "2024-01-07", "--out", str(tmp_path / "out")]
    with Terminal(demo, environment, patience) as terminal:
        if moment == "the start":
            wait_for(lambda: has_begun(tmp_path), "the command")
        else:
            terminal.wait_for(moment)
        terminal.press(CTRL_C)
        status = terminal.wait()

        wait_for(lambda: left(tmp_path) == [], "nothing left")
    assert status != 0  # as it would be if the key had reached nobody
    in_peace = (moment, patience) == ("collect_popular_movies", PATIENT)
    assert not in_peace or (status, "Stopped. What was" in terminal.shown) == (130, True)


@pytest.mark.parametrize(
    ("fault", "moment", "patience"),
    [
        (BUSY, " of 5", PATIENT),
        (FAILING, "is tried again at", PATIENT),
        (FAILING, "is tried again at", IMPATIENT),
    ],
)
def test_ctrl_c_ends_a_collection(tmp_path, environment, another_fake, fault, moment, patience):
    """The same while a page is awaited and while Airflow waits for a retry; then it is said what is kept."""
    fake = another_fake(faults=[fault])
    with fake.serve() as server:
        environment |= {"TMDB_BASE_URL": server.url, "TMDB_READ_TOKEN": fake.read_token}
        collect = [*COMMAND, "collect", "daily", "--retries", "3", "--out", str(tmp_path / "out")]
        with Terminal(collect, environment, patience) as terminal:
            terminal.wait_for(moment)
            terminal.press(CTRL_C)
            status = terminal.wait()

            wait_for(lambda: left(tmp_path) == [], "nothing left")
    assert status != 0
    assert patience is IMPATIENT or f"Stopped. What was collected is kept in {tmp_path / 'out'} " in terminal.shown
