"""The TMDB client: one session, one rate limiter, pages in parallel.

Facts about TMDB are from its OpenAPI document and from recordings of it; ``fake_tmdb/README.md`` says how sure each is.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextvars import copy_context
from itertools import count
from random import Random
from types import TracebackType
from typing import Self, TypedDict
from urllib.parse import quote, urlencode

import requests

from tmdb_pipeline.clock import Clock, SystemClock
from tmdb_pipeline.observability.tries import Try, measured_try
from tmdb_pipeline.settings import Settings
from tmdb_pipeline.tmdb.bounds import Exchange
from tmdb_pipeline.tmdb.connect import CONNECT_TIMEOUT
from tmdb_pipeline.tmdb.limits.limits import Limits, own_limits
from tmdb_pipeline.tmdb.movie_list import MovieList
from tmdb_pipeline.tmdb.network_errors import LIBRARY_ERRORS, READ_TIMEOUT, error_from_exception
from tmdb_pipeline.tmdb.network_settings import NetworkSettings
from tmdb_pipeline.tmdb.rate_limiter import RateLimiter
from tmdb_pipeline.tmdb.response import GZIP_MAGIC, Response, unpack
from tmdb_pipeline.tmdb.response_errors import error_from_response, http_date
from tmdb_pipeline.tmdb.retry import RetryBudget, with_retries
from tmdb_pipeline.tmdb.session import tmdb_session

log = logging.getLogger(__name__)

#: Under TMDB's limit of 40 requests a second, and with responses after 80 ms, 4 connections already suffice.
THREADS = 8
_CHUNK = 64 * 1024
#: Bytes of an error's body that are read: TMDB's have less than 200.
MAX_ERROR_BODY = 64 * 1024


class DefaultParameters(TypedDict):
    """What every list request of a client has in common: where it goes, and for which language and region."""

    base_url: str
    language: str
    region: str


class TmdbClient:
    """A client for the movie lists of TMDB v3. Safe to use from many threads; close it, or use it in ``with``.

    Every method returns a ``Response`` or raises a ``TmdbError`` (``tmdb.errors``): a permanent one and ``Blocked`` at
    the first try, a transient one once the retry budget is spent. A page that contradicts itself or the request is a
    ``ContradictoryPage``, which holds the response. While a wait lasts that TMDB asked for and that no budget covers,
    nothing is sent: ``RateLimited`` at once.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        budget: RetryBudget | None = None,
        clock: Clock | None = None,
        random: Random | None = None,
        limits: Limits | None = None,
    ) -> None:
        """Make a client that connects at its first request.

        ``limits`` are those that others share with it; by default it has them for itself. While all connections are
        somebody else's, this waits for one.

        Raises:
            MissingKey: the settings hold no credential.
            SettingsError: a proxy or CA bundle of the environment cannot be used.
        """
        credential = settings.require_credential()
        self._base_url = settings.base_url
        self._language = settings.language
        self._region = settings.region
        self._budget = budget or RetryBudget()
        self._own_clock = SystemClock()
        self._clock = clock or self._own_clock
        self._random = random or Random()  # noqa: S311 - jitter, not cryptography
        limits = limits or own_limits(settings, self._clock)
        self._limiter = RateLimiter(settings.requests_per_second, clock=self._clock, schedule=limits.schedule)
        self._secrets = {credential.secret, quote(credential.secret, safe="")}
        self._network = NetworkSettings.from_environment(settings.base_url)
        self._exchange = Exchange(self._clock, f"Is {settings.base_url} right, and the network up?")
        self._lease = limits.connections.lease(min(settings.connections, THREADS), self._clock.sleep)
        self._session = tmdb_session(
            credential,
            connections=self._lease.count,
            user_agent="tmdb-pipeline",
            network=self._network,
            exchange=self._exchange,
        )
        self._pool = ThreadPoolExecutor(self._lease.count, thread_name_prefix="tmdb")

    @property
    def default_parameters(self) -> DefaultParameters:
        """What every list request of this client has in common."""
        return {"base_url": self._base_url, "language": self._language, "region": self._region}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Drop requests that have not begun, stop waiting to try again, and let exchanges under way end.

        Waits on a clock that was passed in go on until whoever made that clock stops it.
        """
        self._own_clock.stop()
        self._pool.shutdown(cancel_futures=True)
        self._session.close()
        self._lease.close()

    def parallel(self, call: Callable[[int], None], items: Iterable[int]) -> None:
        """Call a function for each item, in the client's threads, and return when all calls have ended.

        When the caller is interrupted meanwhile, the client is closed: nothing goes on behind the caller's back.

        Raises:
            CancelledError: the client was closed, perhaps by another thread meanwhile.
        """
        try:
            # Each in a context of its own: what is logged and traced there belongs to what the caller does.
            futures = [self._pool.submit(copy_context().run, call, item) for item in items]
        except RuntimeError as error:  # as the pool says it
            raise CancelledError("the client was closed") from error
        try:
            for future in futures:
                future.result()
        except BaseException:
            self.close()
            raise

    def pause(self, seconds: float) -> None:
        """Wait, unless the client is closed meanwhile.

        Raises:
            Stopped: it was closed, or the clock that was passed in was stopped.
        """
        self._clock.sleep(seconds)

    def page(self, movies: MovieList, number: int = 1) -> Response:
        """One page (from 1) of a list of movies, ``PAGE_SIZE`` of them: a whole page that fits the request."""
        region = {"region": self._region} if movies.regional else {}
        return self._get(
            movies.path,
            {"language": self._language, **region, **movies.parameters, "page": number},
            raise_if_broken=lambda response: response.page_numbered(number, genre_id=movies.genre_id),
            page=number,
        )

    def genres(self) -> Response:
        """``/genre/movie/list``: ``{"genres": [{"id", "name"}, ...]}``, names in the client's language."""
        return self._object("/genre/movie/list")

    def movie(self, movie_id: int, *, append: tuple[str, ...] = ()) -> Response:
        """``/movie/{id}``: details, with up to 20 appended parts such as ``credits``."""
        asked = {"append_to_response": ",".join(append)} if append else {}
        return self._object(f"/movie/{movie_id}", route="/movie/id", **asked)

    def configuration(self) -> Response:
        """``/configuration``: image sizes and addresses, and the keys that change lists name."""
        return self._get("/configuration", {}, raise_if_broken=lambda response: response.object)

    def authentication(self) -> Response:
        """``/authentication``: ``{"success": true}`` if the credential is accepted."""
        return self._get("/authentication", {}, raise_if_broken=lambda response: response.object)

    def _object(self, path: str, *, route: str = "", **params: object) -> Response:
        parameters = {"language": self._language, **params}
        return self._get(path, parameters, raise_if_broken=lambda response: response.object, route=route)

    def _get(
        self,
        path: str,
        params: Mapping[str, object],
        *,
        raise_if_broken: Callable[[Response], object],
        route: str = "",
        **traced: int,
    ) -> Response:
        """Send a request until a response holds what was promised, which is parsed to find out.

        What ``raise_if_broken`` returns is not needed: the response itself remembers what it has parsed. ``route`` is
        the path without ids, where it has any; ``traced`` is what else a trace says of each try.
        """
        request = f"{path}?{urlencode(params)}" if params else path
        numbers = count(1)

        def send(deadline: float) -> Response:
            with measured_try(route or path, next(numbers), clock=self._clock, **traced) as tried:
                response = self._send(request, deadline, tried)
                raise_if_broken(response)  # inside the retries: a broken body is worth another try
            return response

        return with_retries(
            *(request, send), budget=self._budget, limiter=self._limiter, clock=self._clock, random=self._random
        )

    def _send(self, request: str, deadline: float, tried: Try) -> Response:
        try:
            with (
                self._exchange.begin(request, deadline),
                self._session.get(
                    self._base_url + request,
                    timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
                    stream=True,
                    allow_redirects=False,
                ) as response,
            ):
                body = self._read(response)
        except LIBRARY_ERRORS as error:
            failure = error_from_exception(request, error, base_url=self._base_url, network=self._network)
        else:
            tried.status = response.status_code
            if tried.status == requests.codes.ok:
                received = self._received(response, request, body)
                if not received.is_error:
                    return received
            failure = error_from_response(
                *(request, tried.status, response.headers, body, self._clock.now()),
                secrets=self._secrets,
                base_url=self._base_url,
            )
        raise failure  # not in the handler: it would be chained to a library's error, whose text may hold a URL

    @staticmethod
    def _read(response: requests.Response) -> bytes:
        """Read the undecoded body; of one that is no data only so much as an error message may have."""
        limit = None if response.status_code == requests.codes.ok else MAX_ERROR_BODY
        chunks = []
        size = 0
        while chunk := response.raw.read1(
            _CHUNK
        ):  # undecoded, as requests tells urllib3; vcrpy's responses take no more
            chunks.append(chunk)
            size += len(chunk)
            if limit is not None and size >= limit:
                break
        return b"".join(chunks)

    def _received(self, response: requests.Response, request: str, body: bytes) -> Response:
        coding = response.headers.get("Content-Encoding", "")
        plain = unpack(body, request, coding)
        if body.startswith(GZIP_MAGIC) and "gzip" not in coding:
            log.warning("%s: gzip without its Content-Encoding header, unpacked all the same.", request)
        headers = response.headers
        dated = http_date(headers.get("Date", ""))
        return Response(request, response.status_code, headers.get("ETag"), self._clock.now(), plain, dated)
