"""Telling people of something, from wherever it is noticed: at most five seconds, and never an error."""

import logging
import os
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path

from tmdb_pipeline.alerts.alert import Alert, Kind
from tmdb_pipeline.alerts.ledger import NOBODY, Mender
from tmdb_pipeline.alerts.outbox import Outbox
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.orchestration.alerts.channels import find_channels
from tmdb_pipeline.settings import Settings

log = logging.getLogger(__name__)

#: The folder below Airflow's home that keeps alerts while the data root cannot.
SPARE = "tmdb-alerts"


def tell(
    lake: Lake | None,
    settings: Settings,
    alert: Alert,
    *,
    told_by: Collection[str] = (),
    later: Collection[str] = (),
) -> None:
    """Raise an alert, and send it by every channel, unless one of its key is open; send what waits.

    Without a lake it is sent, and kept on this machine.

    Args:
        lake: which keeps it.
        settings: those in force.
        alert: what is told.
        told_by: channels by which people know of it already.
        later: channels by which they will, if all goes well: there it waits.
    """
    _safely(lambda: _outbox(lake, settings, later).tell(alert, told_by))


def tell_mended(lake: Lake, settings: Settings, kind: Kind, subject: str, now: datetime) -> None:
    """Close what is open of a kind about a subject, at an aware moment, and send that it is over; send what waits."""
    tell_all_mended(lake, settings, [kind], subject, now)


def tell_all_mended(
    lake: Lake, settings: Settings, kinds: Sequence[Kind], subject: str, now: datetime, *, by: Mender = NOBODY
) -> None:
    """The same for several kinds, in one message; ``by`` is the run that shows that it is over."""
    _safely(lambda: _outbox(lake, settings).tell_mended(kinds, subject, now, by))


def close(lake: Lake, settings: Settings, kinds: Sequence[Kind], subject: str, now: datetime) -> None:
    """Close what is open of these kinds about a subject without a word, as what is told instead says more."""
    _safely(lambda: Outbox(lake, (), settings.locale, _now, spare=_spare()).close(kinds, subject, now))


def deliver_waiting(lake: Lake, settings: Settings) -> None:
    """Send what could not be sent before, and how many alerts were held back."""
    _safely(lambda: _outbox(lake, settings).deliver())


def _outbox(lake: Lake | None, settings: Settings, later: Collection[str] = ()) -> Outbox:
    found = find_channels()
    channels = [channel for channel in found.channels if channel.name not in later]
    waiting = [channel.name for channel in found.channels if channel.name in later]
    for sentence in found.wrong.values():
        log.warning("%s", sentence)
    return Outbox(lake, channels, settings.locale, _now, awaited=[*found.wrong, *waiting], spare=_spare())


def _spare() -> Lake:
    """What keeps alerts while the data root cannot: a folder in the home of this Airflow, and of this machine."""
    return Lake(str(Path(os.environ.get("AIRFLOW_HOME") or "~/airflow").expanduser() / SPARE))


def _now() -> datetime:
    return datetime.now(SEOUL)


def _safely(work: Callable[[], None]) -> None:
    """Whatever goes wrong with an alert, the task that raised it goes on."""
    try:
        work()
    except Exception:
        log.exception("Alerts cannot be sent, because of a mistake in this program")
