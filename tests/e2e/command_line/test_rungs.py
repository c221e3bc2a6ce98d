"""One digest on the rungs with processes of their own. The library: test_digest.py; dag.test(): test_in_process.py."""

import shlex
from contextlib import ExitStack
from datetime import date

import pytest
from e2e import library
from e2e.commands import AIRFLOW, OURS, AirflowHome
from e2e.digest import DAILY, EXPECTED, WEEKLY, digests
from e2e.leftovers import processes_with

from fake_tmdb.clock import Clock
from fake_tmdb.http.limits import NO_LIMITS
from tmdb_pipeline.dags import COLLECTIONS

DAY = date(2024, 1, 7)

BY_HAND = """
airflow db migrate
airflow dags test {daily} 2024-01-07T02:00:00+09:00
airflow dags test {weekly} 2024-01-07T03:00:00+09:00
""".replace("airflow", shlex.join(AIRFLOW)).format(daily=DAILY, weekly=WEEKLY)
DEMO = [*OURS, "demo", "--no-faults", "--date", "2024-01-07", "--seed", "7", "--out"]


@pytest.fixture(scope="module")
def rungs(tmp_path_factory, another_fake, postgres):
    """Each rung's home, fake and command, by name; all begin at once, since one alone leaves a machine idle."""
    found = {}
    with ExitStack() as stack:
        for name, database in (("sqlite", ""), ("postgres", postgres.create("command_line"))):
            server = stack.enter_context(another_fake().serve())
            home = AirflowHome(tmp_path_factory.mktemp(name), server, database=database)
            found[name] = home, server, stack.enter_context(home.run(["bash", "-ec", BY_HAND]))
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
    """Airflow kept its account of both runs there: every task succeeded at its first try, both assets were sent."""
    _, _, command = rungs["postgres"]
    command.wait()

    runs = postgres.rows("command_line", "SELECT dag_id, state FROM dag_run ORDER BY dag_id")
    tasks = postgres.rows("command_line", "SELECT state, try_number, count(*) FROM task_instance GROUP BY 1, 2")
    sent = postgres.rows("command_line", "SELECT name FROM asset_event JOIN asset ON asset.id = asset_id ORDER BY 1")

    assert runs == [(DAILY, "success"), (WEEKLY, "success")]
    assert tasks == [("success", 1, 4 + 13)]
    assert sent == [("tmdb_daily_movies",), ("tmdb_weekly_movies",)]


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
    logs = {f"logs/{name}" for name in (".lock", "migrate.log", *(f"{spec.id}.log" for spec in COLLECTIONS))}
    pages = [*home.lake.glob("raw/pages/*/*/*/page_*.json")]
    more = {
        spec.id for spec in COLLECTIONS
    } - EXPECTED.keys()  # DAGs that the library does not run, and nobody has digests of
    assert {name: found[name] for name in EXPECTED} == expected
    assert found.keys() >= logs
    assert bool(found.keys() - EXPECTED.keys() - logs) == bool(more)
    assert (len(pages) > requests) == bool(more)
    assert f"The fake was asked {len(pages)} times" in command.output
