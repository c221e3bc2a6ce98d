import errno
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from support import no_file_larger_than

from tmdb_pipeline import file_lock
from tmdb_pipeline.ops.backup.archives.archive import Archive
from tmdb_pipeline.ops.backup.archives.shelf import Shelf
from tmdb_pipeline.ops.backup.errors import ArchiveRefused, BackupFailed
from tmdb_pipeline.ops.errors import Busy, Misused, NoRoom

NOON = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)  # 12:00 in Seoul
DAY = timedelta(days=1)


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "backups")


def lock(shelf):
    """Take the shelf for a moment."""
    with shelf.locked():
        pass


@pytest.fixture
def _as_nobody(tmp_path):
    """By a user to whom the folder of backups is closed, as it is to that of the containers."""
    (tmp_path / "backups").mkdir(mode=0o700)
    me = os.geteuid()
    if me == 0:
        os.seteuid(65534)
    else:  # pragma: no cover - the gate runs as root, or not
        (tmp_path / "backups").chmod(0)
    yield
    os.seteuid(me)
    (tmp_path / "backups").chmod(0o700)


@pytest.mark.usefixtures("_as_nobody")
@pytest.mark.parametrize("do", [lock, lambda shelf: shelf.listed(), lambda shelf: shelf.named("tmdb-backup-1.tar")])
def test_folder_that_is_closed_is_said_by_the_name_that_its_owner_knows(tmp_path, do):
    """In a container it has another one; and what to do is said of the machine's."""
    with pytest.raises(Misused) as raised:
        do(Shelf(tmp_path / "backups", "/home/lee/backups"))

    assert str(raised.value).startswith("The folder of backups /home/lee/backups cannot be ")
    assert str(raised.value).endswith(
        f" by user {os.geteuid()} of group {os.getegid()}, whom the stack runs as: let that group write it, with sudo "
        f"chgrp {os.getegid()} /home/lee/backups && sudo chmod 770 /home/lee/backups, or name another as BACKUPS in "
        ".env."
    )


def names(shelf):
    """What lies in the folder, hidden or not."""
    return sorted(path.name for path in shelf.folder.iterdir())


def write(shelf, describe):
    """Write a backup with a member."""
    with shelf.locked(), shelf.writing(NOON) as (writer, _):
        writer.add("metadata.dump", b"half")
        writer.finish(describe)


def test_backup_is_listed_once_it_is_whole(shelf, describe):
    """Not while it is written; then by its moment in Seoul, for its owner alone to read."""
    with shelf.locked(), shelf.writing(NOON) as (writer, path):
        writer.finish(describe)
        assert shelf.listed() == []

    (listed,) = shelf.listed()
    assert listed.path == path == shelf.folder / "tmdb-backup-20261128-120000.tar"
    assert listed.archive.manifest.made_at == NOON
    assert path.stat().st_mode & 0o777 == 0o600
    assert names(shelf) == [".lock", path.name]


def test_two_of_one_second_do_not_replace_each_other(shelf, put):
    """The second is given another name."""
    assert [put(shelf).name, put(shelf).name] == [
        "tmdb-backup-20261128-120000.tar",
        "tmdb-backup-20261128-120000-1.tar",
    ]
    assert len(shelf.listed()) == 2


def test_two_at_once_are_one_clear_sentence(shelf):
    """The second is told, and may come when the first has ended."""
    told = r"^Another backup or restore is under way here: wait until it ends"
    with shelf.locked(), pytest.raises(Busy, match=told):
        lock(Shelf(shelf.folder))
    lock(shelf)


def test_failure_leaves_the_old_ones_alone(shelf, put):
    """Whatever goes wrong while a backup is written, nothing of it is left."""
    put(shelf)
    before = names(shelf)

    def odd(members):
        raise ValueError("odd")

    with pytest.raises(ValueError, match="odd"):
        write(shelf, odd)

    assert names(shelf) == before


def test_full_disk_leaves_the_old_ones_alone(shelf, put):
    """And is said; also where it is full in the last bytes."""
    put(shelf)
    before = names(shelf)

    with pytest.raises(NoRoom, match=r"^The disk of .* is full: make room"), no_file_larger_than(50_000):
        put(shelf, NOON + DAY, content=bytes(60_000))

    assert names(shelf) == before
    put(shelf, NOON + DAY, content=bytes(60_000))
    assert len(shelf.listed()) == 2


def test_folder_that_cannot_be_written_is_said(shelf, tmp_path):
    """Before anything is begun: a file stands where the folder would be."""
    (tmp_path / "backups").write_text("a file")

    with pytest.raises(Misused, match=r"^The folder of backups .*/backups cannot be written: File exists"):
        lock(shelf)


