"""One digest on the rungs with processes of their own. The library: test_digest.py; dag.test(): test_in_process.py."""

import shlex
from contextlib import ExitStack
from datetime import date

import pytest
from e2e import library
from e2e.commands import AIRFLOW, OURS, AirflowHome
from e2e.digest import DAILY, EXPECTED, EXPECTED_TABLES, WEEKLY, digests, table_digest, table_query
from e2e.leftovers import processes_with

from fake_tmdb.clock import Clock
from fake_tmdb.http.limits import NO_LIMITS
from tmdb_pipeline.dags import WAREHOUSE_LOAD
from tmdb_pipeline.demo.runs import DEMO as DEMO_DAGS
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.schema.migrate import migrate

DAY = date(2024, 1, 7)

BY_HAND = """
airflow db migrate
airflow dags test {daily} 2024-01-07T02:00:00+09:00
airflow dags test {weekly} 2024-01-07T03:00:00+09:00
""".replace("airflow", shlex.join(AIRFLOW)).format(daily=DAILY, weekly=WEEKLY)
LOAD = f"{shlex.join(AIRFLOW)} dags test {WAREHOUSE_LOAD.id} 2024-01-07T12:00:00+09:00\n"
DEMO = [*OURS, "demo", "--no-faults", "--date", "2024-01-07", "--seed", "7", "--out"]


@pytest.fixture(scope="module")
def rungs(tmp_path_factory, another_fake, postgres):
    """Each rung's home, fake and command, by name; all begin at once, since one alone leaves a machine idle."""
    found = {}
    with ExitStack() as stack:
        tables = postgres.create("command_line_tables").replace("+psycopg2", "")
        migrate(Address.from_url("of the test", tables))
        on_postgres = {"database": postgres.create("command_line"), "AIRFLOW_CONN_TMDB_WAREHOUSE": tables}
        for name, how, script in (("sqlite", {}, BY_HAND), ("postgres", on_postgres, BY_HAND + LOAD)):
            server = stack.enter_context(another_fake().serve())
            home = AirflowHome(tmp_path_factory.mktemp(name), server, **how)
            found[name] = home, server, stack.enter_context(home.run(["bash", "-ec", script]))
        home = AirflowHome(tmp_path_factory.mktemp("demo"), server)  # the demo starts a fake of its own
        command = home.run([*DEMO, str(home.lake)])
        found["demo"] = home, None, stack.enter_context(command)
        yield found


@pytest.mark.parametrize("rung", ["sqlite", "postgres"])
def test_command_line_from_an_empty_home_leaves_the_expected_files(rungs, rung):
    """``airflow db migrate`` and ``airflow dags test`` write what every rung writes, asking for each page once."""
    home, server, command = rungs[rung]

    status = command.wait()

    assert status == 0, command.output
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


@pytest.fixture
def of_today(another_fake, tmp_path):
    """The digests of what the library collects today, as the demo's own fake lives today, and how often it asks."""
    fake = another_fake(clock=Clock(), limits=NO_LIMITS)
    with fake.serve() as server:
        library.run_daily(server, tmp_path / "library", DAY)
        library.run_weekly(server, tmp_path / "library", DAY)
    return digests(tmp_path / "library"), len(fake.journal.calls())


def test_demo_without_faults_leaves_the_expected_files(rungs, of_today):
    """The demo, told to let the fake behave, writes what every rung writes, and beside it the logs of its commands."""
    home, _, command = rungs["demo"]
    expected, requests = of_today

    status = command.wait()

    found = digests(home.lake)
    assert status == 0, command.output
    names = (".lock", "migrate.log", "postgres.log", *(f"{spec.id}.log" for spec in DEMO_DAGS))
    logs = {f"logs/{name}" for name in names}
    report = {f"raw/metadata/warehouse_reports/warehouse_quality_20240107.{suffix}" for suffix in ("html", "json")}
    assert {name: found[name] for name in EXPECTED} == expected
    assert {name for name in found if not name.startswith("postgres/")} == {*EXPECTED, *logs, *report}
    assert f"The fake was asked {requests} times" in command.output
