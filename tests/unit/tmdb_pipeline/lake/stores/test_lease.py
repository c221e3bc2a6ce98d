"""Locks in an object store: one holder at a time, whoever dies, is late, or does not hear the response."""

import logging
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from threading import Barrier, Event

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from s3_server import refusal
from support import HeldClock, examples, wait_for

from tmdb_pipeline.lake.errors import LakeError, RunInProgress
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.lake.stores import bucket as bucket_module
from tmdb_pipeline.lake.stores import lease as lease_module
from tmdb_pipeline.lake.stores.lease import RENEWED_EVERY, SECONDS, TRUSTED, Lease, Seen

LOCK = "prefix/folder/.lock"
#: Seconds after which a lock that nobody renews has certainly ended.
ENDED = SECONDS + 10
HOLDING = """
import sys
from tmdb_pipeline.lake.store import Lake
lake = Lake(sys.argv[1])
with lake.exclusive("folder", "popular"):
    lake.write("folder/page_001.json", b"kept")
    print("locked", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def lake(s3_root):
    return Lake(s3_root)


@pytest.fixture
def other(lake):
    """The same lake, as another process has it."""
    return Lake(lake.locate(""))


@pytest.fixture
def bucket(lake):
    """The name of the bucket of the lake."""
    return lake.locate("").split("/")[2]


def take(lake, what="popular"):
    """Hold the folder until the stack that is given back closes."""
    stack = ExitStack()
    stack.enter_context(lake.exclusive("folder", what))
    return stack


def test_lock_of_a_killed_process_ends_by_itself(lake, bucket, s3):
    """After SIGKILL the folder is locked for as long as the message says, and no longer; what was written is there."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, lake.locate("")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "locked\n"
        holder.send_signal(signal.SIGKILL)
    with pytest.raises(RunInProgress) as raised:
        take(lake)

    s3.age(bucket, LOCK, ENDED)
    with take(lake):
        assert lake.read("folder/page_001.json") == b"kept"
    words = str(raised.value).split()
    assert str(raised.value).startswith("popular is being collected by another process right now: wait until it ends,")
    assert SECONDS - 30 < float(words[-2]) < SECONDS + 3


@pytest.mark.parametrize("state", ["absent", "free", "ended"])
def test_of_many_who_come_at_once_one_gets_it(lake, bucket, s3, state):
    """Eight who try in the same moment: one holds the folder, seven are refused, whatever lay there."""
    if state != "absent":
        take(lake).close()
    if state == "ended":
        s3.client().put_object(Bucket=bucket, Key=LOCK, Body=b"left by somebody")
        s3.age(bucket, LOCK, ENDED)
    lakes, start, done = [Lake(lake.locate("")) for _ in range(8)], Barrier(8), Barrier(8)

    def attempt(one):
        start.wait(30)
        held = None
        with suppress(RunInProgress):
            held = take(one)
        done.wait(30)
        if held:
            held.close()
        return held is not None

    with ThreadPoolExecutor(8) as threads:
        got = list(threads.map(attempt, lakes))

    assert sum(got) == 1


def test_holder_whose_lock_is_taken_over_writes_nothing_more(lake, other, bucket, s3):
    """A holder that was away for too long is refused before it replaces the result, and so is all that follows."""
    lake.write("movies.json", b"earlier")
    away = take(lake)
    lake.write("folder/page_001.json", b"kept")
    s3.age(bucket, LOCK, ENDED)
    taken = take(other)
    other.write("movies.json", b"by the other")

    for write in (
        lambda: lake.write("movies.json", b"late"),
        lambda: lake.delete("movies.json"),
        lambda: lake.write("folder/page_002.json", b"late"),
        lambda: lake.delete("folder/page_001.json"),
    ):
        with pytest.raises(
            RunInProgress, match=r"popular is no longer this process's to collect: its lock was not ren"
        ):
            write()
    away.close()
    locked = s3.keys(bucket)[LOCK]
    taken.close()

    assert locked != b""  # leaving a lost lock does not release it
    assert lake.read("movies.json") == b"by the other"
    assert lake.files("folder") == ["page_001.json"]
    lake.write("movies.json", b"after all")  # who holds nothing is not held up


