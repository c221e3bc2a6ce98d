"""Changing a file by what is in it, while others do the same."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from s3_server import refusal
from upath import UPath

from tmdb_pipeline import file_lock
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.lake.stores import folder

FILE = "counts/one.json"


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


def one_more(data):
    return str(int(data or b"0") + 1).encode()


def test_file_becomes_what_is_made_of_it(lake):
    """What was not there is made, and what is there is given to whoever changes it."""
    lake.change(FILE, one_more)
    lake.change(FILE, one_more)

    assert lake.read(FILE) == b"2"


@pytest.mark.parametrize("was", [None, b"7"])
def test_file_stays_as_it_is_where_nothing_is_made_of_it(lake, was):
    """A change that finds nothing to do writes nothing, whether there is a file or not."""
    if was:
        lake.write(FILE, was)

    lake.change(FILE, lambda data: None)

    assert lake.exists(FILE) == bool(was)


@pytest.mark.parametrize("root", ["folder", "s3"])
def test_of_changes_at_once_none_is_lost(root, tmp_path, request):
    """Eight that change one file all the time count up to the sum of their changes."""
    place = str(tmp_path) if root == "folder" else request.getfixturevalue("s3_root")
    lakes = [Lake(place) for _ in range(8)]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: lakes[number % 8].change(FILE, one_more), range(40)))

    assert lakes[0].read(FILE) == b"40"


def test_change_that_never_has_its_turn_is_one_message(s3, s3_root):
    """Where others are always faster, that is said, and nothing is written."""
    s3.meddle = lambda request: refusal("PreconditionFailed", 412) if request.method == "PUT" else None

    with pytest.raises(LakeError, match=r"one\.json cannot be changed: other processes keep changing it\."):
        Lake(s3_root).change(FILE, one_more)


def test_folder_whose_turn_never_comes_is_one_message(tmp_path, monkeypatch):
    """A folder that another process keeps locked is given up, and the message says so."""
    monkeypatch.setattr(folder, "_TURNS", 3)
    lake = Lake(str(tmp_path))
    lake.change(FILE, one_more)

    with (tmp_path / "counts" / ".lock").open("a") as file:
        file_lock.lock(file)
        with pytest.raises(LakeError, match=r"one\.json cannot be changed: other processes keep changing it\."):
            lake.change(FILE, one_more)

    assert lake.read(FILE) == b"1"


def test_folder_without_locks_is_one_message(tmp_path, monkeypatch):
    """A file system that has no locks is named, as for every file of the lake."""

    def refuse(file):
        raise file_lock.NoLocks(37, "No locks available")

    monkeypatch.setattr(file_lock, "lock", refuse)

    with pytest.raises(LakeError, match="cannot be locked: No locks available"):
        Lake(str(tmp_path)).change(FILE, one_more)
