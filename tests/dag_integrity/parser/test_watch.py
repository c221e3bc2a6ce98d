"""Everything that changes the machine or leaves it, really tried in a process under the watch."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from dag_integrity.parser.watching.watch import Watch, innocent

#: What is tried, in a folder with the file ``kept`` and the empty folder ``empty``; by the kind that it is taken for.
TRIED = {
    "file": [
        *(f"open('kept', {mode!r})" for mode in ("w", "a", "r+", "wb", "ab+", "rb+", "w+")),
        *(f"open('new', {mode!r})" for mode in ("x", "xb", "x+")),
        *(f"os.open('kept', os.{flag})" for flag in ("O_WRONLY", "O_RDWR", "O_TRUNC")),
        "os.open('new', os.O_CREAT)",
        "io.FileIO('kept', 'w')",
        "pathlib.Path('new').touch()",
        "pathlib.Path('kept').write_text('x')",
        "gzip.open('new', 'wb')",
        "tempfile.mkstemp(dir='.')",
        "os.mkdir('new')",
        "os.makedirs('new/below')",
        "os.remove('kept')",
        "pathlib.Path('kept').unlink()",
        "os.rmdir('empty')",
        "shutil.rmtree('empty')",
        "shutil.copy('kept', 'new')",
        "os.rename('kept', 'new')",
        "os.replace('kept', 'new')",
        "os.link('kept', 'new')",
        "os.symlink('kept', 'new')",
        "os.chmod('kept', 0)",
        "os.chown('kept', -1, -1)",
        "os.utime('kept')",
        "os.truncate('kept', 0)",
        "os.setxattr('kept', 'user.x', b'x')",
        "os.removexattr('kept', 'user.x')",
    ],
    "process": [
        "subprocess.run(['touch', 'new'])",
        "os.system('touch new')",
        "os.popen('touch new')",
        "os.posix_spawn('/bin/touch', ['touch', 'new'], {})",
        "os.execv('/bin/touch', ['touch', 'new'])",
        "os.fork()",
        "os.forkpty()",
    ],
    "network": [
        "socket.create_connection(('127.0.0.1', 9))",
        "socket.socket().connect_ex(('127.0.0.1', 9))",
        "socket.getaddrinfo('localhost', 80)",
        "socket.gethostbyname('localhost')",
        "socket.gethostbyname_ex('localhost')",
        "socket.gethostbyaddr('127.0.0.1')",
        "socket.getnameinfo(('127.0.0.1', 80), 0)",
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
        "socket.socket(type=socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, ('127.0.0.1', 9))",
        "urllib.request.urlopen('http://127.0.0.1:9/', timeout=1)",
    ],
    "database": ["sqlite3.connect('new')"],
    "": [
        "open('kept')",
        "open('kept', 'rb')",
        "os.open('kept', os.O_RDONLY)",
        "open(os.devnull, 'w')",
        "open(os.dup(1), 'w')",
        "os.listdir('.')",
        "os.stat('kept')",
        "pathlib.Path('kept').read_text()",
        "open('private/new', 'w')",
        "pathlib.Path('private/folder').mkdir()",
        "tempfile.TemporaryDirectory(dir='private').cleanup()",
        "os.rename('private/new', 'private/newer')",
        "sqlite3.connect(':memory:')",
        "sqlite3.connect('private/rows')",
        "platform.libc_ver()",
        "socket.socket()",
    ],
}

SCRIPT = """
import gzip, io, json, os, pathlib, platform, shutil, socket, sqlite3, subprocess, sys, tempfile, urllib.request
from dag_integrity.parser.watching.watch import Watch

found = {}
attempts = json.loads(sys.argv[1])
watch = Watch(["private"])
watch.install()
for attempt in attempts:
    code = compile(attempt, "some.py", "eval")
    with watch.parsing("some.py") as reaches:
        try:
            eval(code)
            refused = False
        except OSError as error:
            refused = "not let through while a DAG file is parsed" in str(error)
    found[attempt] = [reaches[0].kind, reaches[0].line, reaches[0].detail] if refused else ["", len(reaches), ""]
open("outside of any file", "w").close()
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("watched")
    (folder / "kept").write_text("as it was")
    (folder / "empty").mkdir()
    (folder / "private").mkdir()
    return folder


@pytest.fixture(scope="module")
def found(folder):
    """What became of each attempt: its kind, the line, the words."""
    attempts = [attempt for attempts in TRIED.values() for attempt in attempts]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT, json.dumps(attempts)],
        cwd=folder,
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("kind", "attempt"), [(kind, attempt) for kind, attempts in TRIED.items() for attempt in attempts if kind]
)
def test_what_reaches_out_is_refused(found, kind, attempt):
    """Each way to change the disk, to start a process or to use the network is refused, and told with its line."""
    assert found[attempt][:2] == [kind, 1]


@pytest.mark.parametrize("attempt", TRIED[""])
def test_what_only_looks_is_let_through(found, attempt):
    """Reading files, folders and open descriptors is a DAG file's business."""
    assert found[attempt] == ["", 0, ""]


def test_nothing_has_happened(found, folder):
    """After all these attempts everything is as it was; once no file is parsed any more, the watch lets go."""
    assert sorted(path.name for path in folder.iterdir()) == ["empty", "kept", "outside of any file", "private"]
    assert (folder / "kept").read_text() == "as it was"


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        ("open('kept', 'w')", "writes kept"),
        ("os.rename('kept', 'new')", "os.rename kept new"),
        ("os.system('touch new')", "os.system b'touch new'"),
        ("socket.getaddrinfo('localhost', 80)", "socket.getaddrinfo localhost"),
        ("os.fork()", "os.fork"),
    ],
)
def test_reaches_are_told_with_what_they_are_about(found, attempt, words):
    """A person sees what was wanted: the path, the command, the host."""
    assert found[attempt][2] == words


def test_reach_is_told_once_for_each_place_and_not_for_ever():
    """A loop that looks something up a thousand times is one reach; a thousand different ones are a hundred."""
    watch = Watch()
    for _ in range(2):
        watch.note("variable", "Variable 'pages'")
    once = len(watch.reaches)
    for number in range(1000):
        watch.note("variable", f"Variable '{number}'")

    assert once == 1
    assert len(watch.reaches) == 100


def test_what_is_no_path_is_not_private():
    """Whatever is given, the answer is one."""
    watch = Watch(["/private"])

    assert [watch.is_private(path) for path in (object(), "a\0b", 3, "/private/x", "/elsewhere")] == [
        *(False, False, True, True, False)
    ]
    assert not watch.is_private("x", folder=10**6)


def test_what_nobody_calls_is_not_innocent():
    """As a thread that the standard library has started does."""
    with ThreadPoolExecutor() as threads:
        assert not threads.submit(innocent).result()
