"""The limits of all workers of a cluster, shared through a Redis server, such as the one that Celery has.

All moments are by the server's own time, so the workers' clocks do not matter; moments from before its clock was set
back are found by being further ahead than any queue or lease. Only a block lasts longer then. Every step is one script,
which the server runs as a whole. A lease of connections is over a few seconds after its holder has stopped to renew it,
so what a killed worker had comes back.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from math import isinf
from typing import cast
from uuid import uuid4

import redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from tmdb_pipeline.settings import Settings
from tmdb_pipeline.tmdb.limits.limits import Lease, Limits, LimitsLost, Sleep, limited_host
from tmdb_pipeline.tmdb.rate_limiter import LimiterBlocked, Slot

log = logging.getLogger(__name__)

#: Seconds that the server may take to let us in, and for each answer.
_TIMEOUT = 5.0
#: Seconds until a lease is over that is not renewed; it is renewed three times as often.
LEASE = 15.0
#: Seconds between two looks for a free connection.
_PAUSE = 0.1
_MICROSECONDS = 1_000_000
#: So many intervals ahead no moment is that anybody waits for.
_QUEUE = 1000
#: Seconds that the longest block lasts, for what the server counts in has an end: some thirty years.
_LONGEST = 1e9
#: The server forgets moments that have long been over, after so many milliseconds more.
_FORGOTTEN = 60_000

_NOW = "local time = redis.call('TIME') local now = time[1] * 1000000 + time[2]\n"
_KEEP = f"""
local function keep(key, moment)
    local wait = math.max(0, moment - now) / 1000 + {_FORGOTTEN}
    redis.call('SET', key, string.format('%.0f', moment), 'PX', string.format('%.0f', wait))
end
"""
#: Keys: the next free moment, the end of the block. Arguments: interval and patience (-1: without end). Gives the delay
#: and the moment, or -1 and the rest of the block.
_TAKE = f"""{_NOW}{_KEEP}
local free = tonumber(redis.call('GET', KEYS[1]) or 0)
local blocked = tonumber(redis.call('GET', KEYS[2]) or 0)
local patience = tonumber(ARGV[2])
if patience >= 0 and blocked > now + patience then return {{-1, blocked - now}} end
if free > math.max(now, blocked) + {_QUEUE} * tonumber(ARGV[1]) then free = 0 end
local moment = math.max(now, free, blocked)
keep(KEYS[1], moment + tonumber(ARGV[1]))
return {{moment - now, moment}}
"""
#: Key: the end of the block. Argument: a moment. Gives 1 if the block does not last beyond it.
_STANDS = "if tonumber(redis.call('GET', KEYS[1]) or 0) <= tonumber(ARGV[1]) then return 1 end return 0"
#: Key: the end of the block. Argument: for how long.
_BLOCK = f"""{_NOW}{_KEEP}
keep(KEYS[1], math.max(now + tonumber(ARGV[1]), tonumber(redis.call('GET', KEYS[1]) or 0)))
"""
#: Key: the leases, each connection with the moment at which it is over. Arguments: how many there may be, how long a
#: lease is, and the names of those that are asked for. Gives how many of them are had: the first ones. Who asks again,
#: since the answer was lost, has them once. A lease that ends later than a new one is as long as a new one from now on.
_LEASE = f"""{_NOW}
redis.call('ZREM', KEYS[1], unpack(ARGV, 3))
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local last = now + tonumber(ARGV[2])
for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], string.format('(%.0f', last), '+inf')) do
    redis.call('ZADD', KEYS[1], last, name)
