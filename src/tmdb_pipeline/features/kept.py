"""What parts were built of, kept beside them: a date that is collected anew replaces its collection in the lake.

A collection that a part was built of is kept once, by its digest, with the few fields that features are made of.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime

import msgspec

from tmdb_pipeline.features.observations import Observed
from tmdb_pipeline.features.sources import ListName
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.movies import Movie

FOLDER = "features/observed"
_DIGITS = 16
_NAME = re.compile(rf"(\d{{8}})_(popular|trending)_([0-9a-f]{{{_DIGITS}}})\.json")


class _Document(msgspec.Struct, frozen=True):
    """An ``Observed`` as it stands in a file: movies as id, place and fields."""

    name: ListName
    day: date
    known_at: datetime
    file: str
    sha256: str
    quarantine_sha256: str
    address: str
    first_pages_known: bool
    movies: list[tuple[int, int, Movie]]


class Kept:
    """The observations that a lake keeps."""

    def __init__(self, lake: Lake) -> None:
        """Look at what is kept.

        Raises:
            LakeError: nobody can say.
        """
        self._lake = lake
        self._days: dict[str, date] = {}
        self._now: dict[str, str] = {}
        for name in lake.files(FOLDER):
            if found := _NAME.fullmatch(name):
                try:
                    self._days[name] = date.fromisoformat(found[1])
                except ValueError:  # such as 20261345_popular_…
                    continue

    def names(self, first: date, last: date) -> Iterator[str]:
        """What is kept of these days."""
        yield from (name for name, day in sorted(self._days.items()) if first <= day <= last)

    def read(self, name: str) -> Observed:
        """What was observed.

        Raises:
            LakeError: it cannot be read.
        """
        held = self._lake.read_document(f"{FOLDER}/{name}", _Document)
        movies = {number: (rank, movie) for number, rank, movie in held.movies}
        return Observed(**{**msgspec.structs.asdict(held), "movies": movies})

    def keep(self, used: Iterable[Observed]) -> None:
        """Keep what is used; of a collection of which another part was judged since, as it was judged last.

        Raises:
            LakeError: it cannot be written.
        """
        for each in used:
            name = name_of(each)
            if self._now.get(name) == each.quarantine_sha256:
                continue
            movies = [(number, rank, movie) for number, (rank, movie) in each.movies.items()]
            data = msgspec.json.encode(_Document(**{**vars(each), "movies": movies}))
            if name not in self._days or self._lake.read(f"{FOLDER}/{name}") != data:
                self._lake.write(f"{FOLDER}/{name}", data)
            self._days[name], self._now[name] = each.day, each.quarantine_sha256


def name_of(observed: Observed) -> str:
    """The name of the file that keeps a collection."""
    return f"{observed.day:%Y%m%d}_{observed.name}_{observed.sha256[:_DIGITS]}.json"
