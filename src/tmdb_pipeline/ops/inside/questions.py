"""What can be asked in a container, by name."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import msgspec

from tmdb_pipeline.alerts.ledger import Kept, Ledger
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.operations import Operation, note, noted
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.ops.doctor import reach
from tmdb_pipeline.ops.doctor.finding import Finding
from tmdb_pipeline.ops.rotation import fresh
from tmdb_pipeline.settings import Settings, SettingsError


def open_alerts(environ: Mapping[str, str]) -> list[Kept]:
    """The alerts that are open, the newest first.

    Raises:
        SettingsError: the data root is none.
        LakeError: it cannot be read.
    """
    return Ledger(_lake(environ)).open()


def operations(environ: Mapping[str, str], first: str, last: str) -> list[Operation]:
    """What the commands of this project did between two days, both in ISO 8601 and included, the newest first.

    Raises:
        ValueError: one is no day.
        SettingsError: the data root is none.
        LakeError: it cannot be read.
    """
    return noted(_lake(environ), date.fromisoformat(first), date.fromisoformat(last))


def add(environ: Mapping[str, str], given: str) -> None:
    """Add an operation to the log, which is given as JSON.

    Raises:
        ValueError: it is none.
        SettingsError: the data root is none.
        LakeError: it cannot be written.
    """
    try:
        note(_lake(environ), msgspec.json.decode(given, type=Operation))
    except msgspec.MsgspecError as error:
        raise ValueError(f"This is no operation: {error}.") from None


def key(environ: Mapping[str, str], given: str) -> Finding:
    """Whether TMDB takes a key that is not in use yet."""
    return reach.look_at_tmdb({**environ, **fresh.tmdb(given.strip())})


def _lake(environ: Mapping[str, str]) -> Lake:
    return Lake(Settings.from_environment({"TMDB_DATA_ROOT": environ.get("TMDB_DATA_ROOT", "")}).data_root)


#: Each question: what answers it, and how many words it takes.
QUESTIONS: Final[dict[str, tuple[Callable[..., Any], int]]] = {
    "alerts": (open_alerts, 0),
    "doctor": (reach.look, 0),
    "key": (lambda environ: key(environ, sys.stdin.read()), 0),
    "note": (lambda environ: add(environ, sys.stdin.read()), 0),
    "operations": (operations, 2),
}


def main(arguments: Sequence[str]) -> int:
    """Answer the question that is named; 1, and why, if that is not possible."""
    name, *more = arguments or [""]
    answer, takes = QUESTIONS.get(name, (None, 0))
    if answer is None or len(more) != takes:
        sys.stderr.write(f"There is no such question: ask {' or '.join(QUESTIONS)}.\n")
        return 2
    try:
        answered = answer(os.environ, *more)
    except (LakeError, SettingsError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(msgspec.json.encode(answered).decode() + "\n")
    return 0
