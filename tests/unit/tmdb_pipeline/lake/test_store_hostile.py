"""The lake on a disk where anything may lie: every method gives a right result or a LakeError, and nothing is lost."""

import os
import socket
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import examples
from upath import UPath

from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.store import Lake, to_json

NOBODY = 65_534


class Collection(msgspec.Struct):
    movies: list[Any]


def hold(lake, folder):
    with lake.exclusive(folder, "popular of 2024-01-01"):
        return


#: Every method of a lake, called with a path.
METHODS = {
    "locate": lambda lake, path: lake.locate(path),
    "exists": lambda lake, path: lake.exists(path),
    "read": lambda lake, path: lake.read(path),
    "read_document": lambda lake, path: lake.read_document(path, Collection),
    "write": lambda lake, path: lake.write(path, b"mine"),
    "write with key": lambda lake, path: lake.write(path, b'{"movies": []}', key="movies"),
    "files": lambda lake, path: lake.files(path),
    "delete": lambda lake, path: lake.delete(path),
    "exclusive": hold,
}
READING = ["read", "read_document"]
WRITING = ["write", "write with key"]


def sparse(path):
    """An enormous file that needs no room."""
    with path.open("wb") as file:
        file.truncate(2**40)


def unix_socket(path):
    with socket.socket(socket.AF_UNIX) as listening, working_in(path.parent):
        listening.bind(path.name)


