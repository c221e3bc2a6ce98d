"""A collection of somebody's own, from its lines of YAML to the tables of the warehouse."""

from datetime import UTC, datetime, timedelta

import pytest
from e2e.commands import AirflowHome

from fake_tmdb.faults.fault import Fault
from tmdb_pipeline import dags

LOAD = dags.WAREHOUSE_LOAD.id
KOREAN = "tmdb_custom_korean"
#: 04:00 on Sunday, 2024-01-07, in Seoul
AT_FOUR = datetime(2024, 1, 6, 19, 0, tzinfo=UTC)
ENTRIES = """\
- id: korean
  display_name: 한국 영화
  schedule: "0 4 * * *"
  discover:
    with_origin_country: KR
    vote_count.gte: 10
    sort_by: vote_average.desc
  pages: 4
- id: faulty
  display_name: 잘못된 항목
  schedule: "0 4 * * *"
  discover: {with_origin_contry: KR}
"""
QUERY = {"with_origin_country": "KR", "vote_count.gte": "10", "sort_by": "vote_average.desc", "region": "KR"}


@pytest.fixture
def warehouse(postgres, database, monkeypatch):
    """The Connection of the DAG, to an empty warehouse."""
    monkeypatch.setenv("AIRFLOW_CONN_TMDB_WAREHOUSE", postgres.url(database, "postgresql"))


@pytest.fixture
def run_own(run_dag, dag_folder):
    """Run a DAG of a folder in which these entries stand; the faulty one is an import error, which costs nothing."""
    folder = dag_folder(ENTRIES)

    def run(dag_id, **options):
        return run_dag(dag_id, folder=folder, faults={"custom_collections_errors.py"}, **options)

    run.folder = folder
    return run


def states(run):
    return {ti.task_id: (str(ti.state), ti.try_number) for ti in run.get_task_instances()}


def held(tmdb, movies):
    """The ids of the first movies that the fake's catalogue holds for the query, in its order."""
    repository = tmdb.fake.repository
    return repository.catalogue.ids[repository.discovery.rows(QUERY)[:movies]].tolist()


def test_killed_in_mid_collection_and_resumed_into_the_tables(
    run_own, lake, tmdb, tmp_path, migrated_home, warehouse, connection
):
    """SIGKILL while a page is awaited; the next run asks for that page alone, and the tables hold what TMDB has."""
    tmdb.fake.faults = [Fault(path="/discover/movie", page=3, hang=True, times=1)]
    variables = {"AIRFLOW__CORE__DAGS_FOLDER": str(run_own.folder), "TMDB_DATA_ROOT": str(tmp_path / "lake")}
    home = AirflowHome(tmp_path / "home", tmdb, migrated=migrated_home, **variables)
    kept = ["checkpoint.json", "page_001.json", "page_002.json", "page_004.json"]
    with home.start("dags", "test", KOREAN, "2024-01-07T04:00:00+09:00") as first:
        first.wait_for(lambda: lake.files(f"raw/pages/{KOREAN}/20240107/korean") == kept, "the other pages")
        first.kill()
    asked = sorted(tmdb.fake.journal.pages("/discover/movie"))
    tmdb.fake.journal.clear()

    collected = run_own(KOREAN, logical_date=AT_FOUR)
    loaded = run_own(LOAD, logical_date=AT_FOUR)

    assert asked == [1, 2, 3, 4]
    assert [call.page for call in tmdb.fake.journal.calls()] == [3]
    assert (str(collected.state), str(loaded.state)) == ("success", "success")
    rows = connection.execute(
        "SELECT o.rank, o.movie_id, m.original_language FROM movie_observations o JOIN movies m USING (movie_id) "
        "WHERE o.dag_id = %s AND o.run_date = '2024-01-07' AND o.known_until = 'infinity' ORDER BY o.rank",
        [KOREAN],
    ).fetchall()
    rejected = connection.execute("SELECT movie_id FROM quarantined_records WHERE dag_id = %s", [KOREAN]).fetchall()
    there = dict(enumerate(held(tmdb, 80), start=1))
    assert {rank: movie for rank, movie, _ in rows} == {
        rank: movie for rank, movie in there.items() if (movie,) not in rejected
    }
    assert {language for *_, language in rows} == {"ko"}
    assert connection.execute("SELECT dag_id, source, movies_accepted, pages_asked FROM collections").fetchall() == [
        (KOREAN, "korean", len(rows), 4)
    ]
    history = connection.execute("SELECT count(*) FROM movie_history WHERE movie_id = %s", [rows[0][1]])
    assert history.fetchone()[0] == 1


