"""The pages of one list: asked in parallel, held against each other, and missed by name where they do not come.

TMDB, and what stands between it and us, has answered empty pages in the midst of a list, one page in the place of
another, and totals that were not true. A single response is held against itself by ``MoviePage.contradiction``, inside
the client's retries. What only several responses together show is found here.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, cast

from tmdb_pipeline.extract.errors import PageFailed
from tmdb_pipeline.movies import Movie, movie_id
from tmdb_pipeline.tmdb.errors import TmdbError
from tmdb_pipeline.tmdb.response import LAST_PAGE, PAGE_SIZE, Answer, ContradictoryPage, promised

log = logging.getLogger(__name__)

#: Responses that count more than a page shows and are asked for again with it, lest one empty page have 500 asked.
_WITNESSES = 8
#: Seconds to wait before pages that contradict each other are asked for again, once for each.
PAUSES = (1.0, 3.0, 9.0)


class MissingPage(NamedTuple):
    """A page from which movies are missing, or may be, and why that is thought."""

    page: int
    reason: str


@dataclass(frozen=True, slots=True)
class PagedMovie:
    """A record, and where it stands: on which page, from 1, and at which place in its ``results``, from 0."""

    movie: Movie
    page: int
    index: int


@dataclass(frozen=True, slots=True)
class Walk:
    """What reading a list brought.

    Attributes:
        pages: the responses that hold movies, by the number of the page, in order.
        missing: the pages from which movies are or may be missing, in order. Their numbers are gaps in ``pages``, or
            pages that came in part.
        held: how many of ``pages`` were held before and not asked for.
        ended_by: why it ended where it did, in words.
    """

    pages: Mapping[int, Answer]
    missing: tuple[MissingPage, ...]
    held: int
    ended_by: str

    @property
    def movies(self) -> Iterator[PagedMovie]:
        """The records of all pages in order."""
        for number, answer in self.pages.items():
            for index, movie in enumerate(answer.page.results):
                yield PagedMovie(movie, number, index)


#: Calls a function for each item, in parallel, and returns when all calls have ended.
Parallel = Callable[[Callable[[int], None], Iterable[int]], None]
#: Keeps a response for the page of this number, which may have one already; says what is wrong with it, if anything.
Keep = Callable[[int, Answer, str | None], None]


class _Reader:
    """Reads pages in parallel and keeps each as soon as it is there.

    Attributes:
        whole: the responses that contradict neither themselves nor the request, by page.
        broken: the others, by page, for the pages that have none in ``whole``.
        failures: why there is no response at all, by page.
    """

    def __init__(self, fetch: Callable[[int], Answer], keep: Keep, held: Mapping[int, Answer]) -> None:
        self._fetch = fetch
        self._keep = keep
        self.whole = dict(held)
        self.broken: dict[int, ContradictoryPage] = {}
        self.failures: dict[int, Exception] = {}

    def read(self, number: int) -> None:
        """Read a page unless it is there. After a failure no further one is begun."""
        if number in self.whole or number in self.broken or self.failures:
            return
        try:
            self.read_again(number)
        except Exception as error:  # noqa: BLE001 - raised by walk, in the thread of its caller
            self.failures[number] = error

    def read_again(self, number: int) -> None:
        """Read a page although there may be a response for it, which stays if the new one contradicts itself."""
        try:
            answer = self._fetch(number)
        except ContradictoryPage as error:
            if number not in self.whole:
                self._keep(number, error.answer, error.what)
                self.broken[number] = error
        else:
            self._keep(number, answer, None)
            self.whole[number] = answer
            self.broken.pop(number, None)

    def answers(self) -> dict[int, Answer]:
        """The responses by page, in order, contradictory ones where there is no other."""
        return dict(sorted({**{number: error.answer for number, error in self.broken.items()}, **self.whole}.items()))

    def counted(self, limit: int) -> int:
        """How many pages the list has, at least 1 and at most ``limit``, by the response that counts or shows most."""
        pages = {number: answer.page for number, answer in self.answers().items()}
        counts = [max(1, page.total_pages, page.filled, number * bool(page.results)) for number, page in pages.items()]
        return min(limit, max(counts, default=limit))

    def usable(self) -> dict[int, Answer]:
        """The responses that say of themselves that they are the page that was asked for."""
        return {
            number: answer
            for number, answer in self.answers().items()
            if number in self.whole or answer.page.number == number
        }


class _Doubts:
    """What the pages of a list hold against each other.

    Attributes:
        missing: the pages from which movies are missing, or may be, by number; of each the first reason found.
        again: the numbers of the pages that can clear this up when they are asked for again.
    """

    def __init__(self, reader: _Reader) -> None:
        self.missing: dict[int, MissingPage] = {}
        self.again: set[int] = set()
        self._find_repeated(reader)
        self._find_short(reader)

    def _find_repeated(self, reader: _Reader) -> None:
        """Find pages that share half of their movies: it cannot be known which of them came in the other's place.

        Lists that move while they are read share a few between neighbours. A page cut short shares what it has left.
        """
        pages = reader.usable()
        sizes = {n: PAGE_SIZE if n in reader.whole else len(answer.page.results) for n, answer in pages.items()}
        shared: Counter[tuple[int, int]] = Counter()
        seen: dict[int, list[int]] = {}
        for number, answer in pages.items():
            for identity in {movie_id(movie) for movie in answer.page.results} - {None}:
                earlier = seen.setdefault(cast("int", identity), [])
                shared.update((other, number) for other in earlier)
                earlier.append(number)
        for (one, other), count in sorted(shared.items()):
            if 2 * count >= min(sizes[one], sizes[other]):
                for number, twin in ((one, other), (other, one)):
                    self._doubt(number, f"it shares {count} movies with page {twin}")

    def _find_short(self, reader: _Reader) -> None:
        """Find pages that have fewer movies than they must have by what another response counts, and those responses.

        Each response fits its own totals. Those of different moments differ by a few; what a page has to hold is the
        same by all of them, but at the very end of a list.
        """
        totals = sorted(((answer.page.total_results, n) for n, answer in reader.answers().items()), reverse=True)
        for number, answer in reader.whole.items():
            has = len(answer.page.results)
            witnesses = [n for total, n in totals[:_WITNESSES] if promised(number, total) > has]
            if witnesses:
                counted = f"{totals[0][0]} movies, of which {promised(number, totals[0][0])} stand on this page"
                self._doubt(number, f"it has {has} movies, but page {witnesses[0]} counts {counted}")
                self.again.update(witnesses)

    def _doubt(self, number: int, reason: str) -> None:
        self.missing.setdefault(number, MissingPage(number, reason))
        self.again.add(number)


def walk(
    source: str,
    fetch: Callable[[int], Answer],
    asked: int,
    *,
    parallel: Parallel,
    held: Mapping[int, Answer],
    keep: Keep,
    pause: Callable[[float], None],
) -> Walk:
    """Read pages 1 to the smallest of ``asked``, the pages that the list has, and 500.

    Page 1 comes first, since it says how many there are; the others are asked in parallel. If the list seems to end
    before ``asked``, the page after its end is asked for as well: it has to be empty. As long as any response counts
    further pages, these are asked for, too.

    Each response is given to ``keep`` as soon as it is there, from the thread that read it. When a page fails, no
    further one is begun, but those under way are kept. A page that goes on to contradict itself when it is asked for
    again does not fail: what it holds is used, unless it says that it is another page, and it is named as missing. So
    are pages that contradict each other; these are asked for again after each of ``PAUSES``.

    Of several failures one goes up and the others are logged: first one that trying again does not mend, then the one
    with the longest ``retry_after``, then the one of the lowest page that was asked.

    Raises:
        PageFailed: a page could not be had; its cause is the ``TmdbError`` of that page.
    """
    limit = min(asked, LAST_PAGE)
    reader = _Reader(fetch, keep, {number: answer for number, answer in held.items() if number <= limit})
    read, last = 0, 1
    pauses = iter(PAUSES)
    while True:
        while read < last:
            parallel(reader.read, range(read + 1, last + 1))
            _raise_failure(source, reader, reader.counted(limit))
            read, last = last, min(limit, reader.counted(limit) + 1)
        doubts = _Doubts(reader)
        seconds = next(pauses, None)
        if not doubts.again or seconds is None:
            return _walk_of(source, reader, doubts, held, asked)
        log.warning("%s: %s. Asking again in %g s.", source, _listed(doubts.missing.values()), seconds)
        pause(seconds)
        parallel(_tolerant(source, reader), sorted(doubts.again))
        last = max(last, min(limit, reader.counted(limit) + 1))


def _walk_of(source: str, reader: _Reader, doubts: _Doubts, held: Mapping[int, Answer], asked: int) -> Walk:
    """What has been read, when nothing is asked for any more."""
    missing = doubts.missing | {number: MissingPage(number, error.what) for number, error in reader.broken.items()}
    pages = {number: answer for number, answer in reader.usable().items() if answer.page.results}
    for page in sorted(missing.values()):
        log.warning("%s: movies of page %d are missing, or may be: %s.", source, page.page, page.reason)
    end = max([*pages, *missing], default=1)
    return Walk(
        pages,
        tuple(sorted(missing.values())),
        sum(reader.whole.get(number) is answer for number, answer in held.items() if number in pages),
        "all pages asked" if end == asked else f"page {end} is the last one that TMDB has",
    )


def _tolerant(source: str, reader: _Reader) -> Callable[[int], None]:
    """Reads a page again, and leaves the response that is there when that fails."""

    def read(number: int) -> None:
        try:
            reader.read_again(number)
        except TmdbError as error:
            log.warning("%s: page %d could not be had again: %s", source, number, error)

    return read


def _raise_failure(source: str, reader: _Reader, last: int) -> None:
    """Raise the failure of the page that decides whether and when the pages are asked for again, if there is one."""
    if not reader.failures:
        return
    (number, error), *others = sorted(reader.failures.items(), key=_precedence)
    for other, trouble in others:
        log.warning("%s: page %d could not be had either: %s", source, other, trouble)
    if not isinstance(error, TmdbError):
        raise error  # such as a full disk: the lake's own sentence says more
    raise PageFailed(source, number, len(reader.whole), last, error)


def _precedence(failure: tuple[int, Exception]) -> tuple[bool, float, bool, int]:
    """What a page's failure is sorted by: the first of all decides whether and when the pages are asked for again."""
    number, error = failure
    if not isinstance(error, TmdbError):
        return True, 0.0, False, number
    return not error.permanent, -(error.retry_after or 0.0), error.tries == 0, number


def _listed(missing: Iterable[MissingPage]) -> str:
    return "; ".join(f"page {page.page}: {page.reason}" for page in sorted(missing))