@contextmanager
def working_in(folder):
    """Names of sockets may only be short."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


#: What may lie where a file should.
ENTRIES = {
    "nothing": lambda path: None,
    "file": lambda path: path.write_bytes(b'{"movies": []}'),
    "foreign": lambda path: path.write_bytes(b"my own notes"),
    "empty": lambda path: path.write_bytes(b""),
    "enormous": sparse,
    "folder": lambda path: path.mkdir(),
    "full folder": lambda path: (path / "inside").mkdir(parents=True),
    "pipe": os.mkfifo,
    "socket": unix_socket,
    "endless device": lambda path: path.symlink_to("/dev/zero"),
    "dangling link": lambda path: path.symlink_to("nowhere"),
    "link to itself": lambda path: path.symlink_to(path.name),
    "link to a file": lambda path: [path.with_name("real").write_bytes(b"real"), path.symlink_to("real")],
}


def names(folder):
    return sorted(path.name for path in Path(folder).iterdir())


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "folder").mkdir()
    return tmp_path / "folder"


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path))


@contextmanager
def as_nobody(folder):
    """Be a user who is not root, as the system knows it; root may enter and write everywhere."""
    me = os.geteuid()
    os.chown(folder, NOBODY if me == 0 else me, -1)
    os.seteuid(NOBODY if me == 0 else me)
    try:
        yield
    finally:
        os.seteuid(me)


@pytest.mark.parametrize("method", READING)
@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("nothing", r"/folder/file is not there: run the task that writes it first\."),
        ("dangling link", r"/folder/file is not there: run the task that writes it first\."),
        ("link to itself", r"/folder/file cannot be read: Too many levels of symbolic links\."),
        ("folder", r"/folder/file cannot be read: Is a directory\."),
        ("pipe", r"/folder/file cannot be read: it is a pipe, a socket or a device, not a file\."),
        ("socket", r"/folder/file cannot be read: it is a pipe, a socket or a device, not a file\."),
        ("endless device", r"/folder/file cannot be read: it is a pipe, a socket or a device, not a file\."),
        (
            "enormous",
            r"/folder/file cannot be read: it has 1099511627776 bytes, no file of ours has more than 134217728",
        ),
    ],
)
def test_what_is_no_file_is_not_read(lake, folder, method, entry, message):
    """Reading never waits for a pipe, never fills the memory, and says what lies there instead of a file."""
    ENTRIES[entry](folder / "file")

    with pytest.raises(LakeError, match=message):
        METHODS[method](lake, "folder/file")


@pytest.mark.parametrize("method", WRITING)
@pytest.mark.parametrize("entry", ["folder", "full folder", "pipe", "socket", "endless device", "link to itself"])
def test_what_is_no_file_is_not_replaced(lake, folder, method, entry):
    """What is no file stays where it is, with a message, and no rubbish beside it."""
    ENTRIES[entry](folder / "file")
    before = os.lstat(folder / "file")

    with pytest.raises(LakeError, match=r"/folder/file cannot be (written|looked up): .*\."):
        METHODS[method](lake, "folder/file")

    assert os.lstat(folder / "file").st_ino == before.st_ino
    assert names(folder) == ["file"]


def test_enormous_file_of_somebody_else_is_not_set_aside_by_reading_it(lake, folder):
    """A foreign file that does not fit into the memory stays, and the message says how large it is."""
    sparse(folder / "file")

    with pytest.raises(LakeError, match=r"cannot be written: it has 1099511627776 bytes"):
        lake.write("folder/file", b'{"movies": []}', key="movies")

    assert (folder / "file").stat().st_size == 2**40


@pytest.mark.parametrize("method", sorted({*METHODS} - {"locate"}))
def test_component_that_is_a_file_is_told(lake, folder, method):
    """Where a folder of the path is a file, nothing is there, and nothing can be made there."""
    (folder / "file").write_bytes(b"a file")
    answers = {"exists": False, "files": [], "delete": None}

    if method in answers:
        assert METHODS[method](lake, "folder/file/deeper") == answers[method]
    else:
        with pytest.raises(
            LakeError, match=r"folder/file/deeper (is not there|cannot be written: a file is in the way)"
        ):
            METHODS[method](lake, "folder/file/deeper")

    assert (folder / "file").read_bytes() == b"a file"


@pytest.mark.parametrize("method", sorted({*METHODS} - {"locate"}))
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("n" * 300, "File name too long"),
        ("\udfff", "'utf-8' codec can't encode character '.udfff' in position [0-9]+: surrogates not allowed"),
        ("a\0b", "embedded null (byte|character)( in path)?"),
    ],
    ids=["long", "half a character", "NUL"],
)
def test_name_that_no_disk_takes_is_told(lake, folder, method, name, reason):
    """A name that the system refuses is named with the reason, in characters that every log takes."""
    with pytest.raises(LakeError) as raised:
        METHODS[method](lake, f"folder/{name}/file")

    assert raised.match(rf"/folder/[^/]+/file(/\.lock)? cannot be [a-z ]+: .*{reason}\.")
    assert str(raised.value).isprintable()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", ["{}/beside", "../beside", "folder/../../beside", ".."])
@pytest.mark.parametrize("root", ["{}/lake", "s3://bucket/prefix", "memory://bucket/prefix"])
@pytest.mark.usefixtures("s3")
def test_path_that_leads_out_of_the_root_is_refused(tmp_path, method, path, root):
    """Whoever made the name of a file: nothing beyond the data root is read, written, or removed."""
    with pytest.raises(LakeError, match=r"is no path of a file under the data root: it leads out of the data root\."):
        # Nothing of the machine's own: a lake that forgot to refuse would write there.
        METHODS[method](Lake(root.format(tmp_path)), path.format(tmp_path))

    assert names(tmp_path) == []


@pytest.mark.parametrize("method", sorted({*METHODS} - {"locate", "write with key"}))
def test_folder_without_the_right_to_enter_is_told(method):
    """A folder that may not be entered is neither empty nor a traceback."""
    with TemporaryDirectory() as root, as_nobody(root):
        closed = Path(root, "folder")
        closed.mkdir()
        closed.chmod(0)

        with pytest.raises(LakeError, match=r"/folder/file cannot be [a-z ]+: Permission denied\."):
            METHODS[method](Lake(root), "folder/file")

        closed.chmod(0o700)
        assert names(closed) == []


@pytest.mark.parametrize("method", ["write", "write with key", "delete", "exclusive"])
def test_folder_without_the_right_to_write_is_told_and_its_file_stays(method):
    """A folder that may only be read keeps its file."""
    with TemporaryDirectory() as root, as_nobody(root):
        closed = Path(root, "folder")
        closed.mkdir()
        (closed / "file").write_bytes(b"there")
        closed.chmod(0o500)

        with pytest.raises(LakeError, match=r"/folder(/file)? cannot be (written|removed): Permission denied"):
            METHODS[method](Lake(root), "folder/file" if method != "exclusive" else "folder")

        assert Lake(root).read("folder/file") == b"there"
        closed.chmod(0o700)


@pytest.mark.parametrize("entry", ["folder", "pipe", "socket", "endless device"])
def test_lock_that_is_no_file_is_told(lake, folder, entry):
    """Taking a folder never waits for a pipe that lies where its lock should be."""
    ENTRIES[entry](folder / ".lock")

    with pytest.raises(LakeError, match=r"/folder cannot be written: (Is a directory|it is a pipe, a socket)"):
        METHODS["exclusive"](lake, "folder")


def test_lock_of_somebody_else_keeps_what_it_holds(lake, folder):
    """A file of that name that another program left is used, not emptied."""
    (folder / ".lock").write_bytes(b"4711")

    METHODS["exclusive"](lake, "folder")

    assert (folder / ".lock").read_bytes() == b"4711"


@pytest.mark.parametrize("entry", ["folder", "pipe", "socket", "endless device", "dangling link", "link to itself"])
def test_rubbish_that_is_no_file_keeps_nobody_from_writing(lake, folder, entry):
    """What bears the name of a killed writer's file and is none is left alone, without waiting for it."""
    ENTRIES[entry](folder / ".notes.json.0badcafe.tmp")
    (folder / ".other.json.0badcafe.tmp").write_bytes(b"half of it")

    lake.write("folder/notes.json", b"{}")

    assert names(folder) == [".notes.json.0badcafe.tmp", "notes.json"]


