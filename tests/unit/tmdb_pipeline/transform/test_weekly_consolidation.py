from datetime import UTC, date, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import examples

from tmdb_pipeline import dags
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.errors import LakeError, MixedRuns
from tmdb_pipeline.lake.file_info import ConsolidationInfo
from tmdb_pipeline.lake.movie_file import read_info, read_movies
from tmdb_pipeline.lake.records import Origin, Record, digest
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.movies import GENRES
from tmdb_pipeline.quality.deduplicate import once_each
from tmdb_pipeline.run import Run
from tmdb_pipeline.transform.weekly_consolidation import consolidate_week

WEEK = Run(dags.WEEKLY.id, "manual__2", date(2024, 1, 7))
OTHER = Run(dags.WEEKLY.id, "manual__1", WEEK.day)
NOW = datetime(2024, 1, 6, 18, 30, tzinfo=UTC)
ACTION = paths.movies_file(WEEK, "genre", "action")
RATED = paths.movies_file(WEEK, "weekly", "top_rated")


@pytest.fixture
def run_week(lake, write):
    """Collects a week of one list and consolidates it; gives the path of the file."""

    def run_week():
        source = write(lake, WEEK, RATED, "weekly_top_rated", [{"id": 1}])
        consolidate_week(lake, WEEK, [source], NOW, deduplicate=once_each())
        return paths.consolidated_file(WEEK)

    return run_week


ids = st.lists(st.integers(1, 30) | st.none(), max_size=20)


def once(numbers):
    """Records of these ids, each id once, as a collection holds them."""
    return [{"id": number} for number in dict.fromkeys(numbers) if number is not None] + [
        {"id": None} for number in numbers if number is None
    ]


@examples(30)
@given(genres=st.lists(ids, min_size=8, max_size=8), rated=ids)
def test_consolidation_keeps_every_movie_once(tmp_path_factory, write, genres, rated):
    """All movies of all sources are there, each once, records without an id untouched, and the counts add up."""
    lake = Lake(str(tmp_path_factory.mktemp("lake")))
    batches = [once(batch) for batch in [*genres, rated]]
    files = [
        *(paths.movies_file(WEEK, "genre", kind.slug) for kind in GENRES),
        RATED,
    ]
    kinds = [*["weekly_genre"] * 8, "weekly_top_rated"]
    for file, kind, movies in zip(files, kinds, batches, strict=True):
        write(lake, WEEK, file, kind, movies)

    info = consolidate_week(lake, WEEK, files, NOW, deduplicate=once_each())

    content = read_movies(lake, WEEK, "processed/weekly/consolidated_week_01_20240107.json")
    movies = content.plain_movies
    received = [movie for batch in batches for movie in batch]
    by_genre = [movie["id"] for batch in batches[:8] for movie in batch]
    assert sorted(map(repr, once([movie["id"] for movie in received]))) == sorted(map(repr, movies))
    assert read_info(lake, paths.consolidated_file(WEEK), ConsolidationInfo, run=WEEK) == info
    assert info.total_unique_movies == len(movies)
    assert info.records_received == len(received) == info.total_unique_movies + info.duplicates_dropped
    assert len(content.copies) == info.duplicates_dropped
    assert info.by_category == {"장르별": len(once(by_genre)), "평점별": len(movies) - len(once(by_genre))}
    assert info.sources_processed == files
    assert info.movies_sha256 == digest(movies)
    assert (info.week_number, info.consolidation_date) == (1, WEEK.day)


def test_consolidation_keeps_the_best_copy_wherever_it_came(lake, write):
    """Of copies in several files, and of those that a collection has set aside, the best stays, with its origin."""
    bad, good, better = ({"id": 7, "vote_count": votes} for votes in (-1, 5, 6))
    action = write(lake, WEEK, ACTION, "weekly_genre", [bad], copies=[good])
    rated = write(lake, WEEK, RATED, "weekly_top_rated", [better])

    info = consolidate_week(lake, WEEK, [action, rated], NOW, deduplicate=once_each())

    content = read_movies(lake, WEEK, paths.consolidated_file(WEEK))
    assert content.movies == [Record(better, Origin("top_rated", 1, 0, WEEK.day))]
    assert content.copies == [
        Record(bad, Origin("action", 1, 0, WEEK.day)),
        Record(good, Origin("action", 1, 1, WEEK.day)),
    ]
    assert info.by_category == {"장르별": 1, "평점별": 0}


def test_info_of_a_week_says_what_came_from_where(lake, write):
    """The consolidated file tells each source with its records, what was dropped or is missing, when, by which run."""
    missing = {"source": "action", "page": 2, "reason": "it is empty"}
    movies = [{"id": 1}, {"id": 2}]
    genre = write(lake, WEEK, ACTION, "weekly_genre", movies, pages_missing=[missing])
    rated = write(lake, WEEK, RATED, "weekly_top_rated", [{"id": 2}, {"id": 3}])

    info = consolidate_week(lake, WEEK, [genre, rated], NOW, deduplicate=once_each())

    assert msgspec.to_builtins(info) == {
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


def test_source_of_another_run_is_not_consolidated(lake, write):
    """A source that another run replaced meanwhile is refused."""
    foreign = write(lake, OTHER, RATED, "weekly_top_rated", [{"id": 1}])

    with pytest.raises(MixedRuns):
        consolidate_week(lake, WEEK, [foreign], NOW, deduplicate=once_each())


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"collection_type": "daily_popular"}, "does not tell what was collected .*daily_popular, none of weekly"),
        ({"pages_missing": "none"}, "is half-written or not a file of this pipeline .*pages_missing"),
    ],
)
def test_source_that_does_not_tell_what_it_is_is_refused(lake, write, wrong, why):
    """A file whose info is damaged, or which is no collection of a week, is named in one message."""
    file = write(lake, WEEK, RATED, "weekly_top_rated", [{"id": 1}], **wrong)

    with pytest.raises(LakeError, match=rf"top_rated_20240107\.json {why}"):
        consolidate_week(lake, WEEK, [file], NOW, deduplicate=once_each())


def test_file_that_is_not_ours_is_kept_and_our_own_is_replaced(lake, run_week):
    """Whatever stood under the name of the file is set aside; running again replaces our own without a trace."""
    file = run_week()
    lake.write(file, b"my own notes")

    run_week()
    run_week()

    folder, _, name = file.rpartition("/")
    assert lake.files(folder) == [name, f"{name}.set-aside-1"]
    assert lake.read(f"{file}.set-aside-1") == b"my own notes"