def test_holder_whose_lock_was_removed_by_hand_notices(lake, bucket, s3):
    """A lock that somebody has deleted locks nobody out, so its holder stops."""
    held = take(lake)
    s3.client().delete_object(Bucket=bucket, Key=LOCK)

    with pytest.raises(RunInProgress, match="or was removed"):
        lake.write("movies.json", b"x")
    held.close()

    assert not lake.exists("movies.json")


def test_pages_cost_no_request_more_and_results_one(lake, other, s3):
    """While a renewal is fresh a page is one put; the file that a collection becomes is preceded by a renewal."""
    with take(lake):
        s3.requests.clear()
        lake.write("folder/page_001.json", b"x")
        pages = list(s3.requests)
        lake.write("movies.json", b"x")

    assert [request.rpartition("/")[2] for request in pages] == ["page_001.json"]
    assert [request.rpartition("/")[2] for request in s3.requests[1:3]] == [".lock", "movies.json"]


@pytest.mark.parametrize(
    ("content", "seconds"),
    [
        (b"4711", SECONDS),
        (b"\xff", SECONDS),
        (b'{"x": ' + b"[" * 100_000, SECONDS),
        (b'{"owner": "x", "renewal": 1, "seconds": 300, "host": "h", "process": 1}', 300),
        (b'{"owner": "x", "renewal": 1, "seconds": 1e300, "host": "h", "process": 1}', 3600),
    ],
    ids=["number", "no text", "deep", "longer", "for ever"],
)
def test_whatever_lies_in_the_place_of_a_lock_is_given_its_time(lake, bucket, s3, content, seconds):
    """What no process of ours has put there is honoured for a while, and then replaced: nothing locks for ever."""
    s3.client().put_object(Bucket=bucket, Key=LOCK, Body=content)
    s3.age(bucket, LOCK, seconds - 10)

    with pytest.raises(RunInProgress):
        take(lake)
    s3.age(bucket, LOCK, 20)
    with take(lake):
        assert s3.keys(bucket)[LOCK] != content


def test_lock_is_had_when_the_response_to_its_put_was_lost(lake, s3, monkeypatch):
    """A put that was done, and that is then refused because it was done, is known as our own: taking and renewing."""
    monkeypatch.setattr(bucket_module, "TRIES", 2)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    lost = []

    def lose(request):
        if request.method == "PUT" and request.path.endswith(".lock") and len(lost) % 2 == 0:
            lost.append(request.path)
            return refusal("InternalError", 500)
        lost.append(None)
        return None

    patient = Lake(lake.locate(""))
    s3.lose = lose
    with take(patient):
        patient.write("movies.json", b"x")

    assert len([path for path in lost if path]) >= 2
    assert lake.read("movies.json") == b"x"
    assert lake.read("folder/.lock") == b""


def test_store_that_is_down_at_the_end_leaves_a_lock_that_ends(lake, bucket, s3, caplog):
    """Work that is done is not undone because its lock cannot be released: that is logged, and the lock ends."""
    with take(lake):
        lake.write("movies.json", b"x")
        s3.meddle = lambda request: refusal("SlowDown", 503)
    s3.be_well()

    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [
        f"s3://{bucket}/{LOCK} could not be released: the store is in trouble (SlowDown). It ends by itself in 120 s."
    ]
    s3.age(bucket, LOCK, ENDED)
    take(lake).close()


def test_lock_is_renewed_while_the_work_goes_on(lake, bucket, s3, monkeypatch):
    """A collection may take longer than a lock lasts: its thread renews it, outlasting trouble, until the end."""
    monkeypatch.setattr(lease_module, "RENEWED_EVERY", 0.01)
    seen = set()
    with take(lake):
        wait_for(lambda: seen.add(s3.keys(bucket)[LOCK]) or len(seen) > 3, "three renewals")
        s3.meddle = lambda request: refusal("SlowDown", 503)
        tried = len(s3.requests)
        wait_for(lambda: len(s3.requests) > tried + 2, "three renewals that fail")
        s3.be_well()
        seen.clear()
        wait_for(lambda: seen.add(s3.keys(bucket)[LOCK]) or len(seen) > 1, "another renewal")
    ended = len(s3.requests)

    assert s3.keys(bucket)[LOCK] == b""
    assert len(s3.requests) == ended