def test_names_that_cannot_be_ours_are_not_among_the_files(lake, folder):
    """Names that no log and no document of ours could hold are left out, as hidden ones are."""
    for name in (b"page_001.json", b"page_\xff.json", b"page_\n.json", b".hidden"):
        Path(os.fsdecode(bytes(folder) + b"/" + name)).write_bytes(b"x")

    assert lake.files("folder") == ["page_001.json"]


def test_start_folder_that_was_removed_is_one_message(tmp_path, monkeypatch):
    """A relative root is refused when the folder that it is relative to is gone."""
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()

    with pytest.raises(LakeError, match=r"The data root lake cannot be used: No such file or directory\."):
        Lake("lake")


def test_value_that_json_cannot_carry_is_one_message():
    """A document that cannot be written is told as trouble with the lake, and before anything has changed."""
    with pytest.raises(LakeError, match=r"it holds what JSON cannot carry: .*64-bit range\. No file has changed;"):
        to_json({"id": 2**70})


@pytest.mark.parametrize(
    ("method", "content", "why"),
    [
        ("read_document", b'{"movies": 5}', "Expected `array`, got `int` - at `$.movies`"),
        ("read_document", b'{"\xe2\x80\xae": 1, "\xe2\x80\xae": 2}', "key '\\u202e' stands there twice"),
    ],
)
def test_document_of_another_shape_says_what_and_where(lake, tmp_path, method, content, why):
    """That a file is another's is told by its name and by what does not fit."""
    (tmp_path / "file").write_bytes(content)

    with pytest.raises(LakeError) as raised:
        METHODS[method](lake, "file")

    assert str(raised.value) == (
        f"{tmp_path}/file is half-written or not a file of this pipeline ({why}): run its date again."
    )


NAMES = ["a", "b", ".lock", ".a.0badcafe.tmp", "a.set-aside-1", ".", "..", "", "\0", "\udc80", "n" * 300]
PATHS = st.lists(st.sampled_from(NAMES) | st.text(max_size=3), min_size=1, max_size=3).map("/".join)
PLACES = ["a", "b", "a/a", "a/.lock", ".a.0badcafe.tmp", "a/.a.0badcafe.tmp"]
ODD = sorted({*ENTRIES} - {"endless device"})


def error_of(method, lake, path):
    try:
        METHODS[method](lake, path)
    except LakeError as error:
        return error
    return None


@pytest.fixture(scope="module")
def at_s3(s3_server):
    """A lake in S3 that keeps what earlier examples have left."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in s3_server.environment().items():
            patch.setenv(name, value)
        return Lake(f"s3://{s3_server.make_bucket()}/prefix")


@examples(150)
@given(
    st.sampled_from(["folder", "memory", "folder", "memory", "s3"]),
    st.dictionaries(st.sampled_from(PLACES), st.sampled_from(ODD)),
    st.lists(st.tuples(st.sampled_from(sorted(METHODS)), PATHS), max_size=8),
)
def test_whatever_lies_about_only_errors_of_the_lake_are_raised(at_s3, kind, entries, calls):
    """On any disk, with any names, in any order: an answer or a LakeError that can be printed, and nothing outside."""
    with TemporaryDirectory() as outer:
        root = Path(outer, "lake")
        root.mkdir()
        for name in sorted(entries):
            if (root / name).parent.is_dir():
                ENTRIES[entries[name]](root / name)
        lake = at_s3 if kind == "s3" else Lake(str(root) if kind == "folder" else "memory://bucket/prefix")

        errors = [error for method, path in calls if (error := error_of(method, lake, path))]

        assert all(str(error).isprintable() and type(error) is LakeError for error in errors)
        assert names(outer) == ["lake"]
        UPath("memory://bucket").fs.store.clear()
