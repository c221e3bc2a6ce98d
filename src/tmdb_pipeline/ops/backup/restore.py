"""Putting a backup back: everything is proved and made beside what is there before anything of that is touched."""

import logging
import re
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from tmdb_pipeline.lake.operations import FOLDER as OPERATIONS
from tmdb_pipeline.ops.backup import database_facts, databases, journal, postgres
from tmdb_pipeline.ops.backup.archives import sealing
from tmdb_pipeline.ops.backup.archives.archive import Archive
from tmdb_pipeline.ops.backup.archives.manifest import Manifest
from tmdb_pipeline.ops.backup.archives.shelf import FULL, Shelf
from tmdb_pipeline.ops.backup.create import DUMP, FILES, PARTS
from tmdb_pipeline.ops.backup.errors import RestoreFailed, RestoreRefused
from tmdb_pipeline.ops.backup.journal import Journal, Phase, Swap
from tmdb_pipeline.ops.backup.site import WAREHOUSE, Site, version_of
from tmdb_pipeline.ops.backup.tree import OURS, File, digest, measure
from tmdb_pipeline.ops.backup.unpack import unpack
from tmdb_pipeline.ops.errors import NoRoom
from tmdb_pipeline.warehouse.schema.migrate import VERSION_TABLE, known_versions

_log = logging.getLogger(__name__)

#: Bytes that stay free on the disk of the data root.
_SPARE: Final = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Compared:
    """A part of a backup, and of what was made of it: both have the same digests, or the restore had failed.

    Attributes:
        part: which.
        things: how many tables or files.
        size: how many rows or bytes.
    """

    part: str
    things: int
    size: int


def restore(
    site: Site,
    shelf: Shelf,
    path: Path,
    now: Callable[[], datetime],
    *,
    other_key: bool = False,
    say: Callable[[str], None] = _log.info,
) -> list[Compared]:
    """Put a backup in the place of what is there; all of it, or nothing.

    Args:
        site: what is replaced. Nobody is signed in to its databases.
        shelf: where backups lie; nobody makes or removes one meanwhile.
        path: the backup.
        now: the clock, aware.
        other_key: restore though Connections and Variables cannot be read with the key of this site.
        say: is told what is being done.

    Returns:
        What was compared, and is the same.

    Raises:
        OpsError: it cannot be restored. The message says why, and whether anything was touched.
    """
    root = site.data_root
    if root is None:
        raise RestoreRefused("The data root is no folder: a backup is restored to a folder. Nothing was touched.")
    with shelf.locked(), journal.locked(root):
        journal.refuse_unfinished(root)
        say(f"Reading {path.name} whole.")
        archive = Archive(path)
        archive.verify()
        parts = [part for part in archive.manifest.databases if part in site.databases]
        _refuse(archive.manifest, site, root, other_key=other_key)
        swap = _begin(site, root, archive, parts, now)
        try:
            compared = _prepare(site, archive, swap, say)
            say("All of it is whole, and is put in place.")
            swap.save(Phase.SWAPPING)
        except BaseException as error:
            swap.undo()
            if not isinstance(error, OSError):
                raise
            kind = NoRoom if error.errno in FULL else RestoreFailed
            raise kind(
                f"The restore cannot write: {error}. Mend that, then run it again. Nothing was touched."
            ) from error
        try:
            swap.swap()
            swap.clean()
        except OSError as error:
            raise RestoreFailed(
                f"The restore cannot go on: {error}. Mend that, then run tmdb-ops restore --resume."
            ) from error
    return compared


