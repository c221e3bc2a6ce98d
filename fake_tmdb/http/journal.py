"""Every request that reached the fake, and the questions a test asks about them."""

from __future__ import annotations

from collections import Counter, deque
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

from fake_tmdb.catalogue.queries.values import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

KEPT = 200_000


class Call(NamedTuple):
    """One request.

    `at` is the fake's time in seconds since 1970; `path` is decoded and starts with `/3`; `query` is as sent, without
    the key; `outcome` is the HTTP status, or 0 where no response was sent; `fault` names the fault that was applied;
    `routed` is false where no such route exists; `client` is `address:port`, one per connection.
    """

    at: float
    method: str
    path: str
    query: str
    outcome: int
    fault: str
    routed: bool
    client: str

    @property
    def parameters(self) -> dict[str, str]:
        """The query parameters."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @property
    def page(self) -> int:
        """The page asked for; 1 where none was named, 0 where it is no number that TMDB reads."""
        return whole(self.parameters.get("page") or "1") or 0

    @property
    def url(self) -> str:
        """Path and query in one."""
        return f"{self.path}?{self.query}" if self.query else self.path

    def __str__(self) -> str:
        """Return one line for a person."""
        fault = f" [{self.fault}]" if self.fault else ""
        return f"{self.method} {self.url} -> {self.outcome or 'no response'}{fault}"


class Journal:
    """The requests in the order of their arrival; the newest 200,000 are kept."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=KEPT)
        self.record: Callable[[Call], None] = self._calls.append

    def __len__(self) -> int:
        return len(self._calls)

    def watch(self, watcher: Callable[[Call], object]) -> None:
        """Call a function with each request from now on, in the server's thread."""
        before = self.record

        def record(call: Call) -> None:
            before(call)
            watcher(call)

        self.record = record

    def clear(self) -> None:
        """Forget all requests."""
        self._calls.clear()

    def calls(
        self, path: str = "*", *, page: int | None = None, outcome: int | None = None, fault: str | None = None
    ) -> list[Call]:
        """Return the requests whose path (with or without `/3`) matches a glob and that agree with the rest."""
        return [
            call
            for call in list(self._calls)
            if (fnmatchcase(call.path, path) or fnmatchcase(call.path.removeprefix("/3"), path))
            and (page is None or call.page == page)
            and (outcome is None or call.outcome == outcome)
            and (fault is None or call.fault == fault)
        ]

    def pages(self, path: str) -> list[int]:
        """Return the pages asked of a path, in the order of asking."""
        return [call.page for call in self.calls(path)]

    def asked_twice(self) -> dict[str, int]:
        """Return the addresses asked more than once, and how often."""
        counts = Counter(call.url for call in list(self._calls))
        return {url: count for url, count in counts.items() if count > 1}

    def unmatched(self) -> list[Call]:
        """Return the requests for which there is no route."""
        return [call for call in list(self._calls) if not call.routed]

    def peak(self, seconds: float = 1.0) -> int:
        """Return the largest number of requests within any half-open window of that many seconds."""
        times = sorted(call.at for call in list(self._calls))
        most, first = 0, 0
        for last, at in enumerate(times):
            while at - times[first] >= seconds:
                first += 1
            most = max(most, last - first + 1)
        return most

    def expect(self, path: str, *, times: int | None = None, **wanted: Any) -> list[Call]:
        """Return the requests that match, as `calls` does, and raise AssertionError with the nearest misses otherwise.

        At least one has to match, or with `times` exactly so many.
        """
        found = self.calls(path, **wanted)
        if times == len(found) or (times is None and found):
            return found
        asked = ", ".join([path, *(f"{name}={value}" for name, value in wanted.items())])
        number = "at least one request" if times is None else f"{times} requests"
        lines = [f"Expected {number} for {asked}, found {len(found)} among {len(self)}."]
        lines += [f"  matched: {call}" for call in found[:5]]
        lines += [f"  near miss: {call} ({why})" for call, why in self._near(path, wanted, found)]
        raise AssertionError("\n".join(lines))

    def _near(self, path: str, wanted: dict[str, Any], found: Sequence[Call]) -> list[tuple[Call, str]]:
        """Return up to five requests that miss by least, and what they miss by."""
        matched = set(map(id, found))
        misses = []
        for call in list(self._calls):
            if id(call) in matched:
                continue
            reasons = [
                f"{name} is {getattr(call, name)!r}" for name, value in wanted.items() if getattr(call, name) != value
            ]
            if not (fnmatchcase(call.path, path) or fnmatchcase(call.path.removeprefix("/3"), path)):
                reasons.insert(0, "another path")
            misses.append((len(reasons), call, ", ".join(reasons)))
        misses.sort(key=lambda miss: miss[0])
        return [(call, why) for _, call, why in misses[:5]]
