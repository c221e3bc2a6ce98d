"""The invariants of collecting, against a fake on loopback whose clock is the client's: whatever happens, all hold.

Both clocks are one ``VirtualClock``; the fake answers at once, and what should have been late or never have come is
made late on the client's side (``strategies.fault_plans.simulated``). So no example takes real time.
"""

import logging
import math
import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from email.utils import parsedate_to_datetime
from random import Random
from tempfile import TemporaryDirectory
from threading import Lock

import orjson
import pytest
import requests
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import to_builtins
from strategies.catalogues import CatalogueSpec, catalogues
from strategies.fault_plans import KINDS, LATE, fault_plans, kind_of, simulated
from strategies.page_lies import lying_plans, totals
from strategies.pages import pages_of
from support import examples
from urllib3.exceptions import ReadTimeoutError
from virtual_clock import VirtualClock

from fake_tmdb.clock import Clock
from fake_tmdb.fake import FakeTmdb
from fake_tmdb.faults.fault import Fault
from fake_tmdb.http.keys import DEFAULT_READ_TOKEN
from fake_tmdb.http.limits import NO_LIMITS, Limits
from fake_tmdb.http.server import Server
from tmdb_pipeline.extract import sources
from tmdb_pipeline.extract.collect import collect
from tmdb_pipeline.extract.errors import EmptyCollection, PageFailed
from tmdb_pipeline.extract.pagination import PAUSES, paginate
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Language
from tmdb_pipeline.movies import GENRES
from tmdb_pipeline.quality.deduplicate import once_each
from tmdb_pipeline.quality.gate import check_run
from tmdb_pipeline.quality.thresholds import Thresholds
from tmdb_pipeline.run import Run
from tmdb_pipeline.settings import Credential, Settings
from tmdb_pipeline.tmdb.client import THREADS, TmdbClient
from tmdb_pipeline.tmdb.errors import (
    BadRequest,
    Blocked,
    NotFound,
    RateLimited,
    RefusedKey,
)
from tmdb_pipeline.tmdb.network_errors import READ_TIMEOUT
from tmdb_pipeline.tmdb.response import PAGE_SIZE, Response
from tmdb_pipeline.transform.conclusion import conclude
from tmdb_pipeline.transform.daily_summary import summarize_day
from tmdb_pipeline.transform.weekly_consolidation import consolidate_week

DAY = date(2024, 1, 2)
DAILY = Run("tmdb_daily_collection", "manual__1", DAY)
WEEKLY = Run("tmdb_weekly_comprehensive", "manual__1", DAY)
TRIES = 5
#: By when one page is had or given up: no try begins after 120 s, and one that has begun takes no more than 60 s.
TRIES_END = 120
PAGE_ENDS = TRIES_END + 60
#: What asking again at once does not mend.
PERMANENT = {RefusedKey, BadRequest, NotFound, Blocked}
#: The kinds of trouble that say when to come back.
ASKING = [kind for kind in KINDS if "wait" in kind]
#: What sums of seconds may be off by, as floats.
BLINK = 1e-5
LISTS = {
    "popular": lambda pages: sources.popular(DAILY, pages),
    "trending": lambda pages: sources.trending(DAILY, "day"),
    "drama": lambda pages: sources.genre(WEEKLY, GENRES[2], pages),
    "top rated": lambda pages: sources.top_rated(WEEKLY, pages, 5.0),
}


class EntryPoint:
    """A server that stays, in front of fakes that change with every example."""

    def __init__(self):
        self.fake = FakeTmdb(movies=1)
        self.server = Server(self.fake, self)
        self.most_connections = 0

    async def __call__(self, scope, receive, send):
        self.most_connections = max(self.most_connections, self.fake.connections.total, self._open.total)
        await self.fake.app(scope, receive, send)

    @property
    def _open(self):
        return self.server.fake.connections

    def lead_to(self, fake):
        """Open to another fake, once the last client has hung up."""
        self.empty()
        self.fake = fake
        self.most_connections = 0

    def empty(self):
        """Give the server a moment to see that its clients have gone, which they have to."""
        patience = 5000
        while self._open.total and patience:
            time.sleep(0.001)
            patience -= 1
        assert not self._open.total, "a client that was closed did not hang up"