def test_renewing_ends_when_the_lock_is_lost(lake, bucket, s3, caplog, monkeypatch):
    """The thread of a holder that has lost its lock lets it be."""
    monkeypatch.setattr(lease_module, "RENEWED_EVERY", 0.01)
    with take(lake):
        s3.client().put_object(Bucket=bucket, Key=LOCK, Body=b"another's")
        wait_for(lambda: lake._store._leases[0]._lost, "that it is noticed")

    assert s3.keys(bucket)[LOCK] == b"another's"


def test_trouble_with_renewing_is_logged(lake, bucket, s3, caplog, monkeypatch):
    """A person who reads the log sees why a lock was lost in the end."""
    monkeypatch.setattr(lease_module, "RENEWED_EVERY", 0.01)
    s3.meddle = lambda request: refusal("SlowDown", 503) if b"renewal" in request.get_data() else None
    with pytest.raises(LakeError, match=r"/folder cannot be locked: the store is in trouble \(SlowDown\)\. Wait until"):
        take(lake)
    s3.be_well()
    with take(lake):
        s3.meddle = lambda request: refusal("SlowDown", 503)
        wait_for(lambda: "could not be renewed" in caplog.text, "a warning")
        s3.be_well()

    assert f"s3://{bucket}/{LOCK} could not be renewed: the store is in trouble (SlowDown)." in caplog.text


@pytest.mark.parametrize(
    "ignored", [["HTTP_IF_MATCH"], ["HTTP_IF_NONE_MATCH"], ["HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"]]
)
def test_store_that_knows_no_conditions_is_refused(lake, bucket, s3, ignored):
    """A store that would let two hold one lock is found out before anything is collected, and told."""

    def ignore(request):
        for name in ignored:
            request.environ.pop(name, None)

    s3.meddle = ignore
    with pytest.raises(LakeError) as raised:
        take(lake)

    assert str(raised.value) == (
        f"s3://{bucket}/{LOCK} cannot be a lock: the store does not keep to the conditions of a put (If-None-Match, "
        "If-Match). Set TMDB_DATA_ROOT to a store that does, or to a folder, then run again."
    )
    assert s3.keys(bucket) == {}


def test_store_that_says_it_knows_no_conditions_is_told(lake, s3):
    """A store that says so itself is told in the same words."""
    s3.meddle = lambda request: refusal("NotImplemented", 501) if "If-None-Match" in request.headers else None

    with pytest.raises(LakeError, match=r"folder cannot be locked: the store does not know the conditions of a put"):
        take(lake)


def test_conditions_are_proved_once(lake, s3):
    """That a store keeps to conditions costs two requests, for the first lock only."""
    requests = []
    for _ in range(2):
        s3.requests.clear()
        take(lake).close()
        requests.append(len(s3.requests))

    assert requests == [5, 3]  # look, put, two that are refused, release


def test_store_that_does_not_say_the_time_is_told(lake, other, s3):
    """The age of a lock is never guessed by the clock of this machine."""
    with take(other):
        s3.lose = lambda request: timeless
        with pytest.raises(LakeError, match=r"cannot be locked: the store does not say what time it is\."):
            take(lake)
        s3.be_well()


def timeless(environ, start_response):
    headers = [("Date", "now"), ("ETag", '"x"'), ("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT")]
    start_response("200 OK", [*headers, ("Content-Length", "1")])
    return [b"x"]


def test_lost_in_a_race_for_renewal_is_lost(lake):
    """A store that refuses each renewal of a lock that is ours all the same is not asked for ever."""

    class Odd:
        def look(self, path):
            return Seen("e", lease.body, 0.0)

        def put_if(self, path, data, etag):
            return None

    lease = Lease(Odd(), "folder/.lock", "popular")

    with pytest.raises(RunInProgress):
        lease.renew()


def test_lock_that_is_taken_from_under_each_try_is_another_s():
    """Who finds a free lock and is always too late is refused, and does not try for ever."""

    class Contended:
        def look(self, path):
            return Seen("e", b"", 0.0)

        def put_if(self, path, data, etag):
            return None

    with pytest.raises(RunInProgress, match="popular is being collected by another process right now"):
        Lease(Contended(), "folder/.lock", "popular").acquire()