def test_folder_without_locks_is_said(shelf, monkeypatch):
    """As some network mounts are."""
    no_locks = file_lock.NoLocks(errno.ENOLCK, os.strerror(errno.ENOLCK))
    monkeypatch.setattr(file_lock, "lock", lambda file: (_ for _ in ()).throw(no_locks))

    with pytest.raises(Misused, match="has no locks: name one on a file system that has them"):
        lock(shelf)


def test_disk_that_fails_is_said(shelf, describe, monkeypatch):
    """A failure that is not a full disk names itself."""

    def fails(*arguments):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(BackupFailed, match=r"cannot be written to .*: Input/output error"):
        write(shelf, describe)

    assert names(shelf) == [".lock"]


def test_what_was_written_is_read_again_before_it_counts(shelf, put, monkeypatch):
    """A disk that gives back other bytes than it was given makes no backup."""
    monkeypatch.setattr(Archive, "verify", lambda self: (_ for _ in ()).throw(ArchiveRefused("It is damaged.")))

    with pytest.raises(ArchiveRefused, match="damaged"):
        put(shelf)

    assert names(shelf) == [".lock"]


def test_what_a_killed_backup_has_left_is_removed(shelf, put):
    """By the next one; it was never listed."""
    put(shelf)
    left = shelf.folder / ".tmdb-backup-20261127-120000.tar.partial"
    left.write_bytes(b"half of it")
    assert len(shelf.listed()) == 1

    put(shelf, NOON + DAY)

    assert not left.exists()


def test_room_is_looked_at_before(shelf, monkeypatch):
    """A backup that may not fit is not begun, and it is said how much is missing."""
    with shelf.locked():
        shelf.require_room(1)
        monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=5 * 2**20))
        with pytest.raises(NoRoom, match=r"has 5 MiB left, and a backup may need 2,000: make room"):
            shelf.require_room(2000 * 2**20)


def test_archive_that_is_damaged_is_listed_with_why(shelf, put):
    """It does not pass for a backup, and does not vanish from sight."""
    put(shelf)
    (shelf.folder / "tmdb-backup-20261127-120000.tar").write_bytes(b"half of it")

    good, bad = shelf.listed()

    assert good.archive
    assert not bad.archive
    assert "is no backup of tmdb-pipeline" in bad.trouble


def test_backups_are_found_by_name_path_and_age(shelf, put, tmp_path):
    """And what is not there is said."""
    first, second = put(shelf), put(shelf, NOON + DAY)
    elsewhere = tmp_path / "elsewhere.tar"
    elsewhere.write_bytes(first.read_bytes())

    assert shelf.named("latest") == second
    assert shelf.named(first.name) == first
    assert shelf.named(str(elsewhere)) == elsewhere
    with pytest.raises(Misused, match="There is no backup nosuch: tmdb-ops backups list shows those"):
        shelf.named("nosuch")
    with pytest.raises(Misused, match="There is no backup in"):
        Shelf(tmp_path / "nothing").named("latest")


@pytest.mark.usefixtures("_as_nobody")
def test_folder_that_cannot_be_read_is_said(shelf):
    """Instead of an empty list."""
    with pytest.raises(Misused, match=r"cannot be read: Permission denied\. Name another, or mend that\."):
        shelf.listed()


def test_prune_leaves_what_retention_keeps(shelf, put):
    """Of two weeks of nights the last three days stay, and one for the week before."""
    paths = [put(shelf, NOON + DAY * day) for day in range(14)]

    removed, damaged = shelf.prune(days=3, weeks=2)

    # The 28th of November is a Saturday, the last night a Friday: the week before ends on Sunday, the sixth of December
    kept = [paths[8], *paths[-3:]]
    assert [path for path in paths if path.exists()] == kept
    assert sorted(removed) == sorted({*paths} - {*kept})
    assert damaged == []


@pytest.mark.parametrize("days", [0, 1, 3])
def test_prune_never_removes_the_last_whole_one(shelf, put, days):
    """Where the newer ones are damaged the old one stays, whatever retention says; and the damaged ones stay, too."""
    paths = [put(shelf, NOON + DAY * day) for day in range(5)]
    for path in paths[1:]:
        damaged = bytearray(path.read_bytes())
        damaged[600] ^= 1
        path.write_bytes(damaged)

    removed, found = shelf.prune(days=days, weeks=0)

    assert removed == []
    assert sorted(one.path for one in found) == paths[1:]
    assert all(path.exists() for path in paths)


def test_backup_that_cannot_be_removed_is_said(shelf, put, monkeypatch):
    """And the others are as they were."""
    for day in range(3):
        put(shelf, NOON + DAY * day)

    def fails(self, **options):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "unlink", fails)
    with pytest.raises(BackupFailed, match=r"An old backup in .* cannot be removed: Permission denied"):
        shelf.prune(days=1, weeks=0)
    assert len(shelf.listed()) == 3
