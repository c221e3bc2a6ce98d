"""What goes wrong in production, done to the stack in mid-run. Each run has to end as if nothing had happened."""

import re

import pytest
from e2e.digest import DAILY, EXPECTED, digests
from e2e.patience import wait_for
from e2e.stack.stack import AT_TWO, DATA, SMALL_DISK

POPULAR, RUN = "collect_popular_movies", "disturbed"
OTHERS = "pg_stat_activity WHERE datname = 'airflow' AND pid <> pg_backend_pid()"
CUT = f"SELECT count(pg_terminate_backend(pid)) FROM {OTHERS}"  # noqa: S608 - a constant


@pytest.fixture
def held(fresh):
    """Begin the daily run and bring it to where it waits for page 3 of the popular movies; the stack.

    With ``seconds`` it waits so long, else until something happens to it.
    """

    def begin(seconds=None):
        fresh.fake.hold("/movie/popular", 3, seconds=seconds)
        fresh.rest.trigger(DAILY, AT_TWO, RUN)
        fresh.fake.wait_for_held()
        if seconds is None:
            wait_for(lambda: fresh.fake.pages("/movie/popular") == [1, 2, 4, 5], "the other pages")
        return fresh

    return begin


@pytest.fixture
def ends_well(tmp_path):
    """That a run ended in success, with the files of an undisturbed one, and that nothing goes on behind it."""

    def check(stack, *, root=DATA):
        assert stack.rest.wait_for_end(DAILY, RUN) == "success"
        assert set(stack.rest.states(DAILY, RUN).values()) == {"success"}
        assert digests(stack.lake(tmp_path / "lake", root=root)) == {DAILY: EXPECTED[DAILY]}
        unfinished = stack.rest.get("dags/~/dagRuns/~/taskInstances", state=["running", "queued", "up_for_retry"])
        assert unfinished["task_instances"] == []
        wait_for(lambda: not remains(stack), "no process left of any task", seconds=60)

    return check


def remains(stack):
    """Processes of the scheduler's container that still work on a task, and zombies."""
    return [line for line in stack.processes("scheduler").values() if is_task(line) or line.startswith("Z")]


def is_task(line):
    """Whether this is a task's process, or the one of the executor that watches over it."""
    return re.search(r"airflow worker -- (?!LocalExecutor: <idle>)", line) is not None


def kill_process(stack, title):
    """Kill the process of the scheduler's container that has this title."""
    (number,) = [number for number, line in stack.processes("scheduler").items() if line.endswith(title)]
    stack.run("scheduler", ["sh", "-c", f"kill -9 {number}"])


def test_fake_down_for_a_while(held, ends_well):
    """TMDB goes away in mid-run: the task's retries outlast it, and pages that were read are not asked for again."""
    stack = held()
    stack.container("fake-tmdb").stop(timeout=1)
    stack.rest.wait_for_state(DAILY, RUN, POPULAR, "up_for_retry")
    stack.container("fake-tmdb").start()

    ends_well(stack)
    assert stack.rest.tries(DAILY, RUN)[POPULAR] > 1
    assert stack.rest.returned(DAILY, RUN, POPULAR)["pages_resumed"] > 0
    assert 1 not in stack.fake.pages("/movie/popular")  # its journal began anew


def test_task_process_killed(held, ends_well):
    """The process of a task is killed, as by a machine out of memory: the task is tried again and goes on."""
    stack = held()
    task = stack.rest.tasks(DAILY, RUN)[POPULAR]

    kill_process(stack, f"airflow worker -- {task['id']}")

    ends_well(stack)
    assert stack.rest.tries(DAILY, RUN)[POPULAR] == 2
    assert stack.fake.pages("/movie/popular").count(1) == 1


def test_process_that_watches_over_a_task_killed(held, ends_well):
    """The executor's own process is killed, so that nobody reports what became of the task: its heartbeats are missed.

    The task itself lives on for a while and holds its lock; it has ended when it is taken for dead.
    """
    stack = held(seconds=15)
    task = stack.rest.tasks(DAILY, RUN)[POPULAR]

    kill_process(stack, f"airflow worker -- LocalExecutor: {task['id']}")

    ends_well(stack)
    assert stack.rest.tries(DAILY, RUN)[POPULAR] == 2


def test_scheduler_killed_and_restarted(held, ends_well):
    """The scheduler's container is killed with the tasks in it, and started again: it takes the run up where it was."""
    stack = held()

    stack.container("scheduler").kill()
    stack.container("scheduler").start()

    ends_well(stack)
    assert stack.fake.pages("/movie/popular").count(1) == 1


def test_postgres_restarted(held, ends_well):
    """Airflow's database is restarted in mid-run: everybody connects again."""
    stack = held(seconds=5)

    with stack.fake_frozen():
        stack.container("postgres").restart(timeout=30)

    ends_well(stack)


def test_postgres_connections_cut(held, ends_well):
    """All connections to the database are cut, again and again."""
    stack = held(seconds=5)

    with stack.fake_frozen():
        cut = [int(stack.run("postgres", ["psql", "-U", "airflow", "-At", "-c", CUT])) for _ in range(3)]

    ends_well(stack)
    assert cut[0] > 0


def test_disk_full_then_freed(fresh, ends_well):
    """The disk of the data root is really full: nothing half-written stays, and with room again the run ends well."""
    stack = fresh
    connection = {"connection_id": "tmdb_default", "conn_type": "http", "extra": f'{{"data_root": "{SMALL_DISK}"}}'}
    assert stack.rest.ask("POST", "connections", json=connection).status_code == 201
    try:
        filling = f"dd if=/dev/zero of={SMALL_DISK}/ballast bs=4k || true"
        assert "No space left on device" in stack.run("scheduler", ["sh", "-c", filling])
        stack.rest.trigger(DAILY, AT_TWO, RUN)
        stack.rest.wait_for_state(DAILY, RUN, POPULAR, "up_for_retry")
        stack.run("scheduler", ["rm", f"{SMALL_DISK}/ballast"])

        ends_well(stack, root=SMALL_DISK)
    finally:
        stack.rest.ask("DELETE", "connections/tmdb_default")
    assert stack.rest.tries(DAILY, RUN)[POPULAR] > 1


def test_same_date_triggered_twice(held, ends_well):
    """The same moment is refused; another of the same day waits for the first run, and then replaces its files."""
    stack = held(seconds=5)
    again = {"dag_run_id": "again", "logical_date": AT_TWO}
    other = {"dag_run_id": "other", "logical_date": "2024-01-07T02:30:00+09:00"}

    with stack.fake_frozen():
        refused = stack.rest.ask("POST", f"dags/{DAILY}/dagRuns", json=again)
        taken = stack.rest.ask("POST", f"dags/{DAILY}/dagRuns", json=other)
        waiting = {run["dag_run_id"]: run["state"] for run in stack.rest.runs(DAILY) if run["run_type"] == "manual"}
    end = stack.rest.wait_for_end(DAILY, "other")

    assert (refused.status_code, taken.status_code) == (409, 200)
    assert waiting == {RUN: "running", "other": "queued"}
    assert end == "success"
    ends_well(stack)
    assert stack.fake.pages("/movie/popular") == sorted([1, 2, 3, 4, 5] * 2)


def test_whole_stack_restarted(held, ends_well):
    """Everything is stopped in mid-run and started again, the database first: the run goes on and ends well."""
    stack = held()

    stack.compose("stop", "--timeout=10")
    stack.up()

    ends_well(stack)
