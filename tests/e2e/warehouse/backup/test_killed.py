"""A backup or a restore that is killed at any moment: what was there, or what is new, and never anything between.

Three moments of each are tried in the gate, fifty with E2E_KILLS=100, as every night. E2E_SEED draws others.
"""

import os
import random
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import psycopg
import pytest
from e2e.commands import UNMEASURED
from e2e.patience import PATIENCE

from tmdb_pipeline.ops.backup import databases, journal
from tmdb_pipeline.ops.backup.archives.archive import Archive
from tmdb_pipeline.ops.backup.create import create
from tmdb_pipeline.ops.backup.errors import BackupFailed, RestoreFailed, RestoreRefused
from tmdb_pipeline.ops.backup.journal import Phase, Swap
from tmdb_pipeline.ops.backup.restore import restore

KILLS = int(os.environ.get("E2E_KILLS") or 6) // 2
SEED = int(os.environ.get("E2E_SEED") or 13)
#: A process that has read all that it needs, and is told when it may.
CHILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from tmdb_pipeline.ops.backup.archives.shelf import Shelf
from tmdb_pipeline.ops.backup.create import create
from tmdb_pipeline.ops.backup.restore import restore
from tmdb_pipeline.ops.backup.site import Site
from tmdb_pipeline.warehouse.address import Address
what, shelf, root, metadata, warehouse = sys.argv[1:]
urls = {"metadata": metadata, "warehouse": warehouse}
site = Site({part: Address.from_url("the test", url) for part, url in urls.items()}, Path(root))
now = lambda: datetime.now(UTC)
print("ready", flush=True)
sys.stdin.readline()
if what == "backup":
    create(site, Shelf(Path(shelf)), "", now)
else:
    restore(site, Shelf(Path(shelf)), Path(shelf, what), now)
