"""A backup, then whatever happens, then a restore: all is as it was, or nothing was touched."""

import dataclasses
import shutil
import threading
from datetime import date, timedelta

import msgspec
import pytest
from e2e.warehouse.backup import world
from e2e.warehouse.small_runs import DAILY, SmallRuns, movie

from tmdb_pipeline.lake.operations import FOLDER, Action, Operation, Outcome, note, noted
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.ops.backup import journal
from tmdb_pipeline.ops.backup.archives.archive import Archive
from tmdb_pipeline.ops.backup.archives.sealing import unseal
from tmdb_pipeline.ops.backup.create import create
from tmdb_pipeline.ops.backup.errors import RestoreRefused
from tmdb_pipeline.ops.backup.restore import restore
from tmdb_pipeline.ops.backup.site import METADATA, WAREHOUSE, Site
from tmdb_pipeline.ops.errors import Misused
from tmdb_pipeline.warehouse.load.days import Verdict

PASSPHRASE = "a long passphrase 열쇠"
DAY = date(2024, 1, 7)


@pytest.mark.parametrize("happened", ["disturb", "destroy"])
def test_all_is_as_before(site, now, happened):
    """Rows, sequences, rights, and files, by what they are; and nothing of the restore is left."""
    before = site.state()
    made = create(site.site, site.shelf, "", now)
    getattr(site, happened)()
    assert site.state() != before

    compared = restore(site.site, site.shelf, made.path, now)

    assert site.state() == before
    assert site.leftovers() == []
    tables = {part: len(before[part][0]) for part in (METADATA, WAREHOUSE)}
    assert {one.part: one.things for one in compared} == tables | {"data root": len(before["files"])}
    rows = sum(len(rows) for rows in before[METADATA][0].values())
    assert next(one.size for one in compared if one.part == METADATA) == rows
    # What is done after it goes on from there.
    site.collect(date(2024, 1, 8))
    site.execute(METADATA, "INSERT INTO dag_run (dag_id, run_id) VALUES ('x', 'later')")


def test_backup_disturbs_nobody(site, now):
    """The site is the same behind it, and it says what is in it."""
    before = site.state()

    made = create(site.site, site.shelf, "", now)

    assert site.state() == before
    assert site.leftovers() == []
    assert made.manifest.made_at == now()
    assert made.manifest.databases[METADATA].heads == {"alembic_version": "82dbd68e6171"}
    assert made.manifest.databases[WAREHOUSE].heads.keys() == {"alembic_version_warehouse"}
    assert made.manifest.databases[WAREHOUSE].roles[-3:] == ["tmdb_loader", "tmdb_owner", "tmdb_reader"]
    assert made.manifest.data_root.files == len(before["files"])
    assert made.size == made.path.stat().st_size


def test_secrets_are_in_it_with_a_passphrase_alone(site, now):
    """Encrypted; without one they are left out, which the backup says of itself."""
    sealed = create(site.site, site.shelf, PASSPHRASE, now)
    without = create(site.site, site.shelf, "", now)

    assert unseal(Archive(sealed.path).read("secrets.json"), PASSPHRASE) == site.site.secrets
    assert sealed.manifest.secrets == ["ADMIN_PASSWORD", "FERNET_KEY"]
    assert sealed.manifest.absent == []
    assert not any(secret.encode() in sealed.path.read_bytes() for secret in site.site.secrets.values())
    assert not Archive(without.path).has("secrets.json")
    assert without.manifest.secrets == []
    (told,) = without.manifest.absent
    assert told.startswith("The secrets (ADMIN_PASSWORD, FERNET_KEY) are left out, for there is no passphrase: keep")


def test_backup_of_what_there_is(site, now, tmp_path):
    """Where the files lie on an object store, or the warehouse is elsewhere, that is left out, and said."""
    part = Site({METADATA: site.site.databases[METADATA]}, None, absent=("The data root is s3://bucket, no folder.",))

    made = create(part, site.shelf, "", now)

    assert made.manifest.databases.keys() == {METADATA}
    assert made.manifest.data_root is None
    assert made.manifest.size == 0
    assert made.manifest.fernet is None
    assert made.manifest.absent[0] == "The data root is s3://bucket, no folder."
    assert made.manifest.absent[1].startswith("The secrets are left out")
    with pytest.raises(RestoreRefused, match="The data root is no folder"):
        restore(part, site.shelf, made.path, now)


def test_restore_leaves_alone_what_is_not_in_the_backup(site, now):
    """A backup of the metadata replaces the metadata."""
    made = create(Site({METADATA: site.site.databases[METADATA]}, None), site.shelf, "", now)
    site.disturb()
    before = site.state()

    restore(site.site, site.shelf, made.path, now)

    after = site.state()
    assert after[METADATA] != before[METADATA]
    assert {name: after[name] for name in (WAREHOUSE, "files")} == {name: before[name] for name in (WAREHOUSE, "files")}


