"""``tmdb-pipeline warehouse``: the database and its tables made, upgraded, taken back and shown."""

import argparse
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from tmdb_pipeline.cli import form
from tmdb_pipeline.cli.noted import noted
from tmdb_pipeline.cli.warehouse import create
from tmdb_pipeline.cli.warehouse.url import warehouse_address
from tmdb_pipeline.dags import find
from tmdb_pipeline.lake.operations import Action
from tmdb_pipeline.warehouse.errors import WarehouseError

if TYPE_CHECKING:
    from tmdb_pipeline.warehouse.address import Address

_DESCRIPTION = """\
Make and look at the tables of the warehouse at TMDB_WAREHOUSE_URL.

  create             make the database and the roles tmdb_owner, tmdb_loader
                     and tmdb_reader, as the administrator of the server whose
                     address is TMDB_WAREHOUSE_ADMIN_URL; passwords are those
                     that are set (TMDB_OWNER_PASSWORD ...), or drawn and shown
  migrate            make the tables, or bring them up to date, as their owner
  downgrade VERSION  take them back to a version, base for none: what only
                     later versions hold is lost, and the lake has it still
  grant              let the roles that load and read do so, as the owner
  status             show the version of the tables, and what is loaded"""
_STATUS = """\
exit status:
  0    done
  1    the warehouse cannot be used: why is said
  2    nothing was begun: what to set or to give is said
  130  stopped by Ctrl-C, a cancelled job or a closed terminal"""


def add(commands: form.Commands) -> None:
    """Declare the command."""
    command = form.command(
        commands,
        "warehouse",
        run,
        help="make, upgrade and show the tables of the warehouse",
        description=_DESCRIPTION,
        status=_STATUS,
    )
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name in ("migrate", "grant", "status"):
        actions.add_parser(name)
    actions.add_parser("create").add_argument(
        "--database", default=create.DATABASE, metavar="NAME", help="its name (%(default)s)"
    )
    actions.add_parser("downgrade").add_argument("version", metavar="VERSION", help="such as base")


def run(asked: argparse.Namespace) -> None:
    """Run it.

    Raises:
        SettingsError: something that it needs is not set.
        WarehouseError: the warehouse cannot be used, no role is there to be granted anything, or its tables are of
            another version.
    """
    console = form.console()
    if asked.action == "create":
        with noted(Action.CREATE, asked.database):
            create.create(console, asked.database)
        return
    address = warehouse_address("warehouse", "tmdb_reader" if asked.action == "status" else "tmdb_owner")
    from tmdb_pipeline.warehouse.schema import migrate  # noqa: PLC0415 - needs what was just looked for

    if asked.action == "migrate":
        with noted(Action.MIGRATE, f"{address} {migrate.head()}"):
            done = "now" if migrate.migrate(address) else "already"
        _say(console, f"The tables of the warehouse {address} are {done} of version {migrate.head()}.")
    elif asked.action == "downgrade":
        with noted(Action.DOWNGRADE, f"{address} {asked.version}"):
            migrate.downgrade(address, asked.version)
        _say(console, f"The tables of the warehouse {address} are of version {asked.version} again.")
    elif asked.action == "grant":
        with noted(Action.GRANT, f"{address}"):
            roles = migrate.grant(address)
            if not roles:
                raise WarehouseError(
                    f"Nobody but its owner may use the warehouse {address}, since its server has neither tmdb_loader "
                    "nor tmdb_reader: make them with tmdb-pipeline warehouse create, then run grant again."
                )
        _say(console, f"The warehouse {address} may be used by {' and '.join(roles)}.")
    else:
        _status(console, address)


def _status(console: Console, address: "Address") -> None:
    from tmdb_pipeline.warehouse import status  # noqa: PLC0415 - as above
    from tmdb_pipeline.warehouse.database import connected  # noqa: PLC0415
    from tmdb_pipeline.warehouse.schema.migrate import version_of  # noqa: PLC0415
    from tmdb_pipeline.warehouse.schema.shape import require_shape  # noqa: PLC0415

    with connected(address) as connection, connection.transaction():
        require_shape(connection, address)
        movies, quarantined = status.counts(connection)
        _say(console, f"The tables of the warehouse {address} are of version {version_of(connection)}.")
        _say(console, f"{movies:,} movies, {quarantined:,} rejected records")
        table = Table("dag", "days", "first", "last", "loaded at", box=None, header_style="bold", padding=(0, 2, 0, 0))
        for loads in status.loads(connection):
            days = (f"{loads.days:,}", f"{loads.first}", f"{loads.last}")
            table.add_row(find(loads.dag_id).name, *days, f"{loads.loaded_at:%Y-%m-%d %H:%M:%S}")
    if table.row_count:
        console.print(table, highlight=False)


def _say(console: Console, sentence: str) -> None:
    console.print(sentence, markup=False, highlight=False, soft_wrap=True)
