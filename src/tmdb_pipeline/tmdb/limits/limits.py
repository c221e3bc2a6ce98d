"""What is shared: moments for requests, and connections."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from tmdb_pipeline.clock import Clock
from tmdb_pipeline.settings import Settings
from tmdb_pipeline.tmdb.rate_limiter import OwnSchedule, Schedule

#: Waits for some seconds; raises ``Stopped`` if the wait is over for good.
Sleep = Callable[[float], None]


class LimitsLost(Exception):
    """The limits cannot be shared; the text, without a full stop, says why."""


class Lease(Protocol):
    """Connections that its holder may have open, ``count`` of them, until it is closed or the process ends."""

    count: int

    def close(self) -> None:
        """Give them back. What has been given back stays so."""


class Connections(Protocol):
    """The connections that may be open at the same time."""

    def lease(self, most: int, sleep: Sleep) -> Lease:
        """From one to ``most`` connections; while none is free, this waits."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Who takes moments from the schedule and connections by a lease keeps the limits."""

    schedule: Schedule
    connections: Connections


@dataclass(slots=True)
class OwnLease:
    """Connections that nobody else counts."""

    count: int

    def close(self) -> None:
        """Nothing is to be given back."""


@dataclass(frozen=True, slots=True)
class OwnConnections:
    """The connections of one client."""

    limit: int

    def lease(self, most: int, sleep: Sleep) -> Lease:  # noqa: ARG002 - nobody else has any
        """As many as the limit lets one have, at once."""
        return OwnLease(min(most, self.limit))


def own_limits(settings: Settings, clock: Clock) -> Limits:
    """Limits that one client has for itself."""
    return Limits(OwnSchedule(clock), OwnConnections(settings.connections))


def limited_host(settings: Settings) -> str:
    """Whose limits these are: host and port of the API, in small letters."""
    return urlsplit(settings.base_url).netloc.lower()
