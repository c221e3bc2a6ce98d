"""What the client must make of each cassette: the table by which every one of them is played.

The files in ``cassettes/``, ``RECIPES`` and ``PLAYS`` hold the same names, and a test says so: a cassette that nobody
plays, or a test whose cassette is gone, does not depend on which tests run or in which order.
"""

from collections.abc import Callable
from typing import Any

from cassette_tools.play import cassette
from cassette_tools.recipes import RECIPES
from cassette_tools.scrub import etag
from support import HeldClock

from tmdb_pipeline.movies import movie_id
from tmdb_pipeline.settings import Credential
from tmdb_pipeline.tmdb.errors import (
    BadRequest,
    BrokenResponse,
    NotFound,
    RateLimited,
    RefusedKey,
    TmdbError,
    Unavailable,
)
from tmdb_pipeline.tmdb.response import Response

#: Asserts on what the client returned or raised, and on how long it waited.
Check = Callable[[Any, HeldClock], None]

ANY_KEY = Credential("read_token", "any-key-at-all")


def run(name: str, credential: Credential = ANY_KEY) -> tuple[Any, HeldClock]:
    """Let the client ask what a cassette was recorded for, and return what it made of it and the clock."""
    clock = HeldClock()
    return RECIPES[name].run(credential, clock), clock


def play(name: str, credential: Credential = ANY_KEY) -> None:
    """Play one cassette, without any socket, and check everything that the table says about it.

    Besides, an ETag proves that the client got the body byte for byte as it was recorded.
    """
    with cassette(name):
        outcome, clock = run(name, credential)
    if isinstance(outcome, Response):
        assert outcome.etag == etag(outcome.body)
    PLAYS[name](outcome, clock)


def movies(count: int, *fields: str) -> Check:
    """A page with so many movies, different ones, each with these fields; nobody waited."""

    def check(answer: Response, clock: HeldClock) -> None:
        page = answer.page
        assert (page.number, len(page.results)) == (1, count)
        assert len({movie_id(movie) for movie in page.results} - {None}) == count
        assert all(field in movie for movie in page.results for field in ("title", "original_title", *fields))
        assert page.total_results >= count
        assert clock.slept == []

    return check


def says(**values: Any) -> Check:
    """An object with these values among others."""

    def check(answer: Response, clock: HeldClock) -> None:
        assert {key: answer.object.get(key) for key in values} == values
        assert clock.slept == []

    return check


def lists(count: int, *keys: str, within: str = "") -> Check:
    """A list of so many objects with just these keys, or, without keys, of texts: the body, or a field of it."""

    def check(answer: Response, clock: HeldClock) -> None:
        items = answer.object[within] if within else answer.data
        assert len(items) == count
        assert all((set(item) == set(keys)) if keys else isinstance(item, str) for item in items)
        assert clock.slept == []

    return check


def fails(kind: type[TmdbError], request: str, sentence: str, *, retry_after: float | None = None) -> Check:
    """A typed error, with its whole sentence after the request; nobody waited, for there was one try."""

    def check(error: TmdbError, clock: HeldClock) -> None:
        assert type(error) is kind
        assert str(error) == f"{request}: {sentence}"
        assert (error.retry_after, error.tries) == (retry_after, 1)
        assert clock.slept == []

    return check


def recovers(*at_least: float) -> Check:
    """The genres, after as many waits, each at least so long."""

    def check(answer: Response, clock: HeldClock) -> None:
        assert len(answer.object["genres"]) == 19
        assert len(clock.slept) == len(at_least)
        assert all(slept >= wait for slept, wait in zip(clock.slept, at_least, strict=True))

    return check


def appended(answer: Response, _clock: HeldClock) -> None:
    """The movie, and after its own fields the blocks in the order in which they were asked for."""
    assert answer.object["id"] == 550
    assert list(answer.object)[-3:] == ["credits", "keywords", "external_ids"]


