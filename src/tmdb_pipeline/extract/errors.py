"""What can go wrong with a collection as a whole, beside what can with a request (``tmdb_pipeline.tmdb.errors``)."""

from collections.abc import Mapping

from tmdb_pipeline.tmdb.errors import TmdbError


class PageFailed(Exception):
    """A page of a collection could not be had. If several could not, it is the one that decides when to ask again.

    Attributes:
        source: the name of the list.
        page: its number, from 1.
        kept: how many pages are in the checkpoint, from which the next run of the date resumes.
        pages: how many there are to be had.
        cause: why; its type decides whether the task is retried, and its ``retry_after`` when.
    """

    def __init__(self, source: str, page: int, kept: int, pages: int, cause: TmdbError) -> None:
        super().__init__(source, page, kept, pages, cause)
        self.source = source
        self.page = page
        self.kept = kept
        self.pages = pages
        self.cause = cause

    def __str__(self) -> str:
        kept = f" {self.kept} of {self.pages} pages are kept; the next run of this date asks only for the others."
        failed = f"{self.source}: page {self.page} of {self.pages} could not be had ({self.cause})"
        return failed + kept * bool(self.kept)


class EmptyCollection(Exception):
    """TMDB answered a collection without a single movie.

    Attributes:
        source: the name of the list.
        parameters: what somebody has chosen to ask for, if anything: then it may well be that there is no such movie.
    """

    def __init__(self, source: str, parameters: Mapping[str, str] | None = None) -> None:
        super().__init__(source, parameters)
        self.source = source
        self.parameters = parameters

    def __str__(self) -> str:
        kept = "no file was written, and an earlier one of this date stays as it was."
        if self.parameters:
            asked = ", ".join(f"{name}={value}" for name, value in self.parameters.items())
            return f"{self.source}: TMDB has no movie with {asked}; {kept} Ask for less, then run again."
        return (
            f"{self.source}: TMDB answered no movies at all, which it never does for this list; {kept} Look at the "
            "kept page, run again."
        )