@pytest.fixture(scope="module")
def entry_point():
    made = EntryPoint()
    with made.server:
        yield made


@pytest.fixture(scope="module", autouse=True)
def _quick():
    """No log lines, and no waiting for the disk: durability is the lake's own matter (test_lake_machine)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        logging.disable(logging.WARNING)
        yield
        logging.disable(logging.NOTSET)


@dataclass(frozen=True)
class Attempt:
    """What came of one attempt to collect.

    Attributes:
        calls: what the fake was asked, in order.
        info: what a task hands on of the collection, or None.
        error: what it raised, or None.
        seconds: how long it took.
        busiest: how many pages were being asked for at once, at most.
        connections: how many connections were open at once, at most.
    """

    calls: list
    info: dict | None
    error: Exception | None
    seconds: float
    busiest: int
    connections: int


@dataclass
class Stage:
    """A fake, a lake and a clock, on which collections are attempted."""

    entry_point: EntryPoint
    world: CatalogueSpec
    root: str
    per_second: float = 40.0
    connections: int = 20
    latency: float = 0.0
    clock: VirtualClock = field(default_factory=VirtualClock)
    _under_way: int = 0
    _busiest: int = 0
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self):
        self.fake = FakeTmdb(
            catalogue=self.world.catalogue,
            drift=self.world.drift,
            clock=Clock(self.clock.timestamp),
            limits=Limits(requests=math.ceil(self.per_second)),
        )
        self.entry_point.lead_to(self.fake)
        self.lake = Lake(self.root)
        self.settings = Settings(
            Credential("read_token", DEFAULT_READ_TOKEN),
            base_url=self.entry_point.server.url,
            requests_per_second=self.per_second,
            connections=self.connections,
        )

    def arm(self, plan):
        self.fake.faults = simulated(plan)

    def attempt(self, source, run=DAILY):
        """Collect once, and say what came of it."""
        self.fake.journal.clear()
        self._busiest = self.entry_point.most_connections = 0
        begin = self.clock.monotonic()
        info = error = None
        try:
            info = self.collect(source, run, self.settings)
        except (PageFailed, EmptyCollection) as raised:
            error = raised
        return Attempt(
            *(self.fake.journal.calls(), info, error, self.clock.monotonic() - begin, self._busiest),
            self.entry_point.most_connections,
        )

    def collect(self, source, run, settings):
        """Collect with a client of its own."""
        with TmdbClient(settings, clock=self.clock, random=Random(7)) as client:
            client._session.hooks["response"].append(self._arrive)
            client.pause = self._pause
            client.page = self._counted(client.page)
            made = collect(client, self.lake, run, source, deduplicate=once_each(), clock=self.clock)
            return {"file": made.file, **to_builtins(made.info)}

    def validated(self, run, files):
        """What the quality gate says of files; the fake's movies need not be good."""
        anything_passes = Thresholds(warn=0, fail=0)
        return check_run(self.lake, run, files, thresholds=anything_passes, now=self.clock.now(), language=Language.KO)

    def _counted(self, ask):
        def counted(movies, number):
            with self.clock.working():
                with self._lock:
                    self._under_way += 1
                    self._busiest = max(self._busiest, self._under_way)
                try:
                    return ask(movies, number)
                finally:
                    with self._lock:
                        self._under_way -= 1

        return counted

    def _pause(self, seconds):
        with self.clock.working():
            self.clock.sleep(seconds)

    def _arrive(self, response, **_):
        """Let a response arrive as late as it says, or time out."""
        late = max(self.latency, float(response.headers.get(LATE, 0)))  # else "slow" could become "far too slow"
        self.clock.sleep(min(late, READ_TIMEOUT))
        if late >= READ_TIMEOUT:
            response.close()
            raise requests.ReadTimeout(ReadTimeoutError(None, "", "simulated"))

    def movies(self, file):
        """The movies of a file as they stand there."""
        return orjson.dumps(self.lake.read_document(file, dict)["movies"])

    def kept(self, source, run):
        """The records on disk by the number of their page, all responses of a page in the order of their names."""
        folder = paths.pages_folder(run, source.name)
        found = {}
        for name in self.lake.files(folder):
            if name.startswith("page_"):
                page = self.lake.read_document(f"{folder}/{name}", dict)["body"]
                found.setdefault(int(name[5:8]), []).extend(page["results"])
        return found


