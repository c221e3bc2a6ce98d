from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmdb_pipeline.extract import contradictions, pagination
from tmdb_pipeline.extract.errors import PageFailed
from tmdb_pipeline.extract.pagination import PAUSES, paginate
from tmdb_pipeline.language import Said
from tmdb_pipeline.tmdb import response
from tmdb_pipeline.tmdb.errors import Blocked, RateLimited, RefusedKey, Unavailable
from tmdb_pipeline.tmdb.response import ContradictoryPage, Response


@pytest.fixture(autouse=True)
def _one_movie_a_page(monkeypatch):
    """Lists of so few movies that a person can count them."""
    for module in (response, contradictions, pagination):
        monkeypatch.setattr(module, "PAGE_SIZE", 1)


def page(ids, total_pages=3, number=None):
    body = orjson.dumps(
        {
            "page": number,
            "results": [{"id": n} for n in ids],
            "total_pages": total_pages,
            "total_results": total_pages,
        }
    )
    return Response("/list", 200, None, datetime(2024, 1, 1, tzinfo=UTC), body)


def broken(ids, number, total_pages=3):
    """A page that the client goes on to find contradictory, whatever for; it says that it is ``number``."""
    return ContradictoryPage(page(ids, total_pages, number), Said("it does not fit", "맞지 않습니다"))


def in_threads(count):
    """A ``parallel`` with so many threads."""

    def parallel(call, items):
        with ThreadPoolExecutor(count) as pool:
            list(pool.map(call, items))

    return parallel


#: What is said of an empty page 2 of a list of four.
EMPTY = "it has 0 movies, but page 4 counts 4 movies, of which 1 stands on this page"


class List:
    """A list of TMDB as a mapping of page to response, error, or a list of these, one for each time it is asked.

    The last of such a list stays. Notes what was asked and kept, and the pauses made.
    """

    def __init__(self, pages):
        self.pages = pages
        self.asked = []
        self.kept = []
        self.paused = []

    def fetch(self, number):
        self.asked.append(number)
        responses = self.pages[number]
        if isinstance(responses, list):
            responses = responses[min(self.asked.count(number), len(responses)) - 1]
        if isinstance(responses, Exception):
            raise responses
        return responses

    def keep(self, number, response, contradiction):
        self.kept.append((number, response, contradiction))

    def paginate(self, asked, cached=None, threads=4):
        return paginate(
            "popular",
            self.fetch,
            asked,
            parallel=in_threads(threads),
            cached=cached or {},
            keep=self.keep,
            pause=self.paused.append,
        )


def ids(read):
    return [found.movie["id"] for found in read.movies]


@pytest.fixture
def trouble():
    return Unavailable("/list?page=2", "TMDB is in trouble (503)")


@given(asked=st.integers(1, 30), there=st.integers(1, 30), threads=st.integers(1, 8))
def test_pagination_reads_each_page_once_and_one_beyond_the_end(asked, there, threads):
    """Pages 1 to the smaller of asked and there are asked for once each, kept as they came, and come back in order.

    A list that ends before what was asked has to prove it by an empty page.
    """
    source = List({n: page([n] if n <= there else [], there) for n in range(1, there + 2)})

    read = source.paginate(asked, threads=threads)

    brought = list(range(1, min(asked, there) + 1))
    expected = list(range(1, min(asked, there + 1) + 1))
    assert sorted(source.asked) == expected
    assert sorted(source.kept) == [(n, source.pages[n], None) for n in expected]
    assert [(found.movie["id"], found.page, found.index) for found in read.movies] == [(n, n, 0) for n in brought]
    assert (read.missing, source.paused) == ((), [])


def test_page_one_comes_first():
    """Nothing else is asked before page 1 has said how many pages there are."""
    source = List({n: page([n], 3) for n in range(1, 4)})

    source.paginate(3)

    assert source.asked[0] == 1


