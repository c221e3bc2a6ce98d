"""What a load is held to: by the world that was collected, by its history, and by what it must not do."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import orjson
import psycopg
import pytest
from e2e.digest import DAILY, WEEKLY
from e2e.warehouse.small_runs import movie
from e2e.warehouse.tables import empty, everything, state

from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.run import Run
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.errors import WarehouseError, WarehouseRefused, WarehouseUnreachable
from tmdb_pipeline.warehouse.load import days, run_files
from tmdb_pipeline.warehouse.load.days import Verdict, Which, load_run, load_runs
from tmdb_pipeline.warehouse.load.transform import transform

FIRST, SECOND, THIRD = date(2024, 1, 7), date(2024, 1, 8), date(2024, 1, 9)
DAY = Which(FIRST, DAILY)
OTHERS = {"trending": [movie(99)]}


def sent(lake):
    """What TMDB sent, by page and place: read from the pages alone."""
    folder = lake.locate("raw/pages")
    for path in sorted(Path(folder).rglob("page_???.json")):
        file = f"raw/pages/{path.relative_to(folder).as_posix()}"
        for index, record in enumerate(orjson.loads(path.read_bytes())["body"]["results"]):
            yield (file, index), path.parent.name, record


def test_what_tmdb_sent_is_in_the_tables_and_what_was_rejected_is_not(lake_of_a_day, address, connection):
    """Each good record on the pages is an observation with its values, each bad one is in quarantine."""
    rejected = {
        (line["where"]["file"], line["where"]["index"])
        for dag_id in (DAILY, WEEKLY)
        for line in map(orjson.loads, lake_of_a_day.read(paths.quarantine_file(Run(dag_id, "", FIRST))).splitlines())
    }
    pages = {place: record for place, _, record in sent(lake_of_a_day)}
    good = {
        (source, record["id"])
        for place, source, record in sent(lake_of_a_day)
        if place not in rejected and (source != "top_rated" or record["vote_average"] >= 7.5)
    }

    list(load_runs(lake_of_a_day, address, days.asked_for(FIRST, FIRST)))

    observed = connection.execute(
        """SELECT source, page_file, page_index, o.movie_id, title, original_title, original_language, overview,
        release_date::text, adult, video, poster_path, backdrop_path, genre_ids, popularity, vote_average, vote_count
        FROM movie_observations AS o JOIN movie_versions USING (version_id)"""
    ).fetchall()
    fields = ("id", "title", "original_title", "original_language", "overview", "release_date", "adult", "video")
    fields += ("poster_path", "backdrop_path", "genre_ids", "popularity", "vote_average", "vote_count")
    assert rejected
    assert {(source, identity) for source, _, _, identity, *_ in observed} == good
    for _, file, index, *values in observed:
        record = pages[file, index]
        assert (file, index) not in rejected
        empty = {name: record.get(name) or None for name in ("overview", "release_date")}
        assert values == [empty.get(name, record.get(name)) for name in fields]
    latest = connection.execute(
        """SELECT m.movie_id, m.title, m.popularity, page_file, page_index FROM movies AS m
        JOIN movie_observations AS o ON o.movie_id = m.movie_id AND o.source = m.seen_in"""
    ).fetchall()
    assert {identity for identity, *_ in latest} == {identity for _, identity in good}
    for identity, title, popularity, file, index in latest:
        record = pages[file, index]
        assert (identity, title, popularity) == (record["id"], record["title"], record["popularity"])
    held = connection.execute("SELECT page_file, page_index FROM quarantined_records").fetchall()
    assert {*held} == rejected
    counted = connection.execute("SELECT sum(movies_accepted) FROM collections").fetchone()
    assert counted == (len(observed),)


def test_loading_again_writes_nothing(lake_of_a_day, address, connection):
    """No row is touched and next to no WAL written; neither where only the run is another one."""
    asked = days.asked_for(FIRST, FIRST)
    list(load_runs(lake_of_a_day, address, asked))
    before = everything(connection)
    connection.execute("CHECKPOINT")
    (at,) = connection.execute("SELECT pg_current_wal_lsn()").fetchone()

    outcomes = list(load_runs(lake_of_a_day, address, asked))

    (written,) = connection.execute("SELECT pg_current_wal_lsn() - %s::pg_lsn", [at]).fetchone()
    assert [outcome.verdict for outcome in outcomes] == [Verdict.THERE, Verdict.THERE]
    assert everything(connection) == before
    assert written < 100_000


def test_run_again_with_the_same_movies_changes_no_movie(runs, address, connection):
    """Another run of the date, with the same movies: the ledger and the run's own rows say so, and nothing else."""
    lists = {"popular": [movie(1), movie(2, title="")], **OTHERS}
    runs.write(DAILY, FIRST, lists)
    load_run(runs.lake, address, DAY)
    before = everything(connection)
    (at,) = connection.execute("SELECT pg_current_wal_lsn()").fetchone()
    runs.write(DAILY, FIRST, lists)

    outcome = load_run(runs.lake, address, DAY)

    after = everything(connection)
    (written,) = connection.execute("SELECT pg_current_wal_lsn() - %s::pg_lsn", [at]).fetchone()
    assert outcome.loaded.movies_unchanged == 2
    assert {name for name in after if after[name] != before[name]} == {"load_ledger", "collection_runs"}
    assert written < 1_000_000


