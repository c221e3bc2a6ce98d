"""Which task does what, with which param, and hands what to which: each DAG run once, task by task, against the fake.

Airflow's own part is left out, its parser and its context aside. Every param has a value of its own, so that one that
is read in the place of another shows in what TMDB is asked for, or in the files.
"""

import copy
import logging
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace

import orjson
import pytest
from airflow.sdk import BaseHook
from airflow.sdk.bases.xcom import BaseXCom
from airflow.sdk.definitions.xcom_arg import XComArg
from airflow.sdk.exceptions import AirflowNotFoundException
from airflow.sdk.execution_time.context import OutletEventAccessors, set_current_context

from fake_tmdb import NO_LIMITS, FakeTmdb, Fault
from tmdb_pipeline import dags
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.movies import GENRES

DAILY, WEEKLY = dags.DAILY.id, dags.WEEKLY.id
#: What each event says of its run, besides the metrics.
WHICH = {dag_id: {"dag_id": dag_id, "run_id": "manual__1", "run_date": "2024-03-17"} for dag_id in (DAILY, WEEKLY)}

#: A Sunday at 03:00 in Seoul: in UTC it is still Saturday, the 16th. Week, month and day are three numbers.
AT_THREE = datetime(2024, 3, 16, 18, 0, tzinfo=UTC)
STARTED = datetime(2024, 3, 16, 18, 0, 7, tzinfo=UTC)
DAILY_PARAMS = {"popular_pages": 2, "time_window": "week", "warn_below_percent": 99.5, "fail_below_percent": 31.0}
DAILY_PARAMS["adult_movies"] = "quarantine"
WEEKLY_PARAMS = {
    "genre_pages": 2,
    "top_rated_pages": 3,
    "min_rating": 7.25,
    "warn_below_percent": 99.75,
    "fail_below_percent": 32.0,
}
#: In two files of a day, and in two of a week, of forty movies and more.
BROKEN = Fault(path="/*/*", page=1, times=2, set={"results.0.vote_average": 11.0, "results.1.adult": True})


class Walk:
    """A run of a DAG, task by task.

    Attributes:
        results: what each task returned.
        events: the extras of the events that each task sent, by the asset's name.
        journal: the requests that the fake has seen.
        said: warnings in the log.
        lake: what is left.
    """

    def __init__(self, dag, params, lake):
        self.dag = dag
        self.params = copy.deepcopy(dag.params).dump() | params
        self.lake = lake
        self.results = {}
        self.events = {}
        self.said = []
        self.journal = []

    def run(self, task):
        """Call what a task calls, with what the tasks before it returned."""
        accessors = OutletEventAccessors()
        dag_run = SimpleNamespace(
            dag_id=self.dag.dag_id, run_id="manual__1", logical_date=AT_THREE, run_after=None, start_date=STARTED
        )
        context = {"dag_run": dag_run, "params": self.params, "outlet_events": accessors, "ti": task}
        try:
            with set_current_context(context):
                self.results[task.task_id] = task.python_callable(*map(self._resolved, task.op_args))
        finally:
            self.events[task.task_id] = {outlet.name: accessors[outlet].extra for outlet in task.outlets}

    def _resolved(self, argument):
        if isinstance(argument, XComArg):
            assert argument.key == BaseXCom.XCOM_RETURN_KEY
            return self.results[argument.operator.task_id]
        return [self._resolved(item) for item in argument] if isinstance(argument, list) else argument


@pytest.fixture(scope="module")
def tmdb():
    with FakeTmdb(movies=20_000, seed=7, limits=NO_LIMITS).serve() as server:
        yield server


@pytest.fixture(scope="module")
def environment(tmdb):
    """The variables of a task that is to ask the fake, and no Connection."""

    def get_connection(conn_id):
        raise AirflowNotFoundException(conn_id)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseHook, "get_connection", staticmethod(get_connection))
        patch.setenv("TMDB_READ_TOKEN", tmdb.fake.read_token)
        patch.setenv("TMDB_BASE_URL", tmdb.url)
        yield patch


