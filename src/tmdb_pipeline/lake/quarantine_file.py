"""The quarantine of a run: a file of lines, one for each rejected record; empty if there were none."""

from collections.abc import Iterable
from typing import Any

import msgspec
import orjson

from tmdb_pipeline.lake.document import DocumentError, read
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.quality_report import BrokenRule
from tmdb_pipeline.lake.records import PagePlace
from tmdb_pipeline.lake.store import Lake


class QuarantineLine(msgspec.Struct):
    """A rejected record.

    Attributes:
        rules: the rules that it breaks.
        where: the page where TMDB sent it, None where that is not known.
        file: the path of the file that was made of its batch.
        index: its place in the ``movies`` of that file, from 0; None if the file does not hold it, because another copy
            of the movie is there.
        exact: whether ``record`` is the record as it was; else parts that JSON cannot carry have been replaced.
        record: the record.
    """

    rules: list[BrokenRule]
    where: PagePlace | None
    file: str
    index: int | None
    exact: bool
    record: Any

    def to_json(self) -> bytes:
        """The line as it stands in the file: UTF-8, ending in a newline."""
        # The record is left to orjson, which writes it as deep as it has read it.
        header = {name: getattr(self, name) for name in self.__struct_fields__ if name != "record"}
        return orjson.dumps({**msgspec.to_builtins(header), "record": self.record}, option=orjson.OPT_APPEND_NEWLINE)


def write_quarantine(lake: Lake, file: str, lines: Iterable[QuarantineLine]) -> None:
    """Write the quarantine of a run, over an earlier one.

    Raises:
        LakeError: it cannot be written.
    """
    lake.write(file, b"".join(line.to_json() for line in lines))


def read_quarantine(lake: Lake, file: str) -> list[QuarantineLine]:
    """The lines of a quarantine.

    Raises:
        LakeError: it is not there, damaged, or no quarantine.
    """
    try:
        return [read(line, QuarantineLine) for line in lake.read(file).splitlines()]
    except DocumentError as error:
        raise LakeError(f"{lake.locate(file)} is damaged or no quarantine ({error}): run its date again.") from None
