from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmdb_pipeline.tmdb.answer import Answer
from tmdb_pipeline.tmdb.errors import Blocked, PageFailed, RateLimited, RefusedKey, Unavailable
from tmdb_pipeline.tmdb.paging import walk


def page(ids, total_pages=3, number=None):
    body = orjson.dumps(
        {"page": number, "results": [{"id": n} for n in ids], "total_pages": total_pages, "total_results": 0}
    )
    return Answer("/list", 200, None, datetime(2024, 1, 1, tzinfo=UTC), body)


def in_threads(count):
    """A ``parallel`` with so many threads."""

    def parallel(call, items):
        with ThreadPoolExecutor(count) as pool:
            list(pool.map(call, items))

    return parallel


class List:
    """A list of TMDB as a mapping of page to answer or exception; notes what was asked and kept."""

    def __init__(self, pages):
        self.pages = pages
        self.asked = []
        self.kept = {}

    def fetch(self, number):
        self.asked.append(number)
        answer = self.pages[number]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def walk(self, asked, held=None, threads=4):
        return walk(
            "popular",
            self.fetch,
            asked,
            parallel=in_threads(threads),
            held=held or {},
            keep=self.kept.__setitem__,
        )


@pytest.fixture
def trouble():
    return Unavailable("/list?page=2", "TMDB is in trouble (503)")


@given(asked=st.integers(1, 30), there=st.integers(1, 30), threads=st.integers(1, 8))
def test_walk_reads_each_page_once_and_no_further(asked, there, threads):
    """Pages 1 to the smaller of asked and there are asked for once each, kept as they came, and come back in order."""
    source = List({n: page([n], there) for n in range(1, there + 1)})

    read = source.walk(asked, threads=threads)

    expected = list(range(1, min(asked, there) + 1))
    assert sorted(source.asked) == expected
    assert source.kept == {n: source.pages[n] for n in expected}
    assert [movie["id"] for movie in read.movies] == expected


def test_page_one_comes_first():
    """Nothing else is asked before page 1 has said how many pages there are."""
    source = List({n: page([n], 3) for n in range(1, 4)})

    source.walk(3)

    assert source.asked[0] == 1


def test_pages_beyond_500_are_not_asked():
    """TMDB counts thousands of pages and answers 500: no further one is asked for."""
    source = List({n: page([n], 57_004) for n in range(1, 502)})

    read = source.walk(600)

    assert max(source.asked) == 500
    assert read.ended_by == "page 500 is the last one that TMDB has"


def test_full_walk_says_so():
    """A walk that got all it asked for says so."""
    assert List({1: page([1]), 2: page([2])}).walk(2).ended_by == "all pages asked"


def test_empty_page_ends_the_list():
    """A list that shrank while it was read ends at its first empty page."""
    source = List({1: page([1], 4), 2: page([2], 4), 3: page([], 2), 4: page([], 2)})

    read = source.walk(4)

    assert [movie["id"] for movie in read.movies] == [1, 2]
    assert read.ended_by == "page 3 is empty"


@pytest.mark.parametrize(("counts", "warned"), [(500, True), (3, True), (2, False), (1, False)])
def test_empty_page_in_the_midst_of_a_list_is_warned_about(caplog, counts, warned):
    """A page without movies that itself counts further pages is no end of a list that shrank: the log says so."""
    source = List({1: page([1], 3, 1), 2: page([], counts, 2), 3: page([3], 3, 3)})

    read = source.walk(3)

    assert read.ended_by == "page 2 is empty"
    assert caplog.messages == [f"popular: page 2 is empty of {counts}, so movies may be missing."] * warned


def test_list_without_movies_is_an_empty_walk():
    """TMDB's empty list has one page with nothing on it; the walk brings no page."""
    read = List({1: page([], 1)}).walk(5)

    assert read.pages == ()
    assert read.ended_by == "page 1 is empty"


def test_total_of_zero_pages_still_reads_page_one():
    """A page that claims there are no pages is read all the same: what stands on it counts."""
    assert [m["id"] for m in List({1: page([1], 0)}).walk(5).movies] == [1]


def test_page_that_repeats_for_ever_ends_the_list_with_a_warning(caplog):
    """A list that answers its last page again and again is cut at the first repetition, and says so."""
    source = List({n: page([1, 2] if n > 1 else [0], 20) for n in range(1, 21)})

    read = source.walk(20)

    assert [movie["id"] for movie in read.movies] == [0, 1, 2]
    assert read.ended_by == "page 3 repeats page 2"
    assert caplog.messages[-1] == "popular: page 3 repeats page 2, so the list ends there."


def test_page_that_says_it_is_another_is_warned_about(caplog):
    """A page that claims another number may stand in the place of movies that are now missing: the log says so."""
    List({1: page([1], number=1), 2: page([2], number=2), 3: page([3], number=1)}).walk(3)

    assert caplog.messages == ["popular: page 3 says that it is page 1; movies may be missing."]


