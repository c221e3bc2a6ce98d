from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import examples

from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.movie_file import MixedRuns, MovieFile, Origin, Record, digest, read_movies, write_movies
from tmdb_pipeline.lake.store import Lake, LakeError, to_json
from tmdb_pipeline.movies import GENRES
from tmdb_pipeline.quality.deduplicate import once_each
from tmdb_pipeline.run import Run
from tmdb_pipeline.transform.daily_summary import summarize_day
from tmdb_pipeline.transform.weekly_consolidation import conclude_week, consolidate_week

DAY = Run("tmdb_daily_collection", "manual__1", date(2024, 1, 7))
WEEK = Run("tmdb_weekly_comprehensive", "manual__2", date(2024, 1, 7))
NOW = datetime(2024, 1, 6, 18, 30, tzinfo=UTC)


def write(lake, run, file, kind, movies, copies=(), **info):
    """A file of movies, which all came from page 1 of the list that the file is named after."""
    source = file.rpartition("/")[2].rpartition("_")[0]
    records = [Record(movie, Origin(source, 1, at, run.day)) for at, movie in enumerate([*movies, *copies])]
    begun = {"start_time": "2024-01-07T03:20:00+09:00", "dag_run_id": run.run_id}
    info = {"collection_type": kind, "total_collected": len(movies), **begun, **info}
    content = MovieFile(records[: len(movies)], records[len(movies) :], info)
    write_movies(lake, file, "collection_info", content)
    return {"file": file, **info}


QUALITY = {
    "verdict": "warned",
    "overall_quality_score": 71.25,
    "validation_rate": 75.0,
    "total_movies_validated": 4,
    "total_movies_passed": 3,
    "duplicates": 2,
    "quality_distribution": {"excellent": 3, "good": 0, "fair": 0, "poor": 1},
    "dimension_scores": {"validity": 75.0},
    "common_issues": [{"rule": "title.missing", "count": 1}],
    "pages_missing": [{"source": "popular", "page": 3, "reason": "it is empty"}],
}
REPORT = "report.json"
COUNTS = {"movie_count": 2, "passed": 1, "duplicates": 1, "quarantined": 0}


def quality(lake, run, *files, **changes):
    """Leave the report of files, and give what the audit returned: as XCom gives it back, in another order."""
    figures = {
        **QUALITY,
        "files_validated": [{"file": file, **COUNTS} for file in files],
        "thresholds": {"warn": 80.0, "fail": 50.0},
    }
    lake.write(REPORT, to_json({"run": {"run_id": run.run_id}, "for people": "more", **figures, **changes}))
    names = {"report": REPORT, "report_html": "report.html", "quarantine": "quarantine.jsonl"}
    return dict(sorted({**figures, **names}.items()))


def told(*files):
    """What a summary says of the quality."""
    return {
        **QUALITY,
        "files_validated": [{"file": file, **COUNTS} for file in files],
        "thresholds": {"warn": 80.0, "fail": 50.0},
        "total_movies_quarantined": 1,
    }


def test_summary_of_a_day_adds_up(tmp_path):
    """Counts come from the collections, the whole of the quality from the audit, the time from the run of the DAG."""
    lake = Lake(str(tmp_path))
    files = [paths.popular_file(DAY), paths.trending_file(DAY)]
    write(lake, DAY, files[0], "daily_popular", [{"id": 1}, {"id": 2}, {"id": 3}])
    write(lake, DAY, files[1], "daily_trending", [{"id": 1}])

    summary = summarize_day(
        lake, DAY, quality(lake, DAY, *files), NOW - timedelta(minutes=6, seconds=20, microseconds=4), NOW
    )

    assert summary == {
        "file": "raw/metadata/daily_summaries/daily_summary_20240107.json",
        "summary_date": "2024-01-07",
        "dag_run_id": "manual__1",
        "collection_summary": {
            "popular_movies": 3,
            "trending_movies": 1,
            "total_collected": 4,
            "pages_missing": [{"source": "popular", "page": 3, "reason": "it is empty"}],
        },
        "quality_summary": told(*files),
        "execution_summary": {
            "start_time": "2024-01-07T03:23:39+09:00",
            "end_time": "2024-01-07T03:30:00+09:00",
            "duration_minutes": 6.3333,
            "duration_seconds": 380.0,
        },
        "files": {"collections": files, "quality_report": "report.json", "quarantine": "quarantine.jsonl"},
    }
    assert {"file": summary["file"], **lake.read_json(summary["file"], key="summary_date")} == summary
    assert list(summary["quality_summary"])[: len(QUALITY)] == list(QUALITY)  # the same bytes, however XCom sorts


def test_summary_is_not_made_from_the_report_of_another_run(tmp_path):
    """When another run of the date has judged its own files meanwhile, there is no summary of the mixture."""
    lake = Lake(str(tmp_path))
    run_day(lake)
    judged = quality(lake, DAY, *FILES)
    quality(lake, WEEK, *FILES)

    with pytest.raises(MixedRuns, match=r"report\.json was written by run manual__2, not by this run manual__1"):
        summarize_day(lake, DAY, judged, NOW, NOW)


