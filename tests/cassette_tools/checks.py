"""What a client must make of a cassette: one function for each kind of outcome, which makes the check."""

from collections.abc import Callable
from typing import Any

from support import HeldClock

from tmdb_pipeline.movies import movie_id
from tmdb_pipeline.tmdb.errors import TmdbError
from tmdb_pipeline.tmdb.response import Answer

Check = Callable[[Any, HeldClock], None]


def movies(count: int, *fields: str) -> Check:
    """A page with so many movies, different ones, each with these fields; nobody waited."""

    def check(answer: Answer, clock: HeldClock) -> None:
        page = answer.page
        assert (page.number, len(page.results)) == (1, count)
        assert page.results == answer.object["results"]
        assert len({movie_id(movie) for movie in page.results} - {None}) == count
        assert all(field in movie for movie in page.results for field in ("title", "original_title", *fields))
        assert page.total_results >= count
        assert clock.slept == []

    return check


def says(**values: Any) -> Check:
    """An object with these values among others; nobody waited."""

    def check(answer: Answer, clock: HeldClock) -> None:
        assert {key: answer.object.get(key) for key in values} == values
        assert clock.slept == []

    return check


def lists(field: str, like: Any) -> Check:
    """An object with a list that begins with this item and whose items all have its form; nobody waited."""

    def check(answer: Answer, clock: HeldClock) -> None:
        items = answer.object[field]
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

    def check(answer: Answer, clock: HeldClock) -> None:
        assert all({*genre} == {"id", "name"} for genre in answer.object["genres"])
        assert len(clock.slept) == len(at_least)
        assert all(slept >= wait for slept, wait in zip(clock.slept, at_least, strict=True))

    return check


def appended(movie: int, *parts: str) -> Check:
    """The movie, and after its own fields the parts in the order in which they were asked for."""

    def check(answer: Answer, clock: HeldClock) -> None:
        assert answer.object["id"] == movie
        assert list(answer.object)[-len(parts) :] == [*parts]
        assert clock.slept == []

    return check


def two_pages(answers: list[Answer], _clock: HeldClock) -> None:
    """Two pages of one list, which number themselves and share no movie."""
    first, second = (answer.page for answer in answers)

    assert (first.number, second.number) == (1, 2)
    assert len({movie_id(movie) for movie in first.results + second.results}) == 40
