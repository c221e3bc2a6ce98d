"""The commands that run whole DAGs: ``demo`` against the fake, ``collect`` against TMDB.

Both run them in the same way, in an Airflow home of their own: see ``airflow_home``. What differs is who is asked.
"""

import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from tmdb_pipeline.dags import COLLECTIONS, WAREHOUSE_LOAD, WAREHOUSE_QUALITY, DagSpec
from tmdb_pipeline.demo.airflow_home import AirflowHome
from tmdb_pipeline.demo.fake_server import FakeServer
from tmdb_pipeline.demo.keeper import Keeper
from tmdb_pipeline.demo.past.beside import PAST, NotTrained, Training
from tmdb_pipeline.demo.progress import (
    Result,
    Watch,
    print_model,
    print_results,
    print_stats,
    print_tables,
    watching,
)
from tmdb_pipeline.demo.run_stats import run_stats, verdict
from tmdb_pipeline.lake.errors import LakeError, RunInProgress
from tmdb_pipeline.lake.paths import report_file
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.run import Run
from tmdb_pipeline.settings import Settings, SettingsError
from tmdb_pipeline.tmdb.network_settings import NetworkSettings

if TYPE_CHECKING:
    from tmdb_pipeline.demo.postgres_server import PostgresServer

#: What a demo runs, in this order. The export of a day is not there before its evening, so there is no history in it.
DEMO: Sequence[DagSpec] = (*COLLECTIONS, WAREHOUSE_LOAD, WAREHOUSE_QUALITY)
#: What the fake does wrong in a demo: three transient failures and four broken records.
DEMO_FAULTS = Path(__file__).with_name("demo_faults.json")
#: Where a demo puts everything, if nobody says otherwise.
OUT = "demo-output"
#: The folder of a demo in which Postgres keeps the tables of the warehouse.
TABLES = "postgres"

#: What became of the rules of a model's gate, as it is told.
_STATES = {"holds": "rules hold", "fails": "fail", "not judged": "not judged"}
#: What is written into the data root to see whether it can be.
_PROBE = ".probe"
#: How the temporary Airflow home of a command is called.
_HOME = "tmdb-airflow-"


class Stopped(Exception):
    """Somebody stopped the command; the message says what is kept."""


def demo(console: Console, *, day: date, seed: int, movies: int, faults: Path | None, out: Path, dags: Path) -> None:
    """Run every DAG for one day: collect from a fake TMDB on a free port, load a warehouse, and check it.

    Beside them a model learns of an invented past, of a fake that lives.

    Args:
        console: where to.
        day: the run date, in Seoul.
        seed: seed of the fake's catalogue.
        movies: its size.
        faults: a plan after which the fake misbehaves.
        out: data root, tables, logs, and the past.
        dags: the DAG folder.

    Raises:
        SettingsError: ``out`` cannot be used.
        NotStarted: the fake or Postgres did not start.
        WarehouseError: the tables that are there cannot be brought up to date.
        CommandFailed: Airflow failed, or a run did.
        LakeError: the files that a run should have left are not there.
        Stopped: somebody stopped it.
    """
    lake, watches = Lake(str(out)), list[Watch]()
    next_time = "the next demo collects anew from a fake TMDB of its own, and the tables stay"
    with _stoppable(lake, watches, next_time), _alone(out), Keeper() as keeper, ExitStack() as stack:
        with console.status("Starting the fake TMDB"):
            fake = stack.enter_context(FakeServer(keeper, seed=seed, movies=movies, faults=faults))
        with console.status("Starting Postgres for the warehouse"):
            tables = stack.enter_context(_postgres(keeper, out))
        training = stack.enter_context(Training(keeper, day=day, seed=seed, movies=movies, out=out))
        _say(console, f"Fake TMDB with {movies:,} invented movies (seed {seed}) at {fake.url}")
        if faults is not None:
            _say(console, f"It misbehaves on purpose, as planned in {faults.name}.")
        settings = {"TMDB_BASE_URL": fake.url, "TMDB_READ_TOKEN": fake.read_token, "TMDB_DATA_ROOT": str(out)}
        settings["AIRFLOW_CONN_TMDB_WAREHOUSE"] = tables.connection()
        airflow = AirflowHome(keeper.folder(_HOME), dags, settings, out / "logs", keeper, retries=0)
        results = _run(console, airflow, DEMO, watches, lake=lake, day=day)
        results += _show_tables(console, tables, lake=lake, day=day, out=out)
        results.append(_show_model(console, training, out=out))
        print_results(console, results)
        asked = fake.journal()
    _say(console, f"The fake was asked {asked.count} times, at most {asked.peak_per_second} times a second.")


def look(out: Path) -> int:
    """Let whoever sits at the terminal look at the tables that a demo has left; the exit status of psql.

    Raises:
        SettingsError: there are none, or another run is at work on them.
        NotStarted: Postgres did not start.
        WarehouseError: the tables that are there cannot be brought up to date.
    """
    if not (out / TABLES).is_dir():
        raise SettingsError(f"There are no tables in {out}: run the demo into it first, or name another with --out.")
    with _alone(out), Keeper() as keeper, _postgres(keeper, out) as tables:
        return tables.psql()


def _postgres(keeper: Keeper, out: Path) -> "PostgresServer":
    """The server of a demo's tables, not started yet."""
    from tmdb_pipeline.demo.postgres_server import PostgresServer  # noqa: PLC0415 - nobody who collects needs Postgres

    return PostgresServer(keeper, folder=out / TABLES, log=out / "logs" / "postgres.log")


