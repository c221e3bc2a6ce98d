import errno
import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from upath import UPath

from tmdb_pipeline.lake import Lake, LakeError, RunInProgress, to_json

FILE = "raw/movies/daily/popular_movies_20240101.json"


@pytest.fixture(params=["folder", "memory"])
def lake(request, tmp_path):
    """The same lake in a local folder and in an object store."""
    if request.param == "folder":
        yield Lake(str(tmp_path / "not" / "yet" / "there"))
    else:
        yield Lake("memory://bucket/prefix")
        UPath("memory://bucket").fs.store.clear()


@pytest.fixture
def folder(tmp_path):
    return Lake(str(tmp_path))


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_json_is_utf8_indented_and_ends_its_last_line():
    """Korean text stays readable in the files."""
    assert to_json({"genre_name": "액션"}) == '{\n  "genre_name": "액션"\n}\n'.encode()


def test_written_file_is_read_back(lake):
    """What is written is what is read, and an earlier file of that name is replaced."""
    lake.write(FILE, b"first")
    lake.write(FILE, b"second")

    assert lake.read(FILE) == b"second"
    assert lake.exists(FILE)
    assert lake.files("raw/movies/daily") == ["popular_movies_20240101.json"]


def test_missing_file_is_one_sentence(lake):
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
    """A document without the key that ours have is refused with a sentence that names the file."""
    lake.write(FILE, content)

    with pytest.raises(
        LakeError, match=r"popular_movies_20240101\.json is half-written or not a file of this pipeline"
    ):
        lake.read_json(FILE, key="movies")


@pytest.mark.parametrize("content", [b'{"movies": [', b"my own notes"])
def test_half_written_or_foreign_file_is_set_aside(lake, content, caplog):
    """A file that is not ours is moved, never overwritten, however often that happens; the log says where to."""
    for _ in range(2):
        lake.write(FILE, content)
        lake.write(FILE, to_json({"movies": []}), key="movies")

    assert lake.read_json(FILE, key="movies") == {"movies": []}
    assert lake.read(f"{FILE}.set-aside-1") == content
    assert lake.read(f"{FILE}.set-aside-2") == content
    assert "set aside as popular_movies_20240101.json.set-aside-2" in caplog.text


def test_file_of_ours_is_replaced_without_a_trace(lake):
    """Running a date again replaces its file; nothing is set aside."""
    lake.write(FILE, to_json({"movies": [1]}), key="movies")

    lake.write(FILE, to_json({"movies": [2]}), key="movies")

    assert lake.files("raw/movies/daily") == ["popular_movies_20240101.json"]


def test_root_that_is_a_file_is_one_sentence(tmp_path):
    """A data root that cannot be a folder is told apart from a full disk, and what to do is said."""
    root = tmp_path / "root"
    root.write_text("a file")

    with pytest.raises(LakeError, match=r"cannot be written: (Not a directory|File exists)\. .* TMDB_DATA_ROOT"):
        Lake(str(root)).write(FILE, b"x")
    with pytest.raises(LakeError, match=r"cannot be written: .* TMDB_DATA_ROOT"), Lake(str(root)).exclusive("a", "a"):
        pass

    assert root.read_text() == "a file"


def test_folder_in_the_place_of_a_file_is_one_sentence(folder, tmp_path):
    """A folder where a file should be is reported, and stays."""
    (tmp_path / FILE / "inside").mkdir(parents=True)

    with pytest.raises(LakeError, match="cannot be written: Is a directory"):
        folder.write(FILE, b"x", key="movies")
    with pytest.raises(LakeError, match="cannot be read: Is a directory"):
        folder.read(FILE)

    assert (tmp_path / FILE / "inside").is_dir()


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_full_disk_leaves_the_earlier_file_and_no_rubbish(folder, tmp_path, monkeypatch, step):
    """Whichever step of writing fails, the earlier file is whole, nothing half-written lies about, and we say why."""
    folder.write(FILE, b"earlier")

    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

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


def test_killed_writer_leaves_the_earlier_file(tmp_path):
    """A process killed between writing and renaming leaves the earlier file as it was."""
    Lake(str(tmp_path)).write(FILE, b"earlier")
    script = (
        "import os, pathlib, signal, sys\n"
        "from tmdb_pipeline.lake import Lake\n"
        "pathlib.Path.replace = lambda *a: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"Lake(sys.argv[1]).write({FILE!r}, b'later')\n"
    )

    killed = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)

    assert killed.returncode == -9
    assert Lake(str(tmp_path)).read(FILE) == b"earlier"
    assert Lake(str(tmp_path)).files("raw/movies/daily") == ["popular_movies_20240101.json"]


def test_folder_is_held_by_one_at_a_time(folder):
    """While one holds a folder another is told so in one sentence; afterwards it is free."""
    with (
        folder.exclusive("raw/pages/a", "popular of 2024-01-01"),
        pytest.raises(RunInProgress, match="popular of 2024-01-01 is being collected by another process right now"),
        folder.exclusive("raw/pages/a", "popular of 2024-01-01"),
    ):
        pass

    with folder.exclusive("raw/pages/a", "popular"), folder.exclusive("raw/pages/b", "trending"):
        pass


def test_folder_held_by_another_process_is_told_so_and_free_when_that_is_killed(folder, tmp_path):
    """The lock works between processes, and the system lets go of it even when its holder is killed."""
    script = (
        "import sys, time\n"
        "from tmdb_pipeline.lake import Lake\n"
        "with Lake(sys.argv[1]).exclusive('raw/pages/a', 'popular'):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(RunInProgress), folder.exclusive("raw/pages/a", "popular"):
            pass
        holder.kill()

    with folder.exclusive("raw/pages/a", "popular"):
        pass


def test_object_store_without_its_library_is_one_sentence(monkeypatch):
    """An s3 data root without the extra that brings its library is refused when the lake is opened."""
    monkeypatch.setitem(sys.modules, "s3fs", None)

    with pytest.raises(LakeError, match=r"The data root s3://bucket/tmdb cannot be used: .*s3fs"):
        Lake("s3://bucket/tmdb")


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
def test_object_store_that_does_not_answer_is_one_sentence(monkeypatch, use):
    """A store that is down is neither an empty store nor a traceback, whatever its library raises."""
    lake = Lake("memory://bucket/prefix")

    def down(*args, **kwargs):
        raise RuntimeError("no credentials")

    store = type(UPath("memory://bucket").fs)
    for method in ("info", "_open", "isfile", "exists", "pipe_file", "cat_file"):
        monkeypatch.setattr(store, method, down)

    with pytest.raises(LakeError, match="no credentials"):
        use(lake)


def test_object_store_has_no_locks():
    """On an object store two may hold the same folder: files are whole all the same."""
    lake = Lake("memory://bucket/prefix")

    with lake.exclusive("a", "a"), lake.exclusive("a", "a"):
        pass


def test_unknown_store_is_one_sentence():
    """A URL for which no library is there is refused when the lake is opened."""
    with pytest.raises(LakeError, match="The data root nosuch://bucket cannot be used"):
        Lake("nosuch://bucket")


def test_page_body_stands_byte_for_byte():
    """JSON that is embedded as received keeps its own float formats."""
    assert b'{"popularity":0.0}' in to_json({"body": orjson.Fragment(b'{"popularity":0.0}')})
