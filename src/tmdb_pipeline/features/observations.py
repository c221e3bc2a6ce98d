"""What the lake's collections say that was observed, and when it was known."""

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.features.sources import ListName
from tmdb_pipeline.lake import document, paths
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.file_info import CollectionInfo
from tmdb_pipeline.lake.quarantine_file import read_quarantine
from tmdb_pipeline.lake.records import Origins
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.movies import Movie, movie_id
from tmdb_pipeline.run import Run

#: Movies on a full page of TMDB (``tmdb.response``).
PAGE_SIZE = 20
#: What INTEGER holds in Parquet.
_LARGEST_GENRE = 2**31 - 1
#: What stands for a rejected record that JSON cannot carry: it cannot be compared.
_INEXACT = object()


@dataclass(frozen=True)
class Observed:
    """A list as it was observed for a day.

    Attributes:
        name: which list.
        day: the run date.
        known_at: when it had been collected.
        file: where it lies under the data root, and ``sha256`` of its bytes.
        quarantine_sha256: of the bytes that say which records are rejected; empty before the quality gate.
        address: where it came from.
        first_pages_known: whether the places of the first ``definition.TOP`` movies are all known.
        movies: the usable records by id, each with its place on the list, from 1, and the fields that features are
            made of.
    """

    name: ListName
    day: date
    known_at: datetime
    file: str
    sha256: str
    quarantine_sha256: str
    address: str
    first_pages_known: bool
    movies: dict[int, tuple[int, Movie]]


class _Document(msgspec.Struct):
    movies: list[Any]
    collection_info: CollectionInfo
    origins: Origins | None = None


def cutoff(day: date) -> datetime:
    """The end of a day in Seoul: what was known later is not of that day."""
    return datetime.combine(day + timedelta(days=1), time(), SEOUL)


def known(observed: Iterable[Observed], by: datetime, first: date, last: date) -> list[Observed]:
    """What was observed for these days and known by a moment, in an order that does not depend on the one given.

    Of a list that was collected more than once for a day, the last that was known by then.
    """
    latest = {
        (each.day, each.name): each
        for each in sorted(observed, key=lambda each: each.known_at)
        if first <= each.day <= last and each.known_at < by
    }
    return [latest[key] for key in sorted(latest)]


def read(lake: Lake, run: Run, name: ListName, file: str, top: int) -> Observed:
    """A collection of the lake as it was observed.

    Raises:
        LakeError: it cannot be read.
    """
    data = lake.read(file)
    try:
        found = document.read(data, _Document)
        origins = found.origins.unpacked()[: len(found.origins.movies)] if found.origins else [None] * len(found.movies)
        places = list(zip(found.movies, origins, strict=True))
    except (ValueError, IndexError) as error:
        raise LakeError(f"{lake.locate(file)} is no collection ({error}): run its date again.") from error
    info = found.collection_info
    rejected, quarantine = _rejected(lake, run, file)
    movies: dict[int, tuple[int, Movie]] = {}
    for index, (movie, origin) in enumerate(places):
        number = movie_id(movie)
        if number is None or (index in rejected and rejected[index] in (movie, _INEXACT)):
            continue
        rank = (origin.page - 1) * PAGE_SIZE + origin.index + 1 if origin else index + 1
        movies[number] = (rank, _fields(movie))
    pages = -(-top // PAGE_SIZE)
    whole = min(info.pages_asked, pages) >= min(info.total_pages, pages)
    missing = any(page.page <= pages for page in info.pages_missing)
    return Observed(
        name,
        info.collection_date,
        info.end_time,
        file,
        hashlib.sha256(data).hexdigest(),
        quarantine,
        info.base_url,
        whole and not missing,
        movies,
    )


def _rejected(lake: Lake, run: Run, file: str) -> tuple[dict[int, Movie], str]:
    """The records that the quality gate has put into quarantine, by place, and the digest of what says so.

    What it has rejected of an earlier collection of the date does not count: there another record stands at the place.
    """
    quarantine = paths.quarantine_file(run)
    if not lake.exists(quarantine):
        return {}, ""
    lines = read_quarantine(lake, quarantine)
    rejected = {
        line.index: line.record if line.exact else _INEXACT
        for line in lines
        if line.file == file and line.index is not None
    }
    return rejected, hashlib.sha256(b"".join(line.to_json() for line in lines)).hexdigest()


def _fields(movie: Movie) -> Movie:
    """What features are made of: ``popularity`` or None, ``release_date`` as it was told, and ``genre_ids``."""
    genres, released = movie.get("genre_ids"), movie.get("release_date")
    return {
        "popularity": _number(movie, "popularity"),
        "release_date": released if isinstance(released, str) else None,
        "genre_ids": sorted({number for number in genres if type(number) is int and 0 < number <= _LARGEST_GENRE})
        if isinstance(genres, list)
        else [],
    }


def _number(movie: Movie, field: str) -> float | None:
    value = movie.get(field)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)
