from dataclasses import replace
from datetime import UTC, date, datetime

import msgspec
import pytest
from file_infos import collection_info
from measurements import measurements
from quarantines import movie

from tmdb_pipeline import dags
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.errors import MixedRuns
from tmdb_pipeline.lake.movie_file import MovieFile, write_movies
from tmdb_pipeline.lake.quarantine_file import read_quarantine
from tmdb_pipeline.lake.records import Origin, PagePlace, Record
from tmdb_pipeline.lake.store import Lake, to_json
from tmdb_pipeline.language import Language
from tmdb_pipeline.quality.batches.validator import EmptyBatch
from tmdb_pipeline.quality.gate import QualityFailed, check_run
from tmdb_pipeline.quality.thresholds import Thresholds
from tmdb_pipeline.run import Run

RUN = Run("tmdb_daily_collection", "manual__1", date(2024, 1, 7))
NOW = datetime(2024, 1, 6, 17, 30, 0, 999_999, tzinfo=UTC)
POPULAR = paths.movies_file(RUN, "daily", "popular_movies")
TRENDING = paths.movies_file(RUN, "trending", "trending_movies")


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path))


def write(lake, file, movies, copies=(), run_id=RUN.run_id, day=RUN.day, **info):
    """A file whose records stand one after the other on page 2 of "popular", the copies on page 3."""
    records = [
        [Record(record, Origin("popular", page, index, day)) for index, record in enumerate(part)]
        for page, part in ((2, movies), (3, copies))
    ]
    write_movies(lake, file, MovieFile(*records, collection_info(dag_run_id=run_id, **info)))


def check(lake, *files, run=RUN, warn=80.0, fail=50.0, adult="warn"):
    """What the gate hands on for the files of the run, as other tasks get it."""
    thresholds = Thresholds(warn=warn, fail=fail)
    return msgspec.to_builtins(
        check_run(lake, run, files, thresholds=thresholds, now=NOW, language=Language.KO, adult=adult)
    )


def test_good_movies_pass_and_leave_an_empty_quarantine(lake):
    """Both files are judged together, the report stands in two forms, and nothing is quarantined."""
    write(lake, POPULAR, [movie(1), movie(2)])
    write(lake, TRENDING, [movie(1)])

    metrics = check(lake, POPULAR, TRENDING)

    report = lake.read_document(metrics["report"], dict)
    assert metrics == {
        "verdict": "passed",
        "overall_quality_score": 100.0,
        "validation_rate": 100.0,
        "total_movies_validated": 3,
        "total_movies_passed": 3,
        "total_movies_quarantined": 0,
        "duplicates": 0,
        "quality_distribution": {"excellent": 3, "good": 0, "fair": 0, "poor": 0},
        "dimension_scores": dict.fromkeys(
            ("completeness", "validity", "uniqueness", "consistency", "timeliness"), 100.0
        ),
        "common_issues": [],
        "pages_missing": [],
        "files_validated": [
            {"file": POPULAR, "movie_count": 2, "passed": 2, "duplicates": 0, "quarantined": 0},
            {"file": TRENDING, "movie_count": 1, "passed": 1, "duplicates": 0, "quarantined": 0},
        ],
        "thresholds": {"warn": 80.0, "fail": 50.0},
        "report": "raw/metadata/quality_reports/validation_report_20240107.json",
        "report_html": "raw/metadata/quality_reports/validation_report_20240107.html",
        "quarantine": "raw/metadata/quarantine/20240107/tmdb_daily_collection.jsonl",
    }
    assert report["run"] == {"dag_id": RUN.dag_id, "run_id": RUN.run_id, "run_date": "2024-01-07"}
    assert (report["validation_date"], report["validated_at"]) == ("2024-01-07", "2024-01-07T02:30:00+09:00")
    assert lake.read(metrics["quarantine"]) == b""
    assert b"100" in lake.read(metrics["report_html"])


