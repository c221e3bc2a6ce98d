"""When an export is there, and what it means that it is not.

Facts from TMDB's documents ("Daily ID Exports"): the job starts at about 07:00 UTC, the files are there by 08:00 UTC,
and they are kept for three months. A missing file is answered by the storage behind the CDN.
"""

from datetime import UTC, date, datetime, time, timedelta

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.tmdb.errors import TmdbError

#: By when the export of a day is there, in UTC: 17:00 in Seoul.
READY = time(8, tzinfo=UTC)
#: Three months have at least so many days: what is missing after them is missing for ever.
KEPT = timedelta(days=89)


class ExportNotThere(TmdbError):
    """TMDB has no export of this day (403 or 404 of its storage); perhaps not yet.

    Asking again at once is in vain. Before 08:00 UTC of the day ``retry_after`` is the time until then.
    """


class ExportGone(ExportNotThere):
    """No export of this day will ever be had: TMDB keeps them for three months, and makes none of days to come."""

    permanent = True


def not_there(request: str, day: date, now: datetime, said: str) -> ExportNotThere:
    """The error for an export that is missing.

    Args:
        request: its path.
        day: its day.
        now: the moment, aware.
        said: how the other side says so.
    """
    ready = datetime.combine(day, READY)
    if now < ready:
        what = f"the export of {day} is not there yet ({said})"
        advice = "TMDB has it by 08:00 UTC, 17:00 in Seoul: try again then."
        return ExportNotThere(request, what, advice, retry_after=(ready - now).total_seconds())
    if now - ready >= KEPT:
        what = f"the export of {day} is gone for good ({said})"
        return ExportGone(request, what, "TMDB keeps exports for three months: ask for a later day.")
    what = f"the export of {day} is not there ({said}), though it should be since 08:00 UTC of that day"
    advice = "Either TMDB is late, and trying again in an hour helps, or TMDB_EXPORTS_URL is wrong."
    return ExportNotThere(request, what, advice)


def raise_if_to_come(request: str, day: date, now: datetime) -> None:
    """Let nobody ask for the export of a day that has not begun.

    Today is the day in Seoul, where it begins nine hours before UTC's: its export is not there yet, but will be.

    Raises:
        ExportGone: the day is a later one.
    """
    today = now.astimezone(SEOUL).date()
    if day > today:
        what = f"there is no export of {day}, which is yet to come: today is {today} in Seoul"
        raise ExportGone(request, what, "Ask for today or a day of the last three months.")