def answered(call):
    """Whether the client could read what it was answered."""
    return call.outcome == 200 and (not call.fault or kind_of(call.fault).error is None)


def good_pages(calls):
    """How often each page was answered so that the client could read it."""
    return Counter(call.page for call in calls if answered(call))


# The invariants. Each is asked of every attempt, whatever came of it.


def it_ends(attempt, source, drift):
    """Each page is tried at most 5 times in 2 minutes, and has its end after 3; so has the collection.

    Lists that drift may make it ask again: pages of different moments can contradict each other.
    """
    rounds = 1 + len(PAUSES) * drift
    pages = source.pages + 1  # the one after the end bears witness
    times = {}
    for call in attempt.calls:
        times.setdefault(call.page, []).append(call.at)
    for tries in times.values():
        assert len(tries) <= TRIES * rounds
        assert tries[-1] - tries[0] <= TRIES_END + BLINK or drift
    assert attempt.seconds <= (PAGE_ENDS * pages + sum(PAUSES)) * rounds


def limits_are_kept(attempt, stage):
    """No second sees more requests than the limit, no moment more connections, and nobody ever had to refuse us."""
    threads = min(stage.connections, THREADS)
    times = [call.at for call in attempt.calls]
    busiest_second = max((sum(begin <= at < begin + 1 for at in times) for begin in times), default=0)
    assert busiest_second <= stage.per_second
    assert attempt.busiest <= threads
    # The server may notice later than the client that a connection is closed: `busiest` is the stricter invariant.
    assert attempt.connections <= 20
    assert not [call for call in attempt.calls if call.outcome == 429 and not call.fault]


def retry_after_is_never_shortened(attempt, plan, latency):
    """Before the moment that a response asked to wait for, its page is not asked again; after a 429 nothing is.

    What left while the 429 was on its way cannot be called back.
    """
    headers = {fault.name: fault.headers.get("Retry-After") for fault in plan}
    for at, call in enumerate(attempt.calls):
        if (asked := headers.get(call.fault)) is None:
            continue
        heard = call.at + latency  # from then on the client counts
        until = heard + int(asked) if asked.isdigit() else parsedate_to_datetime(asked).timestamp()
        later = [other for other in attempt.calls[at + 1 :] if call.outcome == 429 or other.page == call.page]
        assert not [other for other in later if heard < other.at < until - BLINK]


def a_429_stops_everybody_for_a_second(attempt, latency):
    """After a 429, whatever it says, nothing leaves for as long as TMDB counts."""
    for at, call in enumerate(attempt.calls):
        if call.outcome == 429:
            heard = call.at + latency
            assert not [other for other in attempt.calls[at + 1 :] if heard < other.at < heard + 1 - BLINK]


def a_kept_page_is_not_asked_again(attempt):
    """A page that was answered is not asked for a second time; a permanent one is not either."""
    for at, call in enumerate(attempt.calls):
        permanent = call.fault and kind_of(call.fault).error in PERMANENT
        if answered(call) or permanent:
            assert call.page not in [other.page for other in attempt.calls[at + 1 :]]


def nothing_is_there_twice(movies):
    """Each movie stands in the file once."""
    assert len({movie["id"] for movie in movies}) == len(movies)


def good_enough(record, source):
    """Whether a record is not below the minimum rating."""
    return source.min_rating is None or record["vote_average"] >= source.min_rating


def nothing_is_lost(movies, records, source):
    """Every movie of every page on which it is good enough is in the file, as one of its copies, in their order."""
    rated = [record for record in records if good_enough(record, source)]
    assert {movie["id"] for movie in movies} == {record["id"] for record in rated}
    remaining = iter(rated)
    assert all(movie in remaining for movie in movies)


