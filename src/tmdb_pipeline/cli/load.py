"""``tmdb-pipeline load``: runs of the lake into the warehouse."""

import argparse
import os
import time
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from tmdb_pipeline.cli import form, requirements
from tmdb_pipeline.cli.warehouse_url import warehouse_address
from tmdb_pipeline.dags import COLLECTIONS, find
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.settings import Settings, SettingsError
from tmdb_pipeline.warehouse.errors import DamagedRun

if TYPE_CHECKING:
    from tmdb_pipeline.warehouse.load.days import Outcome

_DESCRIPTION = """\
Load what the collections have left under TMDB_DATA_ROOT into the warehouse at
TMDB_WAREHOUSE_URL, a transaction a run. What is there already is passed over."""
_STATUS = """\
exit status:
  0    everything that was collected is in the warehouse
  1    a run cannot be loaded, or the warehouse cannot be used: why is said
  2    nothing was begun: what to set or to give is said
  130  stopped by Ctrl-C, a cancelled job or a closed terminal"""
_STYLES = {"loaded": "green", "refused": "red", "not collected": "dim"}


def add(commands: form.Commands) -> None:
    """Declare the command."""
    load = form.command(
        commands,
        "load",
        run,
        help="load collected runs into the warehouse",
        description=_DESCRIPTION,
        status=_STATUS,
    )
    for option, what in (("--from", "first"), ("--to", "last")):
        load.add_argument(
            option, dest=what, type=form.day, metavar="YYYY-MM-DD", help=f"the {what} run date, in Seoul (today)"
        )
    names = [spec.name for spec in COLLECTIONS]
    load.add_argument("--dag", choices=names, metavar="|".join(names), help="only the runs of this DAG")


def run(asked: argparse.Namespace) -> None:
    """Run it.

    Raises:
        SettingsError: the dates are the wrong way round, or something that it needs is not set.
        DamagedRun: a run cannot be loaded; the others are.
        WarehouseError: the warehouse cannot be used.
        LakeError: the lake does not answer.
    """
    address = warehouse_address("load")
    from tmdb_pipeline.warehouse.load import days  # noqa: PLC0415 - needs what was just looked for

    first, last = asked.first or requirements.today(), asked.last or requirements.today()
    if first > last:
        raise SettingsError(f"The first day, {first}, comes after the last, {last}: give --from the earlier one.")
    settings = Settings.from_environment({"TMDB_DATA_ROOT": os.environ.get("TMDB_DATA_ROOT", "")})
    specs = [spec for spec in COLLECTIONS if asked.dag in {None, spec.name}]
    table, refused = _table(), []
    try:
        began = time.monotonic()
        for outcome in days.load_runs(Lake(settings.data_root), address, days.asked_for(first, last, specs)):
            ended = time.monotonic()
            table.add_row(*_row(outcome, ended - began))
            refused += [outcome.reason] if outcome.reason else []
            began = ended
    finally:
        if table.row_count:  # pragma: no branch - it has none where the first run raised
            form.console().print(table, highlight=False)
    if refused:
        raise DamagedRun("\n".join(refused))


def _table() -> Table:
    table = Table("day", "dag", "verdict", box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name in ("inserted", "updated", "unchanged", "deleted", "seconds"):
        table.add_column(name, justify="right")
    return table


def _row(outcome: "Outcome", seconds: float) -> list[Text]:
    loaded, which = outcome.loaded, outcome.which
    numbers = (loaded.movies_inserted, loaded.movies_updated, loaded.movies_unchanged, loaded.movies_deleted)
    verdict = Text(outcome.verdict, _STYLES.get(outcome.verdict, ""))
    shown = [f"{number:,}" if loaded.load_id is not None else "" for number in numbers]
    return [
        Text(f"{which.run_date}"),
        Text(find(which.dag_id).name),
        verdict,
        *map(Text, shown),
        Text(f"{seconds:.1f}"),
    ]
