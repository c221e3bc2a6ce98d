import json
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


@pytest.mark.parametrize("flag", ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND"])
def test_each_flag_that_writes_is_seen(guard, flag):
    """A file may be opened without a mode, by flags: each of those that can change it counts."""
    guard.audit("open", ("/etc/x", None, getattr(os, flag)))

    assert guard.seen() == ["writes /etc/x"]


#: What is really tried in a folder that tests must not touch, with the file ``kept`` and the empty folder ``empty``;
#: and the path that it changes.
TRIED = {
    **{f"open('kept', {mode!r})": "kept" for mode in ("w", "a", "r+", "wb", "ab+", "w+")},
    **{f"open('new', {mode!r})": "new" for mode in ("x", "xb+")},
    "os.open('kept', os.O_WRONLY)": "kept",
    "os.open('kept', os.O_RDWR)": "kept",
    "os.open('kept', os.O_TRUNC)": "kept",
    "io.FileIO('kept', 'w')": "kept",
    "pathlib.Path('kept').touch()": "kept",
    "os.mkdir('new')": "new",
    "os.remove('kept')": "kept",
    "os.rmdir('empty')": "empty",
    "os.rename('kept', 'new')": "kept",
    "os.replace('kept', '/dev/new')": "kept",
    "os.link('kept', 'new')": "new",
    "os.symlink('kept', 'new')": "new",
    "os.chmod('kept', 0)": "kept",
    "os.chown('kept', -1, -1)": "kept",
    "os.utime('kept')": "kept",
    "os.truncate('kept', 0)": "kept",
    "os.setxattr('kept', 'user.x', b'x')": "kept",
    "os.removexattr('kept', 'user.x')": "kept",
    "shutil.copy('kept', 'new')": "new",
    "open('kept')": None,
    "os.open('kept', os.O_RDONLY)": None,
    "os.listdir('.')": None,
}


@pytest.fixture(scope="module")
def noticed(tmp_path_factory):
    """What a guard has seen of each attempt, for whom another folder is the temporary one."""
    script = """
import io, json, os, pathlib, shutil, sys
import guard
guard._ALLOWED = guard._ALLOWED[1:]
watching = guard.Guard()
watching.start()
seen = {}
for attempt in json.loads(sys.argv[1]):
    for name in ("new", "kept", "empty"):
        shutil.rmtree(name) if os.path.isdir(name) else os.path.lexists(name) and os.remove(name)
    open("kept", "w").close()
    os.mkdir("empty")
    watching.seen()
    try:
        eval(attempt)
    except OSError:
        pass
    seen[attempt] = [os.path.basename(line) for line in watching.seen() if line.startswith("writes ")]
print(json.dumps(seen))
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, json.dumps([*TRIED])],
        stdout=subprocess.PIPE,
        check=True,
        cwd=tmp_path_factory.mktemp("guarded"),
        env=os.environ | {"PYTHONPATH": str(TESTS)},
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("attempt", TRIED)
def test_every_way_to_change_the_disk_is_seen(noticed, attempt):
    """Whatever Python offers to change a file or a folder is noticed when it is used, and reading is not."""
    expected = TRIED[attempt]

    assert noticed[attempt][:1] == ([expected] if expected else [])


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