@pytest.fixture(scope="module")
def walk(dagbag, environment, tmdb, tmp_path_factory):
    """Run the tasks of a DAG one after the other, each after those that it waits for."""

    def walk(dag_id, params):
        root = tmp_path_factory.mktemp(dag_id)
        environment.setenv("TMDB_DATA_ROOT", str(root))
        tmdb.fake.reset()
        tmdb.fake.faults = [BROKEN]
        walked = Walk(dagbag.dags[dag_id], params, Lake(str(root)))
        with warnings_of("tmdb_pipeline") as walked.said:
            for task in walked.dag.topological_sort():
                walked.run(task)
        walked.journal = tmdb.fake.journal.calls()
        return walked

    return walk


@contextmanager
def warnings_of(name):
    """The messages of a logger that are warnings or worse."""
    said = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())
    logging.getLogger(name).addHandler(handler)
    yield said
    logging.getLogger(name).removeHandler(handler)


@pytest.fixture(scope="module")
def daily(walk):
    return walk(DAILY, DAILY_PARAMS)


@pytest.fixture(scope="module")
def weekly(walk):
    return walk(WEEKLY, WEEKLY_PARAMS)


def asked(walked, path):
    """The pages that the fake was asked for, by the genre, where there is one."""
    return sorted(
        (int(call.parameters.get("with_genres", 0)), call.page) for call in walked.journal if call.path == f"/3{path}"
    )


def test_day_asks_for_what_its_params_say(daily):
    """As many popular pages as ``popular_pages`` says, one page of the trending movies of ``time_window``, no more."""
    assert asked(daily, "/movie/popular") == [(0, 1), (0, 2)]
    assert asked(daily, "/trending/movie/week") == [(0, 1)]
    assert len(daily.journal) == 3


def test_week_asks_for_what_its_params_say(weekly):
    """Each genre's task asks for its own genre, ``genre_pages`` pages; the other one for ``top_rated_pages``."""
    assert asked(weekly, "/discover/movie") == sorted((genre.id, page) for genre in GENRES for page in (1, 2))
    assert asked(weekly, "/movie/top_rated") == [(0, 1), (0, 2), (0, 3)]
    assert len(weekly.journal) == 19


def test_each_genre_goes_into_its_own_file(weekly):
    """The task that is named after a genre collects that genre into the file that is named after it."""
    for genre in GENRES:
        found = weekly.results[f"collect_{genre.slug}_movies"]
        movies = weekly.lake.read_document(f"raw/movies/genre/{genre.slug}_20240317.json", dict)["movies"]
        assert (found["file"], found["genre_id"]) == (f"raw/movies/genre/{genre.slug}_20240317.json", genre.id)
        assert len(movies) == found["total_collected"] > 20
        assert all(genre.id in movie["genre_ids"] for movie in movies)


def test_least_rating_is_that_of_the_param(weekly):
    """Top rated movies are kept from ``min_rating`` on: some below the default of 7.5 are, none below 7.25."""
    found = weekly.results["collect_top_rated_movies"]
    movies = weekly.lake.read_document("raw/movies/weekly/top_rated_20240317.json", dict)["movies"]

    assert found["min_rating"] == 7.25
    assert min(movie["vote_average"] for movie in movies) >= 7.25


@pytest.mark.parametrize(
    ("which", "validates", "files", "report"),
    [
        (
            "daily",
            "validate_collected_data",
            ["raw/movies/daily/popular_movies_20240317.json", "raw/movies/trending/trending_movies_20240317.json"],
            "raw/metadata/quality_reports/validation_report_20240317.json",
        ),
        (
            "weekly",
            "validate_weekly_data",
            ["processed/weekly/consolidated_week_11_20240317.json"],
            "raw/metadata/quality_reports/validation_report_weekly_20240317.json",
        ),
    ],
)
def test_everything_that_was_collected_is_judged(request, which, validates, files, report):
    """Validation reads all files of this run, by the thresholds of the params, and writes the DAG's own report."""
    walked = request.getfixturevalue(which)
    found = walked.results[validates]
    params = walked.params

    assert [checked["file"] for checked in found["files_validated"]] == files
    assert found["thresholds"] == {"warn": params["warn_below_percent"], "fail": params["fail_below_percent"]}
    assert found["report"] == report
    assert walked.lake.read_document(report, dict)["run"]["dag_id"] == walked.dag.dag_id


@pytest.mark.parametrize("which", ["daily", "weekly"])
def test_pass_rate_below_the_threshold_is_said_once(request, which):
    """A record that is broken brings the rate below 99.5 %, and one line of the log says so."""
    walked = request.getfixturevalue(which)

    assert [message for message in walked.said if message.startswith("Only ")] == [
        message for message in walked.said if "warning below 99." in message
    ]
    assert len([message for message in walked.said if message.startswith("Only ")]) == 1