def collect(
    console: Console,
    specs: Sequence[DagSpec],
    *,
    day: date,
    out: Path,
    dags: Path,
    environ: Mapping[str, str],
    retries: int | None,
) -> None:
    """Run DAGs for one day against TMDB, or whatever ``TMDB_BASE_URL`` says, with the key from ``environ``.

    A task that fails is tried again ``retries`` times, or with None as often as the DAG says.

    Raises:
        SettingsError: no key is set, or a setting cannot be used, a proxy's or a CA bundle's included.
        CommandFailed: Airflow failed, or a run did.
        LakeError: the files that a run should have left are not there.
        Stopped: somebody stopped it.
    """
    settings = Settings.from_environment(environ)
    settings.require_credential()
    NetworkSettings.from_environment(settings.base_url)
    root = settings.data_root if environ.get("TMDB_DATA_ROOT") else str(out)
    try:
        lake = Lake(root)
    except LakeError as error:
        raise SettingsError(str(error)) from error
    watches = list[Watch]()
    next_time = "run the same command again: it goes on with lists that were under way, and asks for the others anew"
    with _stoppable(lake, watches, next_time), _alone(out), Keeper() as keeper:
        _require_writable(lake)
        _say(console, f"Collecting from {settings.base_url} into {root}")
        variables = {name: value for name, value in environ.items() if name.startswith("TMDB_")}
        variables["TMDB_DATA_ROOT"] = root
        airflow = AirflowHome(keeper.folder(_HOME), dags, variables, out / "logs", keeper, retries)
        print_results(console, _run(console, airflow, specs, watches, lake=lake, day=day))


def _require_writable(lake: Lake) -> None:
    """Find out before the first task whether the data root can be written, for no retry of a task would mend that.

    Raises:
        SettingsError: it cannot.
    """
    try:
        lake.write(_PROBE, b"?")
        lake.delete(_PROBE)
    except LakeError as error:
        raise SettingsError(str(error)) from error


def _run(
    console: Console, airflow: AirflowHome, specs: Sequence[DagSpec], watches: list[Watch], *, lake: Lake, day: date
) -> list[Result]:
    """Run DAGs one after the other, then show what the collecting ones did; what each of these has left."""
    with console.status("Making an empty Airflow home with SQLite"):
        airflow.migrate()
    for spec in specs:
        with watching(console, spec.id) as watch:
            watches.append(watch)
            airflow.test(spec.id, spec.due(day).isoformat(), watch)
    results = [Result("Files", [lake.locate("")])]
    for spec, watch in zip(specs, watches, strict=True):
        if spec.collects:
            run = Run(spec.id, "", day)
            console.print()
            print_stats(console, f"{spec.id} of {day}", run_stats(lake, run), watch.seconds)
            lines = [verdict(lake, run), lake.locate(report_file(run, "html"))]
            results.append(Result(spec.name.capitalize(), lines))
    return results


def _show_tables(console: Console, tables: "PostgresServer", *, lake: Lake, day: date, out: Path) -> list[Result]:
    """Show what is in the tables; what the checks say of them, and where they are."""
    from tmdb_pipeline.demo.tables import table_stats, warehouse_report  # noqa: PLC0415 - as in _postgres

    console.print()
    print_tables(console, f"Tables of the warehouse after {day}", table_stats(tables.reader))
    return [
        Result("Warehouse", warehouse_report(lake, day)),
        Result("Tables", [str(out / TABLES), f"open them with: {_psql(out)}"]),
    ]


def _show_model(console: Console, training: Training, *, out: Path) -> Result:
    """Show what was learned of an invented past meanwhile; what the gate says of it, and where its card lies."""
    try:
        with console.status("Waiting for the model of an invented past"):
            trained = training.trained()
    except NotTrained as error:
        return Result("Model", [f"not trained: {error}"])
    console.print()
    print_model(console, trained)
    rules = ", ".join(f"{trained.states[state]} {told}" for state, told in _STATES.items() if state in trained.states)
    verdict_ = "passed" if trained.passed else "refused"
    lines = [f"{verdict_} ({rules}), on invented movies: TMDB forbids it on its own without permission"]
    lines += [*trained.refusals, str(out / PAST / trained.card)]
    return Result("Model", lines)


def _psql(out: Path) -> str:
    """The command that opens the tables, as whoever sits here has called this one."""
    command = "nox -s demo --" if os.environ.get("NOX_CURRENT_SESSION") else "tmdb-pipeline demo"
    where = "" if out == Path(OUT).absolute() else f" --out {shlex.quote(str(out))}"
    return f"{command} --psql{where}"


@contextmanager
def _stoppable(lake: Lake, watches: Sequence[Watch], next_time: str) -> Iterator[None]:
    """Say what is kept if somebody stops what goes on in the block.

    Raises:
        Stopped: instead of KeyboardInterrupt.
    """
    try:
        yield
    except KeyboardInterrupt:
        if not any(watch.begun for watch in watches):
            raise Stopped("Stopped before anything was collected.") from None
        done = sum(len(watch.done) for watch in watches)
        tasks = f"{done or 'no'} {'task' if done == 1 else 'tasks'} had ended"
        where = lake.locate("")
        raise Stopped(f"Stopped. What was collected is kept in {where} ({tasks}); {next_time}.") from None


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Keep every other command out of a folder of output, whose logs two would write over each other.

    Raises:
        SettingsError: another is at work there, or no lock can be had.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(Lake(str(out)).exclusive("logs", "It"))
        except RunInProgress:
            raise SettingsError(
                f"Another run is at work in {out}: wait until it has ended, or choose another folder with --out."
            ) from None
        except LakeError as error:
            why = error.__cause__.strerror if isinstance(error.__cause__, OSError) else error
            raise SettingsError(f"{out} cannot be used: {why}. Choose another folder with --out.") from error
        yield


def _say(console: Console, line: str) -> None:
    """Print a line as it is."""
    console.print(Text(line), highlight=False, soft_wrap=True)
