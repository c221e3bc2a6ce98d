"""The tables: made and taken back, named for who reads them, guarded from who changes them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from e2e.warehouse.small_runs import DAILY, movie
from e2e.warehouse.tables import everything

from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.database import SCHEMA, connected
from tmdb_pipeline.warehouse.errors import WarehouseRefused, WrongSchema
from tmdb_pipeline.warehouse.load.days import Which, load_run
from tmdb_pipeline.warehouse.schema import migrate, roles, shape

DAY = date(2024, 1, 7)
ROLES = (roles.OWNER, roles.LOADER, roles.READER)


@pytest.fixture
def bare(postgres):
    """The address of a database without tables."""
    postgres.create("warehouse_bare", template="template0")
    yield Address.from_url("the test", postgres.url("warehouse_bare", "postgresql"))
    postgres.rows("postgres", "DROP DATABASE warehouse_bare WITH (FORCE)")


def test_every_table_view_and_column_says_what_it_is(connection):
    r"""Who opens psql and asks (\\d+) is told, of views too."""
    query = """SELECT relname, attname FROM pg_class AS c
        LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE relnamespace = 'tmdb'::regnamespace AND relkind IN ('r', 'v') AND relname NOT LIKE 'alembic%'
            AND (obj_description(c.oid, 'pg_class') IS NULL OR col_description(c.oid, a.attnum) IS NULL)"""

    assert connection.execute(query).fetchall() == []


def test_columns_are_those_that_are_listed(connection):
    """What is compared with the tables of others is what these have: else, python -m …schema.shape renews it."""
    assert shape.listing(connection) == shape._FILE.read_text(encoding="utf-8")


def test_down_and_up_again(address, connection, runs):
    """Taken back, nothing is left of the tables and their rows; made anew, they are loaded from the lake as before."""
    runs.write(DAILY, DAY, {"popular": [movie(1)], "trending": [movie(2, title="")]})
    load_run(runs.lake, address, Which(DAY, DAILY))
    rows = {name: len(found) for name, found in everything(connection).items()}

    migrate.downgrade(address, "base")
    left = "SELECT relname FROM pg_class WHERE relnamespace = 'tmdb'::regnamespace AND relkind IN ('r', 'v')"
    assert connection.execute(left).fetchall() == [(migrate.VERSION_TABLE,)]
    with pytest.raises(WrongSchema, match="has no tables yet: make them with tmdb-pipeline warehouse migrate"):
        load_run(runs.lake, address, Which(DAY, DAILY))

    assert migrate.migrate(address) is True
    assert migrate.migrate(address) is False
    load_run(runs.lake, address, Which(DAY, DAILY))
    assert {name: len(found) for name, found in everything(connection).items()} == rows


def test_two_migrations_at_once(bare):
    """One of them makes the tables; neither fails."""
    with ThreadPoolExecutor() as pool:
        done = list(pool.map(migrate.migrate, [bare, bare, bare]))

    assert any(done)
    with connected(bare) as connection:
        assert migrate.version_of(connection) == migrate.head()
        assert shape.listing(connection) == shape._FILE.read_text(encoding="utf-8")


def test_version_that_nobody_knows(address):
    """A slip in the name of a version changes nothing, and the message names those that there are."""
    with pytest.raises(
        WrongSchema, match=r"^There is no version 0815 of the tables: give one of 0001, 0002, 0003, base\.$"
    ):
        migrate.downgrade(address, "0815")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("DROP SCHEMA tmdb CASCADE", "has no tables yet: make them with tmdb-pipeline warehouse migrate."),
        (
            "UPDATE alembic_version_warehouse SET version_num = '9999'",
            "are of version 9999, which this tmdb-pipeline does not know: install the newer one that made them.",
        ),
        ("DELETE FROM alembic_version_warehouse", "has no tables yet"),
        ("ALTER TABLE movies DROP COLUMN popularity CASCADE", "column popularity is not there"),
        ("ALTER TABLE movies ADD COLUMN rating integer", "column rating is none of this version's"),
        ("ALTER TABLE quality_runs ALTER COLUMN observed TYPE text", "is text, and should be double precision"),
        ("ALTER TABLE collections ALTER COLUMN file DROP NOT NULL", "column file is text, and should be text NOT NULL"),
        ("DROP TABLE movie_popularity", "tmdb.movie_popularity in the warehouse the test"),
    ],
)
def test_tables_that_are_others_are_refused_before_anything_is_loaded(address, connection, runs, change, sentence):
    """Older, newer, foreign or changed by somebody else: one sentence, and no row."""
    runs.write(DAILY, DAY, {"popular": [movie(1)], "trending": [movie(2)]})
    connection.execute(change)

    with pytest.raises(WrongSchema) as raised:
        load_run(runs.lake, address, Which(DAY, DAILY))

    assert sentence in str(raised.value)
    assert "\n" not in str(raised.value)
    if connection.execute("SELECT to_regclass('movies')").fetchone() != (None,):
        assert connection.execute("SELECT count(*) FROM movies").fetchone() == (0,)


def test_older_tables_are_named_with_what_to_do(address, monkeypatch, runs):
    """Tables of an earlier version of ours are to be migrated, which the message says."""
    runs.write(DAILY, DAY, {"popular": [movie(1)], "trending": [movie(2)]})
    known = {migrate.head(), "0004"}
    monkeypatch.setattr(migrate, "head", lambda: "0004")
    monkeypatch.setattr(migrate, "known_versions", lambda: known)

    with pytest.raises(WrongSchema, match="are of version 0003, this is for 0004: bring them up to date"):
        load_run(runs.lake, address, Which(DAY, DAILY))


def test_newer_tables_are_not_migrated(address, connection):
    """Tables that a newer version has made are left alone by migrating and taking back."""
    connection.execute("UPDATE alembic_version_warehouse SET version_num = '9999'")

    for change in (migrate.migrate, lambda address: migrate.downgrade(address, "base")):
        with pytest.raises(WrongSchema, match="of version 9999, which this tmdb-pipeline does not know"):
            change(address)


def test_tables_of_others_in_the_schema_harm_nobody(address, connection, runs):
    """A team's own view beside ours does not stop a load."""
    runs.write(DAILY, DAY, {"popular": [movie(1)], "trending": [movie(2)]})
    connection.execute("CREATE VIEW our_team AS SELECT title FROM movies")

    assert load_run(runs.lake, address, Which(DAY, DAILY)).loaded.movies_inserted == 2


