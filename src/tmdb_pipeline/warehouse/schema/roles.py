"""The roles of the warehouse: who owns it, who loads it, who only reads it.

A role that does not exist is left out: a small team may do everything as the owner. Roles belong to the server and not
to a database, so whoever administers the server makes them (``make_roles``); rights are given by the owner, after each
migration.
"""

from collections.abc import Mapping

import psycopg
from psycopg import sql

from tmdb_pipeline.warehouse.database import SCHEMA

OWNER = "tmdb_owner"
LOADER = "tmdb_loader"
READER = "tmdb_reader"

#: What a role may do with the tables and views.
RIGHTS: Mapping[str, str] = {LOADER: "SELECT, INSERT, UPDATE, DELETE", READER: "SELECT"}


def make_roles(connection: psycopg.Connection, database: str, passwords: Mapping[str, str]) -> None:
    """Make the roles and the database, or give existing roles the passwords named. May be run again.

    A role that is there and has no password among these keeps its own.

    Args:
        connection: to another database of the server, as a role that may make roles and databases, in autocommit.
        database: the warehouse; the owner owns it, the others may connect to it, and nobody else.
        passwords: of each role that is to be made, or to have another.
    """
    for role in (OWNER, LOADER, READER):
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        if known and role not in passwords:
            continue
        verb = sql.SQL("ALTER" if known else "CREATE")
        connection.execute(
            sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, sql.Identifier(role), sql.Literal(passwords[role]))
        )
    name, owner = sql.Identifier(database), sql.Identifier(OWNER)
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, owner))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    for role in (LOADER, READER):
        connection.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(name, sql.Identifier(role)))


def grant_statements(existing: set[str]) -> list[str]:
    """The statements that give the roles among ``existing`` their rights on the schema, for its owner to run."""
    statements = []
    for role, rights in RIGHTS.items():
        if role in existing:
            statements += [
                f"GRANT USAGE ON SCHEMA {SCHEMA} TO {role}",
                f"GRANT {rights} ON ALL TABLES IN SCHEMA {SCHEMA} TO {role}",
                f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {SCHEMA} TO {role}" if role == LOADER else "",
            ]
    return [statement for statement in statements if statement]
