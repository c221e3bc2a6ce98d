"""One digest of the warehouse on the rungs within this process, and what becomes of a load that is disturbed."""

import re
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime

import psycopg
import pytest
from e2e import library
from e2e.commands import AirflowHome
from e2e.digest import DAILY, EXPECTED_TABLES, IGNORED_COLUMNS, TABLES, UNCOUNTED, WEEKLY, table_digest, table_query
from e2e.leftovers import processes_with
from e2e.patience import wait_for

from fake_tmdb.http.limits import NO_LIMITS
from tmdb_pipeline.dags import WAREHOUSE_LOAD
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.load.days import Which, load_runs
from tmdb_pipeline.warehouse.schema.migrate import migrate

DAY = date(2024, 1, 7)
NOON = datetime(2024, 1, 7, 3, tzinfo=UTC)
BOTH = (DAILY, WEEKLY)


@pytest.fixture(scope="module")
def written(tmp_path_factory, another_fake):
    """The lake that the library leaves for the expected seed and date."""
    root = tmp_path_factory.mktemp("library")
    with another_fake(limits=NO_LIMITS).serve() as server:
        library.run_daily(server, root, DAY)
        library.run_weekly(server, root, DAY)
    return root


@pytest.fixture
def tables(postgres):
    """An empty warehouse: its address, and what it says of itself."""

    class Tables:
        name = "tables"
        url = postgres.url(name, "postgresql")

        def digest(self):
            return table_digest(line for (line,) in postgres.rows(self.name, table_query()))

        def ask(self, query):
            return postgres.rows(self.name, query)

    postgres.create(Tables.name)
    migrate(Address.from_url("of the test", Tables.url))
    yield Tables()
    postgres.rows("postgres", f"DROP DATABASE {Tables.name} WITH (FORCE)")


def loaded(tables, root, dag_ids):
    """Load runs by the library."""
    asked = [Which(DAY, dag_id) for dag_id in dag_ids]
    return list(load_runs(Lake(str(root)), Address.from_url("of the test", tables.url), asked))


@pytest.mark.parametrize("dag_ids", EXPECTED_TABLES)
def test_library_alone_leaves_the_expected_tables(tables, written, dag_ids):
    """The lowest rung: without Airflow, the same tables as everywhere."""
    loaded(tables, written, dag_ids)

    assert tables.digest() == EXPECTED_TABLES[dag_ids]


def test_dag_leaves_the_expected_tables(run_dag, tables, written, tmp_path, monkeypatch):
    """The DAG in this process loads both runs of its date, and running it again changes nothing."""
    monkeypatch.setenv("TMDB_DATA_ROOT", str(shutil.copytree(written, tmp_path / "lake")))
    monkeypatch.setenv("AIRFLOW_CONN_TMDB_WAREHOUSE", tables.url)

    first = run_dag(WAREHOUSE_LOAD.id, logical_date=NOON)
    found = tables.digest()
    run_dag(WAREHOUSE_LOAD.id, logical_date=NOON)

    assert str(first.state) == "success"
    assert found == tables.digest() == EXPECTED_TABLES[BOTH]


def test_every_table_and_view_counts_or_is_left_out_on_purpose(tables):
    """Nothing is in the warehouse that nobody has decided about, and no column is ignored that is not there."""
    names = {
        name
        for (name,) in tables.ask(
            "SELECT relname FROM pg_class WHERE relnamespace = 'tmdb'::regnamespace AND relkind IN ('r', 'v', 'm')"
        )
    }
    columns = {
        name for (name,) in tables.ask("SELECT column_name FROM information_schema.columns WHERE table_schema = 'tmdb'")
    }

    assert names == TABLES.keys() | UNCOUNTED
    assert columns >= set(IGNORED_COLUMNS)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE movies SET vote_count = vote_count + 1 WHERE movie_id = (SELECT min(movie_id) FROM movies)",
        "UPDATE movie_observations SET rank = rank + 1 WHERE rank = 1 AND source = 'popular'",
        "DELETE FROM quarantined_records",
        "INSERT INTO genres VALUES (0, 'x', 'x')",
        "UPDATE collections SET pages_missing = 1 WHERE source = 'popular'",
    ],
)
def test_every_changed_value_counts(tables, written, change):
    """One number, one row more or less: each changes the digest."""
    loaded(tables, written, (DAILY,))
    tables.ask(
        "INSERT INTO tmdb.quarantined_records SELECT 'x', run_date, 1, '', 0, 0, '', '{}', '{}', '', 0, '' "
        "FROM tmdb.collection_runs"
    )
    before = tables.digest()

    tables.ask(f"SET search_path = tmdb; {change}")

    assert tables.digest() != before


