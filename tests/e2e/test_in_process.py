from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import orjson
import pytest
from e2e.digest import DAILY, EXPECTED, WEEKLY, digests

from fake_tmdb.faults.fault import Fault
from tmdb_pipeline.movies import GENRES, movie_id
from tmdb_pipeline.tmdb.retry import RetryBudget

#: A Sunday at 02:00 and 03:00 in Seoul: in UTC it is still Saturday, the 6th.
AT_TWO = datetime(2024, 1, 6, 17, 0, tzinfo=UTC)
AT_THREE = datetime(2024, 1, 6, 18, 0, tzinfo=UTC)


def states(run):
    return {ti.task_id: (str(ti.state), ti.try_number) for ti in run.get_task_instances()}


def returned(run, task_id):
    return next(ti for ti in run.get_task_instances() if ti.task_id == task_id).xcom_pull(task_ids=task_id)


def published(name):
    """The extras of the events of an asset, oldest first."""
    from airflow.models.asset import AssetEvent, AssetModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        wanted = select(AssetEvent).join(AssetModel, AssetModel.id == AssetEvent.asset_id)
        return [event.extra for event in session.scalars(wanted.where(AssetModel.name == name).order_by(AssetEvent.id))]


def test_daily_run_leaves_every_file_and_its_counts_add_up(run_dag, lake, tmdb, tmp_path):
    """Five popular pages and one trending page become files that are there, valid and consistent with each other."""
    run = run_dag(DAILY, logical_date=AT_TWO)

    popular = lake.read_document("raw/movies/daily/popular_movies_20240107.json", dict)
    trending = lake.read_document("raw/movies/trending/trending_movies_20240107.json", dict)
    report = lake.read_document("raw/metadata/quality_reports/validation_report_20240107.json", dict)
    summary = lake.read_document("raw/metadata/daily_summaries/daily_summary_20240107.json", dict)
    quarantine = lake.read(f"raw/metadata/quarantine/20240107/{DAILY}.jsonl").splitlines()
    page = lake.read("raw/metadata/quality_reports/validation_report_20240107.html").decode()
    assert str(run.state) == "success"
    assert popular["collection_info"]["pages_processed"] == 5
    assert popular["collection_info"]["records_received"] == 100
    assert trending["collection_info"]["total_collected"] == 20
    assert sorted(tmdb.fake.journal.pages("/movie/popular")) == [1, 2, 3, 4, 5]
    assert tmdb.fake.journal.pages("/trending/movie/day") == [1]
    assert len(tmdb.fake.journal) == 6
    collected = len(popular["movies"]) + len(trending["movies"])
    assert report["total_movies_validated"] == collected
    assert report["total_movies_passed"] + len(quarantine) == collected
    assert report["verdict"] == "passed"
    assert summary["collection_summary"]["total_collected"] == collected
    assert summary["quality_summary"]["total_movies_passed"] == report["total_movies_passed"]
    assert page.lower().startswith("<!doctype html>")
    assert lake.files(f"raw/pages/{DAILY}/20240107/popular") == [
        "checkpoint.json",
        *(f"page_00{n}.json" for n in range(1, 6)),
    ]
    assert digests(tmp_path / "lake") == {DAILY: EXPECTED[DAILY]}


def test_weekly_run_leaves_every_file_and_its_counts_add_up(run_dag, lake, tmdb, tmp_path):
    """Eight genres and the top rated become nine files and one in which each movie stands once."""
    run = run_dag(WEEKLY, logical_date=AT_THREE)

    genres = {kind: lake.read_document(f"raw/movies/genre/{kind.slug}_20240107.json", dict) for kind in GENRES}
    rated = lake.read_document("raw/movies/weekly/top_rated_20240107.json", dict)
    consolidated = lake.read_document("processed/weekly/consolidated_week_01_20240107.json", dict)
    report = lake.read_document("raw/metadata/quality_reports/validation_report_weekly_20240107.json", dict)
    quarantine = lake.read(f"raw/metadata/quarantine/20240107/{WEEKLY}.jsonl").splitlines()
    assert str(run.state) == "success"
    for kind, collection in genres.items():
        assert 200 < len(collection["movies"]) <= 300
        assert collection["collection_info"]["genre_name"] == kind.name
        assert all(kind.id in movie["genre_ids"] for movie in collection["movies"])
    assert len(rated["movies"]) > 100
    assert all(movie["vote_average"] >= 7.5 for movie in rated["movies"])
    assert sorted(tmdb.fake.journal.pages("/movie/top_rated")) == list(range(1, 21))
    assert len(tmdb.fake.journal) == 8 * 15 + 20
    assert {call.outcome for call in tmdb.fake.journal.calls()} == {200}
    assert tmdb.fake.journal.peak() <= 40  # from one task to the next, too
    everything = [movie for collection in [*genres.values(), rated] for movie in collection["movies"]]
    numbers = [movie_id(movie) for movie in consolidated["movies"]]
    assert set(numbers) == {movie_id(movie) for movie in everything}
    assert len(set(numbers)) == len(numbers)
    assert all(movie in everything for movie in consolidated["movies"])
    assert report["total_movies_validated"] == len(consolidated["movies"])
    assert report["total_movies_passed"] + len(quarantine) == len(consolidated["movies"])
    assert digests(tmp_path / "lake") == {WEEKLY: EXPECTED[WEEKLY]}


