"""A lake with the collections of a fake that lives, for the tests of all that is made of it."""

from datetime import UTC, date, datetime, timedelta

from file_infos import collection_info
from living_lists import observed

from tmdb_pipeline.dags import DAILY
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.store import Lake, to_json
from tmdb_pipeline.run import Run

FIRST = date(2025, 10, 1)
DAYS = 147
AT = datetime(2026, 1, 2, tzinfo=UTC)
LAST = FIRST + timedelta(days=DAYS - 1)
FILES = {"popular": ("daily", "popular_movies"), "trending": ("trending", "trending_movies")}


def collected(root, fake, url, days=DAYS):
    """A lake with what was collected of a fake, served at ``url``, on the days from FIRST on."""
    lake = Lake(str(root))
    for each in observed(fake, FIRST, days):
        info = collection_info(collection_date=each.day, start_time=each.known_at, end_time=each.known_at, base_url=url)
        movies = [movie for _, movie in each.movies.values()]
        file = paths.movies_file(Run(DAILY.id, "", each.day), *FILES[each.name])
        lake.write(file, to_json({"movies": movies, "collection_info": info}))
    return lake
