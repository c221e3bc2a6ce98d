import errno
import fcntl
import os
import stat
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path

import msgspec
import orjson
import pytest
from upath import UPath

from tmdb_pipeline.lake.errors import LakeError, RunInProgress
from tmdb_pipeline.lake.store import Lake, to_json

FILE = "raw/movies/daily/popular_movies_20240101.json"
#: The kinds of lakes that have locks.
LOCKING = ["folder", "s3"]
#: A process that holds a folder until its input ends.
HOLDING = """
import sys
from tmdb_pipeline.lake.store import Lake
with Lake(sys.argv[1]).exclusive("raw/pages/a", "popular"):
    print("locked", flush=True)
    sys.stdin.read()
"""


class Movies(msgspec.Struct):
    """A kind of file."""

    movies: list


@pytest.fixture(params=["folder", "s3", "memory"])
def lake(request, tmp_path):
    """The same lake in a local folder, in S3, and in another store."""
    if request.param == "folder":
        yield Lake(str(tmp_path / "not" / "yet" / "there"))
    elif request.param == "s3":
        yield Lake(request.getfixturevalue("s3_root"))
    else:
        yield Lake("memory://bucket/prefix")
        UPath("memory://bucket").fs.store.clear()


@pytest.fixture
def folder(tmp_path):
    return Lake(str(tmp_path))


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def refuse_locks(*args):
    raise OSError(errno.ENOLCK, "No locks available")


def test_json_is_utf8_indented_and_ends_its_last_line():
    """Korean text stays readable in the files."""
    assert to_json({"genre_name": "액션"}) == '{\n  "genre_name": "액션"\n}\n'.encode()


@pytest.mark.parametrize("root", ["{}", "file://{}", "local://{}"])
def test_folder_may_be_given_as_a_path_or_a_url(tmp_path, root):
    """However a local folder is written, it is made, and its file lies where a person would look for it."""
    Lake(root.format(tmp_path / "lake")).write(FILE, b"movies")

    assert (tmp_path / "lake" / FILE).read_bytes() == b"movies"


