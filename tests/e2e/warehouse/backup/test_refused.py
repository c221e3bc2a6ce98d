"""What is refused, or fails before anything is put in place: the site is as it was, each time."""

import errno
import os
import shutil
from datetime import UTC, date, datetime
from types import SimpleNamespace

import msgspec
import psycopg
import pytest
from e2e.warehouse.backup.sites import BackedUp

from tmdb_pipeline.ops.backup import database_facts, journal, postgres
from tmdb_pipeline.ops.backup import restore as restoring
from tmdb_pipeline.ops.backup.archives.archive import Archive, Writer
from tmdb_pipeline.ops.backup.create import create
from tmdb_pipeline.ops.backup.errors import ArchiveRefused, BackupFailed, RestoreFailed, RestoreRefused
from tmdb_pipeline.ops.backup.restore import restore
from tmdb_pipeline.ops.backup.site import METADATA, WAREHOUSE, Site
from tmdb_pipeline.ops.errors import Busy, Misused, NoRoom
from tmdb_pipeline.warehouse.address import Address

MOMENT = datetime(2024, 1, 8, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def standing(server, templates, tmp_path_factory):
    """A site that has gone on since its backup. Nothing here touches it, so it is the same for all."""
    site = BackedUp(server, tmp_path_factory.mktemp("standing"))
    site.collect(date(2024, 1, 7))
    made = create(site.site, site.shelf, "", lambda: MOMENT)
    site.disturb()
    yield site, made, site.state()
    site.drop()


@pytest.fixture
def site(standing):
    """The site, which has to be as it was afterwards."""
    site, _, before = standing
    yield site
    assert site.state() == before
    assert site.leftovers() == []


@pytest.fixture
def made(standing):
    """Its backup."""
    return standing[1]


def remade(made, **changes):
    """A backup that says something else of itself, and is whole."""
    archive = Archive(made.path)
    path = made.path.with_name("remade.tar")
    with path.open("wb+") as file:
        writer = Writer(file)
        for member in archive.manifest.members[1:]:
            writer.add(member.name, archive.read(member.name))
        writer.finish(lambda members: msgspec.structs.replace(archive.manifest, members=members, **changes))
    return path


def with_database(made, part, **changes):
    """What to change in a manifest for something else of a database."""
    databases = made.manifest.databases
    return {"databases": databases | {part: msgspec.structs.replace(databases[part], **changes)}}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (lambda made: {"pipeline": "99.0.0"}, r"The backup is of tmdb-pipeline 99\.0\.0, and here is .*: install that"),
        (lambda made: {"airflow": "99.0.0"}, r"The backup is of apache-airflow 99\.0\.0, and here is"),
        (
            lambda made: with_database(made, WAREHOUSE, heads={"alembic_version_warehouse": "9999"}),
            "of version 9999, which this tmdb-pipeline does not know",
        ),
        (lambda made: {"fernet": "another"}, "FERNET_KEY is not the one of the backup"),
        (lambda made: with_database(made, METADATA, server=990001), "The backup is of Postgres 99, and the server at"),
        (lambda made: with_database(made, METADATA, roles=["nobody_knows"]), "has no role nobody_knows, which the"),
    ],
)
def test_what_cannot_be_restored_here_is_refused(site, made, now, changes, told):
    """A newer version, another key, another server: before anything is touched."""
    with pytest.raises(RestoreRefused, match=told):
        restore(site.site, site.shelf, remade(made, **changes(made)), now)


@pytest.mark.parametrize(
    ("part", "found", "told"),
    [
        (METADATA, {}, "Of the database airflow_.*, public.alembic_version, public.connection, public.dag_run differ"),
        ("data root", {}, "The files that were restored are not those of the backup"),
    ],
)
def test_difference_leaves_the_old(site, made, now, monkeypatch, part, found, told):
    """What was made is compared before it takes a place."""
    if part == METADATA:
        monkeypatch.setattr(database_facts, "tables", lambda connection: found)
    else:
        monkeypatch.setattr(restoring, "measure", lambda folder: found)

    with pytest.raises(RestoreFailed, match=told):
        restore(site.site, site.shelf, made.path, now)


def test_damaged_backup_is_refused(site, made, now):
    """Also where the damage is in the middle of a dump."""
    data = bytearray(made.path.read_bytes())
    data[len(data) // 2] ^= 1
    path = made.path.with_name("damaged.tar")
    path.write_bytes(data)

    with pytest.raises(ArchiveRefused, match="damaged"):
        restore(site.site, site.shelf, path, now)


def test_dump_that_postgres_refuses_leaves_the_old(site, made, now):
    """Whole by its digest, and no dump at all."""
    archive = Archive(made.path)
    path = made.path.with_name("odd.tar")
    with path.open("wb+") as file:
        writer = Writer(file)
        for member in archive.manifest.members[1:]:
            odd = b"no dump" * 300_000 if member.name == "metadata.dump" else archive.read(member.name)
            writer.add(member.name, odd)
        writer.finish(lambda members: msgspec.structs.replace(archive.manifest, members=members))

    with pytest.raises(RestoreFailed, match=r"The dump of airflow_.* cannot be restored: .*archive"):
        restore(site.site, site.shelf, path, now)


def test_site_in_use_is_refused(site, made, now):
    """Its sessions are counted; nobody's work is cut off."""
    with (
        psycopg.connect(site.server.url(site.site.databases[METADATA].database, "postgresql")),
        pytest.raises(RestoreRefused, match=r"in use by 1 sessions: stop Airflow and whatever else uses it"),
    ):
        restore(site.site, site.shelf, made.path, now)


def test_room_is_looked_at_before(site, made, now, monkeypatch):
    """The files are unpacked beside those that are there."""
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=2**20))

    with pytest.raises(NoRoom, match=r"has 1 MiB left, and the files of the backup need"):
        restore(site.site, site.shelf, made.path, now)


