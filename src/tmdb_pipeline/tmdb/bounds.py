"""The bounds of an exchange: one moment by which it ends, and one size, for everything that a response is made of.

Timeouts of sockets count anew from each byte, so that a server which sends one byte a second is never too slow for
them; and the limits of ``http.client`` know nothing of each other. So both bounds are kept where every byte comes in:
status line, headers, chunk sizes, bodies of any status, and the response of a proxy on the way.
"""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from math import inf
from typing import Any

from tmdb_pipeline.clock import Clock
from tmdb_pipeline.tmdb.errors import BrokenResponse, Unreachable
from tmdb_pipeline.tmdb.response import MAX_BODY

#: Bytes that a status line and headers may have; TMDB's have about 1 KB.
MAX_HEAD = 256 * 1024


class Exchange(threading.local):
    """The exchange that is under way in this thread.

    Attributes:
        request: path and query, without the key.
        max_body: bytes that a body may have.
    """

    def __init__(self, clock: Clock, advice: str = "", max_body: int | None = None) -> None:
        """``advice`` is what to do about a server that does not answer, as a message."""
        self._clock = clock
        self.max_body = MAX_BODY if max_body is None else max_body
        self._deadline = inf
        self._speaker = ("the server", advice)
        self.request = ""

    @contextmanager
    def begin(self, request: str, deadline: float) -> Iterator[None]:
        """Within this, what is read belongs to ``request`` and ends by ``deadline``, a moment of the clock."""
        self.request, self._deadline = request, deadline
        try:
            yield
        finally:
            self._deadline = inf

    @contextmanager
    def spoken_by(self, who: str, advice: str) -> Iterator[None]:
        """Within this, what is read is said by another, and this is what to do about that one's silence."""
        before, self._speaker = self._speaker, (who, advice)
        try:
            yield
        finally:
            self._speaker = before

    def silent(self, seconds: float) -> Unreachable:
        """The error for whoever is speaking and has said nothing for so long."""
        who, advice = self._speaker
        return Unreachable(self.request, f"{who} gave no response within {seconds:g} s", advice)

    @property
    def left(self) -> float:
        """Seconds until the deadline, negative after it."""
        return self._deadline - self._clock.monotonic()


class BoundedStream(io.RawIOBase):
    """What comes in from a socket, for as long and as far as the exchange allows.

    Attributes:
        size: how many bytes have come.
        limit: how many may come in all.
        ended: whether the other side has hung up.
    """

    def __init__(self, sock: Any, exchange: Exchange) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._exchange = exchange
        self.size = 0
        self.limit = MAX_HEAD
        self.ended = False

    def makefile(self, _mode: str) -> io.BufferedReader:
        """This stream with a buffer: ``http.client`` takes anything with this method for a socket."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read some bytes.

        Raises:
            Unreachable: nothing came for as long as the socket waits, or the deadline has passed.
            BrokenResponse: more came than may.
        """
        left, patience = self._exchange.left, self._sock.gettimeout()
        if 0 < left < (patience or inf):
            self._sock.settimeout(left)
        try:
            count: int = self._raw.readinto(buffer) if left > 0 else 0
        except TimeoutError:
            if left >= (patience or inf):
                raise self._exchange.silent(patience) from None
            left = 0
        if left <= 0:
            raise Unreachable(self._exchange.request, "the response came too slowly")
        self.ended = not count
        self.size += count
        if self.size > self.limit:
            raise BrokenResponse(self._exchange.request, f"the response is longer than {self.limit} bytes")
        return count

    def close(self) -> None:
        """Let go of the socket; it stays open for its owner."""
        self._raw.close()
        super().close()


class BoundedResponse(HTTPResponse):
    """A response of ``http.client`` that is read within the bounds of an exchange."""

    def __init__(self, exchange: Exchange, sock: Any, *args: Any, **kwargs: Any) -> None:
        self._exchange = exchange
        self._stream = BoundedStream(sock, exchange)
        super().__init__(self._stream, *args, **kwargs)  # type: ignore[arg-type] # all it asks for is makefile

    def begin(self, *args: Any, **kwargs: Any) -> None:
        """Read the head; only then may as much follow as a body may have."""
        super().begin(*args, **kwargs)
        self._stream.limit = self._stream.size + self._exchange.max_body

    def _read_next_chunk_size(self) -> int:
        """As ``http.client`` does it, which takes a sign, and takes any nonsense for the end of the stream."""
        try:
            size: int = super()._read_next_chunk_size()  # type: ignore[misc] # not in its published types
        except ValueError:
            if self._stream.ended:
                raise
            size = -1
        if size < 0:
            raise HTTPException("no chunk size")
        return size
