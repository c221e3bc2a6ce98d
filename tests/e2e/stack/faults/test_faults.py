"""What goes wrong in production, done to the stack in mid-run. Each run has to end as if nothing had happened.

One of these stands in ``test_task_killed.py``, for every run of the gate; ``tests/changes.py`` says when these are run.
"""

from contextlib import contextmanager

from e2e.digest import DAILY
from e2e.patience import wait_for
from e2e.stack.disturbed import POPULAR, RUN, ends_well, held, held_alone, kill_process
from e2e.stack.stack import AT_TWO, SMALL_DISK

OTHERS = "pg_stat_activity WHERE datname = 'airflow' AND pid <> pg_backend_pid()"
CUT = f"SELECT count(pg_terminate_backend(pid)) FROM {OTHERS}"  # noqa: S608 - a constant


@contextmanager
def fake_frozen(stack):
    """Let the fake stand still: whoever has asked it waits for the answer, which comes afterwards."""
    fake = stack.container("fake-tmdb")
    fake.pause()
    try:
        yield
    finally:
        fake.unpause()


def wait_for_retry(stack):
    """Return when the task that collects the popular movies waits for its next try."""

    def waits():
        states = stack.rest.patiently(lambda: stack.rest.states(DAILY, RUN)) or {}
        return states.get(POPULAR) == "up_for_retry"

    wait_for(waits, "a task that waits for its next try")


def test_fake_down_for_a_while(fresh, tmp_path):
    """TMDB goes away in mid-run: the task's retries outlast it, and pages that were read are not asked for again."""
    stack = held_alone(fresh)
    stack.container("fake-tmdb").stop(timeout=1)
    wait_for_retry(stack)
    stack.container("fake-tmdb").start()

    ends_well(stack, tmp_path)
    assert stack.rest.tries(DAILY, RUN)[POPULAR] > 1
    assert stack.rest.returned(DAILY, RUN, POPULAR)["pages_resumed"] > 0
    assert 1 not in stack.fake.pages("/movie/popular")  # its journal began anew


def test_process_that_watches_over_a_task_killed(fresh, tmp_path):
    """The executor's own process is killed, so that nobody reports what became of the task: its heartbeats are missed.

    The task itself lives on for a while and holds its lock; it has ended when it is taken for dead.
    """
    stack = held(fresh, seconds=15)
    task = stack.rest.tasks(DAILY, RUN)[POPULAR]

    kill_process(stack, f"airflow worker -- LocalExecutor: {task['id']}")

    ends_well(stack, tmp_path)
    assert stack.rest.tries(DAILY, RUN)[POPULAR] == 2


def test_scheduler_killed_and_restarted(fresh, tmp_path):
    """The scheduler's container is killed with the tasks in it, and started again: it takes the run up where it was."""
    stack = held_alone(fresh)

    stack.container("scheduler").kill()
    stack.container("scheduler").start()

    ends_well(stack, tmp_path)
    assert stack.fake.pages("/movie/popular").count(1) == 1


def test_postgres_restarted(fresh, tmp_path):
    """Airflow's database is restarted in mid-run: everybody connects again."""
    stack = held(fresh, seconds=5)

    with fake_frozen(stack):
        stack.container("postgres").restart(timeout=30)

    ends_well(stack, tmp_path)


def test_postgres_connections_cut(fresh, tmp_path):
    """All connections to the database are cut, again and again."""
    stack = held(fresh, seconds=5)

    with fake_frozen(stack):
        cut = [int(stack.run("postgres", ["psql", "-U", "airflow", "-At", "-c", CUT])) for _ in range(3)]

    ends_well(stack, tmp_path)
    assert cut[0] > 0


def test_disk_full_then_freed(fresh, tmp_path):
    """The disk of the data root is really full: nothing half-written stays, and with room again the run ends well."""
    stack = fresh
    connection = {"connection_id": "tmdb_default", "conn_type": "http", "extra": f'{{"data_root": "{SMALL_DISK}"}}'}
    assert stack.rest.ask("POST", "connections", json=connection).status_code == 201
    try:
        filling = f"dd if=/dev/zero of={SMALL_DISK}/ballast bs=4k || true"
        assert "No space left on device" in stack.run("scheduler", ["sh", "-c", filling])
        stack.rest.trigger(DAILY, AT_TWO, RUN)
        wait_for_retry(stack)
        stack.run("scheduler", ["rm", f"{SMALL_DISK}/ballast"])

        ends_well(stack, tmp_path, root=SMALL_DISK)
    finally:
        stack.rest.ask("DELETE", "connections/tmdb_default")
    assert stack.rest.tries(DAILY, RUN)[POPULAR] > 1


def test_same_date_triggered_twice(fresh, tmp_path):
    """The same moment is refused; another of the same day waits for the first run, and then replaces its files."""
    stack = held(fresh, seconds=5)
    again = {"dag_run_id": "again", "logical_date": AT_TWO}
    other = {"dag_run_id": "other", "logical_date": "2024-01-07T02:30:00+09:00"}

    with fake_frozen(stack):
        refused = stack.rest.ask("POST", f"dags/{DAILY}/dagRuns", json=again)
        taken = stack.rest.ask("POST", f"dags/{DAILY}/dagRuns", json=other)
        waiting = {run["dag_run_id"]: run["state"] for run in stack.rest.runs(DAILY) if run["run_type"] == "manual"}
    end = stack.rest.wait_for_end(DAILY, "other")

    assert (refused.status_code, taken.status_code) == (409, 200)
    assert waiting == {RUN: "running", "other": "queued"}
    assert end == "success"
    ends_well(stack, tmp_path)
    assert stack.fake.pages("/movie/popular") == sorted([1, 2, 3, 4, 5] * 2)


def test_whole_stack_restarted(fresh, tmp_path):
    """Everything is stopped in mid-run and started again, the database first: the run goes on and ends well."""
    stack = held_alone(fresh)

    stack.compose("stop", "--timeout=10")
    stack.up()

    ends_well(stack, tmp_path)
