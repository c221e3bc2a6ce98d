"""The popularity of known movies by day: what the exports say, whatever is loaded first, and however often."""

import struct
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from e2e.digest import DAILY
from e2e.warehouse.small_runs import SmallRuns, movie
from e2e.warehouse.tables import empty, everything
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fake_tmdb.api.movies.items import popularity
from tmdb_pipeline import dags
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.exports.export_file import read_export, write_export
from tmdb_pipeline.lake.exports.info import ExportInfo
from tmdb_pipeline.lake.exports.spool import Rows, Spool
from tmdb_pipeline.lake.exports.temporary import temporary_folder
from tmdb_pipeline.lake.paths import export_file
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.warehouse.database import connected
from tmdb_pipeline.warehouse.errors import WrongSchema
from tmdb_pipeline.warehouse.load.days import Which, load_run
from tmdb_pipeline.warehouse.popularity.load import days_to_load, load_popularity

HISTORY = dags.HISTORY.id
FIRST, SECOND, THIRD = (date(2024, 1, day) for day in (7, 8, 9))
NOW = datetime(2024, 1, 9, 18, 30, tzinfo=UTC)


def write(lake, day, popularity):
    """An export of a day in the lake: the popularity of each movie by its id."""
    ids, no = [*popularity], [False] * len(popularity)
    with temporary_folder() as folder:
        spool = Spool(folder / "rows")
        spool.add(Rows(ids, [*popularity.values()], no, no, range(1, len(ids) + 1)))

        def info():
            packed = b"".join(packed_rows(ids, popularity))
            return ExportInfo(
                day=day,
                address="http://127.0.0.1/p/exports",
                sha256=sha256(packed).hexdigest(),
                size=1,
                last_modified=None,
                received_at=NOW,
                lines=len(ids),
                movies=len(ids),
                odd_lines=0,
                odd=[],
                repeated_lines=0,
                repeated=[],
                rows_sha256=sha256(packed).hexdigest(),
            )

        write_export(lake, day, spool.sorted(), info, folder)


def packed_rows(ids, popularity):
    """Id and popularity of each row, by rising id, as the file's checksum takes them."""
    return (struct.pack("<qd", number, popularity[number]) for number in sorted(ids))


def load(connection, address, lake, day):
    return load_popularity(connection, address, read_export(lake, day), NOW)


def listed(runs, address, day, *numbers):
    """Collect and load a day whose lists have these movies."""
    movies = [movie(number) for number in numbers]
    runs.write(DAILY, day, {"popular": movies, "trending": movies})
    return load_run(runs.lake, address, Which(day, DAILY))


def found(connection):
    rows = connection.execute("SELECT day, movie_id, popularity FROM movie_popularity")
    return {(day, number): popularity for day, number, popularity in rows}


def test_known_movies_have_the_popularity_of_the_export(connection, address, runs):
    """Of an export the movies of the warehouse are loaded, with what it says, and no others."""
    listed(runs, address, FIRST, 1, 2, 3)
    write(runs.lake, FIRST, {1: 1.5, 3: 0.0, 4: 9.0})

    done = load(connection, address, runs.lake, FIRST)

    assert found(connection) == {(FIRST, 1): 1.5, (FIRST, 3): 0.0}
    assert (done.known, done.inserted, done.updated, done.deleted) == (2, 2, 0, 0)
    assert connection.execute("SELECT day, lines, movies_known, as_of_load FROM export_ledger").fetchall() == [
        (FIRST, 3, 2, 1)
    ]


def test_same_export_again_writes_nothing(connection, address, runs):
    """Not a row is touched, in no table."""
    listed(runs, address, FIRST, 1, 2)
    write(runs.lake, FIRST, {1: 1.5, 2: 2.5})
    load(connection, address, runs.lake, FIRST)
    before = everything(connection)

    done = load(connection, address, runs.lake, FIRST)

    assert (done.inserted, done.updated, done.deleted) == (0, 0, 0)
    assert everything(connection) == before


def test_other_export_of_a_day_replaces_it(connection, address, runs):
    """Values that changed are changed, movies that are gone are gone, new ones are there; other days stay."""
    listed(runs, address, FIRST, 1, 2, 3)
    for day in (FIRST, SECOND):
        write(runs.lake, day, {1: 1.5, 2: 2.5})
        load(connection, address, runs.lake, day)
    write(runs.lake, FIRST, {1: 1.75, 3: 3.5})

    done = load(connection, address, runs.lake, FIRST)

    assert (done.inserted, done.updated, done.deleted) == (1, 1, 1)
    assert found(connection) == {(FIRST, 1): 1.75, (FIRST, 3): 3.5, (SECOND, 1): 1.5, (SECOND, 2): 2.5}


def test_days_are_loaded_again_for_movies_that_became_known(connection, address, runs):
    """A movie that is new has the popularity of all days that the lake holds, and then nothing is left to do."""
    listed(runs, address, FIRST, 1)
    write(runs.lake, FIRST, {1: 1.5, 2: 2.5})
    assert days_to_load(connection, [FIRST]) == [FIRST]
    load(connection, address, runs.lake, FIRST)
    assert days_to_load(connection, [FIRST]) == []

    listed(runs, address, SECOND, 1)
    assert days_to_load(connection, [FIRST]) == []
    listed(runs, address, THIRD, 1, 2)
    assert days_to_load(connection, [FIRST, SECOND]) == [FIRST, SECOND]
    load(connection, address, runs.lake, FIRST)

    assert found(connection) == {(FIRST, 1): 1.5, (FIRST, 2): 2.5}
    assert days_to_load(connection, [FIRST]) == []


