"""The one state behind every entry point: catalogue, keys, limits, faults, clock and journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_tmdb.catalogue.catalogue import Catalogue
from fake_tmdb.catalogue.living.oracle import Oracle
from fake_tmdb.catalogue.living.world import World
from fake_tmdb.catalogue.repository import Repository
from fake_tmdb.clock import Clock
from fake_tmdb.faults.fault import Fault
from fake_tmdb.faults.rules import FaultPlan
from fake_tmdb.http.journal import Journal
from fake_tmdb.http.keys import Keys
from fake_tmdb.http.limits import ConnectionCounter, Limits, RateLimiter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fake_tmdb.catalogue.living.parameters import Living

LONGEST_LATENCY = 3_600  # seconds


class State:
    """What a fake TMDB is, whichever entry point it is asked through; see `FakeTmdb` for the arguments.

    `on_change` is called when cached responses are no longer right.
    """

    def __init__(
        self,
        *,
        movies: int,
        seed: int,
        api_key: str,
        read_token: str,
        latency: float,
        drift: bool,
        limits: Limits | None,
        faults: Sequence[Fault],
        clock: Clock | None,
        catalogue: Catalogue | None,
        living: Living | None,
    ) -> None:
        if not 0 <= latency <= LONGEST_LATENCY:
            raise ValueError(f"The latency is 0 seconds or more and at most an hour, not {latency}.")
        self.catalogue = catalogue or Catalogue(seed=seed, movies=movies)
        self._standing = Repository(self.catalogue)
        self._standing.prepare()
        self.keys = Keys(api_key, read_token)
        self.clock = clock or Clock()
        self.journal = Journal()
        self.plan = FaultPlan()
        self.rate_limiter = RateLimiter(limits or Limits())
        self.connections = ConnectionCounter()
        self.latency = latency
        self.on_change: Callable[[], None] = _nothing
        self._drift = drift
        self._beginning = (self.rate_limiter.limits, latency, drift, tuple(faults), living)
        self.living = living
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
        return self.rate_limiter.limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self.rate_limiter = RateLimiter(limits)

    @property
    def drift(self) -> bool:
        """Whether pages come from different moments; setting it clears the cache."""
        return self._drift

    @drift.setter
    def drift(self, drift: bool) -> None:
        self._drift = drift
        self.on_change()

    @property
    def living(self) -> Living | None:
        """How the world lives; None where it stands still. Setting it clears the cache."""
        return self._living

    @living.setter
    def living(self, living: Living | None) -> None:
        self._living = living
        self.repository = self._standing if living is None else World(self.catalogue, living)
        self.on_change()

    @property
    def oracle(self) -> Oracle:
        """What can be known of the days to come. Raises ValueError where the world stands still."""
        if not isinstance(self.repository, World):
            raise ValueError("This fake stands still. Start it with --living, or FakeTmdb(living=Living()).")  # noqa: TRY004 - a setting
        return Oracle(self.repository)

    def reset(self) -> None:
        """Return to the state after construction: journal and cache empty, clock real, faults and limits as given."""
        self.clock.reset()
        self.journal.clear()
        self.limits, self.latency, self.drift, self.faults, living = self._beginning
        if living != self._living:
            self.living = living
        self.on_change()


def _nothing() -> None:
    """Do nothing: there is no cache yet."""
