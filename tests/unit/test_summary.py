from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import examples

from tmdb_pipeline import layout
from tmdb_pipeline.collection import MixedRuns, digest, read_movies
from tmdb_pipeline.lake import Lake, to_json
from tmdb_pipeline.layout import Run
from tmdb_pipeline.movies import GENRES, unique
from tmdb_pipeline.summary import conclude_week, consolidate_week, summarize_day

DAY = Run("tmdb_daily_collection", "manual__1", date(2024, 1, 7))
WEEK = Run("tmdb_weekly_comprehensive", "manual__2", date(2024, 1, 7))
NOW = datetime(2024, 1, 6, 18, 30, tzinfo=UTC)


def write(lake, run, file, kind, movies, start=NOW - timedelta(minutes=6)):
    info = {
        "collection_type": kind,
        "total_collected": len(movies),
        "dag_run_id": run.run_id,
        "start_time": start.isoformat(),
    }
    lake.write(file, to_json({"movies": movies, "collection_info": info}))
    return {"file": file, **info}


def quality(*files):
    return {
        "verdict": "warned",
        "overall_quality_score": 71.25,
        "validation_rate": 75.0,
        "total_movies_validated": 4,
        "total_movies_passed": 3,
        "total_movies_quarantined": 1,
        "files_validated": [{"file": file, "movie_count": 1} for file in files],
        "report": "report.json",
        "quarantine": "quarantine.jsonl",
    }


def test_summary_of_a_day_adds_up(tmp_path):
    """Counts come from the collections, quality from the audit, and the time runs from the first request to now."""
    lake = Lake(str(tmp_path))
    start = NOW - timedelta(minutes=6, seconds=20)
    write(lake, DAY, layout.popular_file(DAY), "daily_popular", [{"id": 1}, {"id": 2}, {"id": 3}], start)
    write(lake, DAY, layout.trending_file(DAY), "daily_trending", [{"id": 1}], start=NOW - timedelta(minutes=3))

    summary = summarize_day(lake, DAY, quality(layout.popular_file(DAY), layout.trending_file(DAY)), NOW)

    assert summary == {
        "file": "raw/metadata/daily_summaries/daily_summary_20240107.json",
        "summary_date": "2024-01-07",
        "dag_run_id": "manual__1",
        "collection_summary": {"popular_movies": 3, "trending_movies": 1, "total_collected": 4},
        "quality_summary": {
            "verdict": "warned",
            "overall_quality_score": 71.25,
            "validation_rate": 75.0,
            "total_movies_validated": 4,
            "total_movies_passed": 3,
            "total_movies_quarantined": 1,
        },
        "execution_summary": {
            "start_time": "2024-01-06T18:23:40+00:00",
            "end_time": "2024-01-06T18:30:00+00:00",
            "duration_minutes": 6.333,
        },
        "files": {
            "collections": [layout.popular_file(DAY), layout.trending_file(DAY)],
            "quality_report": "report.json",
            "quarantine": "quarantine.jsonl",
        },
    }
    assert {"file": summary["file"], **lake.read_json(summary["file"], key="summary_date")} == summary


def run_day(lake):
    write(lake, DAY, layout.popular_file(DAY), "daily_popular", [{"id": 1}])
    write(lake, DAY, layout.trending_file(DAY), "daily_trending", [{"id": 1}])
    return summarize_day(lake, DAY, quality(layout.popular_file(DAY), layout.trending_file(DAY)), NOW)["file"]


def run_week(lake):
    source = write(lake, WEEK, layout.top_rated_file(WEEK), "weekly_top_rated", [{"id": 1}])
    return consolidate_week(lake, WEEK, [source], NOW)["file"]


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


def test_summary_of_a_replaced_collection_is_refused(tmp_path):
    """When another run replaced a collection between validation and summary, there is no summary of the mixture."""
    lake = Lake(str(tmp_path))
    write(lake, WEEK, layout.popular_file(DAY), "daily_popular", [{"id": 1}])

    with pytest.raises(MixedRuns):
        summarize_day(lake, DAY, quality(layout.popular_file(DAY)), NOW)

    assert not lake.exists(layout.summary_file(DAY))


