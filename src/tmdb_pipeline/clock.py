"""Time, passed in: what waits and what stamps takes a clock, so that tests hold it instead of sleeping."""

import threading
import time
from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

#: The zone of the readers: run dates are days there, and every time in a file is written with its offset.
SEOUL = ZoneInfo("Asia/Seoul")


def in_seoul(moment: datetime) -> str:
    """An aware moment as reports and summaries show it: in Seoul, to the second, in ISO 8601 with its offset."""
    return moment.astimezone(SEOUL).isoformat(timespec="seconds")


class Stopped(Exception):
    """A wait was cut short because the clock was stopped."""


class Clock(Protocol):
    """A source of time that can also be waited on."""

    def monotonic(self) -> float:
        """Seconds since an arbitrary start; never goes back."""

    def now(self) -> datetime:
        """The current moment, aware, in UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait this long. Raises Stopped if the clock is stopped meanwhile."""

    def stop(self) -> None:
        """Wake all who sleep, and let nobody sleep any more."""


class SystemClock:
    """The machine's own clock."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def monotonic(self) -> float:
        """Seconds since an arbitrary start; never goes back."""
        return time.monotonic()

    def now(self) -> datetime:
        """The current moment, aware, in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait this long. Raises Stopped if the clock is stopped meanwhile."""
        if self._stopped.wait(seconds):
            raise Stopped

    def stop(self) -> None:
        """Wake all who sleep, and let nobody sleep any more."""
        self._stopped.set()