"""


def killed(site, what, seconds):
    """Run it in a process that is killed after so many seconds; whether it had come to its end."""
    urls = [site.server.url(address.database, "postgresql") for address in site.site.databases.values()]
    command = [sys.executable, "-c", CHILD, what, site.shelf.folder, site.root, *urls]
    with subprocess.Popen([*UNMEASURED, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"ready\n"
        process.stdin.write(b"go\n")
        process.stdin.flush()
        time.sleep(seconds)
        process.kill()
        process.stdin.close()
        return process.wait(PATIENCE) == 0


@pytest.fixture
def two_states(site, now):
    """A site after a backup of something else: what it is, what the backup holds, and how long each takes."""
    old = site.state()
    began = time.monotonic()
    made = create(site.site, site.shelf, "", now)
    backing_up = time.monotonic() - began
    site.collect(date(2024, 1, 9), range(30, 90))
    later = site.state()
    began = time.monotonic()
    restore(site.site, site.shelf, made.path, now)
    restoring = time.monotonic() - began
    second = create(site.site, site.shelf, "", now)
    return made, second, old, later, backing_up, restoring


def test_killed_backups_leave_no_half_one(site, two_states):
    """Whenever: what is listed is whole, and the next one is made."""
    *_, seconds, _ = two_states
    rng, ends = random.Random(SEED), []
    for _ in range(KILLS):
        before = {one.path for one in site.shelf.listed()}
        ends.append(killed(site, "backup", rng.random() * seconds * 1.5))
        listed = site.shelf.listed()
        for one in listed:
            assert one.archive is not None
            one.archive.verify()
        assert ends[-1] <= (len(listed) == len(before) + 1)  # killed behind its end, it may be there, too
        assert before <= {one.path for one in listed}
    sys.stdout.write(f"seed {SEED}: of {KILLS} backups {sum(ends)} came to their end\n")


def test_killed_restores_leave_the_old_or_the_new(site, two_states, now):
    """Whenever: settled, all is as before or as in the backup; and once it is told to have ended, it has."""
    made, _, old, _, _, seconds = two_states
    rng, ends = random.Random(SEED), []
    for number in range(KILLS):
        site.collect(date(2024, 1, 9), range(30, 60 + number))
        later = site.state()
        has_ended = killed(site, made.path.name, rng.random() * seconds * 1.3)
        told = settled(site, undo=bool(number % 2))
        found = site.state()

        assert found in (old, later)
        assert site.leftovers() == []
        assert not has_ended or found == old
        ends.append((found == old, told))
    restore(site.site, site.shelf, made.path, now)
    assert site.state() == old
    sys.stdout.write(f"seed {SEED}, {KILLS} restores, whether they are in place, and what was told: {ends}\n")


def settled(site, *, undo):
    """Take a restore back, or complete it where it is in place already; what was told."""
    left = journal.unfinished(site.root)
    return journal.settle(site.site, undo=undo and not (left and left.phase is Phase.SWAPPED))


@pytest.fixture
def swapping(site, now, monkeypatch):
    """A restore that has made everything new and is interrupted before it swaps: its steps, old and new."""
    (site.root / "lineage.jsonl").write_text("{}")  # so that more than one name is swapped
    made = create(site.site, site.shelf, "", now)
    new = site.state()
    site.disturb()
    old = site.state()

    def interrupted(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(Swap, "swap", interrupted)
    with pytest.raises(KeyboardInterrupt):
        restore(site.site, site.shelf, made.path, now)
    monkeypatch.undo()
    return old, new


class Stops:
    """Lets so many steps of a swap be the last: renames, in the data root or of the databases; none are dropped."""

    def __init__(self, monkeypatch, after):
        self.left = after
        rename, swapped, back = Path.rename, databases.swap, databases.swap_back
        monkeypatch.setattr(Path, "rename", lambda path, to: self.step(lambda: rename(path, to)))
        monkeypatch.setattr(databases, "swap", lambda *given: self.step(lambda: swapped(*given)))
        monkeypatch.setattr(databases, "swap_back", lambda *given: self.step(lambda: back(*given)))
        monkeypatch.setattr(databases, "drop", self.end)

    def step(self, do):
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1
        return do()

    def end(self, *given):
        raise KeyboardInterrupt


def interrupted_after(steps, site, *, undo):
    """Settle, interrupted after so many steps."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        Stops(monkeypatch, steps)
        with pytest.raises(KeyboardInterrupt):
            journal.settle(site.site, undo=undo)


def test_swap_that_is_interrupted_after_any_step(site, swapping):
    """Taken back after each of its renames, also if that is interrupted after each of its own; then completed."""
    old, new = swapping
    written = (site.root / ".tmdb-restore.json").read_bytes()
    steps = 0
    while True:
        interrupted_after(steps, site, undo=False)
        interrupted_after(1, site, undo=False)  # what is done already is not done again
        if journal.unfinished(site.root).phase is Phase.SWAPPED:
            break
        for back in range(steps + 3):
            interrupted_after(back, site, undo=True)
        assert site.state() == old
        (site.root / ".tmdb-restore.json").write_bytes(written)
        steps += 1

    assert steps > 4  # the databases, and what lies at the top of both data roots
    journal.settle(site.site)
    assert site.state() == new
    assert site.leftovers() == []


def test_restore_that_waits_to_be_swapped_is_completed(site, swapping):
    """At the next start, with a word."""
    _, new = swapping

    told = journal.settle(site.site)

    assert told.endswith("that was interrupted is completed: all is as in the backup.")
    assert site.state() == new
    assert journal.settle(site.site) is None


def test_restore_that_waits_to_be_swapped_is_taken_back(site, swapping):
    """Where somebody wants that."""
    old, _ = swapping

    told = journal.settle(site.site, undo=True)

    assert told.endswith("that was interrupted is taken back: all is as it was before it.")
    assert site.state() == old
    assert site.leftovers() == []