def test_nine_collections_are_consolidated_in_their_order(weekly):
    """The consolidated file is made of all nine, genres first, in the order in which the contract lists them."""
    info = weekly.lake.read_document("processed/weekly/consolidated_week_11_20240317.json", dict)
    first = weekly.lake.read_document("raw/movies/genre/action_20240317.json", dict)["movies"]
    tasks = [f"collect_{genre.slug}_movies" for genre in GENRES] + ["collect_top_rated_movies"]
    received = sum(
        weekly.results[task]["total_collected"] + weekly.results[task]["duplicates_dropped"] for task in tasks
    )

    assert weekly.results["consolidate_weekly_data"]["records_received"] == received
    assert weekly.results["consolidate_weekly_data"]["sources_processed"] == [
        weekly.results[task]["file"] for task in tasks
    ]
    assert {movie["id"] for movie in info["movies"]} >= {movie["id"] for movie in first}


def test_day_ends_with_its_summary(daily):
    """What the last task returns is the summary of the day, which stands in its file and goes out with the asset."""
    summary = daily.results["generate_daily_summary"]
    file = "raw/metadata/daily_summaries/daily_summary_20240317.json"

    assert summary["file"] == file
    assert daily.lake.read_document(file, dict) == {key: summary[key] for key in summary if key != "file"}
    assert daily.events["generate_daily_summary"] == {"tmdb_daily_movies": WHICH[DAILY] | summary}


def quarantined(walked):
    """The lines of the quarantine."""
    lines = walked.lake.read(f"raw/metadata/quarantine/20240317/{walked.dag.dag_id}.jsonl").splitlines()
    return [orjson.loads(line) for line in lines]


def test_what_becomes_of_movies_for_adults_is_what_the_param_says(daily, weekly):
    """They are quarantined where ``adult_movies`` says so, and nowhere else."""
    rules = [{rule["rule"] for line in quarantined(walked) for rule in line["rules"]} for walked in (daily, weekly)]

    assert ["adult.unasked" in broken for broken in rules] == [True, False]


def test_time_of_a_day_is_that_of_the_run_of_the_dag(daily):
    """It begins when the DAG's run began, and not with the first collection."""
    assert daily.results["generate_daily_summary"]["execution_summary"]["start_time"] == "2024-03-17T03:00:07+09:00"


def test_week_ends_with_its_metrics(weekly):
    """What the last task returns goes out with the asset: what was consolidated, and how good it is."""
    metrics = weekly.results["end_weekly_collection"]
    judged = weekly.results["validate_weekly_data"]

    assert metrics["file"] == "processed/weekly/consolidated_week_11_20240317.json"
    copies = [line for line in quarantined(weekly) if line["index"] is None]  # good elsewhere, so not among the movies
    assert metrics["total_unique_movies"] == judged["total_movies_validated"] - len(copies)
    assert metrics["quality_summary"]["validation_rate"] == judged["validation_rate"] < 100
    assert weekly.events["end_weekly_collection"] == {"tmdb_weekly_movies": WHICH[WEEKLY] | metrics}


def test_week_begins_with_the_preflight(weekly):
    """The first task says what the run is about to do, and where it asks."""
    found = weekly.results["start_weekly_collection"]

    assert (found["run_date"], found["week_number"]) == ("2024-03-17", 11)
    assert found["base_url"].startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    ("which", "file"),
    [
        ("daily", "raw/movies/daily/popular_movies_20240317.json"),
        ("weekly", "processed/weekly/consolidated_week_11_20240317.json"),
    ],
)
def test_nothing_is_published_by_a_last_task_that_fails(request, environment, which, file):
    """Whoever waits for the asset gets the metrics of a run that is complete, or none."""
    walked = request.getfixturevalue(which)
    environment.setenv("TMDB_DATA_ROOT", str(walked.lake.locate("")).rstrip("/"))
    last = walked.dag.leaves[0]
    again = Walk(walked.dag, {}, walked.lake)
    again.results = dict(walked.results)
    kept = walked.lake.read(file)
    walked.lake.delete(file)

    with pytest.raises(LakeError):
        again.run(last)

    walked.lake.write(file, kept)
    assert set(map(str, again.events[last.task_id].values())) == {"{}"}