def read_without_the_client(entry_point, world, call, pages):
    """The records that the fake lists on pages 1 to ``pages`` of the list of a call, by page, read past the client."""
    entry_point.lead_to(FakeTmdb(catalogue=world.catalogue, clock=Clock(lambda: call.at), limits=NO_LIMITS))
    query = call.query.replace(f"page={call.page}", "page={page}")
    records = {}
    for page in range(1, pages + 1):
        address = f"{entry_point.server.url.removesuffix('/3')}{call.path}?{query.format(page=page)}"
        with requests.get(address, headers={"Authorization": f"Bearer {DEFAULT_READ_TOKEN}"}, timeout=5) as response:
            records[page] = response.json()["results"]
    return records


def every_page_is_there(kept, listed, source):
    """The pages on disk are those that were asked for, as far as the list goes, and the empty one that proves its end.

    A list that goes on, or fills the last page asked for, needs no proof. On each stand the movies that the fake lists.
    """
    last = sum(1 for records in listed.values() if records)
    proof = len(listed[source.pages]) < PAGE_SIZE
    assert kept == {page: listed[page] for page in range(1, min(source.pages + proof, max(1, last) + 1) + 1)}


def the_failure_says_which_page_and_why(attempt, source, run, stage):
    """A failed attempt names a page that was not had, with the error of its last response; all others are on disk.

    A page that was never asked for is named only if a 429 of another page held it back.
    """
    error, kept = attempt.error, set(stage.kept(source, run))
    last = next((call for call in reversed(attempt.calls) if call.page == error.page), None)
    assert f"page {error.page} of " in str(error)
    assert (last is None) == (error.cause.tries == 0)
    assert not (last and answered(last))
    assert last or 429 in [call.outcome for call in attempt.calls]
    assert type(error.cause) is (kind_of(last.fault).error if last else RateLimited)
    assert f"page={error.page}" in error.cause.request
    assert kept == set(good_pages(attempt.calls))
    assert error.kept == len(kept)