def test_run_again_with_other_movies_replaces_them(runs, address, connection):
    """What only the earlier run had is gone from movies, and kept as history with its end."""
    runs.write(DAILY, FIRST, {"popular": [movie(1), movie(2), movie(3, genre_ids=[4711])], **OTHERS})
    load_run(runs.lake, address, DAY)
    runs.write(DAILY, FIRST, {"popular": [movie(1), movie(2, popularity=77.0)], **OTHERS})

    loaded = load_run(runs.lake, address, DAY).loaded

    rows = "SELECT movie_id, popularity, known_until = 'infinity' FROM movie_observations ORDER BY 1, 3"
    assert (loaded.movies_updated, loaded.movies_unchanged, loaded.movies_deleted) == (1, 2, 1)
    assert connection.execute("SELECT movie_id, popularity FROM movies ORDER BY 1").fetchall() == [
        (1, 10.5),
        (2, 77.0),
        (99, 10.5),
    ]
    assert connection.execute(rows).fetchall() == [
        (1, 10.5, True),
        (2, 10.5, False),
        (2, 77.0, True),
        (3, 10.5, False),
        (99, 10.5, True),
    ]
    assert connection.execute("SELECT count(*) FROM genres WHERE genre_id = 4711").fetchone() == (0,)
    known = "SELECT bool_and(known_at < known_until) FROM movie_observations"
    assert connection.execute(known).fetchone() == (True,)


def test_movie_that_leaves_and_returns_and_a_value_that_changes_back(runs, address, connection):
    """History has a span for each description, also for one that was there before; leaving the lists ends none."""
    for day, popular in ((FIRST, [movie(1)]), (SECOND, [movie(2)]), (THIRD, [movie(1, title="새 제목"), movie(2)])):
        runs.write(DAILY, day, {"popular": popular, **OTHERS})
    runs.write(DAILY, date(2024, 1, 10), {"popular": [movie(1)], **OTHERS})

    list(load_runs(runs.lake, address, days.asked_for(FIRST, date(2024, 1, 10))))

    history = connection.execute(
        """SELECT title, valid_from::text, valid_to::text, last_seen::text, is_current
        FROM movie_history WHERE movie_id = 1 ORDER BY valid_from"""
    ).fetchall()
    assert history == [
        ("영화 1", "2024-01-07", "2024-01-09", "2024-01-07", False),
        ("새 제목", "2024-01-09", "2024-01-10", "2024-01-09", False),
        ("영화 1", "2024-01-10", None, "2024-01-10", True),
    ]
    seen = "SELECT first_seen::text, last_seen::text, title FROM movies WHERE movie_id = 1"
    assert connection.execute(seen).fetchone() == ("2024-01-07", "2024-01-10", "영화 1")


def test_older_run_loaded_late_adds_its_history_alone(runs, address, connection):
    """The latest state stays that of the latest day; the first day is the earlier one now."""
    runs.write(DAILY, FIRST, {"popular": [movie(1, title="alt")], **OTHERS})
    runs.write(DAILY, SECOND, {"popular": [movie(1, title="neu")], **OTHERS})

    load_run(runs.lake, address, Which(SECOND, DAILY))
    load_run(runs.lake, address, DAY)

    row = "SELECT title, first_seen::text, last_seen::text FROM movies WHERE movie_id = 1"
    assert connection.execute(row).fetchone() == ("neu", "2024-01-07", "2024-01-08")