ids = st.lists(st.integers(1, 30) | st.none(), max_size=20)


@examples(30)
@given(genres=st.lists(ids, min_size=8, max_size=8), rated=ids)
def test_consolidation_keeps_every_movie_once(tmp_path_factory, genres, rated):
    """All movies of all sources are there, each once, records without an id untouched, and the counts add up."""
    lake = Lake(str(tmp_path_factory.mktemp("lake")))
    batches = [[{"id": n} for n in batch] for batch in [*genres, rated]]
    files = [*(layout.genre_file(WEEK, kind.slug) for kind in GENRES), layout.top_rated_file(WEEK)]
    kinds = [*["weekly_genre"] * 8, "weekly_top_rated"]
    collections = [
        write(lake, WEEK, file, kind, movies) for file, kind, movies in zip(files, kinds, batches, strict=True)
    ]

    info = consolidate_week(lake, WEEK, collections, NOW)

    movies, written = read_movies(lake, WEEK, "processed/weekly/consolidated_week_01_20240107.json")
    received = [movie for batch in batches for movie in batch]
    assert movies == unique(received)[0]
    assert info == {"file": layout.consolidated_file(WEEK), **written}
    assert info["total_unique_movies"] == len(movies)
    assert info["records_received"] == len(received) == info["total_unique_movies"] + info["duplicates_dropped"]
    assert info["by_category"] == {"장르별": len(received) - len(rated), "평점별": len(rated)}
    assert info["sources_processed"] == 9
    assert info["movies_sha256"] == digest(movies)
    assert (info["week_number"], info["consolidation_date"]) == (1, "2024-01-07")


def test_account_of_a_week_says_what_came_from_where(tmp_path):
    """The consolidated file tells each source with its records, what was dropped, when and by which run."""
    lake = Lake(str(tmp_path))
    genre = write(lake, WEEK, layout.genre_file(WEEK, "action"), "weekly_genre", [{"id": 1}, {"id": 2}])
    rated = write(lake, WEEK, layout.top_rated_file(WEEK), "weekly_top_rated", [{"id": 2}])

    info = consolidate_week(lake, WEEK, [genre, rated], NOW)

    assert info == {
        "file": "processed/weekly/consolidated_week_01_20240107.json",
        "consolidation_date": "2024-01-07",
        "week_number": 1,
        "sources_processed": 2,
        "total_unique_movies": 2,
        "by_category": {"장르별": 2, "평점별": 1},
        "records_received": 3,
        "duplicates_dropped": 1,
        "sources": [
            {"file": "raw/movies/genre/action_20240107.json", "movies": 2},
            {"file": "raw/movies/weekly/top_rated_20240107.json", "movies": 1},
        ],
        "movies_sha256": digest([{"id": 1}, {"id": 2}]),
        "dag_id": "tmdb_weekly_comprehensive",
        "dag_run_id": "manual__2",
        "consolidated_at": "2024-01-06T18:30:00+00:00",
    }


def test_week_of_another_run_is_neither_consolidated_nor_published(tmp_path):
    """A source or a consolidated file that another run replaced meanwhile is refused."""
    lake = Lake(str(tmp_path))
    foreign = write(lake, DAY, layout.top_rated_file(WEEK), "weekly_top_rated", [{"id": 1}])

    with pytest.raises(MixedRuns):
        consolidate_week(lake, WEEK, [foreign], NOW)
    with pytest.raises(MixedRuns):
        conclude_week(lake, WEEK, quality(foreign["file"]))


def test_conclusion_holds_the_figures_and_no_movies(tmp_path):
    """What a week publishes is its account and its quality."""
    lake = Lake(str(tmp_path))
    source = write(lake, WEEK, layout.top_rated_file(WEEK), "weekly_top_rated", [{"id": 1}])
    info = consolidate_week(lake, WEEK, [source], NOW)

    figures = conclude_week(lake, WEEK, quality(info["file"]))

    assert figures == {
        **info,
        "quality_summary": {
            "verdict": "warned",
            "overall_quality_score": 71.25,
            "validation_rate": 75.0,
            "total_movies_validated": 4,
            "total_movies_passed": 3,
            "total_movies_quarantined": 1,
        },
    }