def test_everything_that_ours_leave_is_there(run_own, lake, tmdb):
    """Pages, movies, report, quarantine and summary lie in places of their own, and say what was asked."""
    run = run_own(KOREAN, logical_date=AT_FOUR)

    assert states(run) == {
        "collect_movies": ("success", 1),
        "validate_collected_data": ("success", 1),
        "generate_summary": ("success", 1),
    }
    info = lake.read_document("raw/movies/custom/korean/korean_20240107.json", dict)["collection_info"]
    report = lake.read_document("raw/metadata/quality_reports/validation_report_custom_korean_20240107.json", dict)
    summary = lake.read_document(f"raw/metadata/custom_summaries/{KOREAN}/summary_20240107.json", dict)
    assert (info["collection_type"], info["source"], info["pages_asked"]) == ("custom", "korean", 4)
    assert (info["path"], info["region"]) == ("/discover/movie", "KR")
    assert info["parameters"] == {name: value for name, value in QUERY.items() if name != "region"}
    assert report["run"]["dag_id"] == KOREAN
    assert report["thresholds"] == {"warn": 80.0, "fail": 50.0}
    assert lake.exists(f"raw/metadata/quarantine/20240107/{KOREAN}.jsonl")
    assert summary["collection_summary"]["total_collected"] == info["total_collected"] == 80
    assert summary["collection_summary"]["total_results"] == len(held(tmdb, None))
    assert summary["files"]["collections"] == ["raw/movies/custom/korean/korean_20240107.json"]
    assert lake.files("raw/movies") == ["custom"]
    assert not lake.exists("raw/metadata/daily_summaries")


def test_its_event_loads_it_and_an_entry_that_is_gone_keeps_what_it_has_left(
    run_dag, run_own, lake, tmdb, warehouse, connection
):
    """The load waits for its asset; runs of an entry that was taken out are loaded by hand from what the lake has."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(run_own.folder)
    waits = {asset.name for asset in bag.dags[LOAD].schedule.objects}
    assert waits == {"tmdb_daily_movies", "tmdb_weekly_movies", KOREAN}
    run_own(KOREAN, logical_date=AT_FOUR)
    run_own(KOREAN, logical_date=AT_FOUR + timedelta(days=1))

    loaded = run_dag(LOAD, logical_date=None, run_conf={"run_dates": ["2024-01-07", "2024-01-08"]})

    assert str(loaded.state) == "success"
    ledger = connection.execute("SELECT dag_id, run_date::text FROM load_ledger ORDER BY run_date").fetchall()
    assert ledger == [(KOREAN, "2024-01-07"), (KOREAN, "2024-01-08")]


def test_query_that_finds_nothing_is_said(run_dag, dag_folder, lake, tmdb, caplog):
    """No file is made of nothing; the sentence says what was asked, for the parameters are what is to be changed."""
    folder = dag_folder(
        ENTRIES[: ENTRIES.index("- id: faulty")].replace("vote_count.gte: 10", "primary_release_year: 1871")
    )

    run = run_dag(KOREAN, folder=folder, logical_date=AT_FOUR)

    assert states(run)["collect_movies"] == ("failed", 1)
    assert (
        "korean: TMDB has no movie with with_origin_country=KR, primary_release_year=1871, "
        "sort_by=vote_average.desc; no file was written"
    ) in caplog.text
    assert not lake.exists("raw/movies/custom/korean/korean_20240107.json")


def test_params_of_a_run_are_those_of_the_entry_unless_somebody_chooses(run_own, lake, tmdb):
    """Pages and thresholds can be chosen for one run."""
    run = run_own(KOREAN, logical_date=AT_FOUR, run_conf={"pages": 1, "warn_below_percent": 100})

    report = lake.read_document("raw/metadata/quality_reports/validation_report_custom_korean_20240107.json", dict)
    assert str(run.state) == "success"
    assert tmdb.fake.journal.pages("/discover/movie") == [1]
    assert report["thresholds"] == {"warn": 100.0, "fail": 50.0}


def test_warehouse_with_custom_runs_is_checked_and_reported(run_own, lake, tmdb, warehouse, connection):
    """The checks hold for tables in which custom runs stand beside ours, and the report shows them by their ids."""
    for dag_id in (dags.DAILY.id, KOREAN, LOAD):
        assert str(run_own(dag_id, logical_date=AT_FOUR).state) == "success"

    run_own(dags.WAREHOUSE_QUALITY.id, logical_date=AT_FOUR)

    report = lake.read_document("raw/metadata/warehouse_reports/warehouse_quality_20240107.json", dict)
    page = lake.read("raw/metadata/warehouse_reports/warehouse_quality_20240107.html").decode()
    assert {check["name"]: check["message"] for check in report["checks"] if check["level"] == "alarm"} == {}
    assert KOREAN in page
