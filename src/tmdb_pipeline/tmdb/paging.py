"""The page walk: the pages of one list, asked in parallel, each at most once, none that is already held."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from tmdb_pipeline.movies import Movie
from tmdb_pipeline.tmdb.answer import Answer
from tmdb_pipeline.tmdb.errors import PageFailed, TmdbError

log = logging.getLogger(__name__)

#: TMDB answers no page beyond this one (400, code 22), however many it counts.
LAST_PAGE = 500


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk brought.

    Attributes:
        pages: the answers from page 1 on, without a gap.
        held: how many of them were held before and not asked for.
        ended_by: why it ended there, in words.
    """

    pages: tuple[Answer, ...]
    held: int
    ended_by: str

    @property
    def movies(self) -> list[Movie]:
        """The records of all pages in order."""
        return [movie for answer in self.pages for movie in answer.page.results]


#: Calls a function for each item, in parallel, and returns when all calls have ended.
Parallel = Callable[[Callable[[int], None], Iterable[int]], None]


class _Reader:
    """Reads pages in parallel and keeps each as soon as it is there."""

    def __init__(
        self, fetch: Callable[[int], Answer], keep: Callable[[int, Answer], None], held: Mapping[int, Answer]
    ) -> None:
        self._fetch = fetch
        self._keep = keep
        self.answers = dict(held)
        self.failures: dict[int, Exception] = {}

    def read(self, number: int) -> None:
        """Read a page unless it is held. After a failure no further one is begun."""
        if number in self.answers or self.failures:
            return
        try:
            answer = self._fetch(number)
            self._keep(number, answer)
        except Exception as error:  # noqa: BLE001 - raised by walk, in the thread of its caller
            self.failures[number] = error
        else:
            self.answers[number] = answer


def _precedence(failure: tuple[int, Exception]) -> tuple[bool, float, bool, int]:
    """What a page's failure is sorted by: the first of all decides whether and when the pages are asked for again."""
    number, error = failure
    if not isinstance(error, TmdbError):
        return True, 0.0, False, number
    return not error.permanent, -(error.retry_after or 0.0), error.tries == 0, number


def walk(
    source: str,
    fetch: Callable[[int], Answer],
    asked: int,
    *,
    parallel: Parallel,
    held: Mapping[int, Answer],
    keep: Callable[[int, Answer], None],
) -> Walk:
    """Read pages 1 to the smallest of ``asked``, the ``total_pages`` of page 1, and 500.

    Page 1 comes first, since it says how many there are; the others are asked in parallel. An empty page ends the list,
    with a warning if it counts further pages itself; so does one that repeats the page before it, always with one. Each
    page is given to ``keep`` as soon as it is there, from the thread that read it. When a page fails, no further
    one is begun, but those under way are kept.

    Of several failures one goes up and the others are logged: first one that trying again does not mend, then the one
    with the longest ``retry_after``, then the one of the lowest page that was asked.

    Raises:
        PageFailed: a page could not be had; its cause is the ``TmdbError`` of that page.
    """
    reader = _Reader(fetch, keep, held)
    last = min(asked, LAST_PAGE)
    parallel(reader.read, [1])
    if 1 in reader.answers:
        last = min(last, max(1, reader.answers[1].page.total_pages))
        parallel(reader.read, range(2, last + 1))
    if reader.failures:
        (number, error), *others = sorted(reader.failures.items(), key=_precedence)
        for other, trouble in others:
            log.warning("%s: page %d could not be had either: %s", source, other, trouble)
        if not isinstance(error, TmdbError):
            raise error  # such as a full disk: the lake's own sentence says more
        raise PageFailed(source, number, len(reader.answers), last, error)
    ended_by = "all pages asked" if last == asked else f"page {last} is the last one that TMDB has"
    pages: list[Answer] = []
    for number in range(1, last + 1):
        page = reader.answers[number].page
        results = page.results
        if not results:
            ended_by = f"page {number} is empty"
            if number < page.total_pages:
                log.warning("%s: %s of %d, so movies may be missing.", source, ended_by, page.total_pages)
            break
        if pages and results == pages[-1].page.results:
            ended_by = f"page {number} repeats page {number - 1}"
            log.warning("%s: %s, so the list ends there.", source, ended_by)
            break
        if page.number != number:
            log.warning("%s: page %d says that it is page %s; movies may be missing.", source, number, page.number)
        pages.append(reader.answers[number])
    return Walk(tuple(pages), sum(number <= len(pages) for number in held), ended_by)
