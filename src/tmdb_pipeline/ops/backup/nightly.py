"""When the next backup of the night is due."""

import re
from datetime import datetime, time, timedelta

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.ops.errors import Misused

#: When both collections of a night have ended.
AT = "05:30"


def time_of_day(text: str) -> time:
    """A time of day in Seoul, such as 05:30.

    Raises:
        Misused: it is none.
    """
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise Misused(f"BACKUP_AT={text[:20]} is no time of day: set one in Seoul such as {AT} in .env.")
    return time.fromisoformat(text)


def seconds_until(at: time, now: datetime) -> float:
    """How long it is until the next time that the clock in Seoul shows ``at``; ``now`` is aware."""
    here = now.astimezone(SEOUL)
    due = datetime.combine(here.date(), at, SEOUL)
    if due <= here:
        due = datetime.combine(here.date() + timedelta(days=1), at, SEOUL)
    return (due - here).total_seconds()
