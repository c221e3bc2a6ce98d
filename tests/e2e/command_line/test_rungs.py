"""One digest on the rungs with processes of their own.

The library: test_digest.py; dag.test(): test_in_process.py; the demo: test_commands.py.
"""

import json
import shlex
import sys
from contextlib import ExitStack

import pytest
from e2e.commands import UNMEASURED, AirflowHome
from e2e.digest import DAILY, EXPECTED, EXPECTED_TABLES, WEEKLY, digests, table_digest, table_query
from e2e.leftovers import processes_with

from tmdb_pipeline.dags import WAREHOUSE_LOAD
from tmdb_pipeline.demo.airflow_commands import ENDED
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.schema.migrate import migrate

COMMANDS = (
    ("db", "migrate"),
    ("dags", "test", DAILY, "2024-01-07T02:00:00+09:00"),
    ("dags", "test", WEEKLY, "2024-01-07T03:00:00+09:00"),
)
LOAD = ("dags", "test", WAREHOUSE_LOAD.id, "2024-01-07T12:00:00+09:00")
#: Runs what comes in in one process, as the demo does; each by itself, by hand: test_readme.py.
IN_ONE_PROCESS = [*UNMEASURED, sys.executable, "-m", "tmdb_pipeline.demo.airflow_commands"]


@pytest.fixture(scope="module")
def rungs(tmp_path_factory, another_fake, postgres):
    """Each rung's home, fake and command, by name; all begin at once, since one alone leaves a machine idle."""
    found = {}
    with ExitStack() as stack:
        tables = postgres.create("command_line_tables").replace("+psycopg2", "")
        migrate(Address.from_url("of the test", tables))
        on_postgres = {"database": postgres.create("command_line"), "AIRFLOW_CONN_TMDB_WAREHOUSE": tables}
        for name, how, commands in (("sqlite", {}, COMMANDS), ("postgres", on_postgres, (*COMMANDS, LOAD))):
            server = stack.enter_context(another_fake().serve())
            home = AirflowHome(tmp_path_factory.mktemp(name), server, **how)
            asked = "".join(f"{json.dumps(command)}\n" for command in commands)
            script = f"{shlex.join(IN_ONE_PROCESS)} <<'END'\n{asked}END\n"
            found[name] = home, server, stack.enter_context(home.run(["bash", "-ec", script]))
        yield found


@pytest.mark.parametrize("rung", ["sqlite", "postgres"])
def test_command_line_from_an_empty_home_leaves_the_expected_files(rungs, rung):
    """``airflow db migrate`` and ``airflow dags test`` write what every rung writes, asking for each page once."""
    home, server, command = rungs[rung]

    status = command.wait()

    statuses = [line for line in command.output.split("\n") if line.startswith(ENDED)]
    assert status == 0, command.output
    assert statuses == [f"{ENDED}0"] * {"sqlite": 3, "postgres": 4}[rung]
    assert digests(home.lake) == EXPECTED
    assert len(server.fake.journal) == 6 + 8 * 15 + 20
    assert {call.outcome for call in server.fake.journal.calls()} == {200}
    assert server.fake.journal.asked_twice() == {}
    assert processes_with(home.folder) == []


def test_metadata_on_postgres_says_that_all_went_well(rungs, postgres):
    """Airflow kept its account of the runs there: every task succeeded at its first try, all assets were sent."""
    _, _, command = rungs["postgres"]
    command.wait()

    runs = postgres.rows("command_line", "SELECT dag_id, state FROM dag_run ORDER BY dag_id")
    tasks = postgres.rows("command_line", "SELECT state, try_number, count(*) FROM task_instance GROUP BY 1, 2")
    sent = postgres.rows("command_line", "SELECT name FROM asset_event JOIN asset ON asset.id = asset_id ORDER BY 1")

    assert runs == [(DAILY, "success"), (WAREHOUSE_LOAD.id, "success"), (WEEKLY, "success")]
    assert tasks == [("success", 1, 4 + 13 + 3)]
    assert sent == [("tmdb_daily_movies",), ("tmdb_warehouse",), ("tmdb_weekly_movies",)]


def test_command_line_leaves_the_expected_tables(rungs, postgres):
    """``airflow dags test`` of the load brings both runs into the tables that every rung has."""
    _, _, command = rungs["postgres"]

    status = command.wait()

    assert status == 0, command.output
    lines = [line for (line,) in postgres.rows("command_line_tables", table_query())]
    assert table_digest(lines) == EXPECTED_TABLES[DAILY, WEEKLY]
