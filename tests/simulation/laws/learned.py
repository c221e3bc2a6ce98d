"""What is learned must be of what the world showed, of nothing later, and no better than anything can be."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
from simulation.learning import FEATURES
from simulation.witness import Run, Shown
from simulation.year import FIRST_DAY, Year

#: A model is due when 28 days have labels, a week later, whose features look back for two weeks; and it is a Sunday.
_DUE = timedelta(days=28 + 7 + 13 + 7)
_TOO_GOOD = -3.0
_FIRST_PLACES = 100
#: The share of days that may be missing, as docs/model.md has it.
_MISSING = 0.1
_HISTORY = 200


def learned(year: Year) -> Iterator[str]:
    """What is not so."""
    yield from year.learning.too_early
    yield from year.learning.torn
    yield from _features(year)
    yield from _labels(year)
    yield from _models(year)


def parts(year: Year, view: str) -> dict[date, Path]:
    """The file of each day of a view."""
    found = Path(year.lake.locate("")).glob(f"features/{view}/*/as_of=*/part.parquet")
    return {date.fromisoformat(path.parent.name.removeprefix("as_of=")): path for path in found}


def _features(year: Year) -> Iterator[str]:
    """Of each day that was collected in time, the movies of its two lists with what these said; of no other day."""
    held = parts(year, "movie_day")
    with duckdb.connect() as database:
        for day, run in sorted(_known(year).items()):
            if day not in held:
                if (FEATURES, day) not in year.unlearned:
                    yield f"{day}: it was collected in time, and has no features"
                continue
            rows = database.execute("SELECT movie_id, popularity FROM read_parquet(?)", [str(held[day])]).fetchall()
            found: dict[int, float] = dict(rows)
            wanted = _shown(run)
            if found.keys() != wanted.keys():
                yield f"{day}: features are of {len(found)} movies, and the lists showed {len(wanted)}"
            elif wrong := [movie for movie, popularity in found.items() if popularity not in wanted[movie]]:
                yield f"{day}: features of {len(wrong)} movies say what no page said, such as {min(wrong)}"
    yield from (
        f"{day}: there are features of a day that was not collected in time" for day in held.keys() - _any(year)
    )


def _labels(year: Year) -> Iterator[str]:
    """A movie is labelled by whether the list of a week later had it among its first."""
    known = _known(year)
    with duckdb.connect() as database:
        for day, part in sorted(parts(year, "popular_again").items()):
            if (later := known.get(day + timedelta(days=7))) is None or day not in known:
                continue
            popular = later.lists["popular"]
            first = {movie for movie, ways in popular.items() if any(way.rank <= _FIRST_PLACES for way in ways)}
            rows = database.execute("SELECT movie_id, label FROM read_parquet(?)", [str(part)]).fetchall()
            if wrong := [movie for movie, label in rows if label != (movie in first)]:
                yield f"{day}: {len(wrong)} labels are not what the list of a week later says, such as {min(wrong)}"


def _models(year: Year) -> Iterator[str]:
    """None is better than the best possible, and there is one each week from the day on when there can be."""
    for week in year.learning.weeks:
        if week.z is not None and week.z < _TOO_GOOD:
            yield f"{week.day}: {week.version} is better than possible, by {-week.z:.1f} standard errors"
    for day, why in year.learning.untrained:
        if day - FIRST_DAY >= _DUE and not _lacks(year, day):
            yield f"{day}: nothing was trained, though enough was collected: {why}"


def _lacks(year: Year, day: date) -> bool:
    """Whether of too many of the days that are looked back on it is not known what came a week later.

    Nobody knows that where the later list was sent with broken records or pages: what stood there is not known.
    """
    known = _known(year)
    whole = {day for day, run in known.items() if not (run.broken.get("popular") or run.never_right.get("popular"))}
    first = max(FIRST_DAY, day - timedelta(days=_HISTORY - 1)) + timedelta(days=13)
    days = [first + timedelta(days=number) for number in range((day - first).days - 6)]
    lacking = sum(each not in known or each + timedelta(days=7) not in whole for each in days)
    return lacking > _MISSING * (len(days) - 7)


def _shown(run: Run) -> dict[int, set[float]]:
    """What the two lists said of the popularity of each movie; the popular list's where both have it."""
    found = {movie: _popularity(ways) for movie, ways in run.lists.get("trending", {}).items()}
    return found | {movie: _popularity(ways) for movie, ways in run.lists.get("popular", {}).items()}


def _popularity(ways: set[Shown]) -> set[float]:
    return {way.popularity for way in ways}


def _known(year: Year) -> dict[date, Run]:
    """The run of each day that was done by its end, and was not begun again by then without coming to its end."""
    return {day: run for day, run in year.known.items() if day not in year.unsure}


def _any(year: Year) -> set[date]:
    return {*year.known, *year.unsure}