@pytest.mark.parametrize(("asked", "last"), [(600, page([500], 57_004)), (500, page([], 499))])
def test_pages_beyond_500_are_not_asked(asked, last):
    """TMDB counts thousands of pages and answers 500: no further one is asked for, be that one full or not."""
    source = List({**{n: page([n], 57_004) for n in range(1, 500)}, 500: last})

    source.paginate(asked)

    assert max(source.asked) == 500


def test_500_pages_are_the_end_of_any_list():
    """Who asks for more than 500 pages is told where the list ended."""
    source = List({n: page([n], 57_004) for n in range(1, 501)})

    read = source.paginate(600)

    assert read.ended_by == "page 500 is the last one that TMDB has"


def test_full_pagination_says_so():
    """A pagination that got all it asked for says so."""
    assert List({1: page([1]), 2: page([2])}).paginate(2).ended_by == "all pages asked"


def test_short_list_says_where_it_ended():
    """A list with fewer pages than asked for names its last one."""
    source = List({1: page([1], 2), 2: page([2], 2), 3: page([], 2)})

    assert source.paginate(9).ended_by == "page 2 is the last one that TMDB has"


@pytest.mark.parametrize("counts", [1, 2, 3, 4])
def test_pages_that_only_a_later_response_counts_are_read(counts):
    """When page 1 counts too few pages, be it its own alone, the others tell that there are more, and all are read."""
    source = List({n: page([n], counts if n == 1 else 5) for n in range(1, 6)})

    read = source.paginate(5)

    assert ids(read) == [1, 2, 3, 4, 5]
    assert sorted(source.asked) == [1, 2, 3, 4, 5]
    assert read.missing == ()


def test_empty_page_in_the_midst_is_asked_again():
    """A page without movies, where the others count further pages, is asked for again after a pause, and was a slip."""
    source = List({1: page([1], 4), 2: [page([], 1), page([2], 4)], 3: page([3], 4), 4: page([4], 4)})

    read = source.paginate(4)

    assert ids(read) == [1, 2, 3, 4]
    assert read.missing == ()
    assert source.paused == [PAUSES[0]]


def test_empty_page_that_stays_is_named_and_costs_no_other(caplog):
    """A page that stays empty in the midst of a list is named as missing with the witness; the others are brought.

    Those that count it are asked for again with it, for they may be wrong instead.
    """
    source = List({1: page([1], 4), 2: page([], 1), 3: page([3], 4), 4: page([4], 4)})

    read = source.paginate(4)

    assert ids(read) == [1, 3, 4]
    assert [(missing.page, missing.reason) for missing in read.missing] == [(2, EMPTY)]
    assert source.paused == list(PAUSES)
    assert source.asked.count(2) == 1 + len(PAUSES)
    assert source.asked.count(1) == source.asked.count(3) == source.asked.count(4) == 1 + len(PAUSES)
    assert caplog.messages[0] == f"popular: page 2: {EMPTY}. Asking again in 1 s."
    assert caplog.messages[-1] == f"popular: movies of page 2 are missing, or may be: {EMPTY}."


def test_list_that_shrank_while_it_was_read_ends_where_it_ends_now():
    """A page that counted more than there are is asked for again with those that are empty; its new word counts."""
    source = List({1: [page([1], 4), page([1], 2)], 2: page([2], 2), **{n: page([], 2) for n in (3, 4, 5)}})

    read = source.paginate(4)

    assert ids(read) == [1, 2]
    assert read.missing == ()
    assert source.paused == [PAUSES[0]]


def test_empty_last_page_that_the_others_count_is_named():
    """The last of the pages asked for may be the one that came empty; what the page after it holds is not brought."""
    source = List({1: page([1], 9), 2: page([2], 9), 3: page([], 1), 4: page([4], 9)})

    read = source.paginate(3)

    assert ids(read) == [1, 2]
    assert [missing.page for missing in read.missing] == [3]
    assert read.ended_by == "all pages asked"


