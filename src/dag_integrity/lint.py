"""Lint a folder: which checks are run, and what they find."""

from collections.abc import Collection, Iterable
from pathlib import Path

from dag_integrity.check import Check, Finding
from dag_integrity.checks import CHECKS
from dag_integrity.config import Config
from dag_integrity.facts import Folder
from dag_integrity.loading import LoadError, load


def chosen(config: Config, skip: Collection[str] = ()) -> list[Check]:
    """The checks that the config asks for, without those that are to be skipped."""
    return [check for check in CHECKS.values() if check.asked(config) and check.name not in skip]


def lint(folder: Folder, config: Config, checks: Iterable[Check] = CHECKS.values()) -> list[Finding]:
    """Everything that these checks find in a parsed folder, check by check."""
    return [finding for check in checks for finding in check(folder, config)]


def lint_folder(path: Path, config: Config, checks: Iterable[Check]) -> tuple[Folder, list[Finding]]:
    """Parse a folder and lint it.

    Raises:
        LoadError: the folder cannot be parsed, or holds no DAG that a check could find fault with.
    """
    (folder,) = load(path)
    findings = lint(folder, config, checks)
    if not findings and not any(folder.dags()):
        raise LoadError(
            f"{folder.path} holds no DAG: Airflow reads only files that contain the words dag and airflow, "
            "and none of them defines one."
        )
    return folder, findings
