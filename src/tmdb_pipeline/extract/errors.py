"""What can go wrong with a collection as a whole, beside what can with a request (``tmdb_pipeline.tmdb.errors``)."""

from tmdb_pipeline.tmdb.errors import TmdbError


class PageFailed(Exception):
    """A page of a collection could not be had. If several could not, it is the one that decides when to ask again.

    Attributes:
        page: its number, from 1.
        cause: why; its type decides whether the task is retried, and its ``retry_after`` when.
    """

    def __init__(self, source: str, page: int, held: int, asked: int, cause: TmdbError) -> None:
        super().__init__(source, page, held, asked, cause)
        self.source = source
        self.page = page
        self.held = held
        self.asked = asked
        self.cause = cause

    def __str__(self) -> str:
        kept = f" {self.held} of {self.asked} pages are kept; the next run of this date asks only for the others."
        return f"{self.source}: page {self.page} of {self.asked} could not be had ({self.cause})" + kept * bool(
            self.held
        )


class EmptyCollection(Exception):
    """TMDB answered a collection without a single movie."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.source = source

    def __str__(self) -> str:
        return (
            f"{self.source}: TMDB answered no movies at all, which it never does for this list; "
            "no file was written, and an earlier one of this date stays as it was. Look at the kept page, run again."
        )
