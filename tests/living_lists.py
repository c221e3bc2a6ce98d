"""The lists of a world that lives, as features read them: of a fake in the same process, a year in seconds."""

from datetime import date, datetime, time, timedelta

from fake_tmdb.catalogue.dates import iso_day
from fake_tmdb.catalogue.facts.genres import genre_ids
from fake_tmdb.catalogue.queries.discovery import POPULAR
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.features.observations import Observed

EPOCH = date(1970, 1, 1)
ADDRESS = "http://127.0.0.1:8080/3"
_TREND = 10_000  # of the most popular, as the fake looks through


def observed(fake, first, days):
    """The popular list's first 100 and 20 trending movies of so many days from a first one, each known by noon."""
    found = []
    for day in (first + timedelta(days=number) for number in range(days)):
        repository = fake.repository.on((day - EPOCH).days)
        popular = repository.discovery.rows(POPULAR)
        trending = repository.in_trend(popular[:_TREND], "day", 0)
        for name, rows in (("popular", popular[:100]), ("trending", trending[:20])):
            movies = {
                int(repository.catalogue.ids[row]): (place, _movie(repository.catalogue, row))
                for place, row in enumerate(rows.tolist(), 1)
            }
            known_at = datetime.combine(day, time(12), SEOUL)  # the same day in UTC, as the fake's pages are of
            file = f"{name}_{day}"
            found.append(Observed(name, day, known_at, file, "", "", ADDRESS, first_pages_known=True, movies=movies))
    return found


def _movie(catalogue, row):
    return {
        "id": int(catalogue.ids[row]),
        "popularity": int(catalogue.popularity[row]) / 10_000,
        "release_date": iso_day(int(catalogue.day[row])),
        "genre_ids": genre_ids(catalogue, row),
    }