def _refuse(manifest: Manifest, site: Site, root: Path, *, other_key: bool) -> None:
    """Refuse what cannot be restored here, before anything is touched."""
    for name, theirs in (("tmdb-pipeline", manifest.pipeline), ("apache-airflow", manifest.airflow)):
        ours = version_of(name)
        if theirs and ours and _numbers(theirs) > _numbers(ours):
            raise RestoreRefused(
                f"The backup is of {name} {theirs}, and here is {ours}: install that version, or restore an older "
                "backup. Nothing was touched."
            )
    found = manifest.databases.get(WAREHOUSE)
    head = found.heads.get(VERSION_TABLE) if found else None
    if head and head not in known_versions():
        raise RestoreRefused(
            f"The tables of the warehouse in the backup are of version {head}, which this tmdb-pipeline does not know: "
            "install the newer one that made them. Nothing was touched."
        )
    if manifest.fernet and site.fernet and manifest.fernet != sealing.fingerprint(site.fernet) and not other_key:
        raise RestoreRefused(
            "FERNET_KEY is not the one of the backup, and Connections and Variables in it could not be read: put that "
            "key into .env (tmdb-ops backups secrets shows it, with the passphrase). Nothing was touched."
        )
    addresses = {part: site.databases[part] for part in manifest.databases if part in site.databases}
    databases.require(addresses, {part: found.roles for part, found in manifest.databases.items()})
    for part, address in addresses.items():
        theirs_is = manifest.databases[part].server // 10000
        with postgres.session(address) as connection:
            ours_is = int(connection.info.server_version) // 10000
        if theirs_is > ours_is:
            raise RestoreRefused(
                f"The backup is of Postgres {theirs_is}, and the server at {address.host}:{address.port} is {ours_is}: "
                "restore to a server of that version. Nothing was touched."
            )
        postgres.programs(ours_is * 10000)
    free = shutil.disk_usage(root).free
    if free < manifest.size + _SPARE:
        raise NoRoom(
            f"The disk of {root} has {free / 2**20:,.0f} MiB left, and the files of the backup need "
            f"{manifest.size / 2**20:,.0f} beside those that are there: make room. Nothing was touched."
        )


def _begin(site: Site, root: Path, archive: Archive, parts: list[str], now: Callable[[], datetime]) -> Swap:
    """Write down what will be made."""
    token = secrets.token_hex(4)
    written = Journal(
        phase=Phase.PREPARING,
        token=token,
        archive=archive.path.name,
        began=now(),
        moved=[databases.names(part, site.databases[part], token) for part in parts],
        old_entries=[],
        new_entries=[],
    )
    swap = Swap(site, root, written)
    swap.save(Phase.PREPARING)
    return swap


def _prepare(site: Site, archive: Archive, swap: Swap, say: Callable[[str], None]) -> list[Compared]:
    """Make everything new beside what is there, and compare it with what the backup says of itself."""
    compared = []
    for folder in (swap.new, swap.old):
        folder.mkdir(parents=True)
    for moved in swap.journal.moved:
        say(f"Restoring the database {moved.name}.")
        compared.append(_fill(site, archive, moved))
    tree = archive.manifest.data_root
    if tree:
        say(f"Restoring {tree.files:,} files.")
        listed = msgspec.json.decode(archive.read(FILES), type=list[File])
        unpack([archive.chunks(part) for part in PARTS], listed, swap.new)
        if digest(measure(swap.new)) != tree.digest:
            raise RestoreFailed("The files that were restored are not those of the backup. Nothing was touched.")
        compared.append(Compared("data root", tree.files, tree.size))
        root = swap.folder.parent
        _keep_operations(root, swap.new)
        swap.journal.old_entries = sorted(path.name for path in root.iterdir() if not path.name.startswith(OURS))
        swap.journal.new_entries = sorted(path.name for path in swap.new.iterdir())
    return compared


def _fill(site: Site, archive: Archive, moved: databases.Moved) -> Compared:
    """Make one database of its dump, and compare its tables."""
    address, wanted = site.databases[moved.part], archive.manifest.databases[moved.part]
    databases.make_like(address, moved.new)
    with postgres.session(address) as connection:
        server = int(connection.info.server_version)
    postgres.load(address, server, moved.new, archive.chunks(DUMP.format(moved.part)))
    with postgres.session(address, database=moved.new) as connection, connection.transaction():
        found = database_facts.tables(connection)
    if differing := sorted(name for name in found.keys() | wanted.tables if found.get(name) != wanted.tables.get(name)):
        raise RestoreFailed(
            f"Of the database {moved.name}, {', '.join(differing[:5])} differ from the backup. Nothing was touched."
        )
    return Compared(moved.part, len(found), sum(table.rows for table in found.values()))


def _keep_operations(root: Path, new: Path) -> None:
    """Let the log of operations keep what was noted since the backup: a restore is no way to be rid of it."""
    for now_there in sorted((root / OPERATIONS).glob("*.jsonl")):
        target = new / OPERATIONS / now_there.name
        target.parent.mkdir(parents=True, exist_ok=True)
        lines = target.read_bytes().splitlines() if target.exists() else []
        known = {*lines}
        lines += [line for line in now_there.read_bytes().splitlines() if line not in known]
        target.write_bytes(b"".join(line + b"\n" for line in lines))


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]
