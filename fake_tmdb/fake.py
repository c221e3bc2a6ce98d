"""The one state behind every door: catalogue, keys, limits, faults, clock and journal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from fake_tmdb import columns
from fake_tmdb.app import App
from fake_tmdb.catalogue import DEFAULT_MOVIES, DEFAULT_SEED, Catalogue
from fake_tmdb.clock import Clock
from fake_tmdb.faults import Fault, FaultPlan
from fake_tmdb.filters import CERTIFICATIONS
from fake_tmdb.journal import Journal
from fake_tmdb.keys import DEFAULT_API_KEY, DEFAULT_READ_TOKEN, Keys
from fake_tmdb.limits import ConnectionGate, Limits, RateGate
from fake_tmdb.server import Server
from fake_tmdb.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence


class FakeTmdb:
    """A fake TMDB.

    `movies` and `seed` decide the catalogue; `latency` in seconds is waited before every answer; `drift` lets the pages
    of one walk come from different moments; `catalogue` shares one already made.

    `app` is the ASGI application for in-process use; `serve()` starts a server on loopback.
    """

    def __init__(
        self,
        *,
        movies: int = DEFAULT_MOVIES,
        seed: int = DEFAULT_SEED,
        api_key: str = DEFAULT_API_KEY,
        read_token: str = DEFAULT_READ_TOKEN,
        latency: float = 0.0,
        drift: bool = False,
        limits: Limits | None = None,
        faults: Sequence[Fault] = (),
        clock: Clock | None = None,
        catalogue: Catalogue | None = None,
    ) -> None:
        if not 0 <= latency < math.inf:
            raise ValueError(f"The latency is 0 seconds or more, not {latency}.")
        self.catalogue = catalogue or Catalogue(seed=seed, movies=movies)
        self.catalogue.prepare()
        columns.prepare(self.catalogue, CERTIFICATIONS)
        self.world = World(self.catalogue)
        self.keys = Keys(api_key, read_token)
        self.clock = clock or Clock()
        self.journal = Journal()
        self.plan = FaultPlan()
        self.rate_gate = RateGate(limits or Limits())
        self.connection_gate = ConnectionGate()
        self.latency = latency
        self.app = App(self)
        self._drift = drift
        self._beginning = (self.rate_gate.limits, latency, drift, tuple(faults))
        self.faults = faults

    @property
    def api_key(self) -> str:
        """The valid v3 key."""
        return self.keys.api_key

    @property
    def read_token(self) -> str:
        """The valid read token."""
        return self.keys.read_token

    @property
    def faults(self) -> Sequence[Fault]:
        """The armed faults; setting them arms them anew, from now on."""
        return [rule.fault for rule in self.plan.rules]

    @faults.setter
    def faults(self, faults: Sequence[Fault]) -> None:
        self.plan.arm(faults, self.clock.now())

    @property
    def limits(self) -> Limits:
        """The limits per address; setting them forgets what was counted."""
        return self.rate_gate.limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self.rate_gate = RateGate(limits)

    @property
    def drift(self) -> bool:
        """Whether pages come from different moments; setting it empties the edge's cache."""
        return self._drift

    @drift.setter
    def drift(self, drift: bool) -> None:
        self._drift = drift
        self.app.forget()

    def reset(self) -> None:
        """Return to the state after construction: journal and cache empty, clock real, faults and limits as given."""
        self.clock.reset()
        self.journal.clear()
        self.limits, self.latency, self.drift, self.faults = self._beginning
        self.app.forget()

    def serve(self, *, host: str = "127.0.0.1", port: int = 0) -> Server:
        """Return a server for this state; start it with `with`. Port 0 takes a free one."""
        return Server(self, host=host, port=port)
