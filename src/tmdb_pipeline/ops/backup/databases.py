"""Databases beside each other on a server: making one like another, and swapping their names in one transaction."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from psycopg import errors, sql

from tmdb_pipeline.ops.backup.errors import BackupFailed, RestoreRefused
from tmdb_pipeline.ops.backup.postgres import session
from tmdb_pipeline.warehouse.address import Address

#: The database that one signs in to who renames others.
_OTHER: Final = "postgres"
#: How often it is asked whether the sessions that were ended are gone, and seconds in between.
_TRIES, _PAUSE = 100, 0.1
#: How often it is tried to rename a database that somebody signs in to again: Postgres itself waits 5 s each time.
_RENAMES = 4
_LIKE: Final = """
SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype
FROM pg_database WHERE datname = %s"""
_RIGHTS: Final = """
SELECT coalesce(r.rolname, ''), a.privilege_type FROM pg_database d CROSS JOIN LATERAL aclexplode(d.datacl) a
LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE d.datname = %s"""
_IN_USE: Final = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = ANY(%s) AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""
_END: Final = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE (datname = ANY(%(names)s) OR application_name = ANY(%(names)s)) AND pid <> pg_backend_pid()"""


class Moved(msgspec.Struct, frozen=True):
    """A database that takes the place of another.

    Attributes:
        part: what it is of a site: ``metadata`` or ``warehouse``.
        name: how it is called once it is in place.
        new: how it is called before.
        old: how the one that was there is called from then on.
    """

    part: str
    name: str
    new: str
    old: str


def names(part: str, address: Address, token: str) -> Moved:
    """The names for a restore."""
    stem = address.database[:40]  # of the 63 that Postgres gives
    return Moved(part, address.database, f"{stem}.new-{token}", f"{stem}.old-{token}")


def require(addresses: Mapping[str, Address], roles: Mapping[str, Iterable[str]]) -> None:
    """Refuse where a database, or a role that its backup needs, is missing, or where somebody is signed in.

    Raises:
        RestoreRefused: that is so; the message says what to do.
        BackupFailed: the server cannot be used.
    """
    for part, address in addresses.items():
        with session(address, database=_OTHER) as connection:
            if not connection.execute(_LIKE, [address.database]).fetchone():
                raise RestoreRefused(
                    f"There is no database {address.database} at {address.host}:{address.port}: start the stack once, "
                    "which makes it, and stop it."
                )
            known = {str(role) for (role,) in connection.execute("SELECT rolname FROM pg_roles")}
            if missing := sorted({*roles.get(part, ())} - known):
                raise RestoreRefused(
                    f"The server at {address.host}:{address.port} has no role {', '.join(missing)}, which the backup "
                    "needs: start the stack once, which makes it, and stop it."
                )
            ((sessions,),) = connection.execute(_IN_USE, [[address.database]])
            if sessions:
                raise RestoreRefused(
                    f"The database {address.database} is in use by {sessions} sessions: stop Airflow and whatever else "
                    "uses it, then run this again. Nothing was touched."
                )


def make_like(address: Address, new: str) -> None:
    """Make an empty database with the owner, the encoding and the rights of another.

    Raises:
        BackupFailed: it cannot be made.
    """
    name = sql.Identifier(new)
    # By the name of the session it is found, and ended, should this process be killed meanwhile.
    with session(address, database=_OTHER, application=new) as connection:
        ((owner, encoding, collate, ctype),) = connection.execute(_LIKE, [address.database]).fetchall()
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 OWNER {} ENCODING {} LC_COLLATE {} LC_CTYPE {}").format(
                name, sql.Identifier(owner), sql.Literal(encoding), sql.Literal(collate), sql.Literal(ctype)
            )
        )
        rights = connection.execute(_RIGHTS, [address.database]).fetchall()
        if rights:
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
        for role, right in rights:
            to = sql.Identifier(role) if role else sql.SQL("PUBLIC")
            connection.execute(sql.SQL("GRANT {} ON DATABASE {} TO {}").format(sql.SQL(right), name, to))


def swap(addresses: Mapping[str, Address], moved: Sequence[Moved]) -> None:
    """Put the new ones in place, all of a server in one transaction; what is in place already stays.

    Raises:
        BackupFailed: they cannot be renamed.
    """
    _rename(
        addresses,
        moved,
        lambda one, there: [(one.name, one.old), (one.new, one.name)] if one.new in there else [],
    )


def swap_back(addresses: Mapping[str, Address], moved: Sequence[Moved]) -> None:
    """Put the old ones back, all of a server in one transaction; what is back already stays.

    Raises:
        BackupFailed: they cannot be renamed.
    """
    _rename(
        addresses,
        moved,
        lambda one, there: [(one.name, one.new), (one.old, one.name)] if one.old in there else [],
    )


def drop(addresses: Mapping[str, Address], doomed: Iterable[tuple[str, str]]) -> None:
    """Remove databases, by the part whose server they are on and their name; those that are there.

    Raises:
        BackupFailed: one cannot be removed.
    """
    for part, name in doomed:
        with session(addresses[part], database=_OTHER) as connection:
            _end_sessions(connection, [name])
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _rename(addresses: Mapping[str, Address], moved: Sequence[Moved], steps: Any) -> None:
    servers: dict[tuple[str, int], list[Moved]] = {}
    for one in moved:
        address = addresses[one.part]
        servers.setdefault((address.host, address.port), []).append(one)
    for together in servers.values():
        with session(addresses[together[0].part], database=_OTHER) as connection:
            for _ in range(_RENAMES):
                _end_sessions(connection, [name for one in together for name in (one.name, one.new, one.old)])
                try:
                    with connection.transaction():
                        there = {str(name) for (name,) in connection.execute("SELECT datname FROM pg_database")}
                        for before, after in (step for one in together for step in steps(one, there)):
                            connection.execute(
                                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                                    sql.Identifier(before), sql.Identifier(after)
                                )
                            )
                except errors.ObjectInUse:
                    continue
                else:
                    break
            else:
                raise BackupFailed(
                    f"Somebody keeps signing in to {', '.join(one.name for one in together)}: stop Airflow and "
                    "whatever else uses it, then run tmdb-ops restore --resume."
                )


def _end_sessions(connection: Any, databases: Sequence[str]) -> None:
    """End what is signed in to databases, or makes them, and wait until it is gone."""
    for _ in range(_TRIES):
        if not connection.execute(_END, {"names": list(databases)}).fetchall():
            return
        time.sleep(_PAUSE)
