"""What the Parquet file of an export says of itself, in its footer. Times are written with Seoul's offset."""

from datetime import date
from typing import Annotated

import msgspec

from tmdb_pipeline.lake.file_info import Moment

Count = Annotated[int, msgspec.Meta(ge=0)]


class OddLine(msgspec.Struct, frozen=True):
    """A line of which nothing was used: its number in the export, from 1, and the reason, in words."""

    line: int
    reason: str


class RepeatedId(msgspec.Struct, frozen=True):
    """An id that a further line has, which was dropped: the first line of an id is the one that stays."""

    id: int
    line: int
    popularity: float


class ExportInfo(msgspec.Struct, kw_only=True):
    """What an export is and how it came about: ``export_info`` in the file's footer.

    Attributes:
        day: the day of the export by TMDB's calendar (UTC).
        address: where it lies.
        sha256: of the file as TMDB sent it, in hex.
        size: bytes of that file.
        last_modified: when TMDB made it.
        received_at: when its last byte came.
        lines: how many it has; ``movies`` of them are rows of this file, and the others are odd or repeated.
        odd_lines: how many are odd, of which ``odd`` names the first.
        rows_sha256: of ids and popularity, row by row, in hex (``spool.packed``): Parquet notices no damage by itself.
        repeated_lines: how many have the id of an earlier line; ``repeated`` names the first, by id.
    """

    day: date
    address: str
    sha256: str
    size: Count
    last_modified: Moment | None
    received_at: Moment
    lines: Count
    movies: Count
    odd_lines: Count
    odd: list[OddLine]
    repeated_lines: Count
    repeated: list[RepeatedId]
    rows_sha256: str