@examples(40)
@given(
    world=catalogues() | catalogues(least=100),
    plan=fault_plans() | fault_plans(kinds=ASKING, most=3),
    listed=st.sampled_from(sorted(LISTS)),
    pages=st.integers(1, 6),
    per_second=st.sampled_from([40.0, 5.0, 2.0]),
    connections=st.sampled_from([1, 2, 20]),
    latency=st.sampled_from([0.0, 0.08, 2.0]),
)
# What each run of the gate has to meet: pages that fail for good while others are kept, a key that is refused half-way,
# several pages under way at once.
@example(CatalogueSpec(120), [Fault(name="1: gateway error", page=3, status=503)], "popular", 5, 40.0, 1, 0.0)
@example(CatalogueSpec(120), [Fault(name="1: hang", page=4, hang=True)], "drama", 5, 40.0, 20, 0.08)
@example(CatalogueSpec(120), [Fault(name="1: key refused", skip=2, revoke=True)], "top rated", 5, 40.0, 1, 0.0)
@example(CatalogueSpec(120), [], "popular", 6, 40.0, 2, 2.0)
@example(CatalogueSpec(1, seed=3), [], "drama", 1, 40.0, 1, 0.0)  # a list without any movie
# Both forms of Retry-After, so that every run of the gate meets them while other pages are under way.
@example(
    CatalogueSpec(120),
    [
        Fault(name="1: too many, wait seconds", page=1, times=1, status=429, headers={"Retry-After": "60"}),
        Fault(name="2: gateway error that asks to wait", page=3, times=1, status=503, headers={"Retry-After": "60"}),
        Fault(
            name="3: too many, wait until a date",
            page=4,
            times=1,
            status=429,
            headers={"Retry-After": "Mon, 01 Jan 2024 17:01:50 GMT"},
        ),
    ],
    *("popular", 5, 5.0, 20, 0.08),
)
# After a 429 with "Retry-After: 0" the client asked again within the second in which TMDB counts (tmdb/retry.py).
@example(
    *(CatalogueSpec(20), [Fault(name="1: too many, wait seconds", status=429, headers={"Retry-After": "0"}, times=2)]),
    *("popular", 1, 40.0, 1, 0.0),
)
# One page is told to wait for an hour while another is between two tries: that one asked on, and decided the wait.
@example(
    CatalogueSpec(120),
    [
        Fault(name="1: gateway error", page=2, status=502),
        Fault(name="2: too many, wait seconds", page=3, status=429, headers={"Retry-After": "3600"}),
    ],
    *("popular", 5, 40.0, 20, 0.08),
)
# Between two tries of one page a page that was begun later is told to wait: the next one began 169 s after the first.
@example(
    CatalogueSpec(120),
    [
        Fault(name="1: gateway error that asks to wait", page=2, times=2, status=503, headers={"Retry-After": "50"}),
        Fault(name="2: too many, wait seconds", page=3, times=1, status=429, headers={"Retry-After": "40"}),
        Fault(name="3: too many, wait seconds", page=4, times=1, status=429, headers={"Retry-After": "119"}),
    ],
    *("popular", 5, 40.0, 2, 0.08),
)
# A page is kept back by another's waits until it can no longer be asked for, and is the one that has to wait longest.
@example(
    CatalogueSpec(120),
    [
        Fault(name="1: too many, wait seconds", skip=1, times=1, status=429, headers={"Retry-After": "20"}),
        Fault(
            name="2: too many, wait until a date",
            skip=1,
            status=429,
            headers={"Retry-After": "Mon, 01 Jan 2024 17:01:59 GMT"},
        ),
    ],
    *("popular", 3, 2.0, 2, 0.08),
)
def test_invariants_of_a_collection(entry_point, world, plan, listed, pages, per_second, connections, latency):
    """Whatever list, trouble, limits and delays: nothing is lost or doubled, all limits are kept, and it ends.

    Or it fails saying which page and why, and once the trouble has passed a rerun asks for the rest alone and brings
    the same bytes as if nothing had been.
    """
    source = LISTS[listed](pages)
    run = DAILY if listed in {"popular", "trending"} else WEEKLY
    with TemporaryDirectory() as calm_root, TemporaryDirectory() as root:
        calm = Stage(entry_point, world, calm_root)
        undisturbed = calm.attempt(source, run)
        stage = Stage(entry_point, world, root, per_second, connections, latency)
        stage.arm(plan)
        first = stage.attempt(source, run)
        attempts = [first]
        if isinstance(first.error, PageFailed):
            the_failure_says_which_page_and_why(first, source, run, stage)
            assert not stage.lake.exists(source.file)
            kept = stage.kept(source, run)
            stage.arm([])
            stage.clock.advance(max(300.0, first.error.cause.retry_after or 0.0))
            rerun = stage.attempt(source, run)
            attempts.append(rerun)
            if not world.drift:
                a_rerun_asks_only_for_what_is_missing(first, rerun, kept)
            if type(first.error.cause) not in PERMANENT:  # after those a person decides when
                both = replace(first, calls=first.calls + rerun.calls)
                retry_after_is_never_shortened(both, plan, latency)
        for attempt in attempts:
            it_ends(attempt, source, world.drift)
            limits_are_kept(attempt, stage)
            retry_after_is_never_shortened(attempt, plan, latency)
            a_429_stops_everybody_for_a_second(attempt, latency)
            if not world.drift:
                a_kept_page_is_not_asked_again(attempt)
        last = attempts[-1]
        assert (last.info is None) == isinstance(last.error, EmptyCollection)
        if last.info:
            movies = orjson.loads(stage.movies(source.file))
            nothing_is_there_twice(movies)
            kept = stage.kept(source, run)
            asked = [page for page in sorted(kept) if page <= source.pages]
            nothing_is_lost(movies, [record for page in asked for record in kept[page]], source)
        if not world.drift:
            assert (last.info is None) == (undisturbed.info is None)
            if last.info:
                listed = read_without_the_client(entry_point, world, undisturbed.calls[0], source.pages + 1)
                every_page_is_there(kept, listed, source)
                assert last.info["pages_missing"] == []
                assert stage.movies(source.file) == calm.movies(source.file)
                there = [record for page in range(1, source.pages + 1) for record in listed[page]]
                nothing_is_lost(movies, there, source)
                assert set(good_pages(undisturbed.calls)) == {
                    page for attempt in attempts for page in good_pages(attempt.calls)
                }


