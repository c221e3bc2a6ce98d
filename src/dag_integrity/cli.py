"""The command ``dag-integrity``: lints anybody's DAG folder."""

import argparse
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from rich.console import Console

from dag_integrity.checks import CHECKS
from dag_integrity.config import Config
from dag_integrity.lint import chosen, lint_folder
from dag_integrity.loading import LoadError
from dag_integrity.report import show


def main(arguments: Sequence[str] | None = None) -> int:
    """Lint a folder and print the report: 0 if all is well, 1 with findings, 2 if there is nothing to lint."""
    options = _parser().parse_args(arguments)
    config = Config(zone=options.zone, pools=options.pool and frozenset(options.pool))
    checks = chosen(config, options.skip)
    console = Console(highlight=False, soft_wrap=False)
    try:
        folder, findings = lint_folder(options.dags, config, checks)
    except LoadError as error:
        console.print(str(error), markup=False)
        return 2
    show(console, folder, findings, checks, CHECKS.keys() - {check.name for check in checks})
    return 1 if findings else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dag-integrity",
        description="Lint a folder of Airflow 3 DAG files without running or changing anything.",
        epilog="exit status: 0 without findings, 1 with findings, 2 if there is nothing to lint",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('dag-integrity')}")
    parser.add_argument("--dags", type=Path, required=True, metavar="PATH", help="the DAG folder")
    parser.add_argument("--zone", metavar="ZONE", help="the zone that every schedule must be in, such as Asia/Seoul")
    parser.add_argument("--pool", action="append", metavar="NAME", help="a pool that exists; repeatable")
    parser.add_argument(
        "--skip",
        action="append",
        default=[],
        choices=CHECKS,
        metavar="CHECK",
        help="leave a check out; may be repeated",
    )
    return parser
