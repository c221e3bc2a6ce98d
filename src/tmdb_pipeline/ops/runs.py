"""The commands that run whole DAGs: ``demo`` against the fake, ``collect`` against TMDB."""

import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from rich.console import Console

from tmdb_pipeline.lake import Lake, LakeError
from tmdb_pipeline.layout import Run, report_file
from tmdb_pipeline.ops.account import DAILY, WEEKLY, account
from tmdb_pipeline.ops.airflow_home import AirflowHome
from tmdb_pipeline.ops.fake_server import FakeServer
from tmdb_pipeline.ops.watch import print_account, watching
from tmdb_pipeline.settings import Settings, SettingsError
from tmdb_pipeline.tmdb.network_settings import NetworkSettings

#: What the fake does wrong in a demo: three passing troubles and four broken records.
DEMO_FAULTS = Path(__file__).with_name("demo_faults.json")

#: The logical date of each DAG's run, at its scheduled time in Seoul.
_SCHEDULED = {DAILY: "{day}T02:00:00+09:00", WEEKLY: "{day}T03:00:00+09:00"}


def demo(console: Console, *, day: date, seed: int, movies: int, faults: Path | None, out: Path, dags: Path) -> None:
    """Run both DAGs for one day against a fake TMDB on a free port, and show what they did.

    Args:
        console: where to.
        day: the run date, in Seoul.
        seed: seed of the fake's catalogue.
        movies: its size.
        faults: a plan after which the fake misbehaves.
        out: data root and logs.
        dags: the DAG folder.

    Raises:
        SettingsError: ``out`` cannot be used.
        FakeServerFailed: the fake did not start.
        CommandFailed: Airflow failed, or a run did.
        LakeError: the files that a run should have left are not there.
    """
    with console.status("Starting the fake TMDB"), FakeServer(seed=seed, movies=movies, faults=faults) as fake:
        console.print(f"Fake TMDB with {movies:,} invented movies (seed {seed}) at {fake.url}", highlight=False)
        if faults is not None:
            console.print(f"It misbehaves on purpose, as planned in {faults.name}.", highlight=False)
        settings = {"TMDB_BASE_URL": fake.url, "TMDB_READ_TOKEN": fake.read_token, "TMDB_DATA_ROOT": str(out)}
        _run(console, [DAILY, WEEKLY], day=day, settings=settings, out=out, dags=dags)
        asked = fake.journal()
    console.print(
        f"The fake was asked {asked['count']} times, at most {asked['peak_per_second']} times a second.",
        highlight=False,
    )


def collect(
    console: Console, dag_ids: Sequence[str], *, day: date, out: Path, dags: Path, environ: Mapping[str, str]
) -> None:
    """Run DAGs for one day against TMDB, or whatever ``TMDB_BASE_URL`` says, with the key from ``environ``.

    Raises:
        SettingsError: no key is set, or a setting cannot be used, a proxy's or a CA bundle's included.
        CommandFailed: Airflow failed, or a run did.
        LakeError: the files that a run should have left are not there.
    """
    settings = Settings.from_environment(environ)
    settings.require_credential()
    NetworkSettings.from_environment(settings.base_url)
    root = settings.data_root if environ.get("TMDB_DATA_ROOT") else str(out)
    console.print(f"Collecting from {settings.base_url} into {root}", highlight=False)
    variables = {name: value for name, value in environ.items() if name.startswith("TMDB_")} | {"TMDB_DATA_ROOT": root}
    _run(console, dag_ids, day=day, settings=variables, out=out, dags=dags)


def _run(
    console: Console, dag_ids: Sequence[str], *, day: date, settings: Mapping[str, str], out: Path, dags: Path
) -> None:
    """Run DAGs one after the other in an Airflow home that lives as long as this call."""
    try:
        lake = Lake(settings["TMDB_DATA_ROOT"])
    except LakeError as error:
        raise SettingsError(str(error)) from error
    with tempfile.TemporaryDirectory(prefix="tmdb-airflow-") as home:
        airflow = AirflowHome(Path(home), dags, settings, out / "logs")
        with console.status("Making an empty Airflow home with SQLite"):
            airflow.migrate()
        seconds: dict[str, dict[str, float]] = {}
        for dag_id in dag_ids:
            with watching(console, dag_id) as watch:
                airflow.test(dag_id, _SCHEDULED[dag_id].format(day=day), watch)
            seconds[dag_id] = watch.seconds
    for dag_id in dag_ids:
        run = Run(dag_id, "", day)
        console.print()
        print_account(console, f"{dag_id} of {day}", account(lake, run), seconds[dag_id])
    console.print()
    console.print(f"Files:   {lake.locate('')}", highlight=False, soft_wrap=True)
    for dag_id in dag_ids:
        report = lake.locate(report_file(Run(dag_id, "", day), "html", weekly=dag_id == WEEKLY))
        console.print(f"Report:  {report}", highlight=False, soft_wrap=True)