def ending(page, total):
    """A page that is empty once, as if the list had only so many movies."""
    return Fault(name=f"{page}: the end of a shorter list", page=page, times=1, empty=True, set=totals(total))


# Well-formed lies: the collection is held to what the fake lists, and every page that came wrong to what is said of it.


@examples(120)
@given(
    world=catalogues(least=1, most=260, drift=False),
    plan=lying_plans(pages=7),  # the page after the last one asked may lie, too
    listed=st.sampled_from(["popular", "drama", "top rated"]),
    pages=st.integers(1, 6),
)
# The slips that once cost 60 of 100 movies in silence.
@example(CatalogueSpec(20_000, 7), [Fault(name="1: empty", page=3, times=1, empty=True)], "popular", 5)
@example(CatalogueSpec(20_000, 7), [Fault(name="1: repeated", page=3, repeat_page=2)], "popular", 5)
@example(CatalogueSpec(20_000, 7), [Fault(name="1: another page", page=2, serve_page=9)], "popular", 5)
@example(CatalogueSpec(20_000, 7), [Fault(name="1: short", page=4, short=7)], "popular", 5)
# A page asked for again that counts further pages; pages that fit their own low totals; nearly the page before.
@example(CatalogueSpec(20_000, 7), [ending(1, 0), ending(2, 12)], "popular", 5)
@example(
    CatalogueSpec(20_000, 7),
    [Fault(name="1: the last page of a shorter list", page=3, times=1, short=5, set=totals(45))],
    *("popular", 5),
)
@example(
    CatalogueSpec(20_000, 7),
    [Fault(name="1: the last page of a shorter list", page=5, short=1, set=totals(81))],
    *("popular", 5),
)
@example(
    CatalogueSpec(20_000, 7),
    [Fault(name="1: nearly repeated", page=3, repeat_page=1, set={"results.0.id": 10**9})],
    *("popular", 5),
)
@example(
    CatalogueSpec(20_000, 7),
    [Fault(name="1: short", page=1, short=19), *(replace(ending(page, 0), times=None) for page in (2, 3, 4, 5))],
    *("popular", 5),
)
@example(
    CatalogueSpec(20_000, 7),
    [Fault(name="1: short", page=2, short=12), Fault(name="2: repeated", page=5, repeat_page=2)],
    *("popular", 5),
)
@example(
    CatalogueSpec(20_000, 7),
    [Fault(name="1: the end of a shorter list", page=4, empty=True, set={"total_pages": 3, "total_results": 60})],
    *("popular", 5),
)
@example(CatalogueSpec(20_000, 7), [Fault(name="1: empty", page=5, empty=True)], "popular", 5)
@example(CatalogueSpec(20_000, 7), [Fault(name="1: too few pages", page=1, set={"total_pages": 1})], "popular", 5)
@example(
    CatalogueSpec(20_000, 7),
    [Fault(name="1: a shorter list", page=1, set={"total_pages": 1, "total_results": 20})],
    *("popular", 5),
)
@example(
    CatalogueSpec(20_000, 7),
    [Fault(name="1: swapped", page=2, serve_page=3), Fault(name="2: swapped", page=3, serve_page=2)],
    *("popular", 5),
)
# Half of a list that has one page, and the page that says so is the only one asked for.
@example(
    CatalogueSpec(2, 1),
    [Fault(name="1: the last page of a shorter list", short=1, times=1, set=totals(1))],
    "popular",
    1,
)
# Two wrongs that agree: a page that is never seen, and one that has its movies in the place of its own.
@example(
    CatalogueSpec(60, 1),
    [Fault(name="1: empty", page=2, empty=True), Fault(name="2: repeated", page=3, repeat_page=2)],
    *("popular", 3),
)
def test_no_movie_is_missed_in_silence(entry_point, world, plan, listed, pages):
    """Whatever pages are wrong, once or for ever: each listed movie is in the file once, or its page is named, or both.

    Or the page is named whose movies came in the place of its own. Or the run fails by name. What is named stands in
    the file, the verdict and the report; no response that was received intact is lost from the disk; and what was wrong
    in passing leaves no trace.
    """
    source = LISTS[listed](pages)
    run = DAILY if listed == "popular" else WEEKLY
    with TemporaryDirectory() as root:
        stage = Stage(entry_point, world, root)
        stage.arm(plan)

        attempt = stage.attempt(source, run)

        intact = {call.page for call in attempt.calls if call.outcome == 200 and not call.fault}
        kept = stage.kept(source, run)
        truth = read_without_the_client(entry_point, world, attempt.calls[0], pages + 1)
        for page in intact:
            assert all(record in kept[page] for record in truth[page])
        del truth[pages + 1]  # nobody asked for its movies
        if attempt.info is None:
            assert isinstance(attempt.error, PageFailed | EmptyCollection)
            return
        movies = orjson.loads(stage.movies(source.file))
        nothing_is_there_twice(movies)
        missing = {page["page"] for page in attempt.info["pages_missing"]}
        assert missing <= set(range(1, pages + 1))
        there = {movie["id"] for movie in movies}
        disguised = {fault.page for fault in plan if fault.repeat_page in missing}  # as a page that was never seen
        for page, records in truth.items():
            if page not in missing | disguised:
                assert there.issuperset(record["id"] for record in records if good_enough(record, source))
        quality = stage.validated(run, [source.file])
        assert to_builtins(quality.pages_missing) == attempt.info["pages_missing"]
        assert quality.verdict == ("warned" if missing else "passed")
        received = attempt.info["records_received"] - attempt.info["below_min_rating_dropped"]
        assert received == quality.total_movies_passed + quality.duplicates + quality.total_movies_quarantined
        if sum(fault.times or TRIES for fault in plan) == 1:
            assert missing == set()


