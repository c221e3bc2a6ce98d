"""The limits of TMDB, shared by workers through a real Redis; the fake refuses what is beyond them."""

import logging
import os
import subprocess
import sys
import threading
import time
from math import inf
from pathlib import Path

import pytest
from e2e.leftovers import labels
from e2e.patience import wait_for
from redis import Redis
from redis.exceptions import RedisError
from support import free_port

from fake_tmdb.http.keys import DEFAULT_API_KEY
from tmdb_pipeline.clock import SystemClock
from tmdb_pipeline.settings import Credential, Settings
from tmdb_pipeline.tmdb.client import TmdbClient
from tmdb_pipeline.tmdb.limits.fallback import with_fallback
from tmdb_pipeline.tmdb.limits.limits import LimitsLost
from tmdb_pipeline.tmdb.limits.redis_server import redis_limits
from tmdb_pipeline.tmdb.movie_list import MovieList
from tmdb_pipeline.tmdb.rate_limiter import LimiterBlocked, RateLimiter

WORKER = Path(__file__).with_name("worker_that_asks.py")
#: What compose.yaml runs.
IMAGE = "redis:7.2.11-bookworm"
SECRET = "of-redis"


class Server:
    """A Redis server in a container."""

    def __init__(self, engine):
        self.port = free_port()
        self.url = f"redis://:{SECRET}@127.0.0.1:{self.port}/0"
        self.container = engine.containers.run(
            os.environ.get("REDIS_IMAGE") or IMAGE,
            ["redis-server", "--requirepass", SECRET, "--save", ""],
            detach=True,
            labels=labels(),
            ports={"6379/tcp": ("127.0.0.1", self.port)},
        )
        self.client = Redis.from_url(self.url)
        wait_for(self.answers, "an answer of Redis", pause=0.05)

    def answers(self):
        """Whether it does."""
        try:
            return self.client.ping()
        except RedisError:
            return False

    def remove(self):
        """Stop it at once."""
        self.client.close()
        self.container.remove(force=True, v=True)


@pytest.fixture(scope="module")
def server(engine):
    server = Server(engine)
    yield server
    server.remove()


@pytest.fixture
def redis(server):
    """The server, empty."""
    server.client.flushall()
    return server


def settings_for(fake):
    return Settings(Credential("api_key", DEFAULT_API_KEY), base_url=fake.url)


def start_worker(redis, fake, *, ahead=0, tasks, pages, stay=0):
    arguments = [redis.url, fake.url, *map(str, (ahead, tasks, pages, stay))]
    return subprocess.Popen([sys.executable, WORKER, *arguments], stdout=subprocess.PIPE, text=True)


def test_workers_keep_the_limits_together(redis, tmdb):
    """Three workers with three tasks each, whose clocks differ by 5 s: no second too full, no connection too many."""
    workers = [start_worker(redis, tmdb, ahead=ahead, tasks=3, pages=20) for ahead in (0, 5, -5)]

    said = [worker.communicate()[0].splitlines() for worker in workers]

    journal = tmdb.fake.journal
    assert said == [["asked"] * 3] * 3
    assert {call.outcome for call in journal.calls()} == {200}
    assert len(journal) == 9 * 20
    assert journal.peak() <= 40
    assert redis.client.zcard(f"tmdb-pipeline:limits:{{127.0.0.1:{tmdb.port}}}:connections") == 0


def test_killed_worker_gives_its_connections_back(redis, tmdb):
    """For as long as a worker lives its connections are its own; some moments after it was killed they are free."""
    with start_worker(redis, tmdb, tasks=3, pages=1, stay=600) as worker:
        assert [worker.stdout.readline() for _ in range(3)] == ["asked\n"] * 3
        leases = []
        connections = redis_limits(redis.url, settings_for(tmdb), lease=1.0).connections

        def take_all():
            while free := 20 - sum(lease.count for lease in leases):
                leases.append(connections.lease(free, time.sleep))

        waiting = threading.Thread(target=take_all)
        waiting.start()
        waiting.join(3)
        assert leases == []

        worker.kill()

    waiting.join(10)  # each task's lease is over in its own moment
    assert sum(lease.count for lease in leases) == 20
    for lease in leases:
        lease.close()


def test_block_is_everybodys(redis, tmdb):
    """Who meets a 429 pauses all workers; those who cannot wait for so long are turned away, and told for how long."""
    limiters = [
        RateLimiter(40, clock=SystemClock(), schedule=redis_limits(redis.url, settings_for(tmdb)).schedule)
        for _ in range(3)
    ]
    limiters[0].block(1.5)
    limiters[0].block(0.1)

    with pytest.raises(LimiterBlocked) as blocked:
        limiters[1].wait(SystemClock().monotonic() + 1)
    began = time.monotonic()
    limiters[2].wait()

    assert 0.5 < blocked.value.seconds <= 1.5
    assert 0.5 < time.monotonic() - began < 5


