"""``tmdb-pipeline collect``: one DAG or all of them against TMDB."""

import argparse
import os
import sys

from tmdb_pipeline.cli import form, requirements
from tmdb_pipeline.dags import COLLECTIONS
from tmdb_pipeline.demo import runs

#: The most retries that anybody could mean.
_MOST_RETRIES = 100
#: What can be asked for: one DAG by its name, or all of them.
_CHOICES = {**{spec.name: [spec] for spec in COLLECTIONS}, "all": [*COLLECTIONS]}


def add(commands: form.Commands) -> None:
    """Declare the command."""
    collect = form.command(
        commands,
        "collect",
        run,
        help="run DAGs against TMDB with the key from the environment",
        description="Run DAGs against TMDB with the key from TMDB_READ_TOKEN or TMDB_API_KEY.",
        status=form.RUNS,
    )
    collect.add_argument("which", choices=_CHOICES, metavar="|".join(_CHOICES), help="which DAG to run")
    form.add_date(collect)
    collect.add_argument(
        "--retries",
        type=form.number("number of retries", 0, _MOST_RETRIES),
        metavar="N",
        help="how often a task that failed is tried again, after 5 minutes or as TMDB asks (at a terminal 0, "
        "elsewhere 3, as under a scheduler)",
    )
    collect.add_argument(
        "--out",
        type=form.folder,
        default="data",
        metavar="DIR",
        help="folder for logs, and for data unless TMDB_DATA_ROOT names another (%(default)s)",
    )


def run(asked: argparse.Namespace) -> None:
    """Run it.

    Raises what ``runs.collect`` does, and SettingsError where something that it needs is not there.
    """
    dags = requirements.require_dags()
    requirements.require_packages("collect", {"airflow": "'.[airflow]'"})
    day = asked.date or requirements.today()
    requirements.require_that_it_has_come(day)
    runs.collect(
        form.console(),
        _CHOICES[asked.which],
        day=day,
        out=asked.out.absolute(),
        dags=dags,
        environ=os.environ,
        retries=0 if asked.retries is None and sys.stdout.isatty() else asked.retries,
    )