def a_rerun_asks_only_for_what_is_missing(first, rerun, kept):
    """What the failed attempt has kept is not asked for again, and everything else is asked for exactly once.

    An empty page is asked for again: that a list had no more movies then does not mean that it has none now.
    """
    asked = Counter(call.page for call in rerun.calls)
    assert {call.page for call in first.calls if answered(call)} == set(kept)
    assert not {page for page, records in kept.items() if records} & set(asked)
    assert set(asked.values()) <= {1}


# The invariants hold for whole jobs too: two tasks at a time, each with half of the limits, retried as Airflow does.

#: What Airflow waits between two attempts of a task at least, in seconds.
RETRY_DELAY = 300.0
#: What a task of Airflow takes to begin, at least. Tasks that follow one another share no rate limiter: it is this
#: second, in which TMDB forgets the one before, that keeps the limit between them.
TASK_START = 1.0


def gather(stage, sources, run):
    """Collect the sources of a run, and again what failed; after the third attempt the trouble passes."""
    infos = {}

    def attempt(source):
        with stage.clock.working():
            stage.clock.sleep(TASK_START)
        try:
            infos[source.name] = stage.collect(source, run, stage.settings.share(2))
        except PageFailed as error:
            return error.cause.retry_after or 0.0
        return 0.0

    number = 0
    while len(infos) < len(sources):
        number += 1
        assert number <= 4, "the trouble has passed, and it still fails"
        with ThreadPoolExecutor(2) as tasks:
            waits = list(tasks.map(attempt, [source for source in sources if source.name not in infos]))
        stage.clock.advance(max(RETRY_DELAY, *waits))
        if number == 3:
            stage.arm([])
    return [infos[source.name] for source in sources]


def run_day(stage):
    """The daily DAG."""
    infos = gather(stage, [sources.popular(DAILY, 4), sources.trending(DAILY, "day")], DAILY)
    quality = stage.validated(DAILY, [info["file"] for info in infos])
    summary = summarize_day(stage.lake, DAILY, quality.report, stage.clock.start, stage.clock.now())
    told = {**to_builtins(summary.collection_summary), **to_builtins(summary.quality_summary)}
    return [info["file"] for info in infos], told


