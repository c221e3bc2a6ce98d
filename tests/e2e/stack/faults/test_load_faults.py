"""What goes wrong in the middle of a load of the warehouse. Each has to end as if nothing had happened."""

from contextlib import contextmanager

import pytest
from e2e.digest import DAILY, EXPECTED_TABLES
from e2e.patience import wait_for
from e2e.stack.disturbed import RUN, alerts, kill_process
from e2e.stack.stack import AT_TWO, LOAD

AT_NOON = "2024-01-07T12:00:00+09:00"
HELD = "BEGIN; LOCK TABLE tmdb.movies; SELECT pg_sleep(600)"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'tmdb_loader' AND wait_event_type = 'Lock'"
LET_GO = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'BEGIN; LOCK%pg_sleep%'"


@pytest.fixture
def collected(fresh):
    """The stack with the files of a daily run, which are not loaded; DAGs that load are paused again afterwards."""
    fresh.rest.trigger(DAILY, AT_TWO, RUN)
    assert fresh.rest.wait_for_end(DAILY, RUN) == "success"
    fresh.rest.delete_events(LOAD)
    fresh.rest.unpause(LOAD)
    yield fresh
    fresh.rest.unpause(LOAD, paused=True)


@contextmanager
def held(stack):
    """A load that waits at the movies, in the middle of its transaction, until something happens to it."""
    stack.container("postgres").exec_run(
        ["psql", "--username=airflow", "--command", HELD, "tmdb_warehouse"], detach=True
    )
    stack.rest.trigger(LOAD, AT_NOON, RUN)
    wait_for(lambda: stack.warehouse(WAITING) == ["1"], "a load that waits")
    yield


def test_postgres_restarted_in_mid_load(collected, tmp_path):
    """The server of warehouse and metadata is restarted: the load is tried again, and made once."""
    with held(collected):
        collected.container("postgres").restart(timeout=30)

    assert collected.rest.wait_for_end(LOAD, RUN) == "success"
    assert collected.rest.tries(LOAD, RUN)["load_data"] > 1
    assert collected.table_digest() == EXPECTED_TABLES[DAILY,]
    assert alerts(collected.lake(tmp_path)) == []


def test_task_killed_in_mid_load(collected, tmp_path):
    """The process of the task is killed: nothing is half loaded, the load is tried again."""
    empty = collected.table_digest()
    with held(collected):
        kill_process(collected, f"airflow worker -- {collected.rest.tasks(LOAD, RUN)['load_data']['id']}")
        collected.warehouse(LET_GO)
    wait_for(lambda: collected.warehouse(WAITING) == ["0"], "the end of its transaction")
    left = collected.table_digest()

    assert collected.rest.wait_for_end(LOAD, RUN) == "success"
    assert left in {empty, EXPECTED_TABLES[DAILY,]}
    assert collected.rest.tries(LOAD, RUN)["load_data"] == 2
    assert collected.table_digest() == EXPECTED_TABLES[DAILY,]
    assert alerts(collected.lake(tmp_path)) == []