def test_roles_may_do_what_they_are_for_and_no_more(as_role, runs):
    """The owner makes tables, the loader loads and cannot change them, the reader reads and cannot write."""
    for day in (DAY, date(2024, 1, 8)):
        runs.write(DAILY, day, {"popular": [movie(1)], "trending": [movie(2)]})
    owner, loader, reader = map(as_role, ROLES)
    with pytest.raises(WarehouseRefused, match="permission denied for database"):
        migrate.migrate(loader)
    assert migrate.migrate(owner) is True
    assert migrate.migrate(loader) is False
    assert migrate.grant(owner) == [roles.LOADER, roles.READER]

    assert load_run(runs.lake, loader, Which(DAY, DAILY)).loaded.movies_inserted == 2
    with connected(reader) as connection:
        assert connection.execute("SELECT count(*) FROM dim_movie").fetchone() == (2,)
    for role, statement in [
        (loader, "ALTER TABLE movies ADD COLUMN x int"),
        (loader, "DROP VIEW dim_movie"),
        (loader, f"CREATE TABLE {SCHEMA}.mine (x int)"),
        (loader, "TRUNCATE movies"),
        (reader, "DELETE FROM movies"),
        (reader, "INSERT INTO genres VALUES (1)"),
        (reader, "UPDATE movies SET title = ''"),
    ]:
        with pytest.raises(WarehouseRefused, match=r"permission denied|must be owner"), connected(role) as connection:
            connection.execute(statement)
    with pytest.raises(WarehouseRefused, match=r"permission denied .*let the role have that right"):
        load_run(runs.lake, reader, Which(date(2024, 1, 8), DAILY))
    with pytest.raises(WarehouseRefused, match="lets only tmdb_owner give rights on its tables"):
        migrate.grant(loader)


