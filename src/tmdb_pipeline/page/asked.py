"""Who asks for a page, in which language, and when."""

from datetime import date, datetime, timedelta

import msgspec

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.language import Language

#: Days that trends and lists go back.
DAYS = 90


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a page is made for.

    Attributes:
        language: of the reader.
        usual: the language that a page is in where nobody chooses one: links need not name it.
        now: the moment, aware.
        dag_ids: the DAGs of which the reader may know; a page tells of no other.
        may_audit: whether the reader may know who did what.
        here: the address of the page, seen from the first one, such as ``runs``.
        query: what stands behind it, but for the language.
    """

    language: Language
    usual: Language
    now: datetime
    dag_ids: frozenset[str]
    may_audit: bool = False
    here: str = "page"
    query: tuple[tuple[str, str], ...] = ()

    @property
    def root(self) -> str:
        """The way from the page back to where the first one is, so that it does not matter what stands before that."""
        return "../" * self.here.count("/") or "./"

    @property
    def today(self) -> date:
        """The day in Seoul."""
        return self.now.astimezone(SEOUL).date()

    @property
    def first_day(self) -> date:
        """The first of the days that trends and lists show."""
        return self.today - timedelta(days=DAYS - 1)
