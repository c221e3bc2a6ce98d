"""The exports that the lake holds: a Parquet file a day, written whole or not at all.

Its columns are ``id`` (int64, rising), ``popularity`` (double), ``adult`` (boolean, null where the export does not say)
and ``video`` (boolean). Its footer holds ``ExportInfo``, as JSON under ``export_info``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.exports import parquet
from tmdb_pipeline.lake.exports.info import ExportInfo
from tmdb_pipeline.lake.exports.spool import packed
from tmdb_pipeline.lake.store import Lake

if TYPE_CHECKING:
    from tmdb_pipeline.lake.exports.parquet import Batch

_NAME = re.compile(r"day=(\d{4}-\d{2}-\d{2})\.parquet")


@dataclass(frozen=True)
class Export:
    """An export that was read from the lake.

    Attributes:
        file: its path under the data root.
        info: what it says of itself.
    """

    file: str
    info: ExportInfo
    _data: bytes = field(repr=False)
    _name: str = field(repr=False)

    def batches(self) -> Iterator[Batch]:
        """Its movies by rising id, each once, in batches; whoever stops before the end closes the iterator.

        Raises:
            LakeError: the file is damaged, or the temporary folder cannot be written. Only behind the last batch is it
                known that all were right, so a loader commits after that.
        """
        digest = hashlib.sha256()
        try:
            for batch in parquet.batches(self._data):
                digest.update(packed(*batch))
                yield batch
        except parquet.NotAnExport as error:
            raise _foreign(self._name, error) from error
        if digest.hexdigest() != self.info.rows_sha256:
            raise _foreign(self._name, "its rows are not those that were written")


def write_export(
    lake: Lake, day: date, ranges: Iterable[dict[str, Any]], info: Callable[[], ExportInfo], folder: Path
) -> str:
    """Write the file of a day, over an earlier one, and return its path under the data root.

    The arguments are those of ``parquet.write``.

    Raises:
        LakeError: it cannot be written; what was there is unchanged.
    """
    file = paths.export_file(day)
    lake.write(file, parquet.write(ranges, info, folder))
    return file


def read_export(lake: Lake, day: date) -> Export:
    """The export of a day.

    Raises:
        LakeError: it is not there, cannot be read, or is damaged, or no library for it is installed.
    """
    parquet.require_library()
    file = paths.export_file(day)
    data = lake.read(file)
    try:
        return Export(file, parquet.read_info(data), data, lake.locate(file))
    except parquet.NotAnExport as error:
        raise _foreign(lake.locate(file), error) from error


def exports_held(lake: Lake) -> list[date]:
    """The days of which the lake holds the export, the earliest first.

    Raises:
        LakeError: the folder cannot be read.
    """
    days = []
    for name in lake.files(paths.EXPORTS_FOLDER):
        if found := _NAME.fullmatch(name):
            try:
                days.append(date.fromisoformat(found[1]))
            except ValueError:  # such as day=2026-13-45.parquet
                continue
    return sorted(days)


def _foreign(name: str, why: object) -> LakeError:
    reason = "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in str(why))
    return LakeError(
        f"{name} is damaged or not a file of this pipeline ({reason}): ask for the export of its day again."
    )