def test_damaged_export_changes_nothing(connection, address, runs):
    """It is named, and what the day had stays."""
    listed(runs, address, FIRST, 1)
    write(runs.lake, FIRST, {1: 1.5})
    load(connection, address, runs.lake, FIRST)
    before = everything(connection)
    export = read_export(runs.lake, FIRST)
    object.__setattr__(export, "_data", export._data[:100])

    with pytest.raises(LakeError, match="is damaged or not a file of this pipeline"):
        load_popularity(connection, address, export, NOW)
    assert everything(connection) == before


def test_tables_of_another_version_are_refused(connection, address, runs):
    """Nothing is loaded into tables that somebody has changed."""
    write(runs.lake, FIRST, {1: 1.5})
    connection.execute("ALTER TABLE movie_popularity ADD note text")

    with pytest.raises(WrongSchema, match=r"Somebody has changed tmdb\.movie_popularity"):
        load(connection, address, runs.lake, FIRST)


def test_connection_that_is_cut_leaves_the_tables_as_they_were(connection, address, runs, postgres, database):
    """The day is loaded whole or not at all, and loading it again completes it."""
    from tmdb_pipeline.warehouse.errors import WarehouseUnreachable

    listed(runs, address, FIRST, 1)
    write(runs.lake, FIRST, {1: 1.5})
    export = read_export(runs.lake, FIRST)
    batches = export.batches

    def cut():
        postgres.cut(database)
        yield from batches()

    object.__setattr__(export, "batches", cut)
    with pytest.raises(WarehouseUnreachable), connected(address) as other:
        load_popularity(other, address, export, NOW)
    with connected(address) as other:
        assert found(other) == {}
        load(other, address, runs.lake, FIRST)
        assert found(other) == {(FIRST, 1): 1.5}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_of_runs_and_exports_ends_the_same(data, connection, address, tmp_path_factory):
    """Movies and exports of several days, in any order, repeated: the table is what the exports say of the movies."""
    empty(connection)
    runs = SmallRuns(Lake(str(tmp_path_factory.mktemp("lake"))))
    days = st.sampled_from([FIRST, SECOND, THIRD])
    steps = data.draw(
        st.lists(st.tuples(days, st.booleans(), st.frozensets(st.integers(1, 4), min_size=1)), max_size=8)
    )
    lists, exports = {}, {}
    for number, (day, is_export, numbers) in enumerate(steps):
        if is_export:
            exports[day] = {each: each + number / 8 for each in numbers}
            write(runs.lake, day, exports[day])
            load(connection, address, runs.lake, day)
        else:
            lists[day] = numbers
            listed(runs, address, day, *sorted(numbers))

    for day in days_to_load(connection, sorted(exports)):
        load(connection, address, runs.lake, day)

    known = {each for numbers in lists.values() for each in numbers}
    assert found(connection) == {
        (day, each): popularity
        for day, export in exports.items()
        for each, popularity in export.items()
        if each in known
    }


@pytest.fixture
def today(another_fake, lake, monkeypatch):
    """A fake whose clock is this machine's, for no export that is to come is asked for; and a day."""
    with another_fake(clock=None).serve() as server:
        monkeypatch.setenv("TMDB_BASE_URL", server.url)
        yield server.fake, datetime.now(UTC).date() - timedelta(days=1)


def half_past_six(day):
    """In the evening, in Seoul."""
    return datetime(day.year, day.month, day.day, 9, 30, tzinfo=UTC)


def test_dag_loads_what_the_fake_exports(run_dag, today, lake, postgres, database, connection, monkeypatch):
    """Every movie that the warehouse knows has the popularity that the fake's catalogue gives it, and no other has."""
    monkeypatch.setenv("AIRFLOW_CONN_TMDB_WAREHOUSE", postgres.url(database, "postgresql"))
    fake, day = today
    for dag_id in (DAILY, dags.WAREHOUSE_LOAD.id, HISTORY):
        assert str(run_dag(dag_id, logical_date=half_past_six(day)).state) == "success"

    catalogue = fake.catalogue
    in_catalogue = {int(number): popularity(catalogue, row) for row, number in enumerate(catalogue.ids)}
    known = {number for (number,) in connection.execute("SELECT movie_id FROM movies")}
    assert len(known) > 100
    assert found(connection) == {(day, number): in_catalogue[number] for number in known}


def test_dag_without_a_warehouse_keeps_the_export(run_dag, today, lake, monkeypatch, caplog):
    """The export is collected, the load is skipped, and its line says what is not there."""
    monkeypatch.delenv("AIRFLOW_CONN_TMDB_WAREHOUSE", raising=False)
    _, day = today

    run = run_dag(HISTORY, logical_date=half_past_six(day))

    states = {ti.task_id: str(ti.state) for ti in run.get_task_instances()}
    assert states == {"extract_popularity_export": "success", "load_popularity_history": "skipped"}
    assert lake.exists(export_file(day))
    assert "The export is kept, and nothing is loaded. There is no Connection tmdb_warehouse" in caplog.text
