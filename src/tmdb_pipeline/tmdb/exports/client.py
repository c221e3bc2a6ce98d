"""The client for exports: one file, read as a stream, by the same session, bounds and retries as the API's client.

No key is sent: the host of the exports is another one than the API's, and asks for none.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from itertools import count
from random import Random
from types import TracebackType
from typing import Self, TypeVar

import requests

from tmdb_pipeline.clock import Clock, SystemClock
from tmdb_pipeline.observability.tries import Try, measured_try
from tmdb_pipeline.settings import Settings
from tmdb_pipeline.tmdb.bounds import Exchange
from tmdb_pipeline.tmdb.client import MAX_ERROR_BODY
from tmdb_pipeline.tmdb.connect import CONNECT_TIMEOUT
from tmdb_pipeline.tmdb.errors import BadRequest, Blocked, NotFound, RefusedKey, TmdbError
from tmdb_pipeline.tmdb.exports.errors import not_there, raise_if_to_come
from tmdb_pipeline.tmdb.exports.gzip_stream import gunzipped
from tmdb_pipeline.tmdb.network_errors import LIBRARY_ERRORS, READ_TIMEOUT, error_from_exception
from tmdb_pipeline.tmdb.network_settings import NetworkSettings
from tmdb_pipeline.tmdb.rate_limiter import RateLimiter
from tmdb_pipeline.tmdb.response_errors import error_from_response, http_date
from tmdb_pipeline.tmdb.retry import RetryBudget, with_retries
from tmdb_pipeline.tmdb.session import tmdb_session

T = TypeVar("T")

#: What is asked for, as metrics call it.
ROUTE = "/exports/movie_ids"
#: Bytes that an export may have as it is sent. Those of 2026 have 28 MB, and 250 kB more each month.
MAX_EXPORT = 256 * 1024 * 1024
#: A stream of 28 MB takes minutes on a slow line, and one that was cut begins anew.
BUDGET = RetryBudget(tries=5, seconds=1800, per_try=900)
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class ReceivedExport:
    """An export that was received whole.

    Attributes:
        address: where it lies.
        day: its day, by TMDB's calendar, which is UTC's.
        sha256: of the file as it was sent, in hex.
        size: bytes of it.
        last_modified: when TMDB made it, aware; None where the response does not say.
        received_at: when its last byte came, aware, UTC.
    """

    address: str
    day: date
    sha256: str
    size: int
    last_modified: datetime | None
    received_at: datetime


class ExportClient:
    """A client for the exports of movies; close it, or use it in ``with``. It needs no credential."""

    def __init__(
        self,
        settings: Settings,
        *,
        budget: RetryBudget = BUDGET,
        clock: Clock | None = None,
        random: Random | None = None,
    ) -> None:
        """Make a client that connects at its first request.

        Raises:
            SettingsError: TMDB_EXPORTS_URL, a proxy or a CA bundle of the environment cannot be used.
        """
        self._url = settings.exports_address
        self._budget = budget
        self._clock = clock or SystemClock()
        self._random = random or Random()  # noqa: S311 - jitter, not cryptography
        self._limiter = RateLimiter(settings.requests_per_second, clock=self._clock)
        self._network = NetworkSettings.from_environment(self._url, "TMDB_EXPORTS_URL")
        self._exchange = Exchange(self._clock, f"Is {self._url} right, and the network up?", MAX_EXPORT)
        self._session = tmdb_session(
            None, connections=1, user_agent="tmdb-pipeline", network=self._network, exchange=self._exchange
        )
        # What is asked for is the file itself, and nothing that somebody has packed once more.
        self._session.headers.update({"Accept": "*/*", "Accept-Encoding": "identity"})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._session.close()

    def movies(self, day: date, read: Callable[[Iterator[bytes]], T]) -> tuple[ReceivedExport, T]:
        """Read the export of the movies of a day, and return what ``read`` makes of it.

        Args:
            day: the day of the export, by TMDB's calendar (UTC).
            read: is given the unpacked bytes in pieces, which end nowhere in particular. It is called anew for each
                try, and what it made of a stream that did not end well is dropped.

        Raises:
            ExportNotThere: TMDB has no such file; as ``ExportGone`` it never will.
            TmdbError: the file could not be had, or not whole, as often as it was asked for.
        """
        request = f"/movie_ids_{day:%m_%d_%Y}.json.gz"
        raise_if_to_come(request, day, self._clock.now())
        numbers = count(1)

        def send(deadline: float) -> tuple[ReceivedExport, T]:
            with measured_try(ROUTE, next(numbers), clock=self._clock) as tried:
                return self._read(request, day, deadline, read, tried)

        return with_retries(
            request,
            send,
            budget=self._budget,
            limiter=self._limiter,
            clock=self._clock,
            random=self._random,
        )

    def _read(
        self, request: str, day: date, deadline: float, read: Callable[[Iterator[bytes]], T], tried: Try
    ) -> tuple[ReceivedExport, T]:
        with self._exchange.begin(request, deadline), self._open(request) as response:
            tried.status = response.status_code
            if response.status_code != requests.codes.ok:
                raise self._error(request, day, response)
            stream = _Stream(self._chunks(request, response))
            pieces = gunzipped(request, stream)
            made = read(pieces)
            for _ in pieces:  # to its end, which alone tells that it is whole
                pass
        modified = http_date(response.headers.get("Last-Modified", ""))
        address = self._url + request
        return ReceivedExport(address, day, stream.sha256.hexdigest(), stream.size, modified, self._clock.now()), made

    def _open(self, request: str) -> requests.Response:
        try:
            return self._session.get(
                self._url + request, timeout=(CONNECT_TIMEOUT, READ_TIMEOUT), stream=True, allow_redirects=False
            )
        except LIBRARY_ERRORS as error:
            failure = self._broken(request, error)
        raise failure  # not in the handler: what a library says is not ours to tell

    def _chunks(self, request: str, response: requests.Response) -> Iterator[bytes]:
        """The body as it is sent."""
        while True:
            try:
                chunk = response.raw.read1(_CHUNK)
            except LIBRARY_ERRORS as error:
                failure = self._broken(request, error)
                break
            if not chunk:
                return
            yield chunk
        raise failure

    def _broken(self, request: str, error: BaseException) -> TmdbError:
        return error_from_exception(request, error, base_url=self._url, network=self._network)

    def _error(self, request: str, day: date, response: requests.Response) -> TmdbError:
        """The error for a response that is no export."""
        status, now = response.status_code, self._clock.now()
        body = b""
        for chunk in self._chunks(request, response):
            body += chunk
            if len(body) > MAX_ERROR_BODY:
                break
        # The storage says AccessDenied of what is not there; another 403 is somebody who does not let us through.
        if status == HTTPStatus.NOT_FOUND or (status == HTTPStatus.FORBIDDEN and b"<Code>AccessDenied<" in body):
            return not_there(request, day, now, f"{status}")
        advice = "Is TMDB_EXPORTS_URL right?"
        if status in range(300, 400):
            return Blocked(
                request, f"we are sent elsewhere ({status}), and an export is only taken from its host", advice
            )
        error = error_from_response(request, status, response.headers, body, now, secrets=(), base_url=self._url)
        if isinstance(error, RefusedKey | NotFound) or (
            isinstance(error, BadRequest) and status != HTTPStatus.PROXY_AUTHENTICATION_REQUIRED
        ):
            return BadRequest(request, f"what answers there has no exports ({status})", advice)
        return error


class _Stream:
    """Chunks that pass, their size and checksum."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self.sha256 = hashlib.sha256()
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.sha256.update(chunk)
            self.size += len(chunk)
            yield chunk