def test_relative_folder_is_the_one_of_the_start(tmp_path, monkeypatch):
    """A relative root stays what it was when the lake was opened, whatever the working folder becomes."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    lake = Lake("lake")

    monkeypatch.chdir(tmp_path / "elsewhere")
    lake.write(FILE, b"movies")

    assert lake.locate(FILE) == str(tmp_path / "lake" / FILE)
    assert names(tmp_path) == [f"lake/{FILE}"]


def test_written_file_is_read_back(lake):
    """What is written is what is read, and an earlier file of that name is replaced."""
    lake.write(FILE, b"first")
    lake.write(FILE, b"second")

    assert lake.read(FILE) == b"second"
    assert lake.exists(FILE)
    assert lake.files("raw/movies/daily") == ["popular_movies_20240101.json"]


def test_missing_file_is_one_message(lake):
    """A file that is not there is named, with what to do."""
    with pytest.raises(LakeError, match=r"popular_movies_20240101\.json is not there: run the task that writes it"):
        lake.read(FILE)

    assert not lake.exists(FILE)
    assert lake.files("raw/movies/daily") == []


def test_deleted_file_is_gone_and_deleting_twice_is_fine(lake):
    """Deleting makes a file go away, whether it was there or not."""
    lake.write(FILE, b"x")

    lake.delete(FILE)
    lake.delete(FILE)

    assert not lake.exists(FILE)


@pytest.mark.parametrize("content", [b'{"movies": [', b"", b"[]", b'{"other": 1}', b"\xff"])
def test_half_written_or_foreign_file_is_not_read_as_ours(lake, content):
    """A document without the key that ours have is refused with a message that names the file."""
    lake.write(FILE, content)

    with pytest.raises(
        LakeError, match=r"popular_movies_20240101\.json is half-written or not a file of this pipeline"
    ):
        lake.read_document(FILE, Movies)


@pytest.mark.parametrize("content", [b'{"movies": [', b"my own notes"])
def test_half_written_or_foreign_file_is_set_aside(lake, content, caplog):
    """A file that is not ours is moved, never overwritten, however often that happens; the log says where to."""
    for _ in range(2):
        lake.write(FILE, content)
        lake.write(FILE, to_json({"movies": []}), key="movies")

    assert lake.read_document(FILE, dict) == {"movies": []}
    assert lake.read(f"{FILE}.set-aside-1") == content
    assert lake.read(f"{FILE}.set-aside-2") == content
    assert caplog.messages[-1] == (
        f"{lake.locate(FILE)} was half-written or not a file of this pipeline: "
        "set aside as popular_movies_20240101.json.set-aside-2."
    )


@pytest.mark.parametrize("lake", ["memory"], indirect=True)
@pytest.mark.parametrize("tidies_up", [True, False], ids=["tidies up", "cannot tidy up"])
def test_foreign_file_stays_when_its_store_fails_to_replace_it(lake, monkeypatch, caplog, tidies_up):
    """A store that takes the copy and then fails leaves the foreign file as it was, without a copy if it can."""
    lake.write(FILE, b"my own notes")
    store = type(UPath("memory://bucket").fs)
    open_ = store._open

    def down(*args, **kwargs):
        raise RuntimeError("no answer")

    def fail(self, path, mode="rb", **kwargs):
        return down() if mode == "wb" and path.endswith(".json") else open_(self, path, mode, **kwargs)

    monkeypatch.setattr(store, "_open", fail)
    if not tidies_up:
        monkeypatch.setattr(store, "rm", down)
    with pytest.raises(LakeError, match=r"cannot be written: no answer\. Nothing that was there has changed"):
        lake.write(FILE, to_json({"movies": []}), key="movies")

    assert lake.read(FILE) == b"my own notes"
    assert lake.exists(f"{FILE}.set-aside-1") is not tidies_up
    assert caplog.messages == []


def test_file_of_ours_is_replaced_without_a_trace(lake):
    """Running a date again replaces its file; nothing is set aside."""
    lake.write(FILE, to_json({"movies": [1]}), key="movies")

    lake.write(FILE, to_json({"movies": [2]}), key="movies")

    assert lake.files("raw/movies/daily") == ["popular_movies_20240101.json"]


def test_root_that_is_a_file_is_one_message(tmp_path):
    """A data root that cannot be a folder is told apart from a full disk, and what to do is said."""
    root = tmp_path / "root"
    root.write_text("a file")

    with pytest.raises(
        LakeError, match=r"cannot be written: a file is in the way, where a folder has to be\. .* TMDB_DATA_ROOT"
    ):
        Lake(str(root)).write(FILE, b"x")
    with pytest.raises(LakeError) as raised, ExitStack() as stack:
        stack.enter_context(Lake(str(root)).exclusive("a", "a"))

    assert str(raised.value) == (
        f"{root}/a cannot be written: a file is in the way, where a folder has to be. "
        "Set TMDB_DATA_ROOT to a folder that can be written, then run again."
    )
    assert root.read_text() == "a file"


def test_folder_in_the_place_of_a_file_is_one_message(folder, tmp_path):
    """A folder where a file should be is reported, and stays."""
    (tmp_path / FILE / "inside").mkdir(parents=True)

    with pytest.raises(LakeError, match="cannot be written: Is a directory"):
        folder.write(FILE, b"x", key="movies")
    with pytest.raises(LakeError, match="cannot be read: Is a directory"):
        folder.read(FILE)

    assert (tmp_path / FILE / "inside").is_dir()


def test_bytes_reach_the_disk_before_the_name_and_the_name_before_the_end(folder, monkeypatch):
    """A power cut finds the old file or the new one: the bytes are flushed, then renamed, then the folder."""
    steps = []
    fsync, replace = os.fsync, Path.replace

    def flush(descriptor):
        steps.append("flush folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "flush file")
        fsync(descriptor)

    def rename(path, target):
        steps.append(f"rename {len(path.read_bytes())} bytes")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", flush)
    monkeypatch.setattr(Path, "replace", rename)

    folder.write(FILE, b"movies")

    assert steps == ["flush file", "rename 6 bytes", "flush folder"]


@pytest.mark.parametrize("flushed", [True, False], ids=["flushed", "not flushed"])
def test_folder_that_was_opened_to_flush_it_is_closed(folder, monkeypatch, flushed):
    """A scheduler that runs for months does not run out of descriptors, also when flushing fails."""
    opened, closed = [], []
    open_, close, fsync = os.open, os.close, os.fsync

    def flush(descriptor):
        if descriptor in opened and not flushed:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        fsync(descriptor)

    monkeypatch.setattr(os, "open", lambda *args: opened.append(open_(*args)) or opened[-1])
    monkeypatch.setattr(os, "close", lambda descriptor: closed.append(descriptor) or close(descriptor))
    monkeypatch.setattr(os, "fsync", flush)
    folder.write(FILE, b"movies")  # the file is there, so a folder that cannot be flushed is no reason to say otherwise

    assert len(opened) == 1
    assert closed == opened


def test_mistake_in_the_program_is_not_taken_for_trouble_with_the_disk(folder, tmp_path):
    """What no disk would say goes up as it is, and still leaves nothing half-written."""
    with pytest.raises(TypeError):
        folder.write(FILE, "text where bytes belong")

    assert names(tmp_path) == []


@pytest.mark.parametrize("trouble", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_full_disk_leaves_the_earlier_file_and_no_rubbish(folder, tmp_path, monkeypatch, step, trouble):
    """Whichever step of writing fails, the earlier file is whole, nothing half-written lies about, and we say why."""
    folder.write(FILE, b"earlier")

    def full(*args, **kwargs):
        raise OSError(trouble, os.strerror(trouble))

    if step == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    elif step == "replace":
        monkeypatch.setattr(Path, "replace", full)
    else:
        monkeypatch.setattr(Path, "open", full)
    with pytest.raises(LakeError, match=r"the disk is full\. Nothing that was there has changed; make room"):
        folder.write(FILE, b"later")
    monkeypatch.undo()

    assert folder.read(FILE) == b"earlier"
    assert names(tmp_path) == [FILE]


def test_disk_that_cannot_even_tidy_up_is_still_said_to_be_full(folder, monkeypatch):
    """When removing the half-written file fails too, the first trouble is the one that is told."""

    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def broken(*args, **kwargs):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", full)
    monkeypatch.setattr(Path, "unlink", broken)

    with pytest.raises(LakeError, match="the disk is full"):
        folder.write(FILE, b"movies")


def test_killed_writer_leaves_the_earlier_file(tmp_path):
    """A process killed between writing and renaming leaves the earlier file as it was."""
    Lake(str(tmp_path)).write(FILE, b"earlier")
    script = (
        "import os, pathlib, signal, sys\n"
        "from tmdb_pipeline.lake.store import Lake\n"
        "pathlib.Path.replace = lambda *a: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"Lake(sys.argv[1]).write({FILE!r}, b'later')\n"
    )

    killed = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)

    assert killed.returncode == -9
    assert Lake(str(tmp_path)).read(FILE) == b"earlier"
    assert Lake(str(tmp_path)).files("raw/movies/daily") == ["popular_movies_20240101.json"]


@pytest.mark.parametrize("name", [".syncthing.notes.json.tmp", ".notes.json.0BADCAFE.tmp", "notes.json.0badcafe.tmp"])
def test_temporary_files_of_others_are_left_alone(folder, tmp_path, name):
    """What another program is writing beside ours, by whatever name, is not ours to remove."""
    (tmp_path / name).write_bytes(b"half of it")

    folder.write("notes.json", b"{}")

    assert names(tmp_path) == sorted([name, "notes.json"])


def test_rubbish_that_cannot_be_removed_does_no_harm(folder, tmp_path):
    """What looks like the rest of a killed writer and cannot be removed keeps nobody from writing."""
    (tmp_path / ".notes.json.0badcafe.tmp").mkdir()

    folder.write("notes.json", b"{}")

    assert folder.read("notes.json") == b"{}"


@pytest.mark.parametrize("lake", LOCKING, indirect=True)
def test_folder_is_held_by_one_at_a_time(lake):
    """While one holds a folder another is told so in one message; afterwards it is free."""
    with (
        lake.exclusive("raw/pages/a", "popular of 2024-01-01"),
        pytest.raises(
            RunInProgress,
            match="popular of 2024-01-01 is being collected by another process right now: wait until it ends, then run",
        ),
        ExitStack() as stack,
    ):
        stack.enter_context(lake.exclusive("raw/pages/a", "popular of 2024-01-01"))

    with lake.exclusive("raw/pages/a", "popular"), lake.exclusive("raw/pages/b", "trending"):
        pass


@pytest.mark.parametrize("lake", LOCKING, indirect=True)
def test_lock_is_not_among_the_files_of_its_folder_and_is_empty_at_the_end(lake):
    """Who looks what a collection holds does not find the lock, and an object store is left as a folder is."""
    with lake.exclusive("raw/pages/a", "popular"):
        assert lake.files("raw/pages/a") == []

    assert lake.read("raw/pages/a/.lock") == b""


@pytest.mark.parametrize("lake", LOCKING, indirect=True)
def test_what_is_written_under_a_lock_stays(lake):
    """The holder writes into the folder and elsewhere, replaces and removes; an error inside unlocks as well."""
    with suppress(ZeroDivisionError), lake.exclusive("a", "popular"):
        lake.write("a/page", b"1")
        lake.write("movies", b"[]")
        lake.delete("a/page")
        raise ZeroDivisionError

    with lake.exclusive("a", "popular"):
        assert not lake.exists("a/page")
    assert lake.read("movies") == b"[]"


@pytest.mark.parametrize("lake", LOCKING, indirect=True)
def test_folder_held_by_another_process_is_told_so(lake):
    """The lock works between processes, and is free when the other one lets go of it."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, lake.locate("")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "locked\n"
        with pytest.raises(RunInProgress), ExitStack() as stack:
            stack.enter_context(lake.exclusive("raw/pages/a", "popular"))
        holder.stdin.close()

    with lake.exclusive("raw/pages/a", "popular"):
        pass


