"""What files of movies say of themselves: a type for each kind, in the order in which its fields stand in the file.

Times are aware, written with Seoul's offset; run dates are calendar days in Asia/Seoul. A field with a default was not
written by earlier versions, whose files are still read.
"""

from datetime import date, datetime
from typing import Annotated, ClassVar, TypedDict

import msgspec
from msgspec import UNSET, UnsetType

from tmdb_pipeline.language import Said

Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class MissingPage(msgspec.Struct, frozen=True, order=True):
    """A page from which movies are missing, or may be.

    Attributes:
        source: the name of the list.
        page: its number, from 1.
        reason: why that is thought, in words; ``reason_ko`` in Korean.
    """

    source: str
    page: int
    reason: str
    reason_ko: str | UnsetType = UNSET

    @property
    def said(self) -> Said:
        """The reason; an earlier version wrote it in English alone."""
        return Said(self.reason, self.reason_ko or self.reason)


class SourceMetadata(TypedDict, total=False):
    """What a source adds to ``CollectionInfo``: those of its fields that do not apply to every list."""

    time_window: str
    genre_id: int
    genre_name: str
    min_rating: float
    week_number: int
    path: str
    parameters: dict[str, str]


class CollectionInfo(msgspec.Struct, kw_only=True):
    """What a collection is and how it came about: ``collection_info``.

    Attributes:
        pages_processed: the pages whose movies are used, in part or whole.
        pages_resumed: those of them that were cached in the checkpoint, and not requested again.
        ended_by: why the list ended where it did, in words.
        path: what of TMDB was asked, of a custom collection, and with which ``parameters`` of its own.
        total_pages: of the list, by the page that counts most; so is ``total_results``.
        movies_sha256: ``records.digest`` of ``movies``.
    """

    key: ClassVar = "collection_info"

    collection_type: str
    source: str | None = None
    collection_date: date
    total_collected: int
    records_received: int
    duplicates_dropped: int
    below_min_rating_dropped: int
    pages_asked: int
    pages_processed: int
    pages_missing: list[MissingPage] = []
    pages_resumed: int
    ended_by: str
    total_pages: int
    total_results: int
    time_window: str | UnsetType = UNSET
    genre_id: int | UnsetType = UNSET
    genre_name: str | UnsetType = UNSET
    min_rating: float | UnsetType = UNSET
    week_number: int | UnsetType = UNSET
    path: str | UnsetType = UNSET
    parameters: dict[str, str] | UnsetType = UNSET
    base_url: str
    language: str
    region: str
    movies_sha256: str
    dag_id: str
    dag_run_id: str
    start_time: Moment
    end_time: Moment
    duration_seconds: float


class ConsolidatedSource(msgspec.Struct, frozen=True):
    """A collection that went into a consolidation, and how many movies it holds."""

    file: str
    movies: int


class ConsolidationInfo(msgspec.Struct, kw_only=True):
    """What the consolidation of a week brought together: ``consolidation_info``.

    Attributes:
        sources_processed: the files of the collections; in files of earlier versions how many there were.
        by_category: how many movies each category added to those before it.
        movies_sha256: ``records.digest`` of ``movies``.
    """

    key: ClassVar = "consolidation_info"

    consolidation_date: date
    week_number: int
    sources_processed: list[str] | int
    total_unique_movies: int
    by_category: dict[str, int]
    records_received: int
    duplicates_dropped: int
    pages_missing: list[MissingPage] = []
    sources: list[ConsolidatedSource]
    movies_sha256: str
    dag_id: str
    dag_run_id: str
    consolidated_at: Moment


class FileInfo(msgspec.Struct):
    """What files of movies of both kinds say of themselves: which run wrote it, and what is missing.

    A collection says of what type it is, a consolidation does not.
    """

    dag_run_id: str | None = None
    pages_missing: list[MissingPage] = []
    collection_type: str | None = None
    movies_sha256: str | None = None
