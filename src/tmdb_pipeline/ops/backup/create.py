"""Making a backup, consistent also while runs are under way.

Who refers to something is read before what is referred to. Airflow's metadata says which tasks have succeeded, and so
which rows are in the warehouse and which files are on the lake; the warehouse says which files it was loaded from; a
file refers to nothing but files that were written before it. So the order is metadata, warehouse, data root: whatever
is said to be done in one is there in the next. What a run did in between is done again once the backup is restored: a
task that was running then is tried again, resumes from the pages that are there, and loads what is loaded only once.
The other way round, a task would be called a success whose file is not there, and nobody would ever make it.

Each database is read at one moment (a snapshot that ``pg_dump`` shares with the digests). The files are read in two
rounds (``tree``): most of them before the databases, so that only what has changed since is read after them, and the
moments of all three lie close together.
"""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from tmdb_pipeline.ops.backup import journal, postgres
from tmdb_pipeline.ops.backup.archives import sealing
from tmdb_pipeline.ops.backup.archives.archive import Archive, Writer
from tmdb_pipeline.ops.backup.archives.manifest import Database, Manifest
from tmdb_pipeline.ops.backup.archives.shelf import Shelf
from tmdb_pipeline.ops.backup.database_facts import describe
from tmdb_pipeline.ops.backup.site import METADATA, WAREHOUSE, Site, version_of, who
from tmdb_pipeline.ops.backup.tree import TreeCopy
from tmdb_pipeline.warehouse.address import Address

#: The members of an archive.
DUMP: Final = "{}.dump"
PARTS: Final = ("data-root.tar.gz", "data-root.later.tar.gz")
FILES: Final = "data-root.json"
SECRETS: Final = "secrets.json"
#: A backup is given so much room as what it holds divided by this: all of it is compressed.
_SHRINKS: Final = 2


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that lies on the shelf."""

    path: Path
    manifest: Manifest
    size: int


def create(site: Site, shelf: Shelf, passphrase: str, now: Callable[[], datetime]) -> Made:
    """Make a backup: it lies whole on the shelf when this returns, and nothing of it where this raises.

    Args:
        site: what to back up.
        shelf: where to.
        passphrase: what the secrets are encrypted with; empty leaves them out.
        now: the clock, aware.

    Raises:
        OpsError: it cannot be made; the message says why, and what to do.
    """
    began = now()
    with shelf.locked(), journal.locked(site.data_root) if site.data_root else nullcontext():
        if site.data_root:
            journal.refuse_unfinished(site.data_root)
        secrets = sealing.seal(site.secrets, passphrase) if passphrase else None
        tree = TreeCopy(site.data_root) if site.data_root else None
        size = sum(_size(address) for address in site.databases.values()) + (tree.weigh() if tree else 0)
        shelf.require_room(size // _SHRINKS)
        with shelf.writing(began) as (writer, path):
            if tree:
                with writer.member(PARTS[0]) as write:
                    tree.add_round(write)
            databases = {
                name: _dump(writer, name, site.databases[name])
                for name in (METADATA, WAREHOUSE)
                if name in site.databases
            }
            if tree:
                with writer.member(PARTS[1]) as write:
                    tree.add_round(write)
                writer.add(FILES, msgspec.json.encode(tree.files))
            if secrets:
                writer.add(SECRETS, secrets)
            writer.finish(
                lambda members: Manifest(
                    made_at=began,
                    made_by=who(),
                    pipeline=version_of("tmdb-pipeline") or "unknown",
                    airflow=version_of("apache-airflow"),
                    databases=databases,
                    data_root=tree.summary if tree else None,
                    secrets=sorted(site.secrets) if secrets else [],
                    fernet=sealing.fingerprint(site.fernet) if site.fernet else None,
                    absent=[*site.absent, *([] if secrets else [_left_out(site)])],
                    members=members,
                )
            )
        archive = Archive(path)
        return Made(path, archive.manifest, archive.size)


def _left_out(site: Site) -> str:
    names = f" ({', '.join(sorted(site.secrets))})" if site.secrets else ""
    return (
        f"The secrets{names} are left out, for there is no passphrase: keep .env elsewhere, for without its FERNET_KEY "
        "nobody reads the Connections and Variables in this backup."
    )


def _size(address: Address) -> int:
    with postgres.session(address) as connection:
        ((size,),) = connection.execute("SELECT pg_database_size(current_database())")
    return int(size)


def _dump(writer: Writer, name: str, address: Address) -> Database:
    """Dump a database, and describe it as of the very moment of the dump."""
    with postgres.session(address) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        ((snapshot,),) = connection.execute("SELECT pg_export_snapshot()")
        described = describe(connection)
        with writer.member(DUMP.format(name)) as write:
            postgres.dump(address, described.server, snapshot, write)
        connection.execute("COMMIT")
    return described
