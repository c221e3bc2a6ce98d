"""So many messages a minute, and no more: the rest is counted, and told in one."""

import logging
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

import msgspec

from tmdb_pipeline.lake import document
from tmdb_pipeline.lake.document import DocumentError
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.store import Lake, to_json
from tmdb_pipeline.lake.stores.store import Change

log = logging.getLogger(__name__)

FILE: Final = "raw/metadata/alerts/storm.json"
#: Alerts that are sent of those that come within ``PERIOD`` of the first.
MOST: Final = 10
PERIOD: Final = timedelta(minutes=1)


class Admission(Enum):
    """Whether an alert is sent."""

    SENT = auto()
    LAST = auto()
    """It is, and the next ones are not."""
    HELD = auto()


class _Minute(msgspec.Struct, frozen=True):
    """What came since when, and how many in all were held back that nobody was told of."""

    began: datetime
    came: int = 0
    held: int = 0

    def is_over(self, now: datetime) -> bool:
        return not timedelta() <= now - self.began < PERIOD  # begun in the future: by a clock that is ahead


class Storm:
    """How many alerts of a lake have come lately. Where the lake does not say, every alert is sent."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake

    def admit(self, now: datetime) -> Admission:
        """Count an alert that is new: whether it is to be sent."""
        admission = Admission.SENT

        def change(data: bytes | None) -> bytes:
            nonlocal admission
            minute = _parsed(data) or _Minute(now)
            if minute.is_over(now):
                minute = _Minute(now, held=minute.held)
            came = minute.came + 1
            admission = Admission.SENT if came < MOST else Admission.LAST if came == MOST else Admission.HELD
            held = minute.held + (admission is Admission.HELD)
            return to_json(msgspec.structs.replace(minute, came=came, held=held))

        self._change(change)
        return admission

    def take_held(self, now: datetime) -> int:
        """How many were held back in a minute that is over; of all who ask, one is told.

        Raises:
            LakeError: the lake does not say whether any were.
        """
        taken = 0
        if not self._lake.exists(FILE):  # else a run that raises no alert would leave a lock
            return taken

        def change(data: bytes | None) -> bytes | None:
            nonlocal taken
            minute = _parsed(data)
            if minute is None or not minute.held or not minute.is_over(now):
                return None
            taken = minute.held
            return to_json(msgspec.structs.replace(minute, held=0))

        self._change(change)
        return taken

    def _change(self, change: Change) -> None:
        try:
            self._lake.change(FILE, change)
        except LakeError as error:
            log.warning("Alerts cannot be counted, so each is sent: %s", error)


def _parsed(data: bytes | None) -> _Minute | None:
    try:
        return None if data is None else document.read(data, _Minute)
    except DocumentError:  # another program's: counting begins anew
        return None
