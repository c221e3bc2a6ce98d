"""What goes wrong in a simulated year, drawn from its seed: data, so that it can be left out piece by piece."""

import random
from collections.abc import Sequence
from typing import NamedTuple

from fake_tmdb import Fault

#: How often a day brings each kind, of a thousand.
TMDB = {
    "errors": 60, "too many requests": 40, "half a page": 40, "another page": 40, "empty page": 40,
    "connection reset": 40, "outage": 25, "no export": 20,
}  # fmt: skip
MACHINE = {
    "killed": 90,
    "disk full": 40,
    "connection lost": 50,
    "late": 30,
    "day late": 25,
    "repeated": 30,
    "missed": 12,
}
KINDS = {**TMDB, **MACHINE}
#: Actions of a day, at most, one of which trouble of the machine strikes; in a week's day there are more.
_ACTIONS = 70
_PATHS = ("/movie/popular", "/trending/movie/day", "/discover/movie", "/movie/top_rated")
_LASTS = 1_200  # seconds of an outage: longer than two retries


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


def faults(troubles: Sequence[Trouble]) -> list[Fault]:
    """What the fake does wrong on a day."""
    return [fault for trouble in troubles for fault in _FAULTS.get(trouble.kind, lambda _: [])(trouble.number)]


def _some(number: int) -> dict[str, object]:
    """Some page of some list."""
    return {"path": _PATHS[number % len(_PATHS)], "skip": number % 7}


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
    "no export": lambda _: [Fault(path="/p/exports/*", status=403, body="xml")],
}