#: Queries of the loads and of the docs, and an index that each has to use once there is much in the tables.
QUERIES = {
    "is this run loaded": (
        "SELECT checksum FROM load_ledger WHERE dag_id = 'a' AND run_date = '2024-05-01' ORDER BY load_id DESC LIMIT 1",
        "load_ledger_run",
    ),
    "what holds of a run": (
        "SELECT * FROM movie_observations WHERE dag_id = 'a' AND run_date = '2024-05-01' AND known_until = 'infinity'",
        "movie_observations_current",
    ),
    "what holds of a movie": (
        "SELECT * FROM movie_observations WHERE movie_id = 77 AND known_until = 'infinity'",
        "movie_observations_movie",
    ),
    "a movie": ("SELECT * FROM dim_movie WHERE movie_id = 77", "movies_pkey"),
    "movies seen since": ("SELECT * FROM movies WHERE last_seen >= '2024-12-30'", "movies_last_seen"),
    "a day's movies": ("SELECT * FROM fct_movie_day WHERE run_date = '2024-05-01'", "movie_observations_current"),
    "the history of a movie": ("SELECT * FROM movie_history WHERE movie_id = 77", "movie_observations_movie"),
    "movies of a genre": ("SELECT * FROM bridge_movie_genre WHERE genre_id = 37", "movie_genres_genre"),
    "genres of a movie": ("SELECT * FROM bridge_movie_genre WHERE movie_id = 77", "movie_genres_pkey"),
    "a description": ("SELECT * FROM movie_versions WHERE movie_id = 77", "movie_versions_movie_id"),
    "rejected records of a run": (
        "SELECT * FROM quarantined_records WHERE dag_id = 'a' AND run_date = '2024-05-01'",
        "quarantined_records_pkey",
    ),
    "popularity of a movie": ("SELECT * FROM movie_popularity WHERE movie_id = 77", "movie_popularity_pkey"),
    "popularity of a day": ("SELECT * FROM movie_popularity WHERE day = '2024-05-01'", "movie_popularity_day"),
    "tasks that are too old": (
        "DELETE FROM platform_task_runs WHERE ended_at < '2024-01-05'",
        "platform_task_runs_ended",
    ),
    "samples that are too old": (
        "DELETE FROM platform_samples WHERE sampled_at < '2024-01-05'",
        "platform_samples_time",
    ),
    "runs of a task": (
        "SELECT * FROM platform_task_runs WHERE dag_id = 'a' AND task_id = 't3' ORDER BY run_date",
        "platform_task_runs_pkey",
    ),
    "predictions of a day": ("SELECT * FROM predictions WHERE day = '2024-05-01'", "predictions_pkey"),
    "predictions of a movie": ("SELECT * FROM predictions WHERE movie_id = 77", "predictions_movie"),
    "days whose outcome nobody knows": (
        "SELECT DISTINCT day FROM predictions WHERE outcome IS NULL AND day <= '2024-12-31'",
        "predictions_unknown",
    ),
    "a check over time": (
        "SELECT * FROM quality_runs WHERE check_name = 'c7' ORDER BY checked_at DESC LIMIT 30",
        "quality_runs_check",
    ),
}


