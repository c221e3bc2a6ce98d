"""What a client must make of a cassette: one function for each kind of outcome, which makes the check."""

from collections.abc import Callable
from typing import Any

from support import HeldClock

from tmdb_pipeline.movies import movie_id
from tmdb_pipeline.tmdb.errors import TmdbError
from tmdb_pipeline.tmdb.response import Response

Check = Callable[[Any, HeldClock], None]


def movies(count: int, *fields: str) -> Check:
    """A page with so many movies, different ones, each with these fields; nobody waited."""

    def check(response: Response, clock: HeldClock) -> None:
        page = response.page
        assert (page.number, len(page.results)) == (1, count)
        assert page.results == response.object["results"]
        assert len({movie_id(movie) for movie in page.results} - {None}) == count
        assert all(field in movie for movie in page.results for field in ("title", "original_title", *fields))
        assert page.total_results >= count
        assert clock.slept == []

    return check


def says(**values: Any) -> Check:
    """An object with these values among others; nobody waited."""

    def check(response: Response, clock: HeldClock) -> None:
        assert {key: response.object.get(key) for key in values} == values
        assert clock.slept == []

    return check


def lists(field: str, like: Any) -> Check:
    """An object with a list that begins with this item and whose items all have its form; nobody waited."""

    def check(response: Response, clock: HeldClock) -> None:
        items = response.object[field]
        assert items[0] == like
        assert {(type(item), *(item if isinstance(item, dict) else ())) for item in items} == {
            (type(like), *(like if isinstance(like, dict) else ()))
        }
        assert clock.slept == []

    return check


def fails(kind: type[TmdbError], request: str, message: str, *, retry_after: float | None = None) -> Check:
    """A typed error, with its whole message after the request; nobody waited, for there was one try."""

    def check(error: TmdbError, clock: HeldClock) -> None:
        assert type(error) is kind
        assert str(error) == f"{request}: {message}"
        assert (error.retry_after, error.tries) == (retry_after, 1)
        assert clock.slept == []

    return check


def recovers(*at_least: float) -> Check:
    """The genres, after as many waits, each at least so long."""

    def check(response: Response, clock: HeldClock) -> None:
        assert all({*genre} == {"id", "name"} for genre in response.object["genres"])
        assert len(clock.slept) == len(at_least)
        assert all(slept >= wait for slept, wait in zip(clock.slept, at_least, strict=True))

    return check


def appended(movie: int, *parts: str) -> Check:
    """The movie, and after its own fields the parts in the order in which they were asked for."""

    def check(response: Response, clock: HeldClock) -> None:
        assert response.object["id"] == movie
        assert list(response.object)[-len(parts) :] == [*parts]
        assert clock.slept == []

    return check


def two_pages(responses: list[Response], _clock: HeldClock) -> None:
    """Two pages of one list, which number themselves and share no movie."""
    first, second = (response.page for response in responses)

    assert (first.number, second.number) == (1, 2)
    assert len({movie_id(movie) for movie in first.results + second.results}) == 40
