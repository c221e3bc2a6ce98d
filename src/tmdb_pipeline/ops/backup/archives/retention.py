"""Which backups are kept: the newest of each of the last days, and of each of the last weeks, that have one."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, TypeVar

from tmdb_pipeline.clock import SEOUL

T = TypeVar("T")

#: Days and weeks, in Seoul, of which a backup is kept where nobody says otherwise.
DAYS: Final = 7
WEEKS: Final = 4


def slots(made: Sequence[tuple[datetime, T]], days: int, weeks: int) -> list[list[T]]:
    """The groups of which one backup each is to stay, the newest first in each.

    Args:
        made: when each backup was made, aware, and what stands for it.
        days: of how many days that have a backup.
        weeks: of how many weeks that have one, from Monday on.
    """
    newest_first = sorted(made, key=lambda one: one[0], reverse=True)
    by_day = _grouped((moment.astimezone(SEOUL).date(), one) for moment, one in newest_first)
    by_week = _grouped((moment.astimezone(SEOUL).isocalendar()[:2], one) for moment, one in newest_first)
    return [*by_day[:days], *by_week[:weeks]]


def _grouped(pairs: Iterable[tuple[object, T]]) -> list[list[T]]:
    groups: dict[object, list[T]] = {}
    for key, one in pairs:
        groups.setdefault(key, []).append(one)
    return [*groups.values()]
