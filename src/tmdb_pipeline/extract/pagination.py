"""Pagination: the pages of one list, asked in parallel, and missed by name where they do not come."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from tmdb_pipeline.extract.contradictions import Contradictions
from tmdb_pipeline.extract.errors import PageFailed
from tmdb_pipeline.extract.page_reader import Keep, PageReader
from tmdb_pipeline.lake.file_info import MissingPage
from tmdb_pipeline.movies import Movie
from tmdb_pipeline.observability.log_keys import about
from tmdb_pipeline.observability.meter import timing
from tmdb_pipeline.observability.metrics import WAITS
from tmdb_pipeline.tmdb.errors import TmdbError
from tmdb_pipeline.tmdb.response import LAST_PAGE, PAGE_SIZE, Response

log = logging.getLogger(__name__)

#: Seconds to wait before pages that contradict each other are asked for again, once for each.
PAUSES = (1.0, 3.0, 9.0)


@dataclass(frozen=True, slots=True)
class PagedMovie:
    """A record, and where it stands: on which page, from 1, and at which place in its ``results``, from 0."""

    movie: Movie
    page: int
    index: int


@dataclass(frozen=True, slots=True)
class Pagination:
    """What reading a list brought.

    Attributes:
        pages: the responses that hold movies, by the number of the page, in order.
        missing: the pages from which movies are or may be missing, in order. Their numbers are gaps in ``pages``, or
            pages that came in part.
        resumed: how many of ``pages`` were cached and not requested again.
        ended_by: why it ended where it did, in words.
    """

    pages: Mapping[int, Response]
    missing: tuple[MissingPage, ...]
    resumed: int
    ended_by: str

    @property
    def movies(self) -> Iterator[PagedMovie]:
        """The records of all pages in order."""
        for number, response in self.pages.items():
            for index, movie in enumerate(response.page.results):
                yield PagedMovie(movie, number, index)


#: Calls a function for each item, in parallel, and returns when all calls have ended.
Parallel = Callable[[Callable[[int], None], Iterable[int]], None]


def paginate(
    source: str,
    fetch: Callable[[int], Response],
    asked: int,
    *,
    parallel: Parallel,
    cached: Mapping[int, Response],
    keep: Keep,
    pause: Callable[[float], None],
) -> Pagination:
    """Read pages 1 to the smallest of ``asked``, the pages that the list has, and 500; those ``cached`` cost nothing.

    Page 1 comes first, since it says how many there are; the others are asked in parallel. If the list seems to end
    before ``asked``, or there but on a page that is not full, the page after its end is asked for as well: it has to be
    empty. As long as any response counts further pages, these are asked for, too. Of a page after ``asked`` nothing is
    brought: it only bears witness.

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
    reader = PageReader(fetch, keep, {number: response for number, response in cached.items() if number <= limit})
    read, last = 0, 1
    pauses = iter(PAUSES)
    while True:
        while read < last:
            parallel(reader.read, range(read + 1, last + 1))
            _raise_failure(source, reader, reader.count(limit))
            read, last = last, _reach(reader, limit)
        found = Contradictions(source, reader)
        seconds = next(pauses, None)
        if not found.again or seconds is None:
            return _conclude(source, reader, found, cached, asked)
        log.warning("%s: %s. Asking again in %g s.", source, _listed(found.missing.values()), seconds)
        pause(seconds)
        timing(WAITS, seconds, reason="contradiction")
        parallel(_tolerant(source, reader), sorted(found.again))
        last = max(last, _reach(reader, limit))


def _reach(reader: PageReader, limit: int) -> int:
    """The last page to ask for, by what has been read: the one after the list's end, but none after a full ``limit``.

    Page ``limit`` may lack movies by a slip that fits its own totals, and then only the page after it tells.
    """
    response = reader.whole.get(limit)
    if response and len(response.page.results) < PAGE_SIZE and limit < LAST_PAGE:
        limit += 1
    return min(limit, reader.count(limit) + 1)


def _conclude(
    source: str, reader: PageReader, found: Contradictions, cached: Mapping[int, Response], asked: int
) -> Pagination:
    """What has been read, when nothing is asked for any more."""
    of_themselves = {
        n: MissingPage(source, n, error.said.en, error.said.ko) for n, error in reader.contradictory.items()
    }
    missing = sorted(page for page in (found.missing | of_themselves).values() if page.page <= asked)
    pages = {n: response for n, response in reader.usable().items() if response.page.results and n <= asked}
    for page in missing:
        with about(page=page.page):
            log.warning("%s: movies of page %d are missing, or may be: %s.", source, page.page, page.reason)
    end = max([*pages, *(page.page for page in missing)], default=1)
    return Pagination(
        pages,
        tuple(missing),
        sum(reader.whole.get(number) is response for number, response in cached.items() if number in pages),
        "all pages asked" if end == asked else f"page {end} is the last one that TMDB has",
    )


def _tolerant(source: str, reader: PageReader) -> Callable[[int], None]:
    """Reads a page again, and leaves the response that is there when that fails."""

    def read(number: int) -> None:
        try:
            reader.read_again(number)
        except TmdbError as error:
            log.warning("%s: page %d could not be had again: %s", source, number, error)

    return read


def _raise_failure(source: str, reader: PageReader, last: int) -> None:
    """Raise the failure of the page that decides whether and when the pages are asked for again, if there is one."""
    if not reader.failures:
        return
    (number, error), *others = sorted(reader.failures.items(), key=_precedence)
    for other, trouble in others:
        log.warning("%s: page %d could not be had either: %s", source, other, trouble)
    if not isinstance(error, TmdbError):
        raise error  # such as a full disk: the lake's own message says more
    raise PageFailed(source, number, len(reader.whole), max(last, number), error)


def _precedence(failure: tuple[int, Exception]) -> tuple[bool, float, bool, int]:
    """What a page's failure is sorted by: the first of all decides whether and when the pages are asked for again."""
    number, error = failure
    if not isinstance(error, TmdbError):
        return True, 0.0, False, number
    return not error.permanent, -(error.retry_after or 0.0), error.tries == 0, number


def _listed(missing: Iterable[MissingPage]) -> str:
    return "; ".join(f"page {page.page}: {page.reason}" for page in sorted(missing))
