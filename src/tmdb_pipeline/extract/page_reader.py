"""Reading pages of a list: in parallel, each kept as soon as it is there, until one cannot be had."""

from collections.abc import Callable, Mapping

from tmdb_pipeline.observability.log_keys import about
from tmdb_pipeline.tmdb.response import ContradictoryPage, Response

#: Keeps a response for the page of this number, which may have one already; says what is wrong with it, if anything.
Keep = Callable[[int, Response, str | None], None]


class PageReader:
    """The pages of a list that have been read so far, from whichever thread.

    Attributes:
        whole: the responses that contradict neither themselves nor the request, by page; at first the cached ones.
        contradictory: the others, by page, for the pages that have none in ``whole``.
        failures: why there is no response at all, by page.
    """

    def __init__(self, fetch: Callable[[int], Response], keep: Keep, cached: Mapping[int, Response]) -> None:
        self._fetch = fetch
        self._keep = keep
        self.whole = dict(cached)
        self.contradictory: dict[int, ContradictoryPage] = {}
        self.failures: dict[int, Exception] = {}

    def read(self, number: int) -> None:
        """Read a page unless it is there. After a failure no further one is begun."""
        if number in self.whole or number in self.contradictory or self.failures:
            return
        try:
            self.read_again(number)
        except Exception as error:  # noqa: BLE001 - raised by paginate, in the thread of its caller
            self.failures[number] = error

    def read_again(self, number: int) -> None:
        """Read a page although there may be a response for it, which stays if the new one contradicts itself."""
        with about(page=number):
            try:
                response = self._fetch(number)
            except ContradictoryPage as error:
                if number not in self.whole:
                    self._keep(number, error.response, error.what)
                    self.contradictory[number] = error
            else:
                self._keep(number, response, None)
                self.whole[number] = response
                self.contradictory.pop(number, None)

    def responses(self) -> dict[int, Response]:
        """The responses by page, in order, contradictory ones where there is no other."""
        contradictory = {number: error.response for number, error in self.contradictory.items()}
        return dict(sorted({**contradictory, **self.whole}.items()))

    def count(self, limit: int) -> int:
        """How many pages the list has, at least 1 and at most ``limit``, by the response that counts or shows most."""
        pages = {number: response.page for number, response in self.responses().items()}
        counts = [max(1, page.total_pages, page.filled, number * bool(page.results)) for number, page in pages.items()]
        return min(limit, max(counts, default=limit))

    def usable(self) -> dict[int, Response]:
        """The responses that say of themselves that they are the page that was asked for."""
        return {
            number: response
            for number, response in self.responses().items()
            if number in self.whole or response.page.number == number
        }
