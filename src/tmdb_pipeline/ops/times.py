"""Moments and durations as the commands show them: in English, in Seoul."""

from datetime import datetime

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.language import Language, duration

_HOUR, _DAY = 3600, 86400
#: Days beyond which a moment is shown with its year.
_FAR = 300


def when(moment: datetime | None, now: datetime) -> str:
    """An aware moment in Seoul, to the minute: ``today 02:05``, ``Sun 29 Nov 03:00``; empty for None."""
    if moment is None:
        return ""
    there, today = moment.astimezone(SEOUL), now.astimezone(SEOUL).date()
    days = (there.date() - today).days
    named = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days)
    if named:
        return f"{named} {there:%H:%M}"
    return f"{there:%a} {there.day} {there:%b %H:%M}" if abs(days) < _FAR else f"{there:%Y-%m-%d %H:%M}"


def took(seconds: float | None) -> str:
    """How long something took; empty for None."""
    return "" if seconds is None else duration(max(0.0, seconds), Language.EN)


def age(moment: datetime | None, now: datetime) -> str:
    """How old something is, in its greatest unit or two: ``3 h 20 min``, ``6 days``; ``never`` for None."""
    if moment is None:
        return "never"
    seconds = max(0.0, (now - moment).total_seconds())
    if seconds >= 2 * _DAY:
        return f"{int(seconds // _DAY)} days"
    # Of hours and minutes, the seconds say nothing.
    return duration(seconds - seconds % 60, Language.EN) if seconds >= _HOUR else duration(seconds, Language.EN)
