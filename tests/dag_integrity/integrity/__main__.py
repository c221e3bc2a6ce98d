"""``python -m dag_integrity.integrity --dags PATH`` judges anybody's DAG folder."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from dag_integrity.integrity.check import Policy
from dag_integrity.integrity.loading import CannotJudge, load
from dag_integrity.integrity.registry import CHECKS, judge
from dag_integrity.integrity.verdict import show
from rich.console import Console


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge a folder and print the verdict: 0 if all is well, 1 with findings, 2 if there is nothing to judge."""
    options = _parser().parse_args(arguments)
    policy = Policy(zone=options.zone, pools=options.pool and frozenset(options.pool))
    left_out = {*options.skip, *policy.unasked}
    checks = [check for name, check in CHECKS.items() if name not in left_out]
    console = Console(highlight=False, soft_wrap=False)
    try:
        (folder,) = load(options.dags)
    except CannotJudge as error:
        console.print(str(error), markup=False)
        return 2
    findings = judge(folder, policy, checks)
    if not findings and not any(folder.dags()):
        console.print(
            f"{folder.path} holds no DAG: Airflow reads only files that contain the words dag and airflow, "
            "and none of them defines one.",
            markup=False,
        )
        return 2
    show(console, folder, findings, checks, left_out)
    return 1 if findings else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nox -s dag_integrity --",
        description="Judge a folder of Airflow 3 DAG files without running or changing anything.",
    )
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


if __name__ == "__main__":
    sys.exit(main())