def test_files_of_versions_without_origins_are_loaded(runs, address, connection):
    """They are told apart by file and place, and in a week by the record itself."""
    runs.write(DAILY, FIRST, {"popular": [movie(1), movie(2, title="")], **OTHERS}, origins=False)
    runs.write(WEEKLY, FIRST, {"horror": [movie(3, title=""), movie(4)], "top_rated": [movie(5)]}, origins=False)

    outcomes = list(load_runs(runs.lake, address, days.asked_for(FIRST, FIRST)))

    found = "SELECT source, movie_id, rank, page_file FROM movie_observations ORDER BY movie_id"
    assert [outcome.verdict for outcome in outcomes] == [Verdict.LOADED] * 2
    assert connection.execute(found).fetchall() == [
        ("popular", 1, 1, None),
        ("horror", 4, 2, None),
        ("top_rated", 5, 1, None),
        ("trending", 99, 1, None),
    ]


def test_rejected_records_are_kept_as_they_are(runs, address, connection):
    """Whatever a record is, a text with NUL and an id beyond 64 bits included, it is in quarantine and nowhere else."""
    odd = [movie(1, title="Nul\0l"), {"id": 2**63, "title": 5}, movie(3, title="")]
    runs.write(DAILY, FIRST, {"popular": [movie(7, release_date=""), *odd], **OTHERS})

    load_run(runs.lake, address, DAY)

    rows = connection.execute("SELECT movie_id, title, record FROM quarantined_records ORDER BY line").fetchall()
    assert rows[0][:2] == (1, "Nul\N{REPLACEMENT CHARACTER}l")
    assert orjson.loads(rows[0][2]) == odd[0]
    assert len(rows) == 3
    held = "SELECT movie_id, release_date FROM movies ORDER BY movie_id"
    assert connection.execute(held).fetchall() == [(7, None), (99, date(2023, 5, 1))]


def _cut(lake, file):
    lake.write(file, lake.read(file)[:-40])


def _edit(lake, file, change):
    document = orjson.loads(lake.read(file))
    change(document)
    lake.write(file, orjson.dumps(document))


