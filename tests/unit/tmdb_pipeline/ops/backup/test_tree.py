import os
import stat

import pytest
from support import wait_for

from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.ops.backup import tree
from tmdb_pipeline.ops.backup.errors import ArchiveRefused, BackupFailed
from tmdb_pipeline.ops.backup.tree import TreeCopy, digest, measure
from tmdb_pipeline.ops.backup.unpack import unpack

FILES = {"raw/movies/daily/a.json": b"{}", "raw/pages/x/page_001.json": b"[1]" * 5000, "empty": b"", "영화.json": b"1"}


@pytest.fixture
def root(tmp_path):
    """A data root with files."""
    root = tmp_path / "data"
    for name, content in FILES.items():
        Lake(str(root)).write(name, content)
    return root


class Copied:
    """A copy in the making, whose parts are kept in memory."""

    def __init__(self, root):
        self.copy = TreeCopy(root)
        self.parts = []

    def round(self):
        self.parts.append([])
        self.copy.add_round(self.parts[-1].append)
        return self

    def unpacked(self, folder):
        """What comes of it, by path."""
        folder.mkdir()
        unpack([iter(part) for part in self.parts], self.copy.files, folder)
        assert measure(folder) == {file.path: file.sha256 for file in self.copy.files}
        assert digest(measure(folder)) == self.copy.summary.digest
        return contents(folder)


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_files_come_back_as_they_were(root, tmp_path):
    """Names, bytes, modes and times."""
    os.utime(root / "empty", (10**9, 10**9))
    (root / "empty").chmod(0o640)
    copied = Copied(root).round().round()

    assert copied.unpacked(tmp_path / "new") == FILES
    status = (tmp_path / "new" / "empty").stat()
    assert (status.st_mtime, stat.S_IMODE(status.st_mode)) == (10**9, 0o640)
    assert copied.copy.summary.files == len(FILES)
    assert copied.copy.summary.size == copied.copy.weigh() == sum(map(len, FILES.values()))
    assert copied.copy.summary.left_out == []


def test_second_round_of_a_quiet_root_copies_nothing(root):
    """It takes the time of a look."""
    copied = Copied(root).round().round()

    assert sum(map(len, copied.parts[1])) < 100
    assert {file.part for file in copied.copy.files} == {0}


def test_what_changes_between_the_rounds_is_as_it_was_at_the_second(root, tmp_path):
    """What was written, replaced and written beside before the second round is in it as it is then."""
    copied = Copied(root).round()
    lake = Lake(str(root))
    lake.write("empty", b"no more")
    lake.write("raw/new.json", b"new")

    assert copied.round().unpacked(tmp_path / "new") == FILES | {"empty": b"no more", "raw/new.json": b"new"}


def test_what_is_removed_between_the_rounds_is_kept(root, tmp_path):
    """An alert moves by being written elsewhere first: in between, a look at both places could miss it."""
    copied = Copied(root).round()
    Lake(str(root)).delete("empty")

    assert copied.round().unpacked(tmp_path / "new") == FILES


def test_second_round_is_of_one_moment(root, tmp_path, monkeypatch):
    """What is replaced or begins to be once the round has begun is as it was at its beginning: there, or not there."""
    copied, lake = Copied(root).round(), Lake(str(root))
    lake.write("raw/before.json", b"before")
    moment = TreeCopy._moment

    def then_others_write(self):
        began = moment(self)

        wait_for_the_clock(root, began)
        lake.write("empty", b"later")
        lake.write("raw/later.json", b"later")
        return began

    monkeypatch.setattr(TreeCopy, "_moment", then_others_write)

    assert copied.round().unpacked(tmp_path / "new") == FILES | {"raw/before.json": b"before"}


def wait_for_the_clock(root, began):
    """Return once the file system's clock, which moves every few milliseconds, has moved."""
    probe = root.parent / "clock"

    def moment():
        probe.touch()
        return probe.stat().st_ctime_ns

    wait_for(lambda: moment() > began, "the clock of the file system to move")


def test_first_round_keeps_what_is_written_meanwhile(root, tmp_path, monkeypatch):
    """It is there for the bulk; nothing is left out of it for being young."""
    moment, lake = TreeCopy._moment, Lake(str(root))

    def then_others_write(self):
        began = moment(self)
        lake.write("raw/later.json", b"later")
        return began

    monkeypatch.setattr(TreeCopy, "_moment", then_others_write)
    copied = Copied(root).round()

    assert "raw/later.json" in {file.path for file in copied.copy.files}


def test_root_that_may_only_be_read_has_a_clock_all_the_same(root, monkeypatch, tmp_path):
    """That of this machine."""

    def fails(self, data):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(root), "write_bytes", fails)
    copied = Copied(root).round().round()
    monkeypatch.undo()

    assert copied.unpacked(tmp_path / "new") == FILES


