"""The lines of an export: decoded block by block, into columns; an odd line is named and never half used.

A block is decoded at once. Only where that fails, or could have been lenient, is it read line by line: msgspec takes
two objects on one line, and one on two lines, while here a line is one object.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from tmdb_pipeline.lake.exports.info import OddLine
from tmdb_pipeline.lake.exports.spool import Rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: Bytes of lines that are decoded at once.
BLOCK = 1024 * 1024
#: Bytes that a line may have. TMDB's have about 100, most of them a title.
LONGEST = 64 * 1024
#: So many odd lines are named, all are counted.
NAMED = 20


class _Line(msgspec.Struct, gc=False):
    """A line. Those of before 2018 or so have no ``adult``. The title is not kept, but has to be one."""

    id: Annotated[int, msgspec.Meta(ge=1, le=sys.maxsize)]
    popularity: Annotated[float, msgspec.Meta(ge=0)]
    video: bool
    original_title: str
    adult: bool | UnsetType = UNSET


class ExportLines:
    """The lines of one export, as they are read.

    Attributes:
        count: how many there were, odd ones included.
        odd_count: how many of them were odd.
        odd: the first of these.
    """

    def __init__(self) -> None:
        self.count = 0
        self.odd_count = 0
        self.odd: list[OddLine] = []
        self._decoder = msgspec.json.Decoder(_Line)

    def rows(self, pieces: Iterable[bytes]) -> Iterator[Rows]:
        """The rows of the good lines, in their order.

        Args:
            pieces: the bytes of the export; they end anywhere.
        """
        waiting: list[bytes] = []
        size = 0
        for piece in pieces:
            waiting.append(piece)
            size += len(piece)
            if size >= BLOCK:
                whole = b"".join(waiting)
                end = whole.rfind(b"\n")
                if end >= 0:
                    yield self._block(whole[:end])
                # Of a line that is too long already no more is kept than shows that.
                rest = whole[end + 1 :] if end >= 0 else whole[: LONGEST + 1]
                waiting, size = [rest], len(rest)
        if last := b"".join(waiting):
            yield self._block(last.removesuffix(b"\n"))

    def _block(self, lines: bytes) -> Rows:
        """The rows of some lines, without the line break at their end."""
        first = self.count + 1
        count = lines.count(b"\n") + 1
        self.count += count
        # Where each line begins and ends with a brace, it is at least one object, for JSON has no raw line break in a
        # text and no two objects without a comma between them.
        if lines[:1] == b"{" and lines[-1:] == b"}" and lines.count(b"}\n{") == count - 1:
            try:
                found = self._decoder.decode_lines(lines)
            except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
                pass
            else:
                if len(found) == count:
                    return _rows(found, range(first, first + count))
        return self._line_by_line(lines, first)

    def _line_by_line(self, lines: bytes, first: int) -> Rows:
        found, numbers = [], []
        for number, line in enumerate(lines.split(b"\n"), first):
            if len(line) > LONGEST:
                self._is_odd(number, f"it has more than {LONGEST} bytes")
                continue
            try:
                found.append(self._decoder.decode(line))
                numbers.append(number)
            except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
                self._is_odd(number, str(error))
        return _rows(found, numbers)

    def _is_odd(self, number: int, reason: str) -> None:
        self.odd_count += 1
        if self.odd_count <= NAMED:
            self.odd.append(OddLine(number, reason))


def _rows(found: list[_Line], numbers: Sequence[int]) -> Rows:
    adult: list[Any] = [line.adult for line in found]
    return Rows(
        [line.id for line in found],
        [line.popularity for line in found],
        [None if known is UNSET else known for known in adult] if UNSET in adult else adult,
        [line.video for line in found],
        numbers,
    )