def test_restore_that_is_in_place_is_not_taken_back(site, swapping, monkeypatch):
    """What was there before may be half removed already."""
    _, new = swapping

    def interrupted(*given):
        raise KeyboardInterrupt

    monkeypatch.setattr(databases, "drop", interrupted)
    with pytest.raises(KeyboardInterrupt):
        journal.settle(site.site)
    monkeypatch.undo()

    with pytest.raises(RestoreRefused, match="is in place already"):
        journal.settle(site.site, undo=True)
    journal.settle(site.site)
    assert site.state() == new


def test_step_that_fails_is_said_and_goes_on(site, swapping, monkeypatch):
    """A disk that fails once: the next try completes it."""
    _, new = swapping

    def fails(self, to):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(RestoreFailed, match=r"cannot go on: .*Input/output error.* tmdb-ops restore --resume"):
        journal.settle(site.site)
    monkeypatch.undo()

    journal.settle(site.site)
    assert site.state() == new


def test_step_that_fails_within_a_restore_is_said(site, now, monkeypatch):
    """Then as well."""
    made = create(site.site, site.shelf, "", now)
    new = site.state()
    site.disturb()

    def fails(self):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Swap, "swap", fails)
    with pytest.raises(RestoreFailed, match=r"The restore cannot go on: .*Input/output error"):
        restore(site.site, site.shelf, made.path, now)
    monkeypatch.undo()

    journal.settle(site.site)
    assert site.state() == new


def test_sessions_that_remain_are_ended_by_the_swap(site, swapping):
    """Who has signed in since is signed out; the names are swapped all the same."""
    _, new = swapping
    address = site.site.databases["metadata"]
    with psycopg.connect(site.server.url(address.database, "postgresql")) as guest:
        journal.settle(site.site)
        with pytest.raises(psycopg.OperationalError):
            guest.execute("SELECT 1")

    assert site.state() == new


def test_who_keeps_signing_in_is_named(site, swapping, monkeypatch):
    """After a while, with nothing swapped; then it goes on."""
    _, new = swapping
    address = site.site.databases["metadata"]
    monkeypatch.setattr(databases, "_end_sessions", lambda *given: None)
    monkeypatch.setattr(databases, "_RENAMES", 1)
    told = r"Somebody keeps signing in to airflow_.*, warehouse_.*: stop Airflow"
    guest = psycopg.connect(site.server.url(address.database, "postgresql"))
    with guest, pytest.raises(BackupFailed, match=told):
        journal.settle(site.site)
    monkeypatch.undo()

    journal.settle(site.site)
    assert site.state() == new


def test_sessions_that_do_not_end_are_not_waited_for_for_ever(site, monkeypatch):
    """A server may be slow to end one: what comes next says what is wrong."""
    monkeypatch.setattr(databases, "_PAUSE", 0.001)
    monkeypatch.setattr(databases, "_END", "SELECT 1 WHERE %(names)s::text[] IS NOT NULL")

    databases.drop(site.site.databases, [("metadata", "nosuch.new-1")])


def test_journal_that_is_none_is_said(site):
    """Nothing is guessed from it."""
    (site.root / ".tmdb-restore.json").write_bytes(b"{")

    with pytest.raises(RestoreFailed, match=r"The journal of a restore, .* cannot be read: .*moved away"):
        journal.settle(site.site)
    (site.root / ".tmdb-restore.json").unlink()


def test_restore_that_ends_by_itself_meanwhile_is_no_longer_settled(site, monkeypatch):
    """Between a look and the lock its own process may have completed it."""
    looks = iter([True, None])
    monkeypatch.setattr(journal, "unfinished", lambda root: next(looks))

    assert journal.settle(site.site) is None


def test_backup_can_be_restored_after_it_was_listed(site, two_states):
    """The backup of what was restored is a backup of the same."""
    first, second, *_ = two_states
    digests = [
        {part: found.tables for part, found in Archive(made.path).manifest.databases.items()}
        for made in (first, second)
    ]

    assert digests[0] == digests[1]
