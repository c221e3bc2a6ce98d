"""Time for the commands: 09:00 of 28 November 2026 in Seoul, and no waits."""

from datetime import UTC, datetime, timedelta

import pytest

from tmdb_pipeline import clock
from tmdb_pipeline.ops.commands import (
    audit,
    backfill,
    doctor,
    lifecycle,
    pause,
    performance,
    status,
    trigger,
    upgrade,
)

DAILY, LOAD = "tmdb_daily_collection", "tmdb_warehouse_load"


class Morning(clock.SystemClock):
    """09:00 in Seoul, and later by what was slept.

    Attributes:
        during: called while somebody sleeps.
    """

    def __init__(self, during):
        super().__init__()
        self.during, self.slept = during, 0.0

    def now(self):
        return datetime(2026, 11, 28, tzinfo=UTC) + timedelta(seconds=self.slept)

    def monotonic(self):
        return self.slept

    def sleep(self, seconds):
        self.slept += seconds
        self.during()


@pytest.fixture(autouse=True)
def during(monkeypatch):
    """What happens while a command sleeps: nothing, or what a test puts into the list, in turn."""
    happens = []

    def during_sleep():
        if happens:
            happens.pop(0)()

    for module in (audit, backfill, doctor, lifecycle, pause, performance, status, trigger, upgrade):
        monkeypatch.setattr(module, "SystemClock", lambda: Morning(during_sleep))
    return happens


@pytest.fixture
def terminal(monkeypatch):
    """Let the commands take what they print to for a terminal, and standard input as well."""
    from tmdb_pipeline.ops import output

    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(output.sys.stdin, "isatty", lambda: True, raising=False)