@pytest.fixture(scope="module")
def a_year(postgres, warehouse_template):
    """A warehouse of a year: a hundred movies a day of two thousand."""
    postgres.create("warehouse_a_year", template=warehouse_template)
    address = Address.from_url("the test", postgres.url("warehouse_a_year", "postgresql"))
    with connected(address) as connection:
        for statement in FILL.split(";"):
            connection.execute(statement)
        connection.execute("ANALYZE")
        yield connection


FILL = """
INSERT INTO movie_versions (version_id, movie_id, title, genre_ids)
SELECT decode(md5(n::text), 'hex'), n, 'm' || n, '{18,37}' FROM generate_series(1, 2000) AS n;
INSERT INTO movies (movie_id, title, genre_ids, first_seen, last_seen, seen_in)
SELECT n, 'm' || n, '{18,37}', '2024-01-01', date '2024-01-01' + n % 366, 'popular' FROM generate_series(1, 2000) AS n;
INSERT INTO movie_genres (movie_id, genre_id)
SELECT n, CASE WHEN n % 20 = 0 THEN 37 ELSE 18 END FROM generate_series(1, 2000) AS n;
INSERT INTO movie_observations (movie_id, run_date, dag_id, source, rank, version_id, known_at, load_id)
SELECT 1 + (d * 37 + n * 19) % 2000, date '2024-01-01' + d, 'a', 'popular', n,
    decode(md5((1 + (d * 37 + n * 19) % 2000)::text), 'hex'), now(), d
FROM generate_series(0, 365) AS d, generate_series(1, 100) AS n;
INSERT INTO load_ledger (dag_id, run_date, run_id, checksum, files, loaded_at, records, accepted, quarantined,
    observations_added, observations_ended, movies_inserted, movies_updated, movies_deleted)
SELECT 'a', date '2024-01-01' + d, '', '', '{}', now(), 0, 0, 0, 0, 0, 0, 0, 0 FROM generate_series(0, 3650) AS d;
INSERT INTO quarantined_records (dag_id, run_date, line, file, rules, messages, record)
SELECT 'a', date '2024-01-01' + d, n, '', '{}', '{}', '' FROM generate_series(0, 365) AS d, generate_series(1, 20) AS n;
INSERT INTO movie_popularity
SELECT date '2024-01-01' + d, n, 1 FROM generate_series(0, 99) AS d, generate_series(1, 500) AS n;
INSERT INTO movie_popularity SELECT date '2024-05-01', n, 1 FROM generate_series(501, 900) AS n;
INSERT INTO platform_task_runs
SELECT 'a', 't' || n, d::text, 1, date '2024-01-01' + d, 'success', timestamptz '2024-01-01' + d * interval '1 day',
    timestamptz '2024-01-01' + d * interval '1 day', 1, 1
FROM generate_series(0, 365) AS d, generate_series(1, 20) AS n;
INSERT INTO platform_samples (machine, sampled_at, unhealthy)
SELECT 'a', timestamptz '2024-01-01' + h * interval '1 hour', '{}' FROM generate_series(0, 8760) AS h;
INSERT INTO predictions (day, role, movie_id, version, chance, outcome)
SELECT date '2024-01-01' + d, 'champion', 1 + (d * 37 + n * 19) % 2000, 'v', 0.5, CASE WHEN d < 359 THEN n < 50 END
FROM generate_series(0, 365) AS d, generate_series(1, 100) AS n;
INSERT INTO quality_runs (run_id, check_name, checked_at, dimension, subject, level, message, query)
SELECT d::text, 'c' || n, timestamptz '2024-01-01' + d * interval '1 day', '', '', 'ok', '', ''
FROM generate_series(0, 365) AS d, generate_series(1, 20) AS n"""


@pytest.mark.parametrize("name", QUERIES)
def test_queries_use_an_index(a_year, name):
    """Each query that ships reads what it needs, and not the whole table."""
    query, index = QUERIES[name]

    plan = "\n".join(line for (line,) in a_year.execute(f"EXPLAIN {query}"))

    assert index in plan
