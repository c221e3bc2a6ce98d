"""Each source, written out by hand as other systems and TMDB know it: what is requested, and where it goes."""

from datetime import date
from random import Random

import pytest
from support import HeldClock

from tmdb_pipeline.custom.collection import described
from tmdb_pipeline.extract import sources
from tmdb_pipeline.extract.sources import custom, genre, popular, top_rated, trending
from tmdb_pipeline.movies import GENRES
from tmdb_pipeline.run import Run
from tmdb_pipeline.tmdb.client import TmdbClient

RUN = Run("tmdb_daily_collection", "manual__1", date(2024, 12, 30))
CUSTOM_RUN = Run("tmdb_custom_drama", "manual__1", RUN.day)

SOURCES = [
    (
        popular(RUN, 5),
        ("popular", "daily_popular", 5, None, {}),
        "/movie/popular?language=ko-KR&region=KR&page=2",
        "raw/movies/daily/popular_movies_20241230.json",
    ),
    *(
        (
            trending(RUN, window),
            ("trending", "daily_trending", 1, None, {"time_window": window}),
            f"/trending/movie/{window}?language=ko-KR&page=2",
            "raw/movies/trending/trending_movies_20241230.json",
        )
        for window in ("day", "week")
    ),
    (
        genre(RUN, GENRES[5], 15),
        (
            *("science_fiction", "weekly_genre", 15, None),
            {"genre_id": 878, "genre_name": "SF", "week_number": 1},
        ),
        (
            "/discover/movie?language=ko-KR&region=KR&sort_by=popularity.desc&include_adult=false&include_video=false"
            "&with_genres=878&page=2"
        ),
        "raw/movies/genre/science_fiction_20241230.json",
    ),
    (
        top_rated(RUN, 20, 7.5),
        ("top_rated", "weekly_top_rated", 20, 7.5, {"min_rating": 7.5, "week_number": 1}),
        "/movie/top_rated?language=ko-KR&region=KR&page=2",
        "raw/movies/weekly/top_rated_20241230.json",
    ),
    (
        custom(CUSTOM_RUN, described("drama", discover={"with_genres": 18, "region": "US"}), 3),
        (
            *("drama", "custom", 3, None),
            {"path": "/discover/movie", "parameters": {"with_genres": "18", "region": "US"}},
        ),
        "/discover/movie?language=ko-KR&region=US&with_genres=18&page=2",
        "raw/movies/custom/drama/drama_20241230.json",
    ),
    (
        custom(CUSTOM_RUN, described("week", list="trending_week"), 2),
        ("week", "custom", 2, None, {"path": "/trending/movie/week", "parameters": {}}),
        "/trending/movie/week?language=ko-KR&page=2",
        "raw/movies/custom/week/week_20241230.json",
    ),
]


def test_every_source_is_written_out_here():
    """A new source is a row here as well."""
    made = {
        name
        for name, value in vars(sources).items()
        if getattr(value, "__annotations__", {}).get("return") is sources.Source
    }

    assert len({source.collection_type for source, *_ in SOURCES}) == len(made)


@pytest.mark.parametrize(("source", "said", "request_", "file"), SOURCES, ids=lambda value: getattr(value, "name", ""))
def test_source_is_what_it_says(tmdb, settings, source, said, request_, file):
    """Path and query are those that TMDB documents, in Korean and for Korea; names and file those of the contract."""
    with TmdbClient(settings, clock=HeldClock(), random=Random(7)) as client:
        response = client.page(source.movies, 2)

    assert [call.url for call in tmdb.fake.journal.calls()] == [f"/3{request_}"]
    assert (response.request, len(response.page.results)) == (request_, 20)
    assert (source.name, source.collection_type, source.pages, source.min_rating, source.metadata) == said
    assert source.file == file


@pytest.mark.parametrize(
    ("parameters", "genre_id", "region"),
    [
        ({"with_genres": "18"}, 18, None),
        ({"with_genres": "18|35"}, None, None),
        ({"with_origin_country": "KR", "region": "US"}, None, "US"),
    ],
)
def test_custom_source_knows_what_its_movies_have_to_be(parameters, genre_id, region):
    """Of one genre each movie has it, which the client checks; a region of its own goes in the place of the setting."""
    source = custom(CUSTOM_RUN, described("drama", discover=parameters), 3)

    assert source.movies.genre_id == genre_id
    assert source.region == region
