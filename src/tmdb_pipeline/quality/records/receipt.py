"""The day on which a record was received, as of which its dates are judged.

A run of a past date receives what TMDB holds today, so neither the run date nor the wall clock says how old the data
are. The caller says it: one day for all records, or one for each. Days are calendar days in Asia/Seoul.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeAlias

Received: TypeAlias = date | Sequence[date]


def days_of_receipt(on: Received, count: int) -> date | tuple[date, ...]:
    """Return the one day on which all of ``count`` records were received, or else the day of each.

    Raises TypeError for a datetime, whose day depends on a zone, and ValueError unless there are ``count`` days.
    """
    if isinstance(on, date):
        return _day(on)
    days = tuple(map(_day, on))
    if len(days) != count:
        raise ValueError(
            f"There are {len(days):,} days of receipt for {count:,} records; give one day for all, or one for each."
        )
    return days[0] if len(set(days)) == 1 else days


def day_at(on: Received, index: int) -> date:
    """Return the day on which the record at this place of the batch was received."""
    return on if isinstance(on, date) else on[index]


def _day(day: date) -> date:
    if isinstance(day, datetime):
        raise TypeError("The day of receipt must be a calendar day, not a datetime; take its day in Asia/Seoul first.")
    return day
