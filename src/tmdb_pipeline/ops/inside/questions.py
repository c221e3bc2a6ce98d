"""What can be asked in a container, by name."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from tmdb_pipeline.alerts.ledger import Ledger
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.settings import Settings, SettingsError


def open_alerts(environ: Mapping[str, str]) -> list[Any]:
    """The alerts that are open, the newest first.

    Raises:
        SettingsError: the data root is none.
        LakeError: it cannot be read.
    """
    settings = Settings.from_environment({"TMDB_DATA_ROOT": environ.get("TMDB_DATA_ROOT", "")})
    return list(Ledger(Lake(settings.data_root)).open())


QUESTIONS: Final[dict[str, Callable[[Mapping[str, str]], Any]]] = {"alerts": open_alerts}


def main(arguments: Sequence[str]) -> int:
    """Answer the question that is named; 1, and why, if that is not possible."""
    question = QUESTIONS.get(arguments[0]) if len(arguments) == 1 else None
    if question is None:
        sys.stderr.write(f"There is no such question: ask {' or '.join(QUESTIONS)}.\n")
        return 2
    try:
        answer = question(os.environ)
    except (LakeError, SettingsError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(msgspec.json.encode(answer).decode() + "\n")
    return 0