def test_held_pages_are_not_asked_again():
    """Only the pages that are not held are asked for, and the walk counts those it was spared."""
    source = List({2: page([2]), 3: page([3])})

    read = source.walk(3, held={1: page([1]), 9: page([9])})

    assert sorted(source.asked) == [2, 3]
    assert [movie["id"] for movie in read.movies] == [1, 2, 3]
    assert read.held == 1


def test_walk_of_held_pages_asks_nothing():
    """When every page is held, the last one too, nothing is asked and all of them count as held."""
    source = List({})

    read = source.walk(3, held={n: page([n]) for n in (1, 2, 3)})

    assert source.asked == []
    assert read.held == 3


def test_failing_page_is_named_and_the_rest_kept(trouble):
    """The error names page and cause, and counts the pages that are kept for the next run."""
    source = List({1: page([1]), 2: trouble, 3: page([3])})

    with pytest.raises(PageFailed) as raised:
        source.walk(3, threads=1)

    assert raised.value.page == 2
    assert raised.value.cause is trouble
    assert list(source.kept) == [1]
    assert str(raised.value) == (
        "popular: page 2 of 3 could not be had (/list?page=2: TMDB is in trouble (503).) "
        "1 of 3 pages are kept; the next run of this date asks only for the others."
    )


def test_failing_first_page_is_the_only_one_asked(trouble):
    """When page 1 fails nothing else is asked for."""
    source = List({1: trouble})

    with pytest.raises(PageFailed, match="page 1 of 5 could not be had"):
        source.walk(5)

    assert source.asked == [1]


def unasked(wait):
    error = RateLimited("/list", "not asked for", retry_after=wait)
    error.tries = 0
    return error


DISK = OSError("the disk is full")


@pytest.mark.parametrize(
    ("second", "third", "named"),
    [
        (Unavailable("/list", "down"), Unavailable("/list", "later"), 2),
        (Unavailable("/list", "down"), RateLimited("/list", "too often", retry_after=3600), 3),
        (Unavailable("/list", "down", retry_after=9), RateLimited("/list", "too often", retry_after=8), 2),
        (Unavailable("/list", "down", retry_after=0), RateLimited("/list", "too often"), 2),
        (RateLimited("/list", "too often", retry_after=3600), RefusedKey("/list", "no"), 3),
        (RefusedKey("/list", "no"), RefusedKey("/list", "no"), 2),
        (Blocked("/list", "403"), RateLimited("/list", "too often", retry_after=3600), 3),
        (RateLimited("/list", "too often", retry_after=8), Blocked("/list", "403", retry_after=9), 3),
        (Blocked("/list", "403"), RefusedKey("/list", "no"), 3),
        (unasked(9), RateLimited("/list", "too often", retry_after=9), 3),
        (RateLimited("/list", "too often", retry_after=8), unasked(9), 3),
        (DISK, RateLimited("/list", "too often", retry_after=9), 3),
        (DISK, RefusedKey("/list", "no"), 3),
        (DISK, unasked(None), 2),
        (Unavailable("/list", "down"), DISK, 2),
        (DISK, Unavailable("/list", "down"), 2),
        (DISK, RateLimited("/list", "too often", retry_after=0.5), 3),
    ],
)
def test_failure_that_decides_when_to_ask_again_goes_up(caplog, second, third, named):
    """Of two failures a hopeless one goes up, else the one with the longest wait, else the lowest page's; no other."""
    both = Barrier(2)

    class Together(List):
        def fetch(self, number):
            if number > 1:
                both.wait(5)
            return super().fetch(number)

    source = Together({1: page([1], number=1), 2: second, 3: third})
    raised, silent = (second, third) if named == 2 else (third, second)

    with pytest.raises(OSError if raised is DISK else PageFailed) as failed:
        source.walk(3)

    assert raised in (failed.value, getattr(failed.value, "cause", None))
    assert getattr(failed.value, "page", named) == named
    assert caplog.messages == [f"popular: page {5 - named} could not be had either: {silent}"]


def test_no_page_is_begun_after_a_failure(trouble):
    """With one thread, the pages behind the failing one are never asked for."""
    source = List({1: page([1], 9), 2: trouble})

    with pytest.raises(PageFailed):
        source.walk(9, threads=1)

    assert source.asked == [1, 2]


def test_error_of_the_keeper_goes_up_as_it_is():
    """When a page cannot be kept, the keeper's own error is what the operator sees."""

    class FullDisk(List):
        def walk(self, asked):
            def keep(number, answer):
                raise OSError("the disk is full")

            return walk("popular", self.fetch, asked, parallel=in_threads(1), held={}, keep=keep)

    with pytest.raises(OSError, match="the disk is full"):
        FullDisk({1: page([1])}).walk(1)