def test_both_runs_publish_their_assets_with_figures(run_dag, lake):
    """The event of a run carries its figures, so that whoever it wakes need not look for them."""
    run_dag(DAILY, logical_date=AT_TWO)

    daily = published("tmdb_daily_movies")[-1]
    run_dag(WEEKLY, logical_date=AT_THREE, run_conf={"genre_pages": 1, "top_rated_pages": 1})
    weekly = published("tmdb_weekly_movies")[-1]

    assert daily["summary_date"] == "2024-01-07"
    assert daily["collection_summary"]["total_collected"] > 100
    assert sum(weekly["by_category"].values()) == weekly["total_unique_movies"] < 180
    assert weekly["quality_summary"]["verdict"] == "passed"


def test_params_reach_what_they_are_for(run_dag, lake, tmdb):
    """What a person chooses for a run is what happens: pages, window, minimum rating and thresholds."""
    daily = {"popular_pages": 2, "time_window": "week", "warn_below_percent": 100, "fail_below_percent": 10}
    weekly = {
        "genre_pages": 1,
        "top_rated_pages": 2,
        "min_rating": 9.95,
        "warn_below_percent": 1,
        "fail_below_percent": 0,
    }
    tmdb.fake.faults = [Fault(path="/movie/popular", page=1, set={"results.0.adult": "no"})]

    first = run_dag(DAILY, logical_date=AT_TWO, run_conf=daily)
    asked = {call.path: sorted(tmdb.fake.journal.pages(call.path)) for call in tmdb.fake.journal.calls()}
    tmdb.fake.faults = [Fault(path="/movie/top_rated", page=1, set={"results.3.vote_average": 9.95})]
    tmdb.fake.journal.clear()
    second = run_dag(WEEKLY, logical_date=AT_THREE, run_conf=weekly)

    assert asked == {"/3/movie/popular": [1, 2], "/3/trending/movie/week": [1]}
    assert returned(first, "validate_collected_data")["verdict"] == "warned"
    assert returned(first, "validate_collected_data")["thresholds"] == {"warn": 100.0, "fail": 10.0}
    assert len(tmdb.fake.journal) == 8 + 2
    assert returned(second, "collect_top_rated_movies")["total_collected"] == 1
    assert returned(second, "validate_weekly_data")["thresholds"] == {"warn": 1.0, "fail": 0.0}


def test_thresholds_that_make_no_sense_fail_at_once(run_dag, lake, tmdb):
    """A failure threshold above the warning one fails the first tasks, without retries, and asks nothing of TMDB."""
    run = run_dag(DAILY, retries=3, logical_date=AT_TWO, run_conf={"warn_below_percent": 10, "popular_pages": 1})

    assert states(run) == {
        "collect_popular_movies": ("failed", 1),
        "collect_trending_movies": ("failed", 1),
        "validate_collected_data": ("upstream_failed", 0),
        "generate_daily_summary": ("upstream_failed", 0),
    }
    assert len(tmdb.fake.journal) == 0


def test_data_root_that_cannot_be_written_fails_one_task(run_dag, lake, tmdb, monkeypatch, tmp_path):
    """The weekly run finds out before its nine collections, asks nothing, and leaves what is there alone."""
    (tmp_path / "root").write_text("a file")
    monkeypatch.setenv("TMDB_DATA_ROOT", str(tmp_path / "root"))

    run = run_dag(WEEKLY, logical_date=AT_THREE)

    assert states(run)["start_weekly_collection"][0] == "failed"
    assert len(tmdb.fake.journal) == 0
    assert (tmp_path / "root").read_text() == "a file"


