"""A daily run that is disturbed while it waits for a page, and what has to come of it."""

import re

from e2e.digest import DAILY, EXPECTED, digests
from e2e.patience import wait_for
from e2e.stack.stack import AT_TWO, DATA

POPULAR, RUN = "collect_popular_movies", "disturbed"


def held(stack, *, seconds=None):
    """Begin the run and bring it to where it waits for page 3 of the popular movies, until something happens to it.

    With ``seconds`` it waits no longer than that. Returns the stack.
    """
    stack.fake.hold("/movie/popular", 3, seconds=seconds)
    stack.rest.trigger(DAILY, AT_TWO, RUN)
    stack.fake.wait_for_held()
    return stack


def held_alone(stack):
    """The same, when all other pages have been received."""
    held(stack)
    wait_for(lambda: stack.fake.pages("/movie/popular") == [1, 2, 4, 5], "the other pages")
    return stack


def kill_process(stack, title):
    """Kill the process of the scheduler's container that has this title."""
    (number,) = [number for number, line in stack.processes("scheduler").items() if line.endswith(title)]
    stack.run("scheduler", ["sh", "-c", f"kill -9 {number}"])


def ends_well(stack, folder, *, root=DATA):
    """Assert that the run ends in success, with the files of an undisturbed one, and that nobody is told."""
    assert stack.rest.wait_for_end(DAILY, RUN) == "success"
    assert set(stack.rest.states(DAILY, RUN).values()) == {"success"}
    lake = stack.lake(folder / "lake", root=root)
    assert digests(lake) == {DAILY: EXPECTED[DAILY]}
    assert alerts(lake) == []
    unfinished = stack.rest.get("dags/~/dagRuns/~/taskInstances", state=["running", "queued", "up_for_retry"])
    assert unfinished["task_instances"] == []
    wait_for(lambda: not remains(stack), "no process left of any task", seconds=60)


def alerts(lake):
    """The alerts about the known day that were raised, over or not, in a copy of the lake."""
    return sorted(file.name for file in (lake / "raw/metadata/alerts").rglob("*.json"))


def remains(stack):
    """Processes of the scheduler's container that still work on a task, and zombies."""
    return [line for line in stack.processes("scheduler").values() if is_task(line) or line.startswith("Z")]


def is_task(line):
    """Whether this is a task's process, or the one of the executor that watches over it."""
    return re.search(r"airflow worker -- (?!LocalExecutor: <idle>)", line) is not None