def test_folder_of_a_killed_process_is_free(folder, tmp_path):
    """The system lets go of a lock even when its holder is killed."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "locked\n"
        with pytest.raises(RunInProgress), ExitStack() as stack:
            stack.enter_context(folder.exclusive("raw/pages/a", "popular"))
        holder.kill()

    with folder.exclusive("raw/pages/a", "popular"):
        pass


@pytest.mark.parametrize(
    "use",
    [
        lambda lake, stack: lake.write("folder/file", b"later"),
        lambda lake, stack: stack.enter_context(lake.exclusive("folder", "popular")),
    ],
    ids=["write", "exclusive"],
)
def test_file_system_without_locks_is_one_message(folder, tmp_path, monkeypatch, use):
    """Where locks are refused, as on some network mounts, what to do is said and each try leaves nothing behind."""
    folder.write("folder/file", b"earlier")

    monkeypatch.setattr(fcntl, "flock", refuse_locks)
    with pytest.raises(LakeError) as raised, ExitStack() as stack:
        use(folder, stack)

    assert str(raised.value) == (
        f"{tmp_path}/folder cannot be locked: No locks available. "
        "Set TMDB_DATA_ROOT to a folder on a file system that has locks, then run again."
    )
    assert list(tmp_path.rglob(".*.tmp")) == []
    assert folder.read("folder/file") == b"earlier"


def test_temporary_file_that_can_be_neither_locked_nor_removed_is_told_by_its_lock(folder, monkeypatch):
    """When removing the file that could not be locked fails too, the first trouble is the one that is told."""

    def broken(*args, **kwargs):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(fcntl, "flock", refuse_locks)
    monkeypatch.setattr(Path, "unlink", broken)

    with pytest.raises(LakeError, match="No locks available"):
        folder.write(FILE, b"movies")


def test_locks_that_run_out_after_the_write_do_no_harm(folder, tmp_path, monkeypatch):
    """A file that is there is not said to have failed because rubbish beside it cannot be locked."""
    (tmp_path / ".notes.json.0badcafe.tmp").write_bytes(b"{")
    flock, calls = fcntl.flock, []

    def run_out(*args):
        calls.append(args)
        (flock if len(calls) == 1 else refuse_locks)(*args)

    monkeypatch.setattr(fcntl, "flock", run_out)
    folder.write("notes.json", b"{}")

    assert len(calls) == 2
    assert folder.read("notes.json") == b"{}"


def test_object_store_without_its_library_is_one_message(monkeypatch):
    """An s3 data root without the extra that brings its library is refused when the lake is opened."""
    monkeypatch.setitem(sys.modules, "botocore", None)
    monkeypatch.delitem(sys.modules, "tmdb_pipeline.lake.stores.bucket", raising=False)

    with pytest.raises(LakeError) as raised:
        Lake("s3://bucket/tmdb")

    assert str(raised.value) == (
        "The data root s3://bucket/tmdb cannot be used: its library is not installed. "
        "Install tmdb-pipeline[s3], then run again."
    )


@pytest.mark.parametrize(
    "use",
    [
        lambda lake: lake.exists(FILE),
        lambda lake: lake.read(FILE),
        lambda lake: lake.write(FILE, b"x"),
        lambda lake: lake.write(FILE, b"x", key="movies"),
    ],
    ids=["exists", "read", "write", "write with key"],
)
@pytest.mark.parametrize(
    ("trouble", "told"),
    [("no credentials", "no credentials"), ("no bucket X.", "no bucket X"), ("", "RuntimeError")],
)
def test_object_store_that_does_not_answer_is_one_message(monkeypatch, use, trouble, told):
    """A store that is down is neither an empty store nor a traceback, whatever its library raises."""
    lake = Lake("memory://bucket/prefix")

    def down(*args, **kwargs):
        raise RuntimeError(trouble)

    store = type(UPath("memory://bucket").fs)
    for method in ("info", "_open", "isfile", "exists", "pipe_file", "cat_file"):
        monkeypatch.setattr(store, method, down)

    with pytest.raises(
        LakeError, match=rf"^[^ ]+/popular_movies_20240101\.json cannot be [a-z ]+: {told}\.($| Nothing)"
    ):
        use(lake)


def test_other_store_has_no_locks():
    """On a store that is not S3 two may hold the same folder: files are whole all the same."""
    lake = Lake("memory://bucket/prefix")

    with lake.exclusive("a", "a"), lake.exclusive("a", "a"):
        pass


def test_unknown_store_is_one_message():
    """A URL for which no library is there is refused when the lake is opened."""
    with pytest.raises(LakeError, match="The data root nosuch://bucket cannot be used"):
        Lake("nosuch://bucket")


def test_page_body_stands_byte_for_byte():
    """JSON that is embedded as received keeps its own float formats."""
    assert b'{"popularity":0.0}' in to_json({"body": orjson.Fragment(b'{"popularity":0.0}')})
