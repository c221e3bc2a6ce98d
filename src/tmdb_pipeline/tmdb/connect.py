"""Connecting to a host of many addresses: they are raced, and the one that worked is remembered.

A name may have addresses that swallow every packet, such as those of an IPv6 that a network announces and does not
carry. Tried one after the other, each costs the whole timeout. So they are tried as RFC 8305 ("Happy Eyeballs") says:
the families take turns, the next address is started when the one before it has failed or kept silent for a moment, the
first connection wins, and all of them together have one budget of time.
"""

import logging
import os
import selectors
import socket
import threading
from collections.abc import Hashable, Iterable, Sequence
from contextlib import suppress
from itertools import chain, zip_longest
from typing import Any, Protocol, Self, TypeVar

from tmdb_pipeline.clock import SystemClock

log = logging.getLogger(__name__)

#: An address of a host as ``getaddrinfo`` gives it: family, kind, protocol, canonical name, socket address.
Address = tuple[Any, ...]
#: A host and a port.
Place = tuple[str, int]
A = TypeVar("A", bound=Hashable)

#: Seconds until a connection must stand, however many addresses there are, and as many again for TLS.
CONNECT_TIMEOUT = 5.0
#: Seconds that the first address has for itself (RFC 8305, section 5, recommends 250 ms), and that each one after it
#: has (100 ms is the least that it recommends): once one keeps silent, others of the same host are likely to.
FIRST_HEAD_START = 0.25
HEAD_START = 0.1


class Dialer(Protocol[A]):
    """What a race needs to know of sockets."""

    def now(self) -> float:
        """The moment, in seconds."""

    def start(self, address: Address) -> A:
        """Begin to connect. Raises OSError if that fails at once."""

    def wait(self, seconds: float) -> Iterable[tuple[A, OSError | None]]:
        """Wait until attempts end, for so long at most: those that did, each with its error or None."""

    def drop(self, attempt: A) -> None:
        """Give an attempt up."""


def race(addresses: Sequence[Address], dialer: Dialer[A], *, budget: float) -> tuple[A, Address, list[Address]]:
    """Connect to the first address that answers.

    Args:
        addresses: in the order in which they are started.
        dialer: the sockets.
        budget: seconds for all addresses together.

    Returns:
        The connection, its address, and the addresses that were still silent when it stood.

    Raises:
        TimeoutError: none answered within the budget.
        OSError: all of them failed; the error of the one that failed last.
    """
    end = dialer.now() + budget
    waiting = list(addresses)
    running: dict[A, Address] = {}
    failure = OSError("no address")
    start_next = dialer.now()
    head_start = FIRST_HEAD_START
    try:
        while waiting or running:
            now = dialer.now()
            if now >= end:
                raise TimeoutError
            if waiting and (now >= start_next or not running):
                address = waiting.pop(0)
                start_next, head_start = now + head_start, HEAD_START
                try:
                    running[dialer.start(address)] = address
                except OSError as error:
                    failure = error
                continue
            until = min(end, start_next) if waiting else end
            winner: tuple[A, Address] | None = None
            for attempt, trouble in dialer.wait(until - now):
                address = running.pop(attempt)
                if trouble is None and winner is None:
                    winner = attempt, address
                    continue
                dialer.drop(attempt)
                failure, start_next = trouble or failure, now
            if winner:
                return *winner, list(running.values())
        raise failure
    finally:
        for attempt in running:
            dialer.drop(attempt)


class AddressBook:
    """What a client has learnt about the addresses of its hosts. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._good: dict[Place, Address] = {}
        self._bad: dict[Place, set[Address]] = {}
        self._told: set[Place] = set()

    def sort(self, place: Place, found: Iterable[Address]) -> list[Address]:
        """The addresses in the order to try them: the one that worked last, then the families in turn.

        Those that took a connection and then failed to bring up TLS or a way through a proxy come last.
        """
        with self._lock:
            good, bad = self._good.get(place), frozenset(self._bad.get(place, ()))
        addresses = list(dict.fromkeys(found))
        families = dict.fromkeys(address[0] for address in addresses)
        first = good[0] if good in addresses else next(iter(families), None)
        lanes = [
            [address for address in addresses if address[0] == family]
            for family in sorted(families, key=lambda family: family != first)
        ]
        in_turn = [address for address in chain(*zip_longest(*lanes)) if address is not None]
        return sorted(in_turn, key=lambda address: (address in bad, address != good))

    def worked(self, place: Place, address: Address, silent: Sequence[Address]) -> None:
        """Remember the address that is connected to; say once for a host that others keep silent."""
        with self._lock:
            self._good[place] = address
            self._bad.get(place, set()).discard(address)
            tell = bool(silent) and place not in self._told
            self._told |= {place} if tell else set()
        if tell:
            log.warning(
                "%s does not answer at %s; the connection goes to %s, which is tried first from now on.",
                place[0],
                " and ".join(str(other[4][0]) for other in silent),
                address[4][0],
            )

    def failed(self, place: Place, address: Address) -> None:
        """Remember that an address took a connection but did not let it be used."""
        with self._lock:
            self._bad.setdefault(place, set()).add(address)
            if self._good.get(place) == address:
                del self._good[place]


class Sockets:
    """TCP connections under way; close it at the end, or use it in ``with``."""

    def __init__(self, *, options: Iterable[tuple[Any, ...]] = (), source: Any = None) -> None:
        """``options`` are set on each socket, and ``source`` is the address that it starts from, if any."""
        self._options = tuple(options)
        self._source = source
        self._selector = selectors.DefaultSelector()
        self.now = SystemClock().monotonic

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._selector.close()

    def start(self, address: Address) -> socket.socket:
        """Begin to connect."""
        family, kind, protocol, _, where = address
        sock = socket.socket(family, kind, protocol)
        try:
            for option in self._options:
                sock.setsockopt(*option)
            if self._source:
                sock.bind(self._source)
            sock.setblocking(False)  # noqa: FBT003 - the name of the standard library
            with suppress(BlockingIOError):  # it is under way
                sock.connect(where)
            self._selector.register(sock, selectors.EVENT_WRITE)
        except BaseException:
            sock.close()
            raise
        return sock

    def wait(self, seconds: float) -> list[tuple[socket.socket, OSError | None]]:
        """Wait until attempts end: those that did, each with its error or None."""
        ended: list[tuple[socket.socket, OSError | None]] = []
        for key, _ in self._selector.select(seconds):
            sock: Any = key.fileobj
            self._selector.unregister(sock)
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            ended.append((sock, OSError(code, os.strerror(code)) if code else None))
        return ended

    def drop(self, attempt: socket.socket) -> None:
        """Give an attempt up."""
        attempt.close()
