"""The staged run: rows as they go into the warehouse, on the lake from when they are made until they are loaded.

A header, written last, says of which run the rows are, and names the files of lines that hold them with their
checksums. Each holds so few rows that none fills the memory of who writes or reads it, however many a run has.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from itertools import islice
from typing import ClassVar, TypeVar

import msgspec

from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.store import Lake, to_json
from tmdb_pipeline.warehouse.errors import DamagedRun
from tmdb_pipeline.warehouse.load.rows import MovieRow, QuarantineRow
from tmdb_pipeline.warehouse.load.run_files import RunFiles, damage_named

#: Rows in a file of lines: some 10 MB.
ROWS_IN_A_PART = 10_000

AnyRow = TypeVar("AnyRow", MovieRow, QuarantineRow)


class Part(msgspec.Struct, frozen=True):
    """A file of rows, one JSON array a line."""

    file: str
    rows: int
    sha256: str


class CollectionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ``collections``, without the run that it is of."""

    source: str
    file: str
    movies: int
    movies_accepted: int
    records_received: int
    duplicates_dropped: int
    below_min_rating_dropped: int
    pages_asked: int
    pages_processed: int
    pages_missing: int
    total_pages: int
    total_results: int
    language: str
    region: str
    movies_sha256: str
    started_at: datetime
    ended_at: datetime


class RunRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ``collection_runs``, without the run that it is of."""

    verdict: str
    quality_score: float
    pass_rate: float
    records_validated: int
    records_passed: int
    records_quarantined: int
    pages_missing: int
    validated_at: datetime | None
    report_file: str


class Staged(msgspec.Struct, frozen=True, kw_only=True):
    """The header.

    Attributes:
        texts_changed: texts that Postgres could not have held as they were.
    """

    key: ClassVar = "staged_run"

    staged_run: RunFiles
    run: RunRow
    collections: list[CollectionRow]
    movies: list[Part]
    quarantine: list[Part]
    texts_changed: int

    @property
    def source(self) -> RunFiles:
        """The files that the rows were made of."""
        return self.staged_run

    @property
    def accepted(self) -> int:
        """Rows of movies."""
        return sum(part.rows for part in self.movies)

    @property
    def file(self) -> str:
        """Where the header lies."""
        return paths.staged_file(self.source.run, self.source.checksum)

    @property
    def quarantined(self) -> int:
        """Rows of rejected records."""
        return sum(part.rows for part in self.quarantine)


def write_rows(lake: Lake, source: RunFiles, kind: str, rows: Iterable[AnyRow]) -> list[Part]:
    """Write rows into files of lines, and say which.

    Raises:
        LakeError: the lake cannot be written.
    """
    parts: list[Part] = []
    stem = paths.staged_file(source.run, source.checksum).removesuffix(".json")
    encoder = msgspec.json.Encoder()
    left: Iterator[AnyRow] = iter(rows)
    while taken := [*islice(left, ROWS_IN_A_PART)]:
        data = encoder.encode_lines(taken)
        part = Part(f"{stem}.{kind}-{len(parts):04d}.jsonl", len(taken), hashlib.sha256(data).hexdigest())
        lake.write(part.file, data)
        parts.append(part)
    return parts


def write_header(lake: Lake, staged: Staged) -> str:
    """Write the header, and say where.

    Raises:
        LakeError: the lake cannot be written.
    """
    lake.write(staged.file, to_json(staged), key=Staged.key)
    return staged.file


def read_header(lake: Lake, file: str) -> Staged:
    """The header of a staged run.

    Raises:
        DamagedRun: it is not there, or no header.
        LakeError: the lake does not answer.
    """
    with damage_named():
        return lake.read_document(file, Staged)


def read_rows(lake: Lake, parts: Iterable[Part], kind: type[AnyRow]) -> Iterator[AnyRow]:
    """The rows of files of lines, one file after the other.

    Raises:
        DamagedRun: a file is not there, or not as it was written.
        LakeError: the lake does not answer.
    """
    decoder = msgspec.json.Decoder(kind)
    for part in parts:
        with damage_named():
            data = lake.read(part.file)
        if hashlib.sha256(data).hexdigest() != part.sha256:
            raise DamagedRun(f"{lake.locate(part.file)} is not as it was written: begin the load again.")
        yield from decoder.decode_lines(data)


def remove(lake: Lake, staged: Staged) -> None:
    """Remove a staged run that is loaded; what cannot be removed stays, for it harms nobody."""
    for file in (staged.file, *(part.file for part in (*staged.movies, *staged.quarantine))):
        with suppress(LakeError):
            lake.delete(file)