def test_what_passes_is_no_part_of_it(root, tmp_path):
    """Locks, files that are being written, and what a restore keeps there."""
    for name in ("raw/.lock", "raw/.x.json.0123abcd.tmp", ".tmdb-restore.json", ".tmdb-restore-1/new/x"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("passing")
    for name in ("raw/.hidden", "raw/x.tmp", "raw/.tmdb-restore.json"):
        (root / name).write_text("stays")

    assert Copied(root).round().unpacked(tmp_path / "new") == FILES | dict.fromkeys(
        ("raw/.hidden", "raw/x.tmp", "raw/.tmdb-restore.json"), b"stays"
    )


def test_links_are_followed_and_what_is_no_file_is_named(root, tmp_path):
    """A folder on a bigger disk is copied; a pipe, a link to nothing or into itself, an odd name is named."""
    bigger = tmp_path / "bigger"
    bigger.mkdir()
    (bigger / "export.parquet").write_bytes(b"rows")
    (root / "exports").symlink_to(bigger)
    (root / "raw" / "round").symlink_to(root / "raw")
    (root / "nowhere").symlink_to(tmp_path / "nothing")
    os.mkfifo(root / "pipe")
    (root / "two\nlines").write_text("odd")
    (root / os.fsdecode(b"\xff")).touch()
    copied = Copied(root).round()

    assert copied.unpacked(tmp_path / "new") == FILES | {"exports/export.parquet": b"rows"}
    assert copied.copy.summary.left_out == ["\\udcff", "nowhere", "pipe", "raw/round", "two\nlines"]


def test_file_that_cannot_be_read_is_named(root, monkeypatch):
    """A backup without it would be none."""
    opened = type(root).open

    def fails(self, *arguments, **options):
        if self.name == "a.json":
            raise PermissionError(13, "Permission denied")
        return opened(self, *arguments, **options)

    monkeypatch.setattr(type(root), "open", fails)

    with pytest.raises(BackupFailed, match=r"/raw/movies/daily/a\.json cannot be read: Permission denied"):
        Copied(root).round()


@pytest.mark.parametrize("name", ["scandir", "stat"])
def test_folder_that_cannot_be_read_is_named(root, monkeypatch, name):
    """As a file is."""
    scandir = os.scandir

    class Entry:
        def __init__(self, entry):
            self.name = entry.name

        def stat(self):
            raise PermissionError(13, "Permission denied")

    def fails(folder):
        if name == "scandir":
            raise PermissionError(13, "Permission denied")
        return [Entry(entry) for entry in scandir(folder)]

    monkeypatch.setattr(os, "scandir", fails)

    with pytest.raises(BackupFailed, match="cannot be read: Permission denied"):
        TreeCopy(root).weigh()


def test_what_vanishes_while_it_is_looked_at_is_gone(root, monkeypatch, tmp_path):
    """A folder after its name was read, a file after its name was read, a file before it is opened."""
    scandir, opened = os.scandir, type(root).open

    def vanishing(folder):
        found = [*scandir(folder)]
        if str(folder).endswith("daily"):
            (root / "raw/movies/daily/a.json").unlink()
        if str(folder).endswith("pages"):
            raise FileNotFoundError(2, "No such file or directory")
        return found

    def gone(self, *arguments, **options):
        if self == root / "empty":
            raise FileNotFoundError(2, "No such file or directory")
        return opened(self, *arguments, **options)

    monkeypatch.setattr(os, "scandir", vanishing)
    monkeypatch.setattr(type(root), "open", gone)
    copied = Copied(root).round()
    monkeypatch.undo()

    assert copied.unpacked(tmp_path / "new") == {"영화.json": b"1"}


def test_file_that_is_cut_while_it_is_read_is_read_again(root, monkeypatch, tmp_path):
    """A file of somebody else's that is written in place; the last try counts."""
    path, fstat, cuts = root / "raw/pages/x/page_001.json", os.fstat, []

    def cut(descriptor):
        status = fstat(descriptor)
        if status.st_size == len(FILES["raw/pages/x/page_001.json"]):
            path.write_bytes(b"[2]")
            cuts.append(1)
        return status

    monkeypatch.setattr(os, "fstat", cut)
    copied = Copied(root).round()
    monkeypatch.undo()

    assert copied.unpacked(tmp_path / "new") == FILES | {"raw/pages/x/page_001.json": b"[2]"}
    assert cuts == [1]


def test_file_that_is_cut_each_time_is_said(root, monkeypatch):
    """Instead of a backup with half of it."""
    monkeypatch.setattr(
        tree._Measured, "is_whole", property(lambda self: False, lambda self, value: None), raising=False
    )

    with pytest.raises(BackupFailed, match="is cut short again and again"):
        Copied(root).round()


def test_disk_that_fails_while_a_file_is_read_is_named(root, monkeypatch):
    """By the file."""
    opened = type(root).open

    def fails(self, *arguments, **options):
        file = opened(self, *arguments, **options)
        if self.name != "empty":
            return file
        return Failing(file)

    (root / "empty").write_bytes(b"not empty")
    monkeypatch.setattr(type(root), "open", fails)

    with pytest.raises(BackupFailed, match=r"/empty cannot be read: Input/output error"):
        Copied(root).round()


class Failing:
    """A file that the disk does not give."""

    def __init__(self, file):
        self._file = file
        self.fileno = file.fileno

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._file.close()

    def read(self, size):
        raise OSError(5, "Input/output error")


def listing(root, **changes):
    """A copy, with something else in its list for one file."""
    import msgspec

    copied = Copied(root).round()
    files = [msgspec.structs.replace(file, **changes) if file.path == "empty" else file for file in copied.copy.files]
    return copied.parts, files


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"sha256": "0" * 64}, "empty is not what the list"),
        ({"path": "other"}, "differ at other"),
        ({"entry": 99}, "1 files of the list are not in the archive"),
    ],
)
def test_list_that_says_other_than_what_is_packed_is_refused(root, tmp_path, changes, told):
    """Though each may be whole for itself."""
    parts, files = listing(root, **changes)
    (tmp_path / "new").mkdir()

    with pytest.raises(ArchiveRefused, match=told):
        unpack([iter(part) for part in parts], files, tmp_path / "new")


def test_no_file_is_written_outside(root, tmp_path):
    """Whoever has made an archive with such a name."""
    copied = Copied(root).round()
    first = copied.copy.files[0]
    import msgspec

    outside = msgspec.structs.replace(first, path="../outside")
    with pytest.raises(ArchiveRefused, match="differ at"):
        unpack([iter(part) for part in copied.parts], [outside], tmp_path / "new")
    assert not (tmp_path / "outside").exists()