def test_rejected_record_is_quarantined_with_its_place(lake):
    """A record that breaks a rule stands in the quarantine whole, with the rule and the page that it came from."""
    bad = movie(2, vote_average=11.0)
    write(lake, POPULAR, [movie(1), bad, movie(3)])

    metrics = check(lake, POPULAR, warn=50.0)

    (line,) = read_quarantine(lake, metrics["quarantine"])
    assert line.where == PagePlace(paths.page_file(RUN, "popular", 2), 1)
    assert line.record == bad
    assert [rule.rule for rule in line.rules] == ["vote_average.range"]
    assert metrics["files_validated"] == [
        {"file": POPULAR, "movie_count": 3, "passed": 2, "duplicates": 0, "quarantined": 1}
    ]


def test_quarantine_leaves_the_good_copy_of_a_movie_alone(lake):
    """Leaving out what the quarantine names, by file and index, leaves just the accepted records, file by file."""
    good, twice = movie(1), movie(3)
    write(
        lake,
        POPULAR,
        [good, movie(2, title=None), twice],
        copies=[movie(3, vote_count=1), movie(1, vote_average=11.0)],
    )
    write(lake, TRENDING, [movie(1, vote_average=11.0), movie(2)])

    metrics = check(lake, POPULAR, TRENDING, warn=50.0)

    lines = read_quarantine(lake, metrics["quarantine"])
    assert [(line.file, line.index) for line in lines] == [(POPULAR, 1), (POPULAR, None), (TRENDING, 0)]
    assert lines[1].where == PagePlace(paths.page_file(RUN, "popular", 3), 1)
    left_out = {(line.file, line.index) for line in lines}
    kept = {
        file: [
            record
            for index, record in enumerate(lake.read_document(file, dict)["movies"])
            if (file, index) not in left_out
        ]
        for file in (POPULAR, TRENDING)
    }
    assert kept == {POPULAR: [good, twice], TRENDING: [movie(2)]}
    assert metrics["files_validated"] == [
        {"file": POPULAR, "movie_count": 3, "passed": 2, "duplicates": 1, "quarantined": 2},
        {"file": TRENDING, "movie_count": 2, "passed": 1, "duplicates": 0, "quarantined": 1},
    ]
    assert (metrics["duplicates"], metrics["total_movies_validated"]) == (1, 6)


def test_duplicates_cost_nothing(lake):
    """However many copies of good movies there are, every movie passes; the report counts them as a rule that fired."""
    write(lake, POPULAR, [movie(1)], copies=[movie(1)] * 9)

    metrics = check(lake, POPULAR)

    assert (metrics["verdict"], metrics["validation_rate"], metrics["overall_quality_score"]) == ("passed", 100, 100)
    assert [(issue["rule"], issue["count"]) for issue in metrics["common_issues"]] == [("id.duplicate", 9)]


def test_file_of_an_earlier_version_is_judged_without_places(lake):
    """A file from before origins and copies is judged as of the run date; where its records came from is not known."""
    info = {"collection_info": {"dag_run_id": RUN.run_id}}
    lake.write(POPULAR, to_json({"movies": [movie(1), movie(2, title=None)], **info}))

    metrics = check(lake, POPULAR)

    (line,) = read_quarantine(lake, metrics["quarantine"])
    assert (line.index, line.where) == (1, None)


def test_records_are_judged_as_of_the_day_on_which_they_came(lake):
    """A run for a past date does not find votes before the release in movies that came out since."""
    released = movie(1, release_date="2024-02-01")
    write(lake, POPULAR, [released], day=date(2024, 3, 1))
    write(lake, TRENDING, [released], day=date(2024, 1, 31))

    assert check(lake, POPULAR)["common_issues"] == []
    assert [issue["rule"] for issue in check(lake, TRENDING)["common_issues"]] == ["votes.before_release"]


def test_missing_pages_are_in_the_verdict(lake):
    """A collection that lacks a page has not passed, however good the rest is; report and page say which is missing."""
    missing = {"source": "popular", "page": 3, "reason": "it is empty"}
    write(lake, POPULAR, [movie(1)], pages_missing=[missing])

    metrics = check(lake, POPULAR)

    assert (metrics["verdict"], metrics["pages_missing"]) == ("warned", [missing])
    assert lake.read_document(metrics["report"], dict)["pages_missing"] == [missing]
    assert b"it is empty" in lake.read(metrics["report_html"])


