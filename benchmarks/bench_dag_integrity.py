"""What the DAG checks cost beside Airflow's own parser: 400 DAGs in one file, and what git says changed of 60 files.

Both take turns in one run, each as the command that people start: two parses by Airflow's ``DagBag``, each in a process
of its own, beside the checks' two. It tells medians of seconds, and ratios of CPU seconds, children included.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

DAG = """
with DAG("{name}", schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"), start_date=START, catchup=False):
    EmptyOperator(task_id="first") >> BashOperator(task_id="second", bash_command="echo {{{{ ds }}}}")
"""
IMPORTS = """\
import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, CronTriggerTimetable

START = pendulum.datetime(2026, 1, 1, tz="Asia/Seoul")
"""
BAG = """
import sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1])
assert bag.import_errors == {} and len(bag.dags) == int(sys.argv[2]), bag.import_errors
"""


def write(path: Path, names: list[str]) -> None:
    path.write_text(IMPORTS + "".join(DAG.format(name=name) for name in names), encoding="utf-8")


def airflow(folder: Path, dags: int) -> None:
    home = folder.parent / "home"
    environment = os.environ | {"AIRFLOW_HOME": str(home), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    for _ in range(2):
        subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", BAG, str(folder), str(dags)], env=environment, check=True, capture_output=True
        )


def checks(folder: Path, *options: str) -> None:
    command = [sys.executable, "-m", "dag_integrity", str(folder), *options]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)  # noqa: S603 - our own module


def cost(work: Callable[[], None]) -> tuple[float, float]:
    """CPU seconds and wall seconds."""
    before, began = os.times(), time.perf_counter()
    work()
    after = os.times()
    return sum(after[:4]) - sum(before[:4]), time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with TemporaryDirectory() as tmp:
        one, many = Path(tmp) / "one", Path(tmp) / "many"
        one.mkdir()
        many.mkdir()
        write(one / "all.py", [f"dag_{number}" for number in range(400)])
        for number in range(60):
            write(many / f"file_{number}.py", [f"dag_{number}"])
        for command in (
            ["init", "-q"],
            ["add", "."],
            ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"],
        ):
            subprocess.run(["git", *command], cwd=many, check=True)  # noqa: S603, S607
        write(many / "file_7.py", ["dag_7", "dag_more"])
        found = [
            [
                cost(lambda: airflow(one, 400)),
                cost(lambda: checks(one)),
                cost(lambda: airflow(many, 61)),
                cost(lambda: checks(many)),
                cost(lambda: checks(many, "--changed")),
            ]
            for _ in range(rounds)
        ]
    cpu = [[statistics.median(one[index][kind] for one in found) for index in range(5)] for kind in (0, 1)]
    for what, (bag, ours) in {
        "400 DAGs in one file": (0, 1),
        "60 files": (2, 3),
        "60 files, 1 changed": (2, 4),
    }.items():
        (used, other), (took, else_) = [(row[ours], row[bag]) for row in cpu]
        print(f"{what}: {took:.2f} s beside {else_:.2f} s of DagBag, twice: {took / else_:.2f}; CPU {used / other:.2f}")


if __name__ == "__main__":
    main()
