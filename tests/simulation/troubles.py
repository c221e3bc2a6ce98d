"""What goes wrong in a simulated year, drawn from its seed: data, so that it can be left out piece by piece."""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from fake_tmdb import Fault

#: How often a day brings each kind, of a thousand.
TMDB = {
    "errors": 60, "too many requests": 40, "half a page": 40, "another page": 40, "empty page": 40,
    "connection reset": 40, "outage": 25, "no export": 20, "false totals": 40, "broken record": 30, "lying page": 15,
    "odd export": 25,
}  # fmt: skip
MACHINE = {
    "killed": 90,
    "killed for real": 40,
    "disk stays full": 20,
    "loaded twice": 30,
    "twice": 30,
    "day turns": 30,
    "disk full": 40,
    "connection lost": 50,
    "late": 30,
    "day late": 25,
    "repeated": 30,
    "missed": 12,
    "cleared": 300,
}
KINDS = {**TMDB, **MACHINE}
#: Actions of a day, at most, one of which trouble of the machine strikes; in a week's day there are more.
_ACTIONS = 70
#: Lists that are asked for, those of each day more often; of the second there is one page.
_DAILY, _TRENDING = "/movie/popular", "/trending/movie/day"
_PATHS = (_DAILY, _TRENDING, _DAILY, "/discover/movie", _DAILY, "/movie/top_rated")
_LASTS = 1_200  # seconds of an outage: longer than two retries
#: How the journal calls pages that are sent whole though something is wrong with them: one record, or the totals.
BROKEN, FALSE_TOTALS = "broken record ", "false totals"
#: One in so many lines of an odd export is cut off: more than the one in a hundred that may be.
ODD = 25


class Trouble(NamedTuple):
    """Something that goes wrong on a day (from 0): what, and at which action, page or list."""

    day: int
    kind: str
    number: int

    def __str__(self) -> str:
        return f"day {self.day}: {self.kind} at {self.number}"


def drawn(seed: int, days: int) -> tuple[Trouble, ...]:
    """What goes wrong in so many days; a shorter simulation has the same trouble on its days."""
    found = []
    for day in range(days):
        rng = random.Random(f"{seed} {day}")
        for kind, often in KINDS.items():
            strikes, number = rng.randrange(1_000) < often, rng.randrange(_ACTIONS)
            if strikes:
                found.append(Trouble(day, kind, number))
    return tuple(found)


def faults(troubles: Sequence[Trouble], exported: Callable[[], Mapping[int, float]]) -> list[Fault]:
    """What the fake does wrong on a day; ``exported`` is what the export of the day has to hold."""
    found = [fault for trouble in troubles for fault in _FAULTS.get(trouble.kind, lambda _: [])(trouble.number)]
    if "odd export" in {trouble.kind for trouble in troubles}:
        found.append(Fault(path="/p/exports/*", times=1, text=_odd(exported()), gzip="unlabelled"))
    return found


def _odd(exported: Mapping[int, float]) -> str:
    lines = [
        json.dumps({"adult": False, "id": movie, "original_title": "-", "popularity": popularity, "video": False})
        for movie, popularity in exported.items()
    ]
    return "".join(f"{line[: None if number % ODD else 9]}\n" for number, line in enumerate(lines))


def _some(number: int) -> dict[str, object]:
    """Some page of some list."""
    path = _PATHS[number % len(_PATHS)]
    return {"path": path, "skip": 0 if path == _TRENDING else number % 5}


_FAULTS = {
    "errors": lambda number: [Fault(**_some(number), times=1 + number % 3, status=(500, 502, 503, 504)[number % 4])],
    "too many requests": lambda number: [
        Fault(**_some(number), times=1, status=429, headers={"Retry-After": str(1 + number)})
    ],
    "half a page": lambda number: [Fault(**_some(number), times=1, truncate=0.5)],
    "another page": lambda number: [Fault(**_some(number), times=1, serve_page=9)],
    "empty page": lambda number: [Fault(**_some(number), times=1, empty=True)],
    "connection reset": lambda number: [Fault(**_some(number), times=2, reset=True)],
    "outage": lambda _: [Fault(path="*", status=503, window=(0, _LASTS))],
    "false totals": lambda number: [
        Fault(**_some(number), times=1, set={"total_pages": 1, "total_results": 20}, name=FALSE_TOTALS)
    ],
    "broken record": lambda number: [
        Fault(**_some(number), times=1, set={f"results.{number % 20}.title": ""}, name=f"{BROKEN}{number % 20}")
    ],
    "lying page": lambda number: [Fault(path="/movie/popular", page=1 + number % 5, empty=True)],
    "no export": lambda _: [Fault(path="/p/exports/*", status=403, body="xml")],
}
