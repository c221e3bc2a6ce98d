"""A fixed share of the limits for those who cannot share them: one part for each task that may run at the same time."""

import logging
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from tmdb_pipeline.clock import Clock
from tmdb_pipeline.settings import Settings
from tmdb_pipeline.tmdb.limits.limits import Connections, Lease, Limits, LimitsLost, OwnConnections, Sleep
from tmdb_pipeline.tmdb.rate_limiter import OwnSchedule, Schedule, Slot

T = TypeVar("T")
log = logging.getLogger(__name__)


def with_fallback(shared: Limits, settings: Settings, tasks: int, clock: Clock) -> Limits:
    """Limits that are shared for as long as that is possible, and then one part of ``tasks`` of them for good."""
    connections = OwnConnections(settings.share(tasks).connections)
    return Limits(
        FallbackSchedule(shared.schedule, OwnSchedule(clock), tasks),
        FallbackConnections(shared.connections, connections),
    )


class FallbackSchedule:
    """A schedule that is shared until it is lost. From then on it is the client's own, and slower by ``tasks``."""

    def __init__(self, shared: Schedule, own: Schedule, tasks: int) -> None:
        self._shared = shared
        self._own = own
        self._tasks = tasks
        self._lost = False
        self._lock = Lock()

    def take(self, interval: float, patience: float) -> Slot:
        """The next moment that is free; see ``Schedule``."""
        return self._either(
            lambda: self._shared.take(interval, patience),
            lambda: self._own.take(interval * self._tasks, patience),
        )

    def stands(self, slot: Slot) -> bool:
        """Whether no block has come since that lasts beyond the moment."""
        return self._either(lambda: self._shared.stands(slot), lambda: self._own.stands(slot))

    def block(self, seconds: float) -> None:
        """Let nothing leave for so long."""
        self._either(lambda: self._shared.block(seconds), lambda: self._own.block(seconds))

    def _either(self, shared: Callable[[], T], own: Callable[[], T]) -> T:
        if not self._lost:
            try:
                return shared()
            except LimitsLost as lost:
                self._lose(lost)
        return own()

    def _lose(self, lost: LimitsLost) -> None:
        with self._lock:
            first, self._lost = not self._lost, True
        if first:
            log.warning(
                "TMDB's limits are not shared with other tasks, since %s. Requests leave at one part in %d of them.",
                lost,
                self._tasks,
            )


class FallbackConnections:
    """Connections that are shared for as long as that is possible."""

    def __init__(self, shared: Connections, own: Connections) -> None:
        self._shared = shared
        self._own = own

    def lease(self, most: int, sleep: Sleep) -> Lease:
        """From one to ``most`` connections; while none is free, this waits."""
        try:
            return self._shared.lease(most, sleep)
        except LimitsLost as lost:
            lease = self._own.lease(most, sleep)
            log.warning(
                "TMDB's connections are not shared with other tasks, since %s. This one opens at most %d.",
                lost,
                lease.count,
            )
            return lease
