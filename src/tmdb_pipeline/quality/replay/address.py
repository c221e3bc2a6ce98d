"""How people name a record: by file and line as an editor prints them, or by date and movie."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from tmdb_pipeline.quality.replay.errors import UnknownRecord
from tmdb_pipeline.quality.values.json_values import printable

#: The path of a quarantine under a data root, the line, and what grep prints behind it.
_LINE: Final = re.compile(
    r"(?P<root>.*/)?raw/metadata/quarantine/(?P<day>\d{8})/(?P<dag>[\w.-]+)\.jsonl(:(?P<line>\d{0,9})(:.*)?)?",
    re.DOTALL | re.ASCII,
)
_GIVE: Final = (
    "give raw/metadata/quarantine/YYYYMMDD/DAG.jsonl:LINE, as grep -n prints it, or a date and the id of a movie, such "
    "as 2024-01-07 4711"
)


@dataclass(frozen=True, slots=True)
class Address:
    """Which record is meant, or which of several.

    Attributes:
        day: the run date.
        root: the data root in front of a path, None where none stands there.
        dag_id: the DAG whose quarantine it is, None for that of any.
        line: the line in it, from 1; None for any.
        movie: the id of the movie as it was given, None for any.
    """

    day: date
    root: str | None = None
    dag_id: str | None = None
    line: int | None = None
    movie: str | None = None


def parse_address(words: Sequence[str]) -> Address:
    """Understand the words by which somebody names a record.

    Raises:
        UnknownRecord: they name none.
    """
    if not words:
        raise UnknownRecord(f"No record is named: {_GIVE}; a date alone lists all records of that date.")
    text, *more = words
    if not more and ".jsonl" in text:
        return _line(text)
    if len(more) > 1 or not re.fullmatch(r"\d{8}|\d{4}-\d\d-\d\d", text, re.ASCII):
        raise UnknownRecord(f"{_shown(words)} names no record: {_GIVE}.")
    return Address(_day(text, words), movie=more[0].strip() if more else None)


def _line(text: str) -> Address:
    # An editor that was opened in the folder prints no more than the name.
    found = _LINE.fullmatch(text) or (None if "://" in text else _LINE.fullmatch(str(Path(text).absolute())))
    if found is None:
        raise UnknownRecord(f"{_shown([text])} names no line of a quarantine: {_GIVE}.")
    line = int(found["line"]) if found["line"] else None
    if line == 0:
        raise UnknownRecord(f"{_shown([text])} names line 0: lines are counted from 1.")
    root = found["root"]
    return Address(_day(found["day"], [text]), root=root and (root.rstrip("/") or "/"), dag_id=found["dag"], line=line)


def _day(text: str, words: Sequence[str]) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UnknownRecord(f"{_shown(words)} names no day of the calendar: {_GIVE}.") from None


def _shown(words: Sequence[str]) -> str:
    return f'"{printable(" ".join(words), 200)}"'