def test_onto_a_second_stack(make_site, now):
    """Beside the first, which stays as it is, by another folder and other databases."""
    first, second = make_site(), make_site()
    made = create(first.site, first.shelf, "", now)
    before = first.state()
    first_later = first.collect(date(2024, 1, 8))
    assert first_later.verdict is Verdict.LOADED
    later = first.state()

    restore(second.site, second.shelf, made.path, now)

    assert first.state() == later
    found = second.state()
    assert found["files"] == before["files"]
    for part in (METADATA, WAREHOUSE):
        assert found[part][0] == before[part][0]
        assert found[part][1] == before[part][1]


def test_backup_amid_runs_refers_to_nothing_that_is_missing(site, now):
    """While days are run and loaded one after the other: each run that the warehouse knows is whole on the lake."""
    stop = threading.Event()

    def go_on():
        number = 0
        while not stop.is_set():
            site.collect(date(2024, 2, 1) + timedelta(days=number), range(number, number + 20))
            number += 1

    working = threading.Thread(target=go_on)
    working.start()
    try:
        made = [create(site.site, site.shelf, "", now) for _ in range(3)]
    finally:
        stop.set()
        working.join()
    for one in made:
        site.destroy()
        restore(site.site, site.shelf, one.path, now)

        days = [day for (day,) in site.execute(WAREHOUSE, "SELECT run_date FROM tmdb.load_ledger ORDER BY 1")]
        assert days
        # What is loaded is there, byte for byte, and what was loaded after the dump is loaded now.
        assert {site.load(day).verdict for day in days} == {Verdict.THERE}
        ended = {path.stem[-8:] for path in (site.root / "raw/metadata/quality_reports").glob("*.json")}
        later = ended - {f"{day:%Y%m%d}" for day in days}
        assert {site.load(date.fromisoformat(day)).verdict for day in later} <= {Verdict.LOADED}


def test_log_of_operations_is_not_taken_back(site, now):
    """What was done since the backup stays noted, beside what is in the backup."""
    lake = Lake(str(site.root))
    operation = Operation(at=now(), who="lee@laptop", action=Action.LOAD, subject="before", outcome=Outcome.DONE)
    note(lake, operation)
    made = create(site.site, site.shelf, "", now)
    note(lake, msgspec.structs.replace(operation, subject="after"))
    (site.root / FOLDER / "202312.jsonl").write_bytes(b'{"odd": "and without an end"}')

    restore(site.site, site.shelf, made.path, now)

    assert {one.subject for one in noted(lake, date(2024, 1, 1), date(2024, 1, 31))} == {"before", "after"}
    assert (site.root / FOLDER / "202312.jsonl").read_bytes() == b'{"odd": "and without an end"}\n'


def test_another_key_may_be_meant(site, now):
    """Who says so gets all, but for the Connections that nobody can read."""
    made = create(site.site, site.shelf, "", now)
    other = dataclasses.replace(site.site, secrets={"FERNET_KEY": "G" * 43 + "="})
    site.disturb()

    with pytest.raises(RestoreRefused, match="FERNET_KEY is not the one of the backup"):
        restore(other, site.shelf, made.path, now)
    restore(other, site.shelf, made.path, now, other_key=True)

    assert site.execute(METADATA, "SELECT count(*) FROM dag_run") == [(400,)]


def test_database_that_is_missing_is_refused(site, now):
    """A stack that was never started has none, and its roles neither."""
    made = create(site.site, site.shelf, "", now)
    site.server.rows("postgres", f"DROP DATABASE {site.site.databases[WAREHOUSE].database}")

    with pytest.raises(RestoreRefused, match=r"There is no database warehouse_\d+ at .*: start the stack once"):
        restore(site.site, site.shelf, made.path, now)


def test_data_root_that_is_not_there_is_said(site, now):
    """Instead of a backup of nothing."""
    shutil.rmtree(site.root)

    with pytest.raises(Misused, match=r"The data root .* cannot be written: No such file"):
        create(site.site, site.shelf, "", now)


def test_nothing_is_begun_after_a_restore_that_was_interrupted(site, now):
    """Neither a backup nor another restore, until it is completed or taken back."""
    made = create(site.site, site.shelf, "", now)
    (site.root / ".tmdb-restore.json").write_bytes(
        b'{"phase": "preparing", "token": "x", "archive": "a.tar", "began": "2024-01-07T00:00:00Z", "moved": [],'
        b' "old_entries": [], "new_entries": []}'
    )
    for begin in (
        lambda: create(site.site, site.shelf, "", now),
        lambda: restore(site.site, site.shelf, made.path, now),
    ):
        with pytest.raises(RestoreRefused, match="complete it with tmdb-ops restore --resume, or take it back"):
            begin()
    assert journal.settle(site.site) == (
        "The restore of a.tar that was interrupted had touched nothing: all is as it was before it."
    )


def test_runs_of_a_world_are_compared_whole(site):
    """The second witness sees a single row, file and right."""
    before = site.state()
    SmallRuns(Lake(str(site.root))).write(DAILY, date(2024, 1, 9), {"popular": [movie(1)], "trending": [movie(2)]})
    assert site.state()["files"] != before["files"]
    site.execute(METADATA, "UPDATE dag_run SET state = 'failed' WHERE id = 1")
    assert site.state()[METADATA] != before[METADATA]
    assert world.OPERATIONS.startswith(FOLDER)