class Store:
    """What S3 promises of one object, with a clock of its own, and with responses that are lost."""

    def __init__(self, clock):
        self.clock = clock
        self.object = None
        self.etags = 0
        self.lossy = None

    def look(self, path):
        if self.object is None:
            return None
        etag, data, written = self.object
        return Seen(etag, data, int(self.clock.monotonic()) - int(written))

    def put_if(self, path, data, etag):
        lossy, self.lossy = self.lossy, None
        if lossy == "request":
            raise ConnectionError("lost")
        if (self.object and self.object[0]) != etag:
            return None
        self.etags += 1
        self.object = (f"etag {self.etags}", data, self.clock.monotonic())
        if lossy == "response":
            raise ConnectionError("lost")
        if lossy == "tried again":  # by the library, which is then told that the condition does not hold
            return None
        return self.object[0]


WORKERS = st.sampled_from("ABC")
PAUSES = st.sampled_from([0.4, 1, RENEWED_EVERY, TRUSTED, SECONDS, SECONDS + 3])
LOSSY = st.sampled_from([None, None, "request", "response", "tried again"])


class LeaseMachine(RuleBasedStateMachine):
    """Three workers and one lock: they come, renew, write, stop, and die, while time passes and messages are lost."""

    def __init__(self):
        super().__init__()
        self.clock = HeldClock()
        self.store = Store(self.clock)
        self.leases = {}

    @rule(worker=WORKERS, lossy=LOSSY)
    def come(self, worker, lossy):
        held = self.store.object and self.store.object[1] and self.store.look("")
        lease = Lease(self.store, "folder/.lock", worker, clock=self.clock.monotonic)
        self.store.lossy = lossy
        try:
            lease.acquire()
        except ConnectionError:
            return
        except RunInProgress:
            assert held
            assert held.age <= SECONDS + 2  # no lock lasts for ever
            return
        finally:
            self.store.lossy = None
        self.leases[worker] = lease

    @rule(worker=WORKERS, lossy=LOSSY)
    def renew(self, worker, lossy):
        if worker in self.leases:
            self.store.lossy = lossy
            with suppress(ConnectionError, RunInProgress):
                self.leases[worker].renew()
            self.store.lossy = None  # the holder of a lost lock asks for nothing

    @rule(worker=WORKERS)
    def write_the_result(self, worker):
        if worker in self.leases:
            owner, ours = self.owner(), self.leases[worker]._body.owner
            try:
                self.leases[worker].prove("movies.json")
            except RunInProgress:
                assert owner != ours
            else:
                assert owner == ours

    @rule(worker=WORKERS)
    def stop(self, worker):
        if worker in self.leases:
            owner, lease = self.owner(), self.leases.pop(worker)
            lease._release()
            assert self.owner() == (None if owner == lease._body.owner else owner)

    @rule(worker=WORKERS)
    def die(self, worker):
        self.leases.pop(worker, None)

    @rule(seconds=PAUSES)
    def time_passes(self, seconds):
        self.clock.advance(seconds)

    @rule(sleeper=WORKERS, other=WORKERS, seconds=PAUSES)
    def sleep_while_another_comes(self, sleeper, other, seconds):
        self.come(worker=sleeper, lossy=None)
        self.time_passes(seconds=seconds)
        self.come(worker=other, lossy=None)
        self.one_writes_at_most()
        self.write_the_result(worker=sleeper)

    def owner(self):
        """Whose the lock is, as the store has it."""
        body = lease_module._read(self.store.look("")) if self.store.object else None
        return body and body.owner

    @invariant()
    def one_writes_at_most(self):
        """Of all who believe that they may write a page, there is one, and the lock is that one's."""
        now = self.clock.monotonic()
        believing = [
            lease._body.owner for lease in self.leases.values() if not lease._lost and now - lease._renewed < TRUSTED
        ]
        assert believing in ([], [self.owner()])


TestLeaseMachine = LeaseMachine.TestCase
TestLeaseMachine.settings = settings(examples(30), stateful_step_count=40)


def test_release_waits_for_a_renewal_that_is_under_way(lake, bucket, s3, monkeypatch):
    """A renewal that is on its way when the work ends does not bring a released lock back."""
    monkeypatch.setattr(lease_module, "RENEWED_EVERY", 0.01)
    under_way, go_on = Event(), Event()

    def hold(request):
        if b"renewal" in request.get_data() and not under_way.is_set():
            under_way.set()
            go_on.wait(5)

    held = take(lake)
    s3.meddle = hold
    assert under_way.wait(5)
    with ThreadPoolExecutor(1) as thread:
        closing = thread.submit(held.close)
        go_on.set()
        closing.result(10)

    assert s3.keys(bucket)[LOCK] == b""
