import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support import wait_for

from tmdb_pipeline.demo import watchdog
from tmdb_pipeline.demo.keeper import Keeper

#: Modules that a keeper starts: one that waits, one that does not listen, one whose child does.
BODIES = {
    "waits": "import time; print('up', flush=True); time.sleep(60)",
    "deaf": "import signal, time\n"
    "signal.signal(signal.SIGINT, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
    "parent": "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "print('up', flush=True)",
}
#: A command that starts a module and makes a folder, says so, and waits.
COMMAND = """\
import sys, time
from tmdb_pipeline.demo.keeper import Keeper
with Keeper() as keeper:
    process = keeper.start(["busy"])
    process.stdout.readline()
    print(process.pid, keeper.folder("kept-"), flush=True)
    time.sleep(60)
"""


@pytest.fixture(params=BODIES)
def busy(request, tmp_path, monkeypatch):
    """A module named busy; of which kind it is."""
    (tmp_path / "busy.py").write_text(BODIES[request.param], encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])]))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return request.param


def alive(group):
    """Whether a process of the group is there and has not ended; a zombie whom nobody reaps has."""
    found = subprocess.run(["ps", "-A", "-o", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
    return [line for line in found.splitlines() if line.split()[0] == str(group) and "Z" not in line.split()[1]]


def test_nothing_outlives_the_block(busy, monkeypatch):
    """Processes end, with what they have started, and folders are gone, even if a process does not listen."""
    if busy == "deaf":
        monkeypatch.setattr(watchdog, "GRACE", 0.2)
    with Keeper() as keeper:
        process = keeper.start(["busy"])
        process.stdout.readline()
        folder = keeper.folder("kept-")
        (folder / "file").touch()

    assert (
        process.returncode
        in {"waits": [-signal.SIGINT], "deaf": [-signal.SIGKILL], "parent": [0, -signal.SIGINT]}[busy]
    )
    assert alive(process.pid) == []
    assert not folder.exists()
    assert keeper._watchdog.returncode == 0


def test_nothing_outlives_a_killed_command(busy, tmp_path):
    """The same where the command itself is killed and can do nothing any more."""
    with subprocess.Popen([sys.executable, "-c", COMMAND], stdout=subprocess.PIPE, text=True) as command:
        group, folder = command.stdout.readline().split()
        before = alive(group), Path(folder).exists()
        command.send_signal(signal.SIGKILL)

    assert all(before)
    wait_for(lambda: not alive(group) and not Path(folder).exists(), "the end of all", seconds=15)


def test_dead_watchdog_disturbs_nobody(keeper, tmp_path, monkeypatch):
    """Somebody may kill the watchdog: the command goes on, and does its own part at the end."""
    (tmp_path / "busy.py").write_text(BODIES["waits"], encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    keeper._watchdog.kill()
    keeper._watchdog.wait()

    process = keeper.start(["busy"])
    process.stdout.readline()  # while Python starts, an interrupt ends it with a traceback
    keeper.end(process)

    assert process.returncode in {-signal.SIGINT, -signal.SIGKILL}  # which of them, is a matter of the machine's load


def test_watchdog_leaves_alone_what_has_ended(tmp_path, monkeypatch):
    """The number of a process that is over may be another's by now; the rest is ended and removed."""
    ended = []
    monkeypatch.setattr(watchdog, "end", ended.extend)
    news = [["group", 1], ["folder", str(tmp_path)], ["group", 2], ["ended", 1]]

    watchdog.watch([json.dumps(each).encode() + b"\n" for each in news])

    assert ended == [2]
    assert not tmp_path.exists()