@pytest.mark.parametrize(("adult", "quarantined"), [("warn", 0), ("quarantine", 1)])
def test_what_becomes_of_movies_for_adults_is_the_callers_choice(lake, adult, quarantined):
    """A movie for adults in a list that asked for none is counted as such, and quarantined where that is wanted."""
    write(lake, POPULAR, [movie(1), movie(2, adult=True)])

    metrics = check(lake, POPULAR, adult=adult)

    assert metrics["total_movies_quarantined"] == quarantined
    assert [issue["rule"] for issue in metrics["common_issues"]] == ["adult.unasked"]


@pytest.mark.parametrize(("bad", "verdict"), [(0, "passed"), (2, "passed"), (3, "warned"), (5, "warned")])
def test_pass_rate_decides_the_verdict(lake, bad, verdict):
    """At a threshold is still good enough; below the upper one is a warning."""
    write(lake, POPULAR, [movie(n, adult="no" if n <= bad else False) for n in range(1, 11)])

    assert check(lake, POPULAR)["verdict"] == verdict


def test_too_few_good_records_stop_the_run_after_the_report(lake):
    """Below the lower threshold the run stops with a message that names the report, which is there by then."""
    write(lake, POPULAR, [movie(n, adult="no" if n <= 6 else False) for n in range(1, 11)])

    with pytest.raises(
        QualityFailed, match=r"Only 40\.00 % of the movies passed \(4 of 10\), below the 50 %"
    ) as raised:
        check(lake, POPULAR)

    assert lake.locate(paths.report_file(RUN, "html")) in str(raised.value)
    assert lake.read_document(paths.report_file(RUN, "json"), dict)["verdict"] == "failed"
    assert "실패".encode() in lake.read(paths.report_file(RUN, "html"))
    assert len(lake.read(paths.quarantine_file(RUN)).splitlines()) == 6


def test_figures_are_cut_so_that_they_never_contradict_the_verdict(lake, caplog):
    """A pass rate just under a threshold is not shown as the threshold, nor a threshold without its fraction."""
    caplog.set_level("INFO")
    write(lake, POPULAR, [movie(n, adult="no" if n <= 601 else False) for n in range(1, 1201)])

    with pytest.raises(QualityFailed, match=r"Only 49\.91 % .* \(599 of 1200\), below the 49\.95 % that"):
        check(lake, POPULAR, fail=49.95)

    assert "599 of 1200 movies passed, score 49.91: " in caplog.text


def test_weekly_report_does_not_replace_the_daily_one(lake):
    """On Sundays both DAGs write a report of the date; each keeps its own."""
    write(lake, POPULAR, [movie(1)])

    daily, weekly = check(lake, POPULAR), check(lake, POPULAR, run=replace(RUN, dag_id=dags.WEEKLY.id))

    assert daily["report"] != weekly["report"]
    assert lake.exists(daily["report"])
    assert lake.exists(weekly["report"])


def test_file_without_movies_is_refused(lake):
    """Nothing to validate is an error, never a perfect score."""
    write(lake, POPULAR, [])

    with pytest.raises(EmptyBatch):
        check(lake, POPULAR)


def test_file_of_another_run_is_refused(lake):
    """A file that another run of the date has written is not judged as ours."""
    write(lake, POPULAR, [movie(1)], run_id="manual__2")

    with pytest.raises(MixedRuns):
        check(lake, POPULAR)


def test_what_passed_and_what_rules_reject_is_counted(lake):
    """Records by outcome, rejected ones by each error that they have, warnings by none; rate and score as reported."""
    bad = movie(3) | {"vote_average": 11.0, "title": ""}
    write(lake, POPULAR, [movie(1), movie(2) | {"overview": ""}, bad])

    with measurements() as taken:
        metrics = check(lake, POPULAR)

    assert taken.counts == {
        ("tmdb.records.judged", "outcome=accepted"): 2,
        ("tmdb.records.judged", "outcome=quarantined"): 1,
        ("tmdb.records.quarantined", "rule=title.blank"): 1,
        ("tmdb.records.quarantined", "rule=vote_average.range"): 1,
    }
    assert taken.gauges == {
        ("tmdb.pass_rate",): metrics["validation_rate"],
        ("tmdb.quality_score",): metrics["overall_quality_score"],
    }