def test_last_page_asked_that_is_not_full_is_held_to_the_page_after_it(monkeypatch):
    """A last page that lacks movies by a slip, and whose totals agree, is found out by the page that was not asked."""
    monkeypatch.undo()
    source = List({1: [full(100, 1, total=1, count=1), full(100, 1, total=2, count=2)], 2: full(200, 2, 2, count=0)})

    read = source.paginate(1)

    assert ids(read) == [100, 101]
    assert (read.missing, read.ended_by) == ((), "all pages asked")
    assert source.asked == [1, 2, 1, 2]


def test_page_after_those_asked_is_neither_brought_nor_named():
    """Movies on the page after the last one asked tell that movies are missing before it; they are nobody's order."""
    source = List({1: page([], 0), 2: broken([2], 2, total_pages=2)})

    read = source.paginate(1)

    assert ids(read) == []
    assert [(missing.page, missing.reason) for missing in read.missing] == [
        (1, "it has 0 movies, but page 2 counts 2 movies, of which 1 stands on this page")
    ]
    assert [number for number, _, contradiction in source.kept if contradiction] == [2, 2, 2, 2]


def test_failing_page_after_the_end_is_counted(trouble):
    """The page that has to prove the end is one of those to be had."""
    source = List({1: page([1], 1), 2: trouble})

    with pytest.raises(PageFailed, match=r"page 2 of 2 could not be had .* 1 of 2 pages are kept"):
        source.paginate(5)


def test_list_that_turns_out_longer_is_read_to_its_end():
    """A list that was believed to be short, until a page asked for again counted more, is read on."""
    source = List({1: [page([], 0), page([1], 5)], 2: [page([], 1), page([2], 5)], 3: page([3], 5), 4: page([4], 5)})

    read = source.paginate(4)

    assert ids(read) == [1, 2, 3, 4]
    assert read.missing == ()
    assert source.paused == [PAUSES[0]]