@pytest.mark.parametrize("dag_id", [DAILY, WEEKLY])
def test_run_without_a_logical_date_is_for_today_in_seoul(run_dag, lake, dag_id):
    """A run that an asset or a person started without a date works, and is filed under the day it was due."""
    options = {"genre_pages": 1, "top_rated_pages": 1} if dag_id == WEEKLY else {"popular_pages": 1}

    run = run_dag(dag_id, logical_date=None, run_conf=options)

    day = run.run_after.astimezone(ZoneInfo("Asia/Seoul")).strftime("%Y%m%d")
    assert run.logical_date is None
    assert str(run.state) == "success"
    assert lake.files(f"raw/pages/{dag_id}") == [day]


def test_same_date_again_writes_the_same_movies(run_dag, lake):
    """Running a date again replaces its files with the same movies, byte for byte."""
    files = ["raw/movies/daily/popular_movies_20240107.json", "raw/movies/trending/trending_movies_20240107.json"]
    run_dag(DAILY, logical_date=AT_TWO)
    first = [lake.read(file) for file in files]

    run_dag(DAILY, logical_date=AT_TWO)

    for before, after in zip(first, (lake.read(file) for file in files), strict=True):
        assert before.split(b'"collection_info"')[0] == after.split(b'"collection_info"')[0]
        assert before != after


def test_page_as_received_is_kept_as_evidence(run_dag, lake, tmdb):
    """A quarantined record points to its place in the collection and in the page it came from, as TMDB sent it."""
    tmdb.fake.faults = [Fault(path="/movie/popular", page=2, set={"results.3.vote_average": 11.0})]

    run = run_dag(DAILY, logical_date=AT_TWO)

    rejected = [
        orjson.loads(line) for line in lake.read(f"raw/metadata/quarantine/20240107/{DAILY}.jsonl").splitlines()
    ]
    where = rejected[0]["where"]
    page = lake.read_document(where["file"], dict)
    collected = lake.read_document(rejected[0]["file"], dict)["movies"]
    assert str(run.state) == "success"
    assert [rule["rule"] for rule in rejected[0]["rules"]] == ["vote_average.range"]
    assert where == {"file": f"raw/pages/{DAILY}/20240107/popular/page_002.json", "index": 3}
    assert page["body"]["results"][3] == rejected[0]["record"] == collected[rejected[0]["index"]]
    assert [checked["quarantined"] for checked in returned(run, "validate_collected_data")["files_validated"]] == [1, 0]


def test_refused_key_fails_at_the_first_try(run_dag, lake, tmdb, monkeypatch):
    """With three retries allowed, a refused key is one request of each task and no retry."""
    monkeypatch.setenv("TMDB_READ_TOKEN", "wrong")

    run = run_dag(DAILY, retries=3, logical_date=AT_TWO)

    assert states(run) == {
        "collect_popular_movies": ("failed", 1),
        "collect_trending_movies": ("failed", 1),
        "validate_collected_data": ("upstream_failed", 0),
        "generate_daily_summary": ("upstream_failed", 0),
    }
    assert len(tmdb.fake.journal) == 2


def test_missing_key_fails_one_task_and_asks_nothing(run_dag, lake, tmdb, monkeypatch, caplog):
    """Without a key the weekly run stops before its nine collections, with a message that says what to set."""
    monkeypatch.delenv("TMDB_READ_TOKEN")

    run = run_dag(WEEKLY, retries=3, logical_date=AT_THREE)

    assert states(run)["start_weekly_collection"] == ("failed", 1)
    assert {state for task_id, (state, _) in states(run).items() if task_id != "start_weekly_collection"} == {
        "upstream_failed"
    }
    assert len(tmdb.fake.journal) == 0


