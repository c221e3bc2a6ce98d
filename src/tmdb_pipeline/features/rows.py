"""The rows of a view: of what was observed, and known by the cutoff of their day."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from tmdb_pipeline.features.definition import CHANGES, HORIZON, TOP, WINDOW
from tmdb_pipeline.features.errors import NotObserved
from tmdb_pipeline.features.observations import Observed, cutoff, known
from tmdb_pipeline.movies import Movie

Row = dict[str, Any]


def features(observed: Iterable[Observed], day: date) -> tuple[list[Row], list[Observed]]:
    """The features of a day, by rising id, and what they were made of.

    Raises:
        NotObserved: no list of the day was known by its end.
    """
    used = known(observed, cutoff(day), day - timedelta(days=max(CHANGES)), day)
    seen = _by_day(used)
    lists = {each.name: each.movies for each in used if each.day == day}
    if not lists:
        raise NotObserved(f"No list of {day} was known by the end of that day: there is nothing to make features of.")
    popular, trending = lists.get("popular", {}), lists.get("trending", {})
    rows = []
    for movie_id in sorted({*popular, *trending}):
        _, movie = popular.get(movie_id) or trending[movie_id]
        popularity = movie["popularity"]
        rows.append(
            {
                "movie_id": movie_id,
                "day": day,
                "rank": popular[movie_id][0] if movie_id in popular else None,
                "trending_rank": trending[movie_id][0] if movie_id in trending else None,
                "popularity": popularity,
                **{
                    f"popularity_change_{days}d": _change(popularity, seen.get(day - timedelta(days=days)), movie_id)
                    for days in CHANGES
                },
                f"days_seen_{WINDOW}d": sum(
                    movie_id in seen.get(day - timedelta(days=back), {}) for back in range(WINDOW)
                ),
                "age_days": _age(movie, day),
                "genres": movie["genre_ids"],
                "weekday": day.isoweekday(),
            }
        )
    return rows, used


def labels(observed: Iterable[Observed], day: date, *, today: date) -> tuple[list[Row], list[Observed]]:
    """The labels of a day, by rising id, and what they were made of.

    Args:
        observed: what the lake holds.
        day: whose movies they are of.
        today: the day, in Seoul, that it is.

    Raises:
        NotObserved: they are not known yet, or never will be.
    """
    later = day + timedelta(days=HORIZON)
    if today < later:
        raise NotObserved(f"The labels of {day} are not known before {later}.")
    observed = list(observed)
    entities, used = features(observed, day)
    outcome = [each for each in known(observed, cutoff(later), later, later) if each.name == "popular"]
    if not outcome or not outcome[0].first_pages_known:
        raise NotObserved(f"The labels of {day} are not known: the first {TOP} of {later} were not observed that day.")
    top = {movie_id for movie_id, (rank, _) in outcome[0].movies.items() if rank <= TOP}
    rows = [{"movie_id": row["movie_id"], "day": day, "label": row["movie_id"] in top} for row in entities]
    return rows, [*(each for each in used if each.day == day), *outcome]


def training(observed: Iterable[Observed], days: Iterable[date], *, today: date) -> list[Row]:
    """Features with their label, of all days whose labels are known by today: what a model is trained on."""
    observed, rows = list(observed), []
    for day in sorted(days):
        try:
            known_labels = {row["movie_id"]: row["label"] for row in labels(observed, day, today=today)[0]}
        except NotObserved:
            continue
        rows += [{**row, "label": known_labels[row["movie_id"]]} for row in features(observed, day)[0]]
    return rows


def _by_day(used: Iterable[Observed]) -> dict[date, dict[int, float | None]]:
    """The popularity of each movie seen on a day; the popular list's where both have it."""
    found: dict[date, dict[int, float | None]] = {}
    for each in sorted(used, key=lambda one: one.name, reverse=True):  # trending, then popular over it
        movies = found.setdefault(each.day, {})
        movies.update({number: movie["popularity"] for number, (_, movie) in each.movies.items()})
    return found


def _change(now: float | None, then: dict[int, float | None] | None, movie_id: int) -> float | None:
    before = (then or {}).get(movie_id)
    return None if now is None or before is None else now - before


def _age(movie: Movie, day: date) -> int | None:
    try:
        return (day - date.fromisoformat(movie["release_date"])).days
    except (TypeError, ValueError):
        return None