def full(first, number, total=100, count=20):
    """A page of 20 movies, as lists really have them."""
    results = [{"id": first + at} for at in range(count)]
    body = {"page": number, "results": results, "total_pages": -(-total // 20), "total_results": total}
    return Response("/list", 200, None, datetime(2024, 1, 1, tzinfo=UTC), orjson.dumps(body))


def test_page_that_is_shorter_than_others_count_is_asked_again(monkeypatch):
    """Five movies that fit the page's own totals do not fit those of the others: the other fifteen are not lost."""
    monkeypatch.undo()
    pages = {number: full(100 * number, number) for number in range(1, 6)}
    pages[3] = [full(300, 3, total=45, count=5), pages[3]]
    pages[5] = full(500, 5, total=81, count=1)
    pages[6] = full(600, 6, count=0)
    source = List(pages)

    read = source.paginate(5)

    assert len(ids(read)) == 81
    assert [(missing.page, missing.reason) for missing in read.missing] == [
        (5, "it has 1 movie, but page 6 counts 100 movies, of which 20 stand on this page")
    ]


@pytest.mark.parametrize(("shift", "doubted"), [(10, True), (9, True), (11, False), (19, False)])
def test_pages_that_share_half_of_their_movies_are_doubted(monkeypatch, shift, doubted):
    """A few movies that moved are the nature of these lists; half a page that comes twice is another page's."""
    monkeypatch.undo()
    source = List({1: full(100, 1, 40), 2: full(100 + shift, 2, 40)})

    read = source.paginate(2)

    assert [missing.page for missing in read.missing] == ([1, 2] if doubted else [])


def test_repetition_of_a_page_cut_short_is_named(monkeypatch):
    """A page that has all that is left of a short one may stand in its own place or in that one's: both are named."""
    monkeypatch.undo()
    short = ContradictoryPage(full(200, 2, count=8), Said("it is short", "짧습니다"))
    source = List({1: full(100, 1, 60), 2: short, 3: full(200, 3, 60)})

    read = source.paginate(3)

    assert [missing.page for missing in read.missing] == [2, 3]


def test_contradictory_page_is_a_witness_of_what_others_lack():
    """What a page counts that contradicts itself is held against pages that claim to be beyond the end."""
    source = List({1: broken([1], 1, total_pages=4), **{number: page([], 0) for number in (2, 3, 4, 5)}})

    read = source.paginate(4)

    assert [missing.page for missing in read.missing] == [1, 2, 3, 4]


def test_records_without_ids_are_no_repetition():
    """Two pages of records that have no ids share nothing that could be known."""
    source = List({1: page([None], 2), 2: page([None], 2)})

    assert source.paginate(2).missing == ()


def test_list_without_movies_is_an_empty_walk():
    """TMDB's empty list has one page with nothing on it; the pagination brings no page, and misses none."""
    read = List({1: page([], 0), 2: page([], 0)}).paginate(5)

    assert (dict(read.pages), read.missing) == ({}, ())


def test_page_that_repeats_another_is_asked_again():
    """Of two pages with the same movies both are asked for again, since either may have come in the other's place."""
    source = List({1: page([1]), 2: [page([3]), page([2])], 3: page([3])})

    read = source.paginate(3)

    assert ids(read) == [1, 2, 3]
    assert read.missing == ()
    assert sorted(source.asked) == [1, 2, 2, 3, 3]


def test_pages_that_go_on_to_repeat_each_other_are_named():
    """Of pages that stay the same it cannot be known which one is missing: both are named, and their movies brought."""
    source = List({1: page([1]), 2: page([2]), 3: page([2])})

    read = source.paginate(3)

    assert ids(read) == [1, 2, 2]
    assert [(missing.page, missing.reason) for missing in read.missing] == [
        (2, "it shares 1 movie with page 3"),
        (3, "it shares 1 movie with page 2"),
    ]
    assert source.paused == list(PAUSES)


def test_page_that_contradicts_itself_costs_no_other(caplog):
    """A page that the client goes on to find contradictory is kept as such and named; what it holds is brought."""
    source = List({1: page([1]), 2: broken([2], 2), 3: page([3])})

    read = source.paginate(3)

    assert ids(read) == [1, 2, 3]
    assert [(missing.page, missing.reason) for missing in read.missing] == [(2, "it does not fit")]
    assert (2, source.pages[2].response, "it does not fit") in source.kept
    assert source.asked.count(2) == 1
    assert "popular: movies of page 2 are missing, or may be: it does not fit." in caplog.messages


def test_page_that_says_it_is_another_is_kept_and_not_brought():
    """What came in the place of another page is no page that was asked for: it is kept as evidence, and named."""
    source = List({1: page([1]), 2: broken([99], 7), 3: page([3])})

    read = source.paginate(3)

    assert ids(read) == [1, 3]
    assert [missing.page for missing in read.missing] == [2]
    assert (2, source.pages[2].response, "it does not fit") in source.kept


def test_first_page_that_contradicts_itself_still_tells_how_far_to_read():
    """Of a contradictory page the larger count is believed: pages are rather asked for in vain than not at all."""
    source = List({1: broken([1], 1, total_pages=3), 2: page([2]), 3: page([3])})

    read = source.paginate(3)

    assert ids(read) == [1, 2, 3]
    assert [missing.page for missing in read.missing] == [1]


def test_movies_on_a_page_prove_that_there_is_such_a_page():
    """A page that holds movies, whatever it counts, is no end of the list: the next one is asked for as well."""
    source = List({1: page([1], 1), 2: broken([2], 2, total_pages=1), 3: page([3], 3), 4: page([], 3)})

    read = source.paginate(9)

    assert ids(read) == [1, 2, 3]
    assert sorted(source.asked) == [1, 2, 3, 4]


def test_page_that_fails_when_it_is_asked_again_keeps_its_response(trouble, caplog):
    """Asking again never costs what is there: an error, or a contradiction, leaves the first response as it was."""
    source = List({1: page([1]), 2: [page([2]), trouble], 3: [page([2]), broken([], 3)]})

    read = source.paginate(3)

    assert ids(read) == [1, 2, 2]
    assert [missing.page for missing in read.missing] == [2, 3]
    assert f"popular: page 2 could not be had again: {trouble}" in caplog.messages
    assert [(number, contradiction) for number, _, contradiction in source.kept if contradiction] == []


def test_held_pages_are_not_asked_again():
    """Only the pages that are not cached are asked for, and the pagination counts those it was spared."""
    source = List({2: page([2]), 3: page([3])})

    read = source.paginate(3, cached={1: page([1]), 9: page([9])})

    assert sorted(source.asked) == [2, 3]
    assert ids(read) == [1, 2, 3]
    assert read.resumed == 1


def test_cached_page_that_was_replaced_is_not_counted_as_resumed():
    """A cached page that had to be asked for again was not spared."""
    source = List({2: page([2]), 1: page([1])})

    read = source.paginate(2, cached={1: page([2])})

    assert ids(read) == [1, 2]
    assert read.resumed == 0


def test_walk_of_held_pages_asks_nothing():
    """When every page is cached, the last one too, nothing is asked and all of them count as cached."""
    source = List({})

    read = source.paginate(3, cached={n: page([n]) for n in (1, 2, 3)})

    assert source.asked == []
    assert read.resumed == 3


def test_failing_page_is_named_and_the_rest_kept(trouble):
    """The error names page and cause, and counts the pages that are kept for the next run."""
    source = List({1: page([1]), 2: trouble, 3: page([3])})

    with pytest.raises(PageFailed) as raised:
        source.paginate(3, threads=1)

    assert raised.value.page == 2
    assert raised.value.cause is trouble
    assert [number for number, _, _ in source.kept] == [1]
    assert str(raised.value) == (
        "popular: page 2 of 3 could not be had (/list?page=2: TMDB is in trouble (503).) "
        "1 of 3 pages are kept; the next run of this date asks only for the others."
    )


def test_failing_first_page_is_the_only_one_asked(trouble):
    """When page 1 fails nothing else is asked for."""
    source = List({1: trouble})

    with pytest.raises(PageFailed, match="page 1 of 5 could not be had"):
        source.paginate(5)

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
    """Of two failures a permanent one goes up, else the one with the longest wait, else the lowest page's; no other."""
    both = Barrier(2)

    class Together(List):
        def fetch(self, number):
            if number > 1:
                both.wait(5)
            return super().fetch(number)

    source = Together({1: page([1], number=1), 2: second, 3: third})
    raised, silent = (second, third) if named == 2 else (third, second)

    with pytest.raises(OSError if raised is DISK else PageFailed) as failed:
        source.paginate(3)

    assert raised in (failed.value, getattr(failed.value, "cause", None))
    assert getattr(failed.value, "page", named) == named
    assert caplog.messages == [f"popular: page {5 - named} could not be had either: {silent}"]


def test_no_page_is_begun_after_a_failure(trouble):
    """With one thread, the pages behind the failing one are never asked for."""
    source = List({1: page([1], 9), 2: trouble})

    with pytest.raises(PageFailed):
        source.paginate(9, threads=1)

    assert source.asked == [1, 2]


def test_error_of_the_keeper_goes_up_as_it_is():
    """When a page cannot be kept, the keeper's own error is what the operator sees."""

    class FullDisk(List):
        def paginate(self, asked):
            def keep(number, response, contradiction):
                raise OSError("the disk is full")

            return paginate(
                "popular", self.fetch, asked, parallel=in_threads(1), cached={}, keep=keep, pause=self.paused.append
            )

    with pytest.raises(OSError, match="the disk is full"):
        FullDisk({1: page([1])}).paginate(1)