def test_connection_wins_over_the_environment(run_dag, lake, tmdb, monkeypatch):
    """The Connection tmdb_default, where there is one, replaces address and key of the environment."""
    host, port = tmdb.root.removeprefix("http://").split(":")
    connection = {
        "conn_type": "http",
        "schema": "http",
        "host": host,
        "port": int(port),
        "extra": {"api_key": tmdb.fake.api_key, "language": "en-US"},
    }
    monkeypatch.setenv("AIRFLOW_CONN_TMDB_DEFAULT", orjson.dumps(connection).decode())
    monkeypatch.setenv("TMDB_BASE_URL", "http://nowhere.invalid/3")
    monkeypatch.setenv("TMDB_READ_TOKEN", "wrong")

    run = run_dag(DAILY, logical_date=AT_TWO, run_conf={"popular_pages": 1})

    info = returned(run, "collect_popular_movies")
    assert str(run.state) == "success"
    assert (info["base_url"], info["language"]) == (tmdb.url, "en-US")


def test_retried_task_asks_only_for_missing_pages(run_dag, lake, tmdb, monkeypatch):
    """A page that fails through all tries of the client costs a retry of the task, which asks for that page alone."""
    monkeypatch.setattr("tmdb_pipeline.tmdb.client.RetryBudget", partial(RetryBudget, base=0))
    tmdb.fake.faults = [Fault(path="/movie/popular", page=3, status=502, body="html", times=5)]

    run = run_dag(DAILY, retries=1, logical_date=AT_TWO)

    pages = tmdb.fake.journal.pages("/movie/popular")
    info = returned(run, "collect_popular_movies")
    assert states(run)["collect_popular_movies"] == ("success", 2)
    assert sorted(pages) == [1, 2, *[3] * 6, 4, 5]
    assert info["pages_resumed"] == 4
    assert info["pages_processed"] == 5


def test_bad_data_fails_the_run_without_a_retry(run_dag, lake, tmdb):
    """When most records are broken the run stops at validation, and report and quarantine say why."""
    tmdb.fake.faults = [Fault(set={"results.*.vote_average": -1.0})]

    run = run_dag(DAILY, retries=3, logical_date=AT_TWO)

    report = lake.read_document("raw/metadata/quality_reports/validation_report_20240107.json", dict)
    assert states(run)["validate_collected_data"] == ("failed", 1)
    assert states(run)["generate_daily_summary"] == ("upstream_failed", 0)
    assert report["verdict"] == "failed"
    assert (
        len(lake.read(f"raw/metadata/quarantine/20240107/{DAILY}.jsonl").splitlines())
        == report["total_movies_validated"]
    )


def test_mediocre_data_warns_and_goes_on(run_dag, lake, tmdb, monkeypatch):
    """Under the first threshold the run goes on, and the log names the report."""
    tmdb.fake.faults = [
        Fault(path="/movie/popular", page=number, set={"results.*.vote_average": -1.0}) for number in (1, 2)
    ]
    announced = []
    monkeypatch.setattr("tmdb_pipeline.orchestration.tasks.announce_quality", announced.append)

    run = run_dag(DAILY, logical_date=AT_TWO)

    assert str(run.state) == "success"
    assert returned(run, "generate_daily_summary")["quality_summary"]["verdict"] == "warned"
    assert [result.verdict for result in announced] == ["warned"]


def test_files_of_another_run_are_refused(run_dag, lake, monkeypatch):
    """When another run of the date replaces a collection in mid-run, nothing of the mixture is published."""
    from tmdb_pipeline.orchestration import tasks

    validate = tasks.validate

    def replaced_meanwhile(this, written):
        file = written[0]["file"]
        document = orjson.loads(lake.read(file))
        document["collection_info"]["dag_run_id"] = "manual__other"
        lake.write(file, orjson.dumps(document))
        return validate(this, written)

    monkeypatch.setattr(tasks, "validate", replaced_meanwhile)
    run = run_dag(DAILY, logical_date=AT_TWO)

    assert states(run)["validate_collected_data"][0] == "failed"
    assert not lake.exists("raw/metadata/daily_summaries/daily_summary_20240107.json")


def test_page_knows_how_long_a_run_by_hand_took(run_dag, lake, tmdb):
    """Such a run says that it began at the moment that it is for, a day ago; what counts is when its first task did."""
    from tmdb_pipeline.orchestration.page.metadata import airflow_facts

    began = datetime.now(UTC)
    run = run_dag(DAILY, logical_date=began - timedelta(days=1))

    (dag,) = airflow_facts({DAILY}, began - timedelta(days=90)).dags
    assert dag.last.run_id == run.run_id
    assert began <= dag.last.started <= dag.last.ended
    assert dag.last.seconds == (dag.last.ended - dag.last.started).total_seconds()
