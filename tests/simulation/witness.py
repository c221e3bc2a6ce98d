"""What the world really showed, and when: asked of a fake of its own, by what the journal says was asked for.

It shares nothing with the library. That a page counts is said by the journal of the fake: the last time at which it was
sent whole before the run was done. What stood on it is asked of the same world again, without faults.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import numpy as np
import orjson
from simulation.transport import call
from simulation.troubles import BROKEN, FALSE_TOTALS

from fake_tmdb import NO_LIMITS, Catalogue, Clock, FakeTmdb, Living
from fake_tmdb.http.journal import Call

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


class Page(NamedTuple):
    """A page that was sent whole: when, what was asked for, and the place of a record that was broken, if one was."""

    moment: float
    target: str
    broken: int | None = None


class Run(NamedTuple):
    """What a run has to hold, by list: movies, those sent broken, pages that came whole, and that were never right."""

    lists: Lists
    broken: dict[str, set[int]]
    whole: dict[str, set[int]]
    never_right: dict[str, set[int]]


class Resumed(NamedTuple):
    """A list of which a later try has asked for pages ``again`` that had come whole, ``had`` pages before it.

    Pages that had come so long before that they go with no page of now are not counted.
    """

    dag_id: str
    day: date
    source: str
    had: int
    again: int


class Witness:
    """Remembers what was sent for each run, until somebody asks what the world had shown."""

    def __init__(self, catalogue: Catalogue) -> None:
        """See the world with these movies."""
        self._moment = 0.0
        clock = Clock(lambda: self._moment)
        self._fake = FakeTmdb(catalogue=catalogue, living=Living(), limits=NO_LIMITS, clock=clock)
        self._sent: dict[tuple[str, date], dict[str, dict[int, Page | None]]] = {}
        self.runs: dict[tuple[str, date], Run] = {}
        self.mixtures: list[str] = []
        self.resumed: list[Resumed] = []

    def heard(self, dag_id: str, day: date, calls: Iterable[Call]) -> None:
        """Note the pages that were sent while a step of a run went on: None where one was never right."""
        had = {source: self._right(pages) for source, pages in self._sent.get((dag_id, day), {}).items()}
        again: dict[str, set[int]] = {}
        for sent in calls:
            query = parse_qs(sent.query)
            source = LISTS.get(sent.path) or GENRES.get(query.get("with_genres", [""])[0], "")
            if not source or sent.outcome != 200:
                continue
            pages = self._sent.setdefault((dag_id, day), {}).setdefault(source, {})
            number = int(query["page"][0])
            before = had.get(source, {}).get(number)
            if before is not None and sent.at - before.moment <= LONGEST:
                again.setdefault(source, set()).add(number)
            if sent.fault in {"", FALSE_TOTALS} or sent.fault.startswith(BROKEN):
                broken = int(sent.fault.removeprefix(BROKEN)) if sent.fault.startswith(BROKEN) else None
                pages[number] = Page(sent.at, f"{sent.path}?{sent.query}", broken)
            else:
                pages.setdefault(number, None)
        self.resumed += [Resumed(dag_id, day, source, len(had[source]), len(pages)) for source, pages in again.items()]

    def never_right(self, dag_id: str, day: date) -> int:
        """How many pages of a run that goes on were never right so far."""
        sent = self._sent.get((dag_id, day), {})
        return sum(
            page is None and number <= PAGES[source] for source, pages in sent.items() for number, page in pages.items()
        )

    def done(self, dag_id: str, day: date) -> None:
        """Note that a run is done: what was sent is what it has to hold."""
        sent = self._sent.pop((dag_id, day), {})
        run = self.runs[dag_id, day] = Run({}, {}, {}, {})
        for source, pages in sent.items():
            right = self._right(pages)
            run.lists[source], run.broken[source] = self._shown(source, right)
            run.whole[source] = {*right}
            run.never_right[source] = {*range(1, PAGES[source] + 1)} & (pages.keys() - right.keys())
            moments = [page.moment for page in right.values()]
            if max(moments) - min(moments) > LONGEST:
                self.mixtures.append(f"{day}: the pages of {source} are of moments more than eight hours apart")

    @staticmethod
    def _right(pages: dict[int, Page | None]) -> dict[int, Page]:
        return {number: page for number, page in pages.items() if page is not None}

    def has(self, dag_id: str, day: date) -> bool:
        """Whether a run was done, if perhaps not the last time."""
        return (dag_id, day) in self.runs

    def _shown(self, source: str, pages: dict[int, Page]) -> tuple[dict[int, set[Shown]], set[int]]:
        """What the pages of a list showed of each movie, and which movies were broken and are on no other page."""
        found: dict[int, set[Shown]] = {}
        broken = set()
        for number, page in pages.items():
            if number > PAGES[source]:
                continue
            for index, movie in enumerate(self._page(page.moment, page.target)):
                if index == page.broken:
                    broken.add(movie["id"])
                    continue
                shown = Shown(
                    movie["popularity"], movie["vote_average"], movie["vote_count"], (number - 1) * 20 + index + 1
                )
                found.setdefault(movie["id"], set()).add(shown)
        return found, broken - found.keys()

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
