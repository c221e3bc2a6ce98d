"""A lock in an object store: an object that one process at a time owns, for as long as it goes on renewing it.

A store unlocks nothing when a process dies. So a lock there has to end by itself, and its holder to notice when it has:

* **Taking** is a put on the condition that there is no lock (``If-None-Match: *``), or that it is still the free or
  ended one that was looked at (``If-Match`` with its ETag). The store lets one such put through, so there are never
  two holders. A free lock is empty, as a ``.lock`` on a disk is.
* **Ending** is judged by the store's own clock alone: by ``Date`` and ``Last-Modified`` of one response. The clocks of
  workers may differ.
* **Renewing** is the same put on the condition that the lock is still our own, from a thread, while the work goes on.
* **Noticing**: before each write the holder proves that the lock is its own. For what lies in the locked folder (pages,
  many at a time, which say themselves what they belong to) it is enough to have renewed it lately; for all else, such
  as the file that the collection becomes, it is renewed there and then, so that no clock at all is trusted.
* **A put whose response was lost** may have been done. So each holder has a name of its own, and knows its lock by it.
"""

import logging
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from typing import NamedTuple, Protocol
from uuid import uuid4

import msgspec

from tmdb_pipeline.lake import document
from tmdb_pipeline.lake.document import DocumentError
from tmdb_pipeline.lake.errors import RunInProgress
from tmdb_pipeline.lake.stores.store import Explanation, busy

log = logging.getLogger(__name__)

#: A lock that has not been renewed for so many seconds has ended.
SECONDS = 120.0
#: Seconds between two renewals. Some may fail before the lock ends.
RENEWED_EVERY = 20.0
#: Seconds after a renewal for which the holder trusts it. A write that begins then is over before the lock ends: all
#: tries of a request together take little more than a minute.
TRUSTED = 45.0
#: Seconds by which times in headers, which have no fractions, may be wrong.
_ROUNDING = 2.0
#: No lock may say that it holds for longer, whoever wrote it.
_LONGEST = 3600.0
#: How often a put that was refused is tried on what is there by then.
_TRIES = 3


class Seen(NamedTuple):
    """An object as it was looked at: its ETag, what it holds, and for how many seconds it has been there."""

    etag: str
    data: bytes
    age: float


class Objects(Protocol):
    """What a lease needs of a store."""

    def look(self, path: str) -> Seen | None:
        """An object, or None where there is none."""

    def put_if(self, path: str, data: bytes, etag: str | None) -> str | None:
        """Write an object if it still has this ETag, or with None if there is none: its new ETag, or None if not."""

    def name(self, path: str) -> str:
        """The full name of an object."""

    def explain(self, error: Exception) -> Explanation:
        """Why one of these failed."""


class _Body(msgspec.Struct, frozen=True):
    """What a lock that is held says."""

    owner: str
    #: Counts the renewals, so that each has an ETag of its own.
    renewal: int
    #: For how many seconds it holds.
    seconds: float
    #: For people who wonder whose it is.
    host: str
    process: int


class Lease:
    """The lock of one folder, from when it is taken to when it is released or lost."""

    def __init__(self, objects: Objects, path: str, what: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        """``path`` is the lock itself, in the folder that it locks; ``clock`` counts seconds."""
        self._objects = objects
        self._path = path
        self._folder = path.rpartition("/")[0] + "/"
        self._what = what
        self._clock = clock
        self._body = _Body(uuid4().hex, 0, SECONDS, socket.gethostname(), os.getpid())
        self._etag = ""
        self._renewed = 0.0
        self._lost = False
        self._putting = Lock()

    @property
    def body(self) -> bytes:
        """What the lock holds by now."""
        return msgspec.json.encode(self._body)

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            RunInProgress: another process has it.
        """
        for _ in range(_TRIES):
            seen = self._objects.look(self._path)
            if seen is not None and (left := _seconds_left(seen)) > 0:
                raise busy(self._what, f" If it was killed, its lock ends in {left:.0f} s.")
            if self._put(seen.etag if seen else None):
                return
        raise busy(self._what)

    def renew(self) -> None:
        """Say that this process is alive and at work.

        Raises:
            RunInProgress: the lock is another's by now, or nobody's; nothing may be written any more.
        """
        with self._putting:
            if self._lost or not self._put(self._etag):
                self._lost = True
                raise RunInProgress(
                    f"{self._what} is no longer this process's to collect: its lock was not renewed for {SECONDS:.0f} "
                    "s or was removed, and another process may have it. Nothing more is written, what was is kept: "
                    "wait until the other ends, then run again."
                )

    def prove(self, path: str) -> None:
        """See that the lock is still held, before a file is written.

        Raises:
            RunInProgress: it is lost.
        """
        trusted = TRUSTED if path.startswith(self._folder) else 0.0
        if self._lost or self._clock() - self._renewed >= trusted:
            self.renew()

    @contextmanager
    def renewing(self, every: float | None = None) -> Iterator[None]:
        """Renew the lock from a thread as long as the context lasts, then release it."""
        ended = Event()
        thread = Thread(target=self._renew_until, args=(ended, every or RENEWED_EVERY), daemon=True, name="lease")
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            self._release()

    def _renew_until(self, ended: Event, every: float) -> None:
        while not ended.wait(every):
            try:
                self.renew()
            except RunInProgress:
                return  # whoever writes next is told
            except Exception as error:  # noqa: BLE001 - the store may be well again before the lock ends
                log.warning(
                    "%s could not be renewed: %s.", self._objects.name(self._path), self._objects.explain(error).reason
                )

    def _release(self) -> None:
        """Empty the lock, unless it is lost. A lock that cannot be released ends by itself."""
        try:
            if not self._lost:
                self._objects.put_if(self._path, b"", self._etag)
        except Exception as error:  # noqa: BLE001 - the work is done, whatever becomes of its lock
            log.warning(
                "%s could not be released: %s. It ends by itself in %.0f s.",
                *(self._objects.name(self._path), self._objects.explain(error).reason, SECONDS),
            )

    def _put(self, etag: str | None) -> bool:
        """Put the lock anew where it has this ETag, or where it is our own already: whether that is so."""
        for _ in range(_TRIES):
            self._body = msgspec.structs.replace(self._body, renewal=self._body.renewal + 1)
            sent = self._clock()  # the store's time of it is later, so the lock ends no sooner than we think
            if put := self._objects.put_if(self._path, self.body, etag):
                self._etag, self._renewed = put, sent
                return True
            seen = self._objects.look(self._path)
            if seen is None or not (body := _read(seen)) or body.owner != self._body.owner:
                return False
            etag = seen.etag  # an earlier put arrived, though its response did not
        return False


def _seconds_left(seen: Seen) -> float:
    """For how long a lock that was looked at holds, by the store's clock."""
    if not seen.data:
        return 0.0
    body = _read(seen)
    given = min(body.seconds, _LONGEST) if body else SECONDS  # what is not ours is given its time, too
    return given + _ROUNDING - seen.age


def _read(seen: Seen) -> _Body | None:
    try:
        return document.read(seen.data, _Body)
    except DocumentError:
        return None
