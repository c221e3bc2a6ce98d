"""``tmdb-pipeline load``: runs of the lake into the warehouse."""

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from tmdb_pipeline.cli import form, requirements
from tmdb_pipeline.cli.noted import data_root, noted
from tmdb_pipeline.cli.warehouse.url import warehouse_address
from tmdb_pipeline.dags import COLLECTIONS, find
from tmdb_pipeline.lake.operations import Action
from tmdb_pipeline.lake.store import Lake, local_folder
from tmdb_pipeline.settings import SettingsError
from tmdb_pipeline.warehouse.errors import DamagedRun

if TYPE_CHECKING:
    from tmdb_pipeline.warehouse.address import Address
    from tmdb_pipeline.warehouse.load.days import Outcome, Which

_DESCRIPTION = """\
Load what the collections have left under TMDB_DATA_ROOT into the warehouse at
TMDB_WAREHOUSE_URL, a transaction a run. What is there already is passed over;
a run that was collected anew takes the place of the earlier one of its day
(replaced), which stays in movie_observations as what was known before.
In the table, unchanged are the movies of a run that stayed as they were."""
_STATUS = """\
exit status:
  0    everything that was collected is in the warehouse
  1    a run cannot be loaded, or the warehouse cannot be used: why is said
  2    nothing was begun: what to set or to give is said
  130  stopped by Ctrl-C, a cancelled job or a closed terminal"""
_STYLES = {"loaded": "green", "replaced": "green", "refused": "red", "not collected": "dim"}


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
    load.add_argument("--all-days", action="store_true", help="show the days without a run too, a line each")


def run(asked: argparse.Namespace) -> None:
    """Run it.

    Raises:
        SettingsError: the dates are the wrong way round, the data root is no folder, or something that it needs is not
            set.
        DamagedRun: a run cannot be loaded; the others are.
        WarehouseError: the warehouse cannot be used.
        LakeError: the lake does not answer.
    """
    address = warehouse_address("load", "tmdb_loader")
    from tmdb_pipeline.warehouse.load import days  # noqa: PLC0415 - needs what was just looked for

    first, last = asked.first or requirements.today(), asked.last or requirements.today()
    if first > last:
        raise SettingsError(f"The first day, {first}, comes after the last, {last}: give --from the earlier one.")
    root = data_root()
    _require_folder(root)
    lake = Lake(root)
    specs = [spec for spec in COLLECTIONS if asked.dag in {None, spec.name}]
    with noted(Action.LOAD, f"{first} {last} {' '.join(spec.name for spec in specs)}", lake):
        custom = [] if asked.dag else days.custom_runs(lake, first, last)
        _load(lake, address, [*days.asked_for(first, last, specs), *custom], all_days=asked.all_days)


def _load(lake: Lake, address: "Address", runs: Sequence["Which"], *, all_days: bool) -> None:
    from tmdb_pipeline.warehouse.load import days  # noqa: PLC0415 - as above

    table, outcomes = _table(), []
    try:
        began = time.monotonic()
        for outcome in days.load_runs(lake, address, runs):
            ended = time.monotonic()
            if all_days or outcome.verdict != days.Verdict.ABSENT:
                table.add_row(*_row(outcome, ended - began))
            outcomes.append(outcome)
            began = ended
    finally:
        if table.row_count:
            form.console().print(table, highlight=False)
    form.console().print(_summary(outcomes, lake), markup=False, highlight=False, soft_wrap=True)
    if refused := [outcome.reason for outcome in outcomes if outcome.reason]:
        raise DamagedRun("\n".join(refused))


def _require_folder(root: str) -> None:
    """Refuse a data root that is no folder. One that cannot be looked at, or is a bucket, the lake answers for.

    Raises:
        SettingsError: there is none.
    """
    folder = local_folder(root)
    with suppress(OSError):
        if folder and not folder.is_dir():
            raise SettingsError(
                f"There is no folder {form.shown(folder.absolute())}, so nothing can be loaded from it: set "
                "TMDB_DATA_ROOT to the folder or bucket that the DAGs have collected into, such as data or "
                "s3://bucket/prefix."
            )


def _summary(outcomes: Sequence["Outcome"], lake: Lake) -> str:
    """How many runs came to what, and how many days had none of any DAG asked for."""
    verdicts = Counter(f"{outcome.verdict}" for outcome in outcomes)
    absent = verdicts.pop("not collected", 0)
    loaded = verdicts.pop("loaded", 0)
    said = [f"{_number(loaded, 'run')} loaded", *(f"{number:,} {verdict}" for verdict, number in verdicts.items())]
    found = {outcome.which.run_date for outcome in outcomes if outcome.verdict != "not collected"}
    if without := len({outcome.which.run_date for outcome in outcomes} - found):
        said.append(f"{_number(without, 'day')} without a run")
    nowhere = f": there is none in {lake.locate('')}" if absent == len(outcomes) else ""
    return ", ".join(said) + nowhere


def _number(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _table() -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name in ("day", "dag", "verdict"):
        table.add_column(name, vertical="bottom")
    for name in ("observations\nadded", *(f"movies\n{did}" for did in ("inserted", "updated", "unchanged", "deleted"))):
        table.add_column(name, justify="right")
    table.add_column("seconds", justify="right", vertical="bottom")
    return table


def _row(outcome: "Outcome", seconds: float) -> list[Text]:
    loaded, which = outcome.loaded, outcome.which
    movies = (loaded.movies_inserted, loaded.movies_updated, loaded.movies_unchanged, loaded.movies_deleted)
    numbers = (loaded.observations_added, *movies)
    verdict = Text(outcome.verdict, _STYLES.get(outcome.verdict, ""))
    shown = [f"{number:,}" if loaded.load_id is not None else "" for number in numbers]
    return [
        Text(f"{which.run_date}"),
        Text(find(which.dag_id).name),
        verdict,
        *map(Text, shown),
        Text(f"{seconds:.1f}"),
    ]
