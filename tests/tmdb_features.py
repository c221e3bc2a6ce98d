"""Histories of popular and trending lists, drawn, and put into a lake as collections."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from file_infos import collection_info
from hypothesis import strategies as st

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.dags import DAILY
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.store import to_json
from tmdb_pipeline.run import Run

FIRST = date(2024, 1, 1)
DAYS = 24
ADDRESS = "http://127.0.0.1:8080/3"


def day(number):
    """A day of a history, from 0."""
    return FIRST + timedelta(days=number)


@dataclass(frozen=True)
class Arrival:
    """A collection: its list, its day by number, how many days later it was there, and its movies in order."""

    name: str
    day: int
    late: int
    movies: tuple
    address: str = ADDRESS

    @property
    def known_at(self):
        return datetime.combine(day(self.day + self.late), time(2), SEOUL)

    @property
    def file(self):
        folder, stem = {"popular": ("daily", "popular_movies"), "trending": ("trending", "trending_movies")}[self.name]
        return paths.movies_file(Run(DAILY.id, "", day(self.day)), folder, stem)

    def write(self, lake):
        info = collection_info(
            collection_date=day(self.day), start_time=self.known_at, end_time=self.known_at, base_url=self.address
        )
        lake.write(self.file, to_json({"movies": list(self.movies), "collection_info": info}))


def movie(number, popularity):
    return {"id": number, "popularity": popularity, "release_date": "2023-12-30", "genre_ids": [28 + number % 3, 18]}


def movies():
    """The movies of a list: some of nine, in any order."""
    numbers = st.lists(st.integers(1, 9), min_size=1, max_size=6, unique=True)
    return numbers.flatmap(
        lambda found: st.lists(st.floats(0, 1000, width=32), min_size=len(found), max_size=len(found)).map(
            lambda values: tuple(movie(*pair) for pair in zip(found, values, strict=True))
        )
    )


#: How many days late a collection is: most are not.
_LATE = st.sampled_from([0, 0, 0, 1, 3])


@st.composite
def histories(draw):
    """Arrivals of up to two lists a day, some days without, some late. Day 14 and day 21 are always there in time."""
    found = []
    for number in range(DAYS):
        for name in ("popular", "trending"):
            sure = name == "popular" and number in {14, 21}
            if sure or draw(st.integers(0, 3)):
                found.append(Arrival(name, number, 0 if sure else draw(_LATE), draw(movies())))
    return found


def delayed(arrival, days):
    return replace(arrival, late=days)
