"""Days as the catalogue counts them: whole days since 1970-01-01, in UTC."""

from __future__ import annotations

import datetime as dt
import re

NO_DATE = -(2**31)  # the least int32: stands in a column for a movie without a date
SECONDS_A_DAY = 86_400

_EPOCH = dt.date(1970, 1, 1)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def iso_day(day: int) -> str:
    """Return days since 1970 as YYYY-MM-DD, and an empty string for NO_DATE."""
    return "" if day == NO_DATE else (_EPOCH + dt.timedelta(days=day)).isoformat()


def day_number(text: str) -> int | None:
    """Return days since 1970 for the YYYY-MM-DD that a text begins with, or None. A trailing time is ignored."""
    if _DATE.match(text) is None:
        return None
    try:
        return (dt.date.fromisoformat(text[:10]) - _EPOCH).days
    except ValueError:
        return None


def day_of(at: float) -> int:
    """Return the day of a time in seconds since 1970."""
    return int(at // SECONDS_A_DAY)
