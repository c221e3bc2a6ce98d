"""The export of a day becomes a file of the lake."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.extract.popularity_export.errors import TooFewLines, TooManyOddLines
from tmdb_pipeline.extract.popularity_export.lines import ExportLines
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.exports.export_file import Export, exports_held, read_export, write_export
from tmdb_pipeline.lake.exports.info import ExportInfo
from tmdb_pipeline.lake.exports.parquet import require_library
from tmdb_pipeline.lake.exports.spool import Spool
from tmdb_pipeline.lake.exports.temporary import temporary_folder
from tmdb_pipeline.lake.store import Lake

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    # DAG files import this module at every parse; the client brings requests.
    from tmdb_pipeline.tmdb.exports.client import ExportClient, ReceivedExport

log = logging.getLogger(__name__)

#: More odd or repeated lines than this share, and the export is not used.
MOST_ODD = 0.01
#: Fewer lines than this share of the export before, and the export is not used.
LEAST_OF_BEFORE = 0.5


@dataclass(frozen=True, slots=True)
class CollectedExport:
    """An export that lies in the lake.

    Attributes:
        file: its path under the data root.
        info: what it says of itself.
        was_written: whether the file is new; else it was there already, with the same content if it was asked for.
    """

    file: str
    info: ExportInfo
    was_written: bool


def collect_export(client: ExportClient, lake: Lake, day: date, *, again: bool = False) -> CollectedExport:
    """Collect the export of the movies of a day into its file.

    A day whose file is there is not asked for, unless ``again`` says so; then the file is replaced only if it is
    damaged, or TMDB sends another export than it was made from.

    Args:
        client: where exports come from.
        lake: where they go.
        day: the day of the export, by TMDB's calendar (UTC).
        again: whether to ask for a day that is there.

    Raises:
        ExportNotThere: TMDB has no such file; as ``ExportGone`` it never will.
        TmdbError: it could not be had.
        TooManyOddLines: more than 1 % of its lines are odd, or repeat an id.
        TooFewLines: it has no movies, or fewer than half of the lines of the last export before it that the lake holds.
        LakeError: the lake or the temporary folder cannot be read or written.
    """
    require_library()
    file = paths.export_file(day)
    held = _held(lake, day, file, again=again)
    if held and not again:
        return CollectedExport(file, held.info, was_written=False)
    with temporary_folder() as folder:

        def read(pieces: Iterator[bytes]) -> tuple[ExportLines, Spool]:
            lines, spool = ExportLines(), Spool(folder / "rows")
            for rows in lines.rows(pieces):
                spool.add(rows)
            return lines, spool

        received, (lines, spool) = client.movies(day, read)
        if held and held.info.sha256 == received.sha256 and _is_whole(held):
            log.info("The export of %s is the same as before: its file stays.", day)
            return CollectedExport(file, held.info, was_written=False)
        _raise_if_odd(day, lines, lines.odd_count)
        _raise_if_few(lake, day, lines)
        made: list[ExportInfo] = []

        def info() -> ExportInfo:
            _raise_if_odd(day, lines, lines.odd_count + spool.repeated_lines)
            made.append(_info(received, lines, spool))
            return made[0]

        write_export(lake, day, spool.sorted(), info, folder)
    log.info(
        "The export of %s: %d movies from %d lines, of which %d are odd and %d repeat an id.",
        *(day, made[0].movies, made[0].lines, made[0].odd_lines, made[0].repeated_lines),
    )
    return CollectedExport(file, made[0], was_written=True)


def _held(lake: Lake, day: date, file: str, *, again: bool) -> Export | None:
    """The export that lies there, if there is one; one that is damaged is none where it is to be had again."""
    if not lake.exists(file):
        return None
    try:
        return read_export(lake, day)
    except LakeError as error:
        if not again:
            raise
        log.warning("%s", error)
        return None


def _is_whole(export: Export) -> bool:
    try:
        for _ in export.batches():
            pass
    except LakeError as error:
        log.warning("%s", error)
        return False
    return True


def _info(received: ReceivedExport, lines: ExportLines, spool: Spool) -> ExportInfo:
    modified = received.last_modified
    return ExportInfo(
        day=received.day,
        address=received.address,
        sha256=received.sha256,
        size=received.size,
        last_modified=modified and modified.astimezone(SEOUL),
        received_at=received.received_at.astimezone(SEOUL),
        lines=lines.count,
        movies=spool.movies,
        odd_lines=lines.odd_count,
        odd=lines.odd,
        repeated_lines=spool.repeated_lines,
        repeated=spool.repeated,
        rows_sha256=spool.digest.hexdigest(),
    )


def _raise_if_odd(day: date, lines: ExportLines, odd: int) -> None:
    if odd <= lines.count * MOST_ODD:
        return
    first = f", the first in line {lines.odd[0].line}: {lines.odd[0].reason}" if lines.odd else ""
    raise TooManyOddLines(
        day,
        f"has {odd} odd or repeated lines among {lines.count}{first}",
        "Look at them; has TMDB changed their form? Else run again.",
    )


def _raise_if_few(lake: Lake, day: date, lines: ExportLines) -> None:
    if not lines.count:
        raise TooFewLines(day, "has no lines at all", "Run again later.")
    earlier = [held for held in exports_held(lake) if held < day]
    if not earlier:
        return
    before = read_export(lake, earlier[-1]).info
    if lines.count < before.lines * LEAST_OF_BEFORE:
        raise TooFewLines(
            day,
            f"has {lines.count} lines, fewer than half of the {before.lines} of {before.day}",
            "Run again later; if it is right, remove the file of that day first.",
        )
