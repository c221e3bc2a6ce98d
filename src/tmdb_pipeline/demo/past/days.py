"""The days of an invented past: a fake that lives is asked of each, on a clock that jumps from one to the next."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from random import Random
from urllib.request import ProxyHandler, Request, build_opener

from tmdb_pipeline.dags import DAILY
from tmdb_pipeline.extract.collect import collect
from tmdb_pipeline.extract.sources import popular, trending
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.quality.deduplicate import once_each
from tmdb_pipeline.run import Run
from tmdb_pipeline.settings import Settings
from tmdb_pipeline.tmdb.client import TmdbClient

#: Pages of the popular list, as many as its DAG asks for.
_PAGES = 5


class JumpingClock:
    """A clock that stands still, and jumps when it is told to, or when somebody waits."""

    def __init__(self) -> None:
        self._moment = datetime(1970, 1, 1, tzinfo=UTC)
        self._waited = 0.0

    def jump(self, moment: datetime) -> None:
        """Let it be a moment from now on."""
        self._moment = moment.astimezone(UTC) - timedelta(seconds=self._waited)

    def monotonic(self) -> float:
        """Seconds for which somebody has waited."""
        return self._waited

    def now(self) -> datetime:
        """The moment that it is, aware, in UTC."""
        return self._moment + timedelta(seconds=self._waited)

    def sleep(self, seconds: float) -> None:
        """Jump over so long a wait."""
        self._waited += seconds

    def stop(self) -> None:
        """Nobody really waits, so nobody has to be woken."""


def collect_days(lake: Lake, settings: Settings, days: Iterable[date]) -> None:
    """Collect the lists of which features are made, of each of these days as if it were that day.

    Args:
        lake: where they go.
        settings: the address and the token of a fake that lives, whose clock may be set.
        days: run dates, in Seoul.

    Raises:
        OSError: the fake does not take the time from here.
        PageFailed: it does not show a page.
        LakeError: the lake cannot be written.
    """
    clock = JumpingClock()
    with TmdbClient(settings, clock=clock, random=Random(0)) as client:  # noqa: S311 - jitter, not cryptography
        for day in days:
            moment = DAILY.due(day)
            clock.jump(moment)
            _set_clock(settings.base_url, moment)
            run = Run(DAILY.id, f"invented__{day}", day)
            for source in (popular(run, _PAGES), trending(run, "day")):
                collect(client, lake, run, source, deduplicate=once_each(), clock=clock)


def _set_clock(base_url: str, moment: datetime) -> None:
    address = f"{base_url.removesuffix('/3')}/__fake__/clock"
    asked = Request(address, json.dumps({"freeze": moment.timestamp()}).encode(), method="PUT")  # noqa: S310 - a fake's
    build_opener(ProxyHandler({})).open(asked).close()