def test_block_catches_those_who_already_wait(redis, tmdb):
    """A caller of one worker that sleeps when another worker meets a 429 takes its moment after the pause."""
    schedules = [redis_limits(redis.url, settings_for(tmdb)).schedule for _ in range(2)]
    schedules[0].take(0.5, 60)
    slot = schedules[0].take(0.5, 60)

    assert schedules[0].stands(slot)
    schedules[1].block(2)
    assert not schedules[0].stands(slot)


def test_lease_whose_answer_was_lost_is_had_once(redis, tmdb):
    """Asked twice for the same, since the first answer did not arrive, Redis counts the connections once."""
    connections = redis_limits(redis.url, settings_for(tmdb)).connections
    lease = connections._lease
    connections._lease = lambda *asked: (lease(*asked), lease(*asked))[1]

    with_answer_lost = connections.lease(8, time.sleep)

    assert with_answer_lost.count == 8
    assert redis.client.zcard(connections._key) == 8
    with_answer_lost.close()


def test_clock_that_was_set_back_holds_nobody_up(redis, tmdb):
    """What Redis holds is an hour ahead, as after its clock was put right: the next one does not wait for that hour."""
    limits = redis_limits(redis.url, settings_for(tmdb), lease=1)
    limits.schedule.take(0.1, 60)
    (moment,) = [key for key in redis.client.scan_iter() if key.endswith(b":next")]
    redis.client.incrby(moment, 3_600_000_000)
    redis.client.zadd(limits.connections._key, {f"gone:{number}": (time.time() + 3600) * 1e6 for number in range(20)})

    assert limits.schedule.take(0.1, 60).delay == 0
    assert limits.schedule.take(0.1, 60).delay == pytest.approx(0.1, abs=0.05)
    began = time.monotonic()
    limits.connections.lease(8, time.sleep).close()
    assert 0.5 < time.monotonic() - began < 5


@pytest.mark.parametrize("seconds", [1e15, inf])
def test_block_may_be_of_any_length(redis, tmdb, seconds):
    """Whatever a Retry-After says, callers are told that it is long."""
    schedule = redis_limits(redis.url, settings_for(tmdb)).schedule
    schedule.block(seconds)

    with pytest.raises(LimiterBlocked) as blocked:
        schedule.take(0.1, 60)
    assert blocked.value.seconds > 1e8


def test_nothing_stays_behind(redis, tmdb):
    """All that Redis keeps of the limits is over by itself."""
    limits = redis_limits(redis.url, settings_for(tmdb))
    limits.schedule.take(0.1, 1)
    limits.schedule.block(1)
    lease = limits.connections.lease(8, time.sleep)

    assert sorted(redis.client.ttl(key) for key in redis.client.scan_iter()) == pytest.approx([60, 60, 60], abs=2)
    lease.close()


def test_task_goes_on_when_redis_is_gone(engine, tmdb, caplog):
    """Redis goes in mid-collection: every page is had all the same, at one share of the limits, and that is said."""
    caplog.set_level(logging.INFO)
    redis, settings, clock = Server(engine), settings_for(tmdb), SystemClock()
    limits = with_fallback(redis_limits(redis.url, settings, lease=0.6), settings, 10, clock)

    with TmdbClient(settings, limits=limits) as client:
        client.parallel(lambda number: client.page(MovieList("/movie/popular"), number), range(1, 4))
        redis.remove()
        began = time.monotonic()
        client.parallel(lambda number: client.page(MovieList("/movie/popular"), number), range(4, 9))
        took = time.monotonic() - began
        wait_for(lambda: "could not be renewed" in caplog.text, "the lease to be renewed in vain")

    messages = [record.getMessage() for record in caplog.records if "limits" in record.name]
    assert sorted(tmdb.fake.journal.pages("/movie/popular")) == [*range(1, 9)]
    assert took > 4 / 4  # four a second, the first at once
    (lost,) = [message for message in messages if message.startswith("TMDB's limits")]
    assert lost == (
        "TMDB's limits are not shared with other tasks, since Redis does not answer as it should (ConnectionError). "
        "Requests leave at one part in 10 of them."
    )
    assert messages[-1] == "Connections to TMDB could not be given back (ConnectionError): Redis will notice."
    assert SECRET not in caplog.text


def test_redis_that_is_not_there_is_said(tmdb):
    """What is asked first of a server that does not answer is lost, without its address and password."""
    limits = redis_limits(f"redis://:{SECRET}@127.0.0.1:{free_port()}/0", settings_for(tmdb))

    with pytest.raises(LimitsLost) as schedule:
        limits.schedule.take(0.1, 1)
    with pytest.raises(LimitsLost) as connections:
        limits.connections.lease(1, time.sleep)

    assert {str(schedule.value), str(connections.value)} == {"Redis does not answer as it should (ConnectionError)"}