def run_week(stage):
    """The weekly DAG, with two of its genres."""
    genres = [sources.genre(WEEKLY, kind, 3) for kind in GENRES[1:3]]
    infos = gather(stage, [*genres, sources.top_rated(WEEKLY, 3, 5.0)], WEEKLY)
    files = [info["file"] for info in infos]
    consolidate_week(stage.lake, WEEKLY, files, stage.clock.now(), deduplicate=once_each())
    week = paths.consolidated_file(WEEKLY)
    concluded = conclude(stage.lake, WEEKLY, stage.validated(WEEKLY, [week]).report).info
    fields = ("total_unique_movies", "records_received", "movies_sha256", "by_category")
    return [*files, week], {name: getattr(concluded, name) for name in fields}


@pytest.mark.parametrize("job", [run_day, run_week])
@examples(6)
@given(world=catalogues(least=100, drift=False), plan=fault_plans(), latency=st.sampled_from([0.0, 0.08, 2.0]))
def test_invariants_of_a_job(entry_point, job, world, plan, latency):
    """A whole run that meets trouble writes the same movies and figures as one that meets none, inside the limits."""
    with TemporaryDirectory() as calm_root, TemporaryDirectory() as root:
        calm = Stage(entry_point, world, calm_root)
        undisturbed = job(calm)
        stage = Stage(entry_point, world, root, 4.0, 20, latency)
        stage.arm(plan)

        files, figures = job(stage)

        assert (files, figures) == undisturbed
        for file in files:
            nothing_is_there_twice(orjson.loads(stage.movies(file)))
            assert stage.movies(file) == calm.movies(file)
        times = [call.at for call in stage.fake.journal.calls()]
        assert max(sum(begin <= at < begin + 1 for at in times) for begin in times) <= stage.per_second
        calls = {call.url: call for call in stage.fake.journal.calls() if answered(call)}
        good = Counter(call.url for call in stage.fake.journal.calls() if answered(call))
        assert all(  # only an empty page is asked for again
            read_without_the_client(entry_point, world, calls[url], calls[url].page)[calls[url].page] == []
            for url, count in good.items()
            if count > 1
        )
        assert set(good) == {call.url for call in calm.fake.journal.calls()}


@examples(100)
@given(
    listed=st.integers(0, 120).flatmap(lambda count: pages_of([{"id": number} for number in range(count)])),
    asked=st.integers(1, 9),
    cached=st.sets(st.integers(2, 9), max_size=3),
)
def test_invariants_of_a_pagination(listed, asked, cached):
    """However odd a list is: each page brings what stands on it or is named; none is asked for in vain."""
    responses = {number: page_answer(listed.page(number)) for number in range(1, 11)}
    cached = {number: responses[number] for number in cached if responses[number].page.contradiction(number) is None}
    fetched, kept, pauses = [], [], []

    def fetch(number):
        fetched.append(number)
        responses[number].page_numbered(number)
        return replace(responses[number])

    def one_by_one(call, numbers):
        for number in numbers:
            call(number)

    read = paginate(
        *("a list", fetch, asked),
        parallel=one_by_one,
        cached=cached,
        keep=lambda number, response, contradiction: kept.append(number),
        pause=pauses.append,
    )

    missing = {page.page for page in read.missing}
    assert fetched[0] == 1
    assert max(fetched) <= asked + 1
    assert set(fetched) <= set(kept)
    assert pauses in ([], list(PAUSES))
    assert set(Counter(fetched).values()) <= ({1} if not pauses else set(range(1, 2 + len(PAUSES))))
    for number in range(1, asked + 1):
        there = [found.movie for found in read.movies if found.page == number]
        assert there == listed.truth(number) or number in missing or listed.oddity == "drift"
    assert read.resumed == len([number for number in cached if number in read.pages and number not in fetched])
    if listed.oddity == "nothing":
        count = len(listed.pages)
        assert missing == set()
        proof = len(listed.truth(asked)) < listed.size
        last = min(asked + proof, count + 1)
        assert sorted(fetched) == [n for n in range(1, last + 1) if n not in cached or n > asked]


def page_answer(document):
    """A response of TMDB that holds a document."""
    return Response("/movie/popular", 200, None, VirtualClock().now(), orjson.dumps(document))