end
local count = math.min(#ARGV - 2, math.max(0, tonumber(ARGV[1]) - redis.call('ZCARD', KEYS[1])))
for number = 1, count do redis.call('ZADD', KEYS[1], last, ARGV[2 + number]) end
if count > 0 then redis.call('PEXPIRE', KEYS[1], {_FORGOTTEN}) end
return count
"""
#: Key: the leases. Arguments: how long a lease is, and the names. They are had again, even if they were over: who holds
#: them has the connections open.
_RENEW = f"""{_NOW}
for number = 2, #ARGV do redis.call('ZADD', KEYS[1], now + tonumber(ARGV[1]), ARGV[number]) end
redis.call('PEXPIRE', KEYS[1], {_FORGOTTEN})
"""


def redis_limits(address: str, settings: Settings, *, lease: float = LEASE) -> Limits:
    """The limits of the API's host for all who ask through this server, ``redis://:password@host:port/number``.

    Nothing is asked of the server yet. What fails later is a ``LimitsLost``. ``lease`` is in seconds.
    """
    server = redis.Redis.from_url(
        address, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT, retry=Retry(NoBackoff(), 1)
    )
    prefix = f"tmdb-pipeline:limits:{{{limited_host(settings)}}}"
    return Limits(RedisSchedule(server, prefix), RedisConnections(server, prefix, settings.connections, lease))


class RedisSchedule:
    """The schedule of all who use the server."""

    def __init__(self, server: redis.Redis, prefix: str) -> None:
        self._moment, self._block = f"{prefix}:next", f"{prefix}:blocked"
        self._scripts = {script: server.register_script(script) for script in (_TAKE, _STANDS, _BLOCK)}

    def take(self, interval: float, patience: float) -> Slot:
        """The next moment that is free; see ``Schedule``.

        Raises:
            LimitsLost: the server cannot be asked.
        """
        waits = -1 if isinf(patience) else round(patience * _MICROSECONDS)
        with _lost():
            answer = self._scripts[_TAKE]([self._moment, self._block], [round(interval * _MICROSECONDS), waits])
        delay, moment = (number / _MICROSECONDS for number in cast("list[int]", answer))
        if delay < 0:
            raise LimiterBlocked(moment)
        return Slot(moment, delay)

    def stands(self, slot: Slot) -> bool:
        """Whether no block has come since that lasts beyond the moment."""
        with _lost():
            return bool(self._scripts[_STANDS]([self._block], [round(slot.moment * _MICROSECONDS)]))

    def block(self, seconds: float) -> None:
        """Let nothing leave for so long. Another block never shortens it."""
        with _lost():
            self._scripts[_BLOCK]([self._block], [round(min(seconds, _LONGEST) * _MICROSECONDS)])


class RedisConnections:
    """The connections of all who use the server."""

    def __init__(self, server: redis.Redis, prefix: str, limit: int, seconds: float) -> None:
        self._key = f"{prefix}:connections"
        self._server = server
        self._limit = limit
        self._seconds = seconds
        self._lease = server.register_script(_LEASE)

    def lease(self, most: int, sleep: Sleep) -> Lease:
        """From one to ``most`` connections, as many as are free; while none is, this waits.

        Raises:
            LimitsLost: the server cannot be asked.
        """
        holder = uuid4().hex
        names = [f"{holder}:{number}" for number in range(most)]
        arguments: list[str | int] = [self._limit, round(self._seconds * _MICROSECONDS), *names]
        while True:
            with _lost():
                count = cast("int", self._lease([self._key], arguments))
            if count:
                return RedisLease(self._server, self._key, names[:count], self._seconds)
            sleep(_PAUSE)


class RedisLease:
    """Connections that are held by their names; a thread renews them."""

    def __init__(self, server: redis.Redis, key: str, names: list[str], seconds: float) -> None:
        self.count = len(names)
        self._server = server
        self._key = key
        self._names = names
        self._seconds = seconds
        self._renew = server.register_script(_RENEW)
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="tmdb-lease", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Give them back. Where the server cannot be told, it finds out."""
        self._closed.set()
        self._thread.join()
        try:
            self._server.zrem(self._key, *self._names)
        except RedisError as error:
            log.info("Connections to TMDB could not be given back (%s): Redis will notice.", _kind(error))

    def _keep(self) -> None:
        arguments: list[str | int] = [round(self._seconds * _MICROSECONDS), *self._names]
        while not self._closed.wait(self._seconds / 3):
            try:
                self._renew([self._key], arguments)
            except RedisError as error:
                log.info("The lease of connections to TMDB could not be renewed (%s).", _kind(error))


@contextmanager
def _lost() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise LimitsLost(f"Redis does not answer as it should ({_kind(error)})") from None


def _kind(error: RedisError) -> str:
    """What went wrong; the error's own text may hold what has to stay secret."""
    return type(error).__name__