def test_damaged_report_is_a_sentence(tmp_path):
    """What the audit wrote is read back, and what is wrong with it is said."""
    lake = Lake(str(tmp_path))
    run_day(lake)

    with pytest.raises(LakeError, match=r"report\.json is half-written or not a file of this pipeline .*duplicates"):
        summarize_day(lake, DAY, quality(lake, DAY, *FILES, duplicates="2"), NOW, NOW)


def test_run_that_does_not_know_when_it_began_began_with_its_first_collection(tmp_path):
    """Where Airflow only pretends to know, the time runs from the first request."""
    lake = Lake(str(tmp_path))
    for file, kind, at in zip(FILES, ("daily_popular", "daily_trending"), (22, 21), strict=True):
        write(lake, DAY, file, kind, [{"id": 1}], start_time=f"2024-01-07T03:{at}:00+09:00")

    summary = summarize_day(lake, DAY, quality(lake, DAY, *FILES), None, NOW)

    assert summary["execution_summary"]["start_time"] == "2024-01-07T03:21:00+09:00"


def test_short_run_has_a_duration(tmp_path):
    """A run of two seconds is not one of no minutes."""
    lake = Lake(str(tmp_path))
    run_day(lake)

    summary = summarize_day(lake, DAY, quality(lake, DAY, *FILES), NOW - timedelta(seconds=2), NOW)

    assert summary["execution_summary"]["duration_minutes"] == 0.0333


FILES = [paths.popular_file(DAY), paths.trending_file(DAY)]


def run_day(lake):
    for file, kind in zip(FILES, ("daily_popular", "daily_trending"), strict=True):
        write(lake, DAY, file, kind, [{"id": 1}])
    return summarize_day(lake, DAY, quality(lake, DAY, *FILES), NOW, NOW)["file"]


def run_week(lake):
    source = write(lake, WEEK, paths.top_rated_file(WEEK), "weekly_top_rated", [{"id": 1}])
    return consolidate_week(lake, WEEK, [source], NOW, deduplicate=once_each())["file"]


@pytest.mark.parametrize("run", [run_day, run_week])
def test_file_that_is_not_ours_is_kept_and_our_own_is_replaced(tmp_path, run):
    """Whatever stood under the name of the file is set aside; running again replaces our own without a trace."""
    lake = Lake(str(tmp_path))
    file = run(lake)
    lake.write(file, b"my own notes")

    run(lake)
    run(lake)

    folder, _, name = file.rpartition("/")
    assert lake.files(folder) == [name, f"{name}.set-aside-1"]
    assert lake.read(f"{file}.set-aside-1") == b"my own notes"


@pytest.mark.parametrize(
    "wrong",
    [
        {"collection_type": ["daily_popular"]},
        {"collection_type": ""},
        {"collection_type": "weekly_genre"},
        {"total_collected": "3"},
        {"start_time": "2024-01-07T03:20:00"},
    ],
)
def test_collection_that_does_not_tell_what_it_is_is_refused(tmp_path, wrong):
    """A file whose account is damaged is named in one sentence."""
    lake = Lake(str(tmp_path))
    write(lake, DAY, FILES[0], "daily_popular", [{"id": 1}], **wrong)

    with pytest.raises(LakeError, match=r"popular_movies_20240107\.json does not tell what was collected"):
        summarize_day(lake, DAY, quality(lake, DAY, FILES[0]), NOW, NOW)


def test_summary_of_a_replaced_collection_is_refused(tmp_path):
    """When another run replaced a collection between validation and summary, there is no summary of the mixture."""
    lake = Lake(str(tmp_path))
    write(lake, WEEK, paths.popular_file(DAY), "daily_popular", [{"id": 1}])

    with pytest.raises(MixedRuns):
        summarize_day(lake, DAY, quality(lake, DAY, paths.popular_file(DAY)), NOW, NOW)

    assert not lake.exists(paths.summary_file(DAY))


ids = st.lists(st.integers(1, 30) | st.none(), max_size=20)


def once(numbers):
    """Records of these ids, each id once, as a collection holds them."""
    return [{"id": number} for number in dict.fromkeys(numbers) if number is not None] + [
        {"id": None} for number in numbers if number is None
    ]


