import os
import subprocess
import sys
from pathlib import Path

import pytest
from guard import Guard

TESTS = Path(__file__).parents[1]


@pytest.fixture
def guard():
    """A guard that is told what happens, without watching this process as well."""
    return Guard()


def test_long_sleeps_are_seen(guard, monkeypatch):
    """A sleep of more than 0.2 s of real time is remembered, once; a shorter one is not."""
    monkeypatch.setattr(guard, "_sleep", lambda seconds: None)
    guard.sleep(0.2)
    guard.sleep(0.21)

    assert guard.seen() == ["sleeps 0.21 s"]
    assert guard.seen() == []


@pytest.mark.parametrize("path", ["README.md", Path("x/../y"), b"data/movies.json", "/etc/hosts"])
def test_writes_outside_the_temporary_folder_are_seen(guard, monkeypatch, path):
    """A file that is opened for writing anywhere else is remembered, however its path is given."""
    monkeypatch.chdir("/")  # this project itself may lie in a temporary folder
    guard.audit("open", (path, "w", os.O_WRONLY | os.O_CREAT))
    guard.audit("open", (path, None, os.O_RDONLY))

    (seen,) = guard.seen()
    assert seen == f"writes {Path(os.fsdecode(path)).absolute()}"


@pytest.mark.parametrize(
    ("event", "args"),
    [
        ("os.mkdir", ("/etc/x", 0o777, -1)),
        ("os.remove", ("/etc/x", -1)),
        ("os.rename", ("/dev/y", "/etc/x", -1, -1)),
        ("os.rename", ("/etc/x", "/dev/y", -1, -1)),
        ("os.symlink", ("/dev/y", "/etc/x", -1)),
    ],
)
def test_other_changes_outside_the_temporary_folder_are_seen(guard, event, args):
    """Folders, links, removals, and files that are moved out or in count as writing."""
    guard.audit(event, args)

    assert guard.seen() == ["writes /etc/x"]


def test_usual_writes_are_not_seen(guard, tmp_path):
    """The temporary folder, devices, Python's own bytecode and open descriptors are a test's business."""
    for path in (tmp_path / "x", "/dev/null", "src/__pycache__/x.pyc", 3):
        guard.audit("open", (path, "w", os.O_WRONLY))
    guard.audit("os.symlink", ("/etc/x", str(tmp_path / "y"), -1))
    guard.audit("os.rmdir", ("within", 3))

    assert guard.seen() == []


def test_a_guard_that_watches_sees_what_really_happens(tmp_path):
    """In a process of its own: the sleep and the write are seen, and nothing else that Python does."""
    script = """
import time
from guard import Guard
guard = Guard()
guard.start()
open("inside", "w").close()
time.sleep(0.001)
assert guard.seen() == []
time.sleep(0.201)
try:
    open("/no-such-folder/x", "w")
except OSError:
    print(guard.seen())
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(TESTS)},
    )

    assert done.stdout.strip() == "['sleeps 0.201 s', 'writes /no-such-folder/x']"
