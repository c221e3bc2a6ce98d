"""What the world really showed, and when: asked of a fake of its own, by what the journal says was asked for.

It shares nothing with the library. That a page counts is said by the journal of the fake: the last time at which it was
sent whole before the run was done. What stood on it is asked of the same world again, without faults.
"""

from datetime import date
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import numpy as np
import orjson
from simulation.transport import call

from fake_tmdb import NO_LIMITS, Catalogue, Clock, FakeTmdb, Journal, Living

#: By path, and for discover by genre, how the lists are called in the warehouse.
LISTS = {"/3/movie/popular": "popular", "/3/trending/movie/day": "trending", "/3/movie/top_rated": "top_rated"}
GENRES = {
    "28": "action", "35": "comedy", "18": "drama", "27": "horror", "10749": "romance", "878": "science_fiction",
    "53": "thriller", "16": "animation",
}  # fmt: skip
PAGES = {"popular": 5, "trending": 1, "top_rated": 20, **dict.fromkeys(GENRES.values(), 15)}
LEAST_RATING = 7.5
LONGEST = 8 * 3_600  # seconds that TMDB's own caches keep a page: pages of one list may be so far apart


class Shown(NamedTuple):
    """What a list showed of a movie."""

    popularity: float
    vote_average: float
    vote_count: int
    rank: int


#: By list, what it showed of each movie; more than once where pages of several moments had it.
Lists = dict[str, dict[int, set[Shown]]]


class Witness:
    """Remembers what was sent for each run, until somebody asks what the world had shown."""

    def __init__(self, catalogue: Catalogue) -> None:
        """See the world with these movies."""
        self._moment = 0.0
        clock = Clock(lambda: self._moment)
        self._fake = FakeTmdb(catalogue=catalogue, living=Living(), limits=NO_LIMITS, clock=clock)
        self._sent: dict[tuple[str, date], dict[str, dict[int, tuple[float, str]]]] = {}
        self.runs: dict[tuple[str, date], Lists] = {}
        self.mixtures: list[str] = []

    def heard(self, dag_id: str, day: date, journal: Journal) -> None:
        """Note the pages that were sent whole while a step of a run went on."""
        for sent in journal.calls("*"):
            if sent.outcome != 200 or sent.fault:
                continue
            query = parse_qs(sent.query)
            source = LISTS.get(sent.path) or GENRES.get(query.get("with_genres", [""])[0], "")
            if source:
                pages = self._sent.setdefault((dag_id, day), {}).setdefault(source, {})
                pages[int(query["page"][0])] = (sent.at, f"{sent.path}?{sent.query}")

    def done(self, dag_id: str, day: date) -> None:
        """Note that a run is done: what was sent is what it has to hold."""
        sent = self._sent.pop((dag_id, day), {})
        self.runs[dag_id, day] = {source: self._shown(source, pages) for source, pages in sent.items()}
        for source, pages in sent.items():
            moments = [moment for moment, _ in pages.values()]
            if max(moments) - min(moments) > LONGEST:
                self.mixtures.append(f"{day}: the pages of {source} are of moments more than eight hours apart")

    def has(self, dag_id: str, day: date) -> bool:
        """Whether a run was done, if perhaps not the last time."""
        return (dag_id, day) in self.runs

    def _shown(self, source: str, pages: dict[int, tuple[float, str]]) -> dict[int, set[Shown]]:
        found: dict[int, set[Shown]] = {}
        for number, (moment, target) in pages.items():
            if number > PAGES[source]:
                continue
            for index, movie in enumerate(self._page(moment, target)):
                shown = Shown(
                    movie["popularity"], movie["vote_average"], movie["vote_count"], (number - 1) * 20 + index + 1
                )
                found.setdefault(movie["id"], set()).add(shown)
        return found

    def _page(self, moment: float, target: str) -> list[dict[str, Any]]:
        self._moment = moment
        authorization = (b"authorization", f"Bearer {self._fake.read_token}".encode())
        _, _, body = call(self._fake, target, [authorization])
        results: list[dict[str, Any]] = orjson.loads(body)["results"]
        return results

    def exported(self, day: date) -> dict[int, float]:
        """Return the popularity of each movie that the export of a day has to hold."""
        catalogue = self._fake.repository.on((day - date(1970, 1, 1)).days).catalogue
        rows = np.flatnonzero(catalogue.present & ~catalogue.adult)
        popularity = (catalogue.popularity[rows] / 10_000).tolist()
        return dict(zip(catalogue.ids[rows].tolist(), popularity, strict=True))
