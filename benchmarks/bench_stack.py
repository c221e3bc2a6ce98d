"""The weekly run in the full stack against an empty DAG of the same shape, whose tasks do nothing.

    python benchmarks/bench_stack.py [--rounds 5]

Needs a Docker engine. Both DAGs are triggered over REST in the same stack, in turns. How long a run took is Airflow's
own account, from the start of its first task to the end of its last. Medians are compared. Exit code 1 if ours takes
more than 1.3 times as long.
"""

import argparse
import io
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from subprocess import DEVNULL, run

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from e2e.digest import WEEKLY  # noqa: E402
from e2e.leftovers import sweep  # noqa: E402
from e2e.patience import wait_for  # noqa: E402
from e2e.postgres import docker_engine  # noqa: E402
from e2e.stack.stack import Stack  # noqa: E402

MOST = 1.3
EMPTY = "empty"
#: The edges of the weekly DAG, without the rest of it.
DAG = f"""
from airflow.sdk import DAG, chain, task

def named(name):
    return task(task_id=name)(lambda: None)()

with DAG({EMPTY!r}, schedule=None):
    chain(named("start"), [named(f"collect_{{n}}") for n in range(9)], named("merge"), named("judge"), named("end"))
"""
FIRST = datetime.fromisoformat("2024-01-07T03:00:00+09:00")


@contextmanager
def started() -> Iterator[Stack]:
    """A stack of its own with the empty DAG in it, both DAGs awake and what their schedules start at an end."""
    engine = docker_engine()
    if engine is None:
        sys.exit("No Docker engine answers: this benchmark needs one.")
    sweep(engine)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, "made")
        command = [sys.executable, "deploy/make_env.py", "--fake", "--out", str(made)]
        run(command, cwd=ROOT, check=True, stdout=DEVNULL)  # noqa: S603 - our own program
        lines = [line.split("=", 1) for line in made.read_text("utf-8").splitlines() if line and line[0] != "#"]
        last = datetime.now(FIRST.tzinfo) + timedelta(minutes=10)
        stack = Stack(engine, Path(folder), dict(lines) | {"E2E_LAST_SCHEDULED": last.isoformat()})
        try:
            stack.compose("build", "--quiet")
            stack.compose("up", "--no-start")
            for service in ("dag-processor", "scheduler"):
                stack.container(service).put_archive("/opt/airflow/dags", packed("empty.py", DAG))
            stack.up()
            for dag_id in (WEEKLY, EMPTY):
                wait_for(lambda dag_id=dag_id: stack.rest.ask("GET", f"dags/{dag_id}").ok, f"the DAG {dag_id}")
                stack.rest.unpause(dag_id)
            (scheduled,) = wait_for(lambda: stack.rest.scheduled_runs(WEEKLY), "the scheduled run")
            stack.rest.wait_for_end(WEEKLY, scheduled["dag_run_id"])
            yield stack
        finally:
            stack.down()
            engine.close()


def packed(name: str, text: str) -> bytes:
    """A file as Docker takes it."""
    content, file = text.encode(), tarfile.TarInfo(name)
    file.size, file.mode = len(content), 0o644
    packing = io.BytesIO()
    with tarfile.open(fileobj=packing, mode="w") as archive:
        archive.addfile(file, io.BytesIO(content))
    return packing.getvalue()


def seconds(stack: Stack, dag_id: str, number: int) -> float:
    """How long a run of the DAG takes that is triggered now."""
    name = f"round-{number}"
    stack.rest.trigger(dag_id, (FIRST + timedelta(weeks=number)).isoformat(), name)
    state = stack.rest.wait_for_end(dag_id, name)
    if state != "success":
        sys.exit(f"The run {name} of {dag_id} has {state}.")
    tasks = stack.rest.tasks(dag_id, name).values()
    begun = min(datetime.fromisoformat(task["start_date"]) for task in tasks)
    return (max(datetime.fromisoformat(task["end_date"]) for task in tasks) - begun).total_seconds()


def main() -> None:
    """Measure, and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    times: dict[str, list[float]] = {EMPTY: [], WEEKLY: []}
    with started() as stack:
        for number in range(rounds + 1):
            for dag_id, found in times.items():
                found.append(seconds(stack, dag_id, number))
                print(f"round {number}: {dag_id} {found[-1]:.1f} s", flush=True)
    medians = {dag_id: median(found[1:]) for dag_id, found in times.items()}  # the first warms the caches
    ratio = medians[WEEKLY] / medians[EMPTY]
    print(f"The weekly run takes {ratio:.2f} times as long as the empty DAG; at most {MOST} is hoped for.")
    sys.exit(ratio > MOST)


if __name__ == "__main__":
    main()
