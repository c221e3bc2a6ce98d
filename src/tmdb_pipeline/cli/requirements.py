"""What a command that runs DAGs needs, found out before anything is begun."""

from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.dags import DAGS
from tmdb_pipeline.settings import SettingsError


def today() -> date:
    """The day that it is in Seoul."""
    return datetime.now(SEOUL).date()


def require_dags() -> Path:
    """The DAG folder, which is looked for in the working folder.

    Raises:
        SettingsError: it is not there.
    """
    folder = Path("dags").absolute()
    if not all((folder / f"{spec.id}.py").is_file() for spec in DAGS):
        raise SettingsError("There is no folder dags/ here: change to the folder of the project, then run this again.")
    return folder


def require_packages(command: str, brought_by: dict[str, str]) -> None:
    """Look for modules that a command is going to start, and that nothing of ours imports, by what to install for each.

    Raises:
        SettingsError: one is not installed.
    """
    if missing := dict.fromkeys(package for module, package in brought_by.items() if find_spec(module) is None):
        raise SettingsError(
            f"tmdb-pipeline {command} needs what is not installed here: in the folder of the project, run pip install "
            f"{' '.join(missing)} (or uv pip install, in an environment of uv's), then run it again."
        )


def require_that_it_has_come(day: date) -> None:
    """Refuse a day of which TMDB cannot tell yet.

    Raises:
        SettingsError: it is still to come in Seoul.
    """
    if day > today():
        raise SettingsError(
            f"{day} has not come yet in Seoul, where it is {today()}: TMDB tells what is popular now, so give a date "
            "that has come, or none."
        )