REPORT = "raw/metadata/quality_reports/validation_report_20240107.json"
POPULAR = "raw/movies/daily/popular_movies_20240107.json"
QUARANTINE = f"raw/metadata/quarantine/20240107/{DAILY}.jsonl"
DAMAGE = {
    "report cut off": (lambda lake: _cut(lake, REPORT), "half-written or not a file of this pipeline"),
    "report of an older version": (
        lambda lake: _edit(lake, REPORT, lambda report: report.pop("run")),
        "does not say that it is of the run of tmdb_daily_collection for 2024-01-07",
    ),
    "report of another date": (
        lambda lake: _edit(lake, REPORT, lambda report: report["run"].update(run_date="2024-01-08")),
        "does not say that it is of the run of tmdb_daily_collection for 2024-01-07",
    ),
    "path that leads elsewhere": (
        lambda lake: _edit(lake, REPORT, lambda report: report["files_validated"][0].update(file="../secret.json")),
        "is no path of a file under the data root",
    ),
    "collection missing": (lambda lake: lake.delete(POPULAR), "popular_movies_20240107.json is not there"),
    "quarantine missing": (lambda lake: lake.delete(QUARANTINE), "tmdb_daily_collection.jsonl is not there"),
    "collection cut off": (lambda lake: _cut(lake, POPULAR), "half-written or not a file of this pipeline"),
    "collection of another run": (
        lambda lake: _edit(lake, POPULAR, lambda file: file["collection_info"].update(dag_run_id="other")),
        "was written by run other, not by this run",
    ),
    "movie changed": (
        lambda lake: _edit(lake, POPULAR, lambda file: file["movies"][0].update(popularity=1.0)),
        "is damaged: its movies are not those of its checksum",
    ),
    "movie lost": (
        lambda lake: _edit(lake, POPULAR, lambda file: (file["movies"].pop(), file["origins"]["movies"].pop())),
        "has 1 movies, and the report of its run counts 2",
    ),
    "origin lost": (
        lambda lake: _edit(lake, POPULAR, lambda file: file["origins"]["movies"].pop()),
        "does not say where its movies came from",
    ),
    "record lost from the quarantine": (
        lambda lake: lake.write(QUARANTINE, b""),
        "has 0 records, and the report of its run counts 1",
    ),
    "quarantine of another run": (
        lambda lake: lake.write(QUARANTINE, lake.read(QUARANTINE).replace(b'"popularity":10.5', b'"popularity":9.5')),
        "is not the record at place 1 of",
    ),
    "quarantine that is none": (lambda lake: lake.write(QUARANTINE, b"{}\n"), "is damaged or no quarantine"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_run_is_refused_in_one_sentence(runs, address, connection, damage):
    """Nothing of it is loaded; put right, it is."""
    lists = {"popular": [movie(1), movie(2, title="")], **OTHERS}
    runs.write(DAILY, FIRST, lists)
    harm, sentence = DAMAGE[damage]
    harm(runs.lake)

    outcome = load_run(runs.lake, address, DAY)

    assert outcome.verdict is Verdict.REFUSED
    assert sentence in outcome.reason
    assert "\n" not in outcome.reason
    assert connection.execute("SELECT count(*) FROM load_ledger").fetchone() == (0,)
    runs.write(DAILY, FIRST, lists)
    assert load_run(runs.lake, address, DAY).verdict is Verdict.LOADED


def test_run_that_its_quality_stopped_is_not_loaded(runs, address, connection):
    """The gate has the last word; what was loaded of the date before stays."""
    runs.write(DAILY, FIRST, {"popular": [movie(1)], **OTHERS})
    load_run(runs.lake, address, DAY)
    before = everything(connection)
    runs.write(DAILY, FIRST, {"popular": [movie(2, title=""), movie(3, title="")], **OTHERS}, fail_below=50)

    outcome = load_run(runs.lake, address, DAY)

    assert outcome.reason.startswith(f"The run of {DAILY} for 2024-01-07 was stopped, since too few of its movies")
    assert everything(connection) == before


def test_accepted_record_that_fits_no_column_is_refused(runs, address, connection, monkeypatch):
    """Should the gate let through what a column cannot hold, the load says which record, and loads nothing."""
    runs.write(DAILY, FIRST, {"popular": [movie(1, release_date="2024-13-01")], **OTHERS})
    files = run_files.find(runs.lake, DAILY, FIRST)
    runs.lake.write(files.quarantine, b"")

    with pytest.raises(WarehouseError, match=r"The movie at place 0 of .* was accepted and does not fit the warehouse"):
        transform(runs.lake, files)


def test_run_that_is_collected_again_meanwhile_is_not_loaded(runs, address, connection):
    """Staged rows are those of the lake, or they are not loaded."""
    runs.write(DAILY, FIRST, {"popular": [movie(1)], **OTHERS})
    header = transform(runs.lake, run_files.find(runs.lake, DAILY, FIRST))
    runs.write(DAILY, FIRST, {"popular": [movie(2)], **OTHERS})

    with pytest.raises(WarehouseError, match="was run again while it was being loaded"):
        days.load(runs.lake, address, header)

    assert connection.execute("SELECT count(*) FROM movies").fetchone() == (0,)


def test_command_says_so_too(runs, address, connection, monkeypatch):
    """Of the steps together it is the outcome of this run, and no end of a backfill."""
    runs.write(DAILY, FIRST, {"popular": [movie(1)], **OTHERS})

    def replaced(lake, files):
        header = transform(lake, files)
        runs.write(DAILY, FIRST, {"popular": [movie(2)], **OTHERS})
        return header

    monkeypatch.setattr(days, "transform", replaced)
    outcome = load_run(runs.lake, address, DAY)

    assert outcome.verdict is Verdict.REFUSED
    assert "was run again while it was being loaded" in outcome.reason


def test_lake_that_does_not_answer_is_no_damage(runs, address, monkeypatch):
    """What may be well a minute later is an error that is retried, not a refusal."""
    runs.write(DAILY, FIRST, {"popular": [movie(1)], **OTHERS})

    def fail(_target):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(runs.lake._store, "get", fail)
    with pytest.raises(LakeError, match="cannot be read: Input/output error"):
        load_run(runs.lake, address, DAY)


@pytest.mark.parametrize("harm", ["delete", "cut"])
def test_staged_rows_that_are_damaged_are_not_loaded(runs, address, connection, harm):
    """A file of rows that is gone or shortened: one sentence, and no row."""
    runs.write(DAILY, FIRST, {"popular": [movie(1)], **OTHERS})
    header = transform(runs.lake, run_files.find(runs.lake, DAILY, FIRST))
    rows = header.replace(".json", ".movies-0000.jsonl")
    runs.lake.delete(rows) if harm == "delete" else _cut(runs.lake, rows)

    with pytest.raises(WarehouseError, match=r"(is not there: run the task|is not as it was written: begin the load)"):
        days.load(runs.lake, address, header)

    assert connection.execute("SELECT count(*) FROM movies").fetchone() == (0,)


def test_two_loads_at_once(runs, address, connection):
    """Many loads of the same and of other runs at once end as one after the other."""
    for day in (FIRST, SECOND, THIRD):
        runs.write(DAILY, day, {"popular": [movie(1, popularity=day.day + 0.5), movie(day.day)], **OTHERS})
    asked = days.asked_for(FIRST, THIRD) * 3

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(lambda which: load_run(runs.lake, address, which), asked))

    found = state(connection)
    empty(connection)
    list(load_runs(runs.lake, address, asked))
    assert {outcome.verdict for outcome in outcomes} == {Verdict.LOADED, Verdict.THERE, Verdict.ABSENT}
    assert sum(outcome.verdict is Verdict.LOADED for outcome in outcomes) == 3
    assert state(connection) == found


def test_load_waits_no_longer_than_a_minute_for_another(runs, address, connection, monkeypatch):
    """Whoever holds the tables is not waited for without end; the task tries again later."""
    runs.write(DAILY, FIRST, {"popular": [movie(1)], **OTHERS})
    monkeypatch.setattr("tmdb_pipeline.warehouse.session.LOCK_TIMEOUT", 1)

    with connection.transaction():
        connection.execute("LOCK movies")
        with pytest.raises(WarehouseUnreachable, match="did not come free within 1 seconds, since another load or"):
            load_run(runs.lake, address, DAY)


@pytest.mark.parametrize(
    ("changes", "kind", "sentence"),
    [
        ({"port": 1}, WarehouseUnreachable, "does not answer"),
        ({"database": "nowhere"}, WarehouseRefused, 'refuses to sign in: .*database "nowhere" does not exist'),
        ({"user": "nobody"}, WarehouseRefused, 'refuses to sign in: .*"nobody"'),
    ],
)
def test_warehouse_that_is_not_there(runs, address, changes, kind, sentence):
    """A server that does not answer is worth a retry; a name that is wrong is not."""
    runs.write(DAILY, FIRST, {"popular": [movie(1)], **OTHERS})
    fields = {name: getattr(address, name) for name in ("name", "host", "port", "database", "user", "password")}

    with pytest.raises(kind, match=sentence):
        load_run(runs.lake, Address(**(fields | changes)), DAY)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (psycopg.errors.DiskFull("could not extend file"), "has no room: could not extend file. Nothing is left"),
        (psycopg.errors.UndefinedColumn("no x"), "are not those of this version: no x. Bring them up to date"),
        (psycopg.errors.CheckViolation("x"), "refused a statement: x. Nothing is left half done."),
    ],
)
def test_what_the_server_refuses_is_said(runs, address, connection, monkeypatch, error, sentence):
    """A full disk and the like in mid-load: one sentence, and no row."""
    runs.write(DAILY, FIRST, {"popular": [movie(1)], **OTHERS})

    def fail(*_):
        raise error

    monkeypatch.setattr("tmdb_pipeline.warehouse.load.load._Load._ledger", fail)
    with pytest.raises(WarehouseError, match=sentence):
        load_run(runs.lake, address, DAY)

    assert connection.execute("SELECT count(*) FROM movies").fetchone() == (0,)


@pytest.mark.parametrize(
    "url", ["", "mysql://a:b@c/d", "postgresql://c/d", "postgresql://a:b@c", "postgresql://a:b@c:x/d"]
)
def test_address_that_is_none_is_not_shown(url):
    """It may hold a password."""
    with pytest.raises(WarehouseRefused, match=r"^IT is no address of a Postgres database: give one such as"):
        Address.from_url("IT", url)


def test_address_shows_no_password():
    """Neither for people nor for logs."""
    address = Address.from_url("IT", "postgresql://an%40a:ge%3Aheim@host/db?sslmode=require")

    assert str(address) == "IT (an@a at host:5432/db)"
    assert address.password == "ge:heim"
    assert address.options == {"sslmode": "require"}
    assert "heim" not in repr(address)
