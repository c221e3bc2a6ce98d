"""``tmdb-pipeline warehouse create``: its database and its roles, made on a server by who administers that."""

import os
import secrets
from urllib.parse import quote

from rich.console import Console

from tmdb_pipeline.cli.warehouse.url import VARIABLE, administrator_address

#: The name of the database, where nobody gives another.
DATABASE = "tmdb_warehouse"


def create(console: Console, database: str) -> None:
    """Make what is not there, and say how each role signs in.

    The password of a role is that of the environment, such as TMDB_OWNER_PASSWORD. Without one, a new role gets one
    that is drawn and shown this once, and one that is there keeps its own.

    Raises:
        SettingsError: something that it needs is not set.
        WarehouseError: the server cannot be used, or lets this role make none.
    """
    address = administrator_address("warehouse")
    import psycopg  # noqa: PLC0415 - was just looked for

    from tmdb_pipeline.warehouse.database import conninfo, in_words  # noqa: PLC0415 - needs it
    from tmdb_pipeline.warehouse.schema.roles import LOADER, OWNER, READER, make_roles  # noqa: PLC0415

    roles = (OWNER, LOADER, READER)
    given = {role: found for role in roles if (found := os.environ.get(_variable(role)))}
    # A database cannot be made in a transaction, which each statement of the warehouse's own sessions is in.
    with (
        in_words(address, administers=True),
        psycopg.connect(conninfo(address, "tmdb-pipeline create"), autocommit=True) as connection,
    ):
        known = {str(name) for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        drawn = {role: secrets.token_urlsafe(24) for role in roles if role not in known | {*given}}
        make_roles(connection, database, given | drawn)
    lines = [f"The database {database} at {address.host}:{address.port} and its roles are there."]
    for role in roles:
        if role in drawn:
            url = f"postgresql://{role}:{drawn[role]}@{address.host}:{address.port}/{quote(database, safe='')}"
            how = f"{VARIABLE}={url}"
        elif role in given:
            how = f"has the password in {_variable(role)}"
        else:
            how = f"keeps its password; set {_variable(role)} to give it another"
        lines.append(f"{role:<{max(map(len, roles))}}  {how}")
    lines += ["Keep the passwords shown: they are shown this once."] if drawn else []
    console.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)


def _variable(role: str) -> str:
    return f"{role.upper()}_PASSWORD"