@pytest.mark.parametrize(
    ("code", "error", "words"),
    [(errno.ENOSPC, NoRoom, "No space left"), (errno.EIO, RestoreFailed, "Input/output error")],
)
def test_disk_that_is_full_or_fails_leaves_the_old(site, made, now, monkeypatch, code, error, words):
    """Whatever was unpacked by then is gone again, and a full disk is told from one that fails."""

    def fails(*arguments):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(restoring, "unpack", fails)
    with pytest.raises(error, match=rf"The restore cannot write: .*{words}"):
        restore(site.site, site.shelf, made.path, now)


def test_one_at_a_time(site, made, now, tmp_path):
    """A backup and a restore of one data root know of each other, wherever their backups lie."""
    elsewhere = type(site.shelf)(tmp_path / "elsewhere")
    with journal.locked(site.root):
        with pytest.raises(Busy, match="Another backup or restore is under way"):
            create(site.site, elsewhere, "", now)
        with pytest.raises(Busy, match="Another backup or restore is under way"):
            restore(site.site, elsewhere, made.path, now)


def test_server_that_does_not_answer_is_said(site, made, now):
    """Where it was looked for, without a password."""
    nobody = Address("the test", "127.0.0.1", 1, "airflow", "postgres", "geheim")

    with pytest.raises(BackupFailed, match=r"The database the test .* does not answer") as raised:
        create(Site({METADATA: nobody}, site.root), site.shelf, "", now)

    assert "geheim" not in str(raised.value)
    assert [one.path for one in site.shelf.listed()] == [made.path]


def test_database_that_cannot_be_dumped_is_said(site, made, now, monkeypatch):
    """With what Postgres says; nothing of the backup is left."""
    dump = postgres.dump
    monkeypatch.setattr(
        postgres, "dump", lambda address, server, snapshot, write: dump(address, server, "00000000-00000000-1", write)
    )

    with pytest.raises(BackupFailed, match=r"cannot be dumped: .*snapshot"):
        create(site.site, site.shelf, "", now)

    assert [one.path for one in site.shelf.listed()] == [made.path]


def test_disk_that_is_full_while_a_database_is_dumped(site, now):
    """Postgres' program is ended, and the sentence is about the disk."""

    def full(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    address = site.site.databases[METADATA]
    with postgres.session(address) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        ((snapshot,),) = connection.execute("SELECT pg_export_snapshot()")
        with pytest.raises(OSError, match="No space left"):
            postgres.dump(address, connection.info.server_version, snapshot, full)


def test_archive_that_breaks_while_a_database_is_filled(site, now):
    """Postgres' program is ended, and the error is that of the archive."""

    def broken():
        yield b"PGDMP"
        raise ArchiveRefused("It is damaged.")

    address = site.site.databases[METADATA]
    with postgres.session(address) as connection:
        version = connection.info.server_version
    with pytest.raises(ArchiveRefused, match="It is damaged"):
        postgres.load(address, version, address.database, broken())


def test_programs_are_of_the_version_of_the_server(monkeypatch, tmp_path):
    """Where none of them are here, it is said which, and where they may be named."""
    with pytest.raises(Misused, match=r"The server is Postgres 9, and here is no pg_dump of that version: install"):
        postgres.programs(90000)
    found = postgres.programs(180000)
    assert (found / "pg_restore").exists()

    monkeypatch.setenv("TMDB_POSTGRES_PROGRAMS", str(tmp_path))
    with pytest.raises(Misused, match="The server is Postgres 18"):
        postgres.programs(180000)
    (tmp_path / "pg_dump").write_text("#!/bin/sh\necho something else\n")
    (tmp_path / "pg_dump").chmod(0o755)
    with pytest.raises(Misused, match="The server is Postgres 18"):
        postgres.programs(180000)


def test_programs_need_no_wheel(monkeypatch):
    """Those of the system are looked at as well."""
    monkeypatch.setattr(postgres.importlib.metadata, "distribution", _not_installed)
    monkeypatch.setattr(shutil, "which", lambda name: None)

    with pytest.raises(Misused, match="The server is Postgres 9"):
        postgres.programs(90000)


def _not_installed(name):
    raise postgres.importlib.metadata.PackageNotFoundError(name)
