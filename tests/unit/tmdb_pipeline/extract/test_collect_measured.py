"""What a collection counts, measures, traces and logs."""

import logging
from collections import Counter
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random

import pytest
from measurements import measurements
from support import HeldClock

from fake_tmdb.faults.fault import Fault
from tmdb_pipeline.extract.collect import collect
from tmdb_pipeline.extract.errors import PageFailed
from tmdb_pipeline.extract.sources import popular, top_rated
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.quality.deduplicate import once_each
from tmdb_pipeline.run import Run
from tmdb_pipeline.tmdb.client import TmdbClient
from tmdb_pipeline.tmdb.rate_limiter import HEADROOM

RUN = Run("tmdb_daily_collection", "manual__1", date(2024, 1, 2))
_keys = ContextVar("keys", default=())


@contextmanager
def binder(**keys):
    """Binds keys as structlog does."""
    token = _keys.set((*_keys.get(), *keys.items()))
    yield
    _keys.reset(token)


@pytest.fixture
def gather(settings):
    """Collect a source on a clock that stands still: what it says of itself, and all that was measured meanwhile."""

    def gather(source):
        clock = HeldClock(datetime(2024, 1, 1, 17, 0, tzinfo=UTC))
        with measurements(binder) as taken, TmdbClient(settings, clock=clock, random=Random(7)) as client:
            made = collect(client, Lake(settings.data_root), RUN, source, deduplicate=once_each(), clock=clock)
        return made.info, taken, clock

    return gather


def test_requests_retries_and_waits_are_counted(gather, tmdb):
    """Every try by its status, every retry by its error, and every wait by its reason, with its seconds."""
    tmdb.fake.faults = [
        Fault(path="/movie/popular", page=2, status=503, body="html", times=2),
        Fault(path="/movie/popular", page=4, truncate=0.5, times=1),
    ]

    _, taken, clock = gather(popular(RUN, 5))

    statuses = {key[-1]: number for key, number in taken.counts.items() if key[0] == "tmdb.requests"}
    retries = {key[-1]: number for key, number in taken.counts.items() if key[0] == "tmdb.retries"}
    backoff = taken.timings["tmdb.wait", "reason=backoff"]
    assert statuses == Counter({"status=200": 6, "status=503": 2})
    assert sum(statuses.values()) == len(tmdb.fake.journal)
    assert retries == {"error=Unavailable": 2, "error=BrokenResponse": 1}
    assert len(backoff) == 3
    assert set(backoff) <= set(clock.slept)
    assert len(taken.timings["tmdb.request.duration", "route=/movie/popular"]) == 8


def test_wait_that_tmdb_asks_for_is_told_apart(gather, tmdb):
    """A 429 is counted as a status and as a retry, and its wait has all of the seconds."""
    tmdb.fake.faults = [Fault(path="/movie/popular", page=1, status=429, times=1, headers={"Retry-After": "7"})]

    _, taken, _ = gather(popular(RUN, 1))

    assert taken.counts["tmdb.requests", "route=/movie/popular", "status=429"] == 1
    assert taken.counts["tmdb.retries", "error=RateLimited"] == 1
    assert taken.timings["tmdb.wait", "reason=rate_limit"] == [7]


def test_own_pace_is_a_wait(settings):
    """What the rate limiter holds back is told with its seconds, and nothing where it holds nothing back."""
    paced = replace(settings, requests_per_second=2)
    with measurements() as taken, TmdbClient(paced, clock=HeldClock()) as client:
        for number in (1, 2, 3):
            client.page(popular(RUN, 3).movies, number)

    assert taken.timings["tmdb.wait", "reason=pace"] == pytest.approx([1 / (2 * (1 - HEADROOM))] * 2)


def test_pages_and_records_add_up(gather):
    """All that a file says of itself is counted by outcome."""
    info, taken, _ = gather(top_rated(RUN, 20, 8.5))

    pages = {key[1]: number for key, number in taken.counts.items() if key[0] == "tmdb.pages"}
    records = {key[1]: number for key, number in taken.counts.items() if key[0] == "tmdb.records"}
    assert pages == {"outcome=received": 20}
    assert records["outcome=kept"] == info.total_collected
    assert records["outcome=below_minimum"] == info.below_min_rating_dropped
    assert records.get("outcome=duplicate", 0) == info.duplicates_dropped
    assert sum(records.values()) == info.records_received


def test_pages_of_an_earlier_try_are_resumed(gather, tmdb):
    """What was not asked for again is counted apart."""
    tmdb.fake.faults = [Fault(path="/movie/popular", page=3, status=401, code=7, times=1)]
    with pytest.raises(PageFailed):
        gather(popular(RUN, 3))

    info, taken, _ = gather(popular(RUN, 3))

    pages = {key[1]: number for key, number in taken.counts.items() if key[0] == "tmdb.pages"}
    assert info.pages_resumed > 0
    assert pages == {"outcome=received": 3 - info.pages_resumed, "outcome=resumed": info.pages_resumed}


def test_pages_that_stay_wrong_are_missing(gather, tmdb):
    """They are counted by the list, and so are the waits before they were asked for again."""
    tmdb.fake.faults = [Fault(path="/movie/popular", page=2, set={"results": []})]

    info, taken, _ = gather(popular(RUN, 3))

    assert [missing.page for missing in info.pages_missing] == [2]
    assert taken.counts["tmdb.pages", "outcome=missing", "source=popular"] == 1


def test_trace_leads_from_the_collection_to_each_try(gather, tmdb):
    """Each try has its page, its number and its status, and stands in the span of its collection."""
    tmdb.fake.faults = [Fault(path="/movie/popular", page=2, status=503, body="html", times=1)]

    _, taken, _ = gather(popular(RUN, 3))

    *tries, collection = taken.spans
    told = [[one.attributes[name] for name in ("page", "try", "http.response.status_code")] for one in tries]
    assert (collection.name, collection.attributes) == ("tmdb.collect", {"source": "popular"})
    assert {one.name for one in tries} == {"tmdb.request"}
    assert sorted(told) == [[1, 1, 200], [2, 1, 503], [2, 2, 200], [3, 1, 200]]


def test_messages_about_a_page_have_it_as_a_key(gather, tmdb):
    """In whichever thread and module they are logged: received, tried again, asked again, missing."""
    tmdb.fake.faults = [
        Fault(path="/movie/popular", page=2, status=503, body="html", times=1),
        Fault(path="/movie/popular", page=3, set={"results": []}),
    ]
    logged = []

    class Keeping(logging.Handler):
        def emit(self, record):
            logged.append((dict(_keys.get()), record.getMessage()))

    handler, log = Keeping(), logging.getLogger("tmdb_pipeline")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        gather(popular(RUN, 4))
    finally:
        log.removeHandler(handler)
        log.setLevel(logging.NOTSET)

    of_pages = {}
    for keys, message in logged:
        of_pages.setdefault(keys.get("page"), []).append(message)
    assert {keys["source"] for keys, _ in logged if keys} == {"popular"}
    assert any("Trying again" in message for message in of_pages[2])
    assert any("page 1 of 4 received" in message for message in of_pages[1])
    assert any("movies of page 3 are missing" in message for message in of_pages[3])
    assert [message for message in of_pages[None] if "received" in message] == []
