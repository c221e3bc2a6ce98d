"""Run dates as they are given on a command line."""

from datetime import date, datetime

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.dags import FIRST_DAY
from tmdb_pipeline.ops.errors import Misused


def parse_day(text: str) -> date:
    """A run date.

    Raises:
        ValueError: it is none; the message says what is right.
    """
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no date: give one such as 2024-01-01") from None
    if found < FIRST_DAY:
        raise ValueError(f"{found} is before the DAGs begin: give {FIRST_DAY} or a later day")
    return found


def run_date(text: str, now: datetime) -> date:
    """A run date that has come in Seoul.

    Raises:
        Misused: it is none, or has not.
    """
    try:
        found = parse_day(text)
    except ValueError as error:
        raise Misused(f"{error}.") from None
    today = now.astimezone(SEOUL).date()
    if found > today:
        raise Misused(f"{found} has not come yet in Seoul, where it is {today}: give a date that has come, or none.")
    return found