def two_pages(answers: list[Response], _clock: HeldClock) -> None:
    """Two pages of one list, which number themselves and share no movie."""
    first, second = (answer.page for answer in answers)

    assert (first.number, second.number) == (1, 2)
    assert len({movie_id(movie) for movie in first.results + second.results}) == 40


_POPULAR = "/movie/popular?language=ko-KR&region=KR&page=1"
_GENRES = "/genre/movie/list?language=ko-KR"
_ADVICE = "Check TMDB_READ_TOKEN (long, with two dots) or TMDB_API_KEY (32 characters), or the Connection tmdb_default."
_NOT_FOUND = (
    "TMDB does not know this (404: The resource you requested could not be found). Does the base URL end in /3?"
)
_OFTEN = "TMDB says that we ask too often (429: Your request count (41) is over the allowed limit of 40"
_COUNTRY = ("iso_3166_1", "english_name", "native_name")

PLAYS: dict[str, Check] = {
    "popular": movies(20, "genre_ids"),
    "top_rated": movies(20, "genre_ids"),
    "trending_day": movies(20, "genre_ids", "media_type"),
    "trending_all": says(page=1, total_results=1_862),
    "trending_week": movies(20, "genre_ids", "media_type"),
    "discover_genre": movies(20, "genre_ids"),
    "genres": lists(19, "id", "name", within="genres"),
    "configuration": lists(54, within="change_keys"),
    "authentication": says(success=True),
    "movie": says(id=550, imdb_id="tt0137523"),
    "movie_appended": appended,
    "now_playing": says(dates={"maximum": "2026-01-07", "minimum": "2025-11-26"}, page=1),
    "upcoming": says(dates={"maximum": "2026-01-28", "minimum": "2026-01-07"}, page=1),
    "movie_latest": says(imdb_id=None, poster_path=None, backdrop_path=None),
    "changes": lists(20, "id", "adult", "softcore", within="results"),
    "movie_alternative_titles": says(id=550),
    "movie_changes": lists(1, "key", "items", within="changes"),
    "movie_credits": says(id=550),
    "movie_external_ids": says(id=550, imdb_id="tt0137523"),
    "movie_images": says(id=550),
    "movie_keywords": says(id=550),
    "movie_lists": says(id=550, page=1),
    "movie_recommendations": movies(20, "media_type"),
    "movie_release_dates": says(id=550),
    "movie_releases": says(id=550),
    "movie_reviews": says(id=550, total_results=2),
    "movie_similar": movies(20, "genre_ids"),
    "movie_translations": says(id=550),
    "movie_videos": says(id=550),
    "movie_watch_providers": says(id=550),
    "search_movie": movies(19),
    "search_multi": movies(19, "media_type"),
    "search_collection": lists(6, "id", "name", "poster_path", "backdrop_path", within="results"),
    "search_company": lists(20, "id", "logo_path", "name", "origin_country", within="results"),
    "search_keyword": lists(17, "id", "name", within="results"),
    "find": says(tv_results=[], person_results=[]),
    "collection": says(id=10),
    "collection_images": says(id=10),
    "collection_translations": says(id=10),
    "company": says(id=1, parent_company=None),
    "company_images": says(id=1),
    "company_names": lists(1, "name", "type", within="results"),
    "company_movies": movies(7),
    "keyword": says(id=1721),
    "keyword_movies": movies(14),
    "genre_movies": movies(20),
    "review": says(id="5013bc76760ee372cb00253e", media_id=550),
    "certifications": lists(44, within="certifications"),
    "countries": lists(251, *_COUNTRY),
    "jobs": lists(12, "department", "jobs"),
    "languages": lists(187, "iso_639_1", "english_name", "name"),
    "primary_translations": lists(138),
    "timezones": lists(238, "iso_3166_1", "zones"),
    "tv_genres": lists(16, "id", "name", within="genres"),
    "watch_providers": lists(
        12,
        "display_priorities",
        "display_priority",
        "logo_path",
        "provider_id",
        "provider_name",
        within="results",
    ),
    "watch_regions": lists(139, *_COUNTRY, within="results"),
    "discover_nothing_found": says(page=1, results=[], total_pages=1, total_results=0),
    "401_refused_key": fails(
        RefusedKey, _POPULAR, f"TMDB refused the key (401: Invalid API key: You must be granted a valid key). {_ADVICE}"
    ),
    "401_no_session": fails(
        RefusedKey,
        "/movie/550/account_states?language=ko-KR",
        f"TMDB refused the key (401: Session denied). {_ADVICE}",
    ),
    "404_unknown_movie": fails(NotFound, "/movie/2147483647?language=ko-KR", _NOT_FOUND),
    "404_unknown_route": fails(NotFound, "/no/such/route?language=ko-KR", _NOT_FOUND),
    "400_invalid_page": fails(
        BadRequest,
        "/movie/popular?language=ko-KR&region=KR&page=501",
        "TMDB does not accept this request (400: Invalid page: Pages start at 1 and max at 500. They are expected to "
        "be an integer).",
    ),
    "400_invalid_date": fails(
        BadRequest,
        "/movie/changes?language=ko-KR&start_date=yesterday",
        "TMDB does not accept this request (400: Invalid date: Format needs to be YYYY-MM-DD).",
    ),
    "400_too_many_appended": fails(
        BadRequest,
        f"/movie/550?language=ko-KR&append_to_response={'%2C'.join(['credits'] * 21)}",
        "TMDB does not accept this request (400: Too many append to response objects: The maximum number of remote "
        "calls is 20).",
    ),
    "422_long_range": fails(
        BadRequest,
        "/movie/changes?language=ko-KR&start_date=2025-11-01&end_date=2025-12-01",
        "TMDB does not accept this request (422: Invalid date range: Should be a range no longer than 14 days).",
    ),
    "422_no_query": fails(
        BadRequest,
        "/search/movie?language=ko-KR",
        "TMDB does not accept this request (422: query must be provided).",
    ),
    "429_modern": fails(RateLimited, _POPULAR, f"{_OFTEN})."),
    "429_seconds": fails(RateLimited, _POPULAR, f"{_OFTEN}, and asks to wait 7 s).", retry_after=7),
    "429_date": fails(RateLimited, _POPULAR, f"{_OFTEN}, and asks to wait 9 s).", retry_after=9),
    "500_json": fails(
        Unavailable, _POPULAR, "TMDB is in trouble (500: Internal error: Something went wrong, contact TMDB)."
    ),
    "502_html": fails(Unavailable, _POPULAR, "TMDB is in trouble (502)."),
    "503_maintenance": fails(
        Unavailable,
        _POPULAR,
        "TMDB is in trouble (503: The API is undergoing maintenance. Try again later, and asks to wait 120 s).",
        retry_after=120,
    ),
    "503_html": fails(Unavailable, _POPULAR, "TMDB is in trouble (503)."),
    "504_json": fails(
        Unavailable, _POPULAR, "TMDB is in trouble (504: Your request to the backend server timed out. Try again)."
    ),
    "200_html": fails(BrokenResponse, _POPULAR, "the response is HTML where JSON was promised."),
    "200_empty": fails(BrokenResponse, _GENRES, "the response is empty."),
    "200_truncated_json": fails(
        BrokenResponse,
        _GENRES,
        "the response is no valid JSON, or cut off (unexpected end of data at byte 31 of 31).",
    ),
    "200_truncated_gzip": fails(BrokenResponse, _GENRES, "the response's gzip stream is cut off."),
    "200_no_list": fails(BrokenResponse, _POPULAR, "the response is JSON, but not a page of movies."),
    "200_gzip_unlabelled": recovers(),
    "200_gzip_mislabelled": recovers(),
    "recovers_429": recovers(2.0),
    "recovers_502": recovers(0.0, 0.0),
    "popular_two_pages": two_pages,
}