@examples(30)
@given(genres=st.lists(ids, min_size=8, max_size=8), rated=ids)
def test_consolidation_keeps_every_movie_once(tmp_path_factory, genres, rated):
    """All movies of all sources are there, each once, records without an id untouched, and the counts add up."""
    lake = Lake(str(tmp_path_factory.mktemp("lake")))
    batches = [once(batch) for batch in [*genres, rated]]
    files = [*(paths.genre_file(WEEK, kind.slug) for kind in GENRES), paths.top_rated_file(WEEK)]
    kinds = [*["weekly_genre"] * 8, "weekly_top_rated"]
    collections = [
        write(lake, WEEK, file, kind, movies) for file, kind, movies in zip(files, kinds, batches, strict=True)
    ]

    info = consolidate_week(lake, WEEK, collections, NOW, deduplicate=once_each())

    content = read_movies(lake, WEEK, "processed/weekly/consolidated_week_01_20240107.json")
    movies = content.plain_movies
    received = [movie for batch in batches for movie in batch]
    by_genre = [movie["id"] for batch in batches[:8] for movie in batch]
    assert sorted(map(repr, once([movie["id"] for movie in received]))) == sorted(map(repr, movies))
    assert info == {"file": paths.consolidated_file(WEEK), **content.info}
    assert info["total_unique_movies"] == len(movies)
    assert info["records_received"] == len(received) == info["total_unique_movies"] + info["duplicates_dropped"]
    assert len(content.copies) == info["duplicates_dropped"]
    assert info["by_category"] == {"장르별": len(once(by_genre)), "평점별": len(movies) - len(once(by_genre))}
    assert info["sources_processed"] == files
    assert info["movies_sha256"] == digest(movies)
    assert (info["week_number"], info["consolidation_date"]) == (1, "2024-01-07")


def test_consolidation_keeps_the_best_copy_wherever_it_came(tmp_path):
    """Of copies in several files, and of those that a collection has set aside, the best stays, with its origin."""
    lake = Lake(str(tmp_path))
    bad, good, better = ({"id": 7, "vote_count": votes} for votes in (-1, 5, 6))
    action = write(lake, WEEK, paths.genre_file(WEEK, "action"), "weekly_genre", [bad], copies=[good])
    rated = write(lake, WEEK, paths.top_rated_file(WEEK), "weekly_top_rated", [better])

    info = consolidate_week(lake, WEEK, [action, rated], NOW, deduplicate=once_each())

    content = read_movies(lake, WEEK, info["file"])
    assert content.movies == [Record(better, Origin("top_rated", 1, 0, WEEK.day))]
    assert content.copies == [
        Record(bad, Origin("action", 1, 0, WEEK.day)),
        Record(good, Origin("action", 1, 1, WEEK.day)),
    ]
    assert info["by_category"] == {"장르별": 1, "평점별": 0}


def test_account_of_a_week_says_what_came_from_where(tmp_path):
    """The consolidated file tells each source with its records, what was dropped or is missing, when, by which run."""
    lake = Lake(str(tmp_path))
    missing = {"source": "action", "page": 2, "reason": "it is empty"}
    movies = [{"id": 1}, {"id": 2}]
    genre = write(lake, WEEK, paths.genre_file(WEEK, "action"), "weekly_genre", movies, pages_missing=[missing])
    rated = write(lake, WEEK, paths.top_rated_file(WEEK), "weekly_top_rated", [{"id": 2}, {"id": 3}])

    info = consolidate_week(lake, WEEK, [genre, rated], NOW, deduplicate=once_each())

    assert info == {
        "file": "processed/weekly/consolidated_week_01_20240107.json",
        "consolidation_date": "2024-01-07",
        "week_number": 1,
        "sources_processed": ["raw/movies/genre/action_20240107.json", "raw/movies/weekly/top_rated_20240107.json"],
        "total_unique_movies": 3,
        "by_category": {"장르별": 2, "평점별": 1},
        "records_received": 4,
        "duplicates_dropped": 1,
        "pages_missing": [missing],
        "sources": [
            {"file": "raw/movies/genre/action_20240107.json", "movies": 2},
            {"file": "raw/movies/weekly/top_rated_20240107.json", "movies": 2},
        ],
        "movies_sha256": digest([{"id": 1}, {"id": 2}, {"id": 3}]),
        "dag_id": "tmdb_weekly_comprehensive",
        "dag_run_id": "manual__2",
        "consolidated_at": "2024-01-07T03:30:00+09:00",
    }


def test_week_of_another_run_is_neither_consolidated_nor_published(tmp_path):
    """A source or a consolidated file that another run replaced meanwhile is refused."""
    lake = Lake(str(tmp_path))
    foreign = write(lake, DAY, paths.top_rated_file(WEEK), "weekly_top_rated", [{"id": 1}])

    with pytest.raises(MixedRuns):
        consolidate_week(lake, WEEK, [foreign], NOW, deduplicate=once_each())
    with pytest.raises(MixedRuns):
        conclude_week(lake, WEEK, quality(lake, WEEK, foreign["file"]))


def test_conclusion_holds_the_figures_and_no_movies(tmp_path):
    """What a week publishes is its account and its quality."""
    lake = Lake(str(tmp_path))
    source = write(lake, WEEK, paths.top_rated_file(WEEK), "weekly_top_rated", [{"id": 1}])
    info = consolidate_week(lake, WEEK, [source], NOW, deduplicate=once_each())

    figures = conclude_week(lake, WEEK, quality(lake, WEEK, info["file"]))

    assert figures == {
        **info,
        "quality_summary": told(info["file"]),
    }