def test_when_and_by_whom_does_not_count(tables, written):
    """Other moments and numbers of loads, and what was known before, give the same digest."""
    loaded(tables, written, BOTH)

    tables.ask(
        "SET search_path = tmdb; INSERT INTO movie_observations SELECT movie_id, run_date, dag_id, source, rank + 1, "
        "popularity, vote_average, vote_count, version_id, page_file, page_index, known_at, now(), load_id "
        "FROM movie_observations; UPDATE movie_observations SET known_at = now(), load_id = load_id + 7; "
        "UPDATE collection_runs SET run_id = 'another', validated_at = now()"
    )

    assert tables.digest() == EXPECTED_TABLES[BOTH]


@contextmanager
def held(tables, postgres):
    """Let every load wait at the movies, in mid-transaction; gives what waits for that, and what lets it go."""
    let_go = threading.Event()

    def hold():
        with psycopg.connect(tables.url) as connection:
            connection.execute("LOCK TABLE tmdb.movies")
            locked.set()
            let_go.wait(120)

    def waits():
        found = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
        return postgres.rows("postgres", found, tables.name) == [(1,)]

    locked = threading.Event()
    with ThreadPoolExecutor() as others:
        holder = others.submit(hold)
        assert locked.wait(60)
        try:
            yield lambda: wait_for(waits, "a load that waits"), let_go.set
        finally:
            let_go.set()
            holder.exception()  # its connection may have been cut as well


@pytest.fixture
def loading(tables, written, tmp_path, monkeypatch):
    """The environment in which a load of both runs finds lake and warehouse."""
    monkeypatch.setenv("TMDB_DATA_ROOT", str(shutil.copytree(written, tmp_path / "lake")))
    monkeypatch.setenv("AIRFLOW_CONN_TMDB_WAREHOUSE", tables.url)
    return {"AIRFLOW_CONN_TMDB_WAREHOUSE": tables.url, "TMDB_DATA_ROOT": str(tmp_path / "lake")}


def without_retries(home):
    """Let no task of this home be tried again."""
    policy = home.folder / "config" / "airflow_local_settings.py"
    policy.parent.mkdir()
    policy.write_text("def task_policy(task):\n    task.retries = 0\n")


def test_connection_cut_in_mid_load(run_dag, tables, loading, postgres, told):
    """Postgres ends all connections in mid-transaction: the task is tried again, and the load is made once."""
    with held(tables, postgres) as (waits, _), ThreadPoolExecutor() as others:

        def cut():
            waits()
            return postgres.cut(tables.name)

        happened = others.submit(cut)
        run = run_dag(WAREHOUSE_LOAD.id, retries=1, logical_date=NOON)

    tries = {ti.task_id: (str(ti.state), ti.try_number) for ti in run.get_task_instances()}
    assert happened.result() == 2
    assert tries == {"extract_data": ("success", 1), "transform_data": ("success", 1), "load_data": ("success", 2)}
    assert tables.ask("SELECT dag_id FROM tmdb.load_ledger ORDER BY 1") == [(DAILY,), (WEEKLY,)]
    assert tables.digest() == EXPECTED_TABLES[BOTH]


def test_postgres_restarted_in_mid_load(run_dag, tables, loading, postgres, tmdb_server, migrated_home, told, tmp_path):
    """The server restarts at the last try: one sentence says so, the tables are as before, the same completes."""
    home = AirflowHome(tmp_path / "home", tmdb_server, migrated=migrated_home, **loading, **told)
    without_retries(home)
    before = tables.digest()
    with (
        held(tables, postgres) as (waits, _),
        home.start("dags", "test", WAREHOUSE_LOAD.id, NOON.isoformat()) as first,
    ):
        waits()
        postgres.restart()
        first.wait()
    found = tables.digest()
    second = run_dag(WAREHOUSE_LOAD.id, logical_date=NOON)

    assert re.search(r"the connection was lost: .* Nothing is left half done; see", first.output), first.output
    assert found == before
    assert str(second.state) == "success"
    assert tables.digest() == EXPECTED_TABLES[BOTH]


def test_process_killed_in_mid_load(tables, loading, postgres, tmdb_server, migrated_home, told, tmp_path):
    """SIGKILL in mid-transaction: the tables are as before, no process is left, and the same again completes."""
    home = AirflowHome(tmp_path / "home", tmdb_server, migrated=migrated_home, **loading, **told)
    before = tables.digest()
    with held(tables, postgres) as (waits, let_go):
        with home.start("dags", "test", WAREHOUSE_LOAD.id, NOON.isoformat()) as first:
            waits()
            first.kill()
        let_go()
    found, left = tables.digest(), processes_with(home.folder)
    loaded(tables, home.environment["TMDB_DATA_ROOT"], BOTH)

    assert found == before
    assert left == []
    assert tables.digest() == EXPECTED_TABLES[BOTH]
