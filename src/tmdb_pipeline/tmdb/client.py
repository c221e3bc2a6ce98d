"""The TMDB client: one method for each endpoint, one session, one rate gate.

Facts about TMDB are from its OpenAPI document and from recordings of it; ``fake_tmdb/README.md`` says how sure each is.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from random import Random
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import quote, urlencode

import requests

from tmdb_pipeline.clock import Clock, SystemClock
from tmdb_pipeline.settings import Settings
from tmdb_pipeline.tmdb.bounds import Exchange
from tmdb_pipeline.tmdb.connect import CONNECT_TIMEOUT
from tmdb_pipeline.tmdb.network_failures import READ_TIMEOUT, STUMBLES, trouble
from tmdb_pipeline.tmdb.network_settings import NetworkSettings
from tmdb_pipeline.tmdb.rate_limiter import RateGate
from tmdb_pipeline.tmdb.response import Answer, unpack
from tmdb_pipeline.tmdb.response_failures import moment, refusal
from tmdb_pipeline.tmdb.retry import RetryBudget, with_retries
from tmdb_pipeline.tmdb.session import tmdb_session

log = logging.getLogger(__name__)

TimeWindow = Literal["day", "week"]

#: Under TMDB's limit of 40 requests a second, and with answers after 80 ms, 4 connections already suffice.
THREADS = 8
_CHUNK = 64 * 1024
#: Bytes of an error's body that are read: TMDB's have less than 200.
MAX_ERROR_BODY = 64 * 1024


class TmdbClient:
    """A client for the movie lists of TMDB v3. Safe to use from many threads; close it, or use it in ``with``.

    Every method returns an ``Answer`` or raises a ``TmdbError``: ``RefusedKey``, ``BadRequest``, ``NotFound`` and
    ``Blocked`` at the first try; ``RateLimited``, ``Unavailable``, ``BrokenAnswer`` and ``Unreachable`` once the retry
    budget is spent. A page of a list that contradicts itself or the request is a ``ContradictoryPage``, a kind of
    ``BrokenAnswer``, which holds the response. While a wait lasts that TMDB asked for and that no budget covers,
    nothing is sent: ``RateLimited`` at once.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        budget: RetryBudget | None = None,
        clock: Clock | None = None,
        random: Random | None = None,
        rate_gate: RateGate | None = None,
    ) -> None:
        """Make a client that connects at its first request.

        Raises:
            MissingKey: the settings hold no credential.
            SettingsError: a proxy or CA bundle of the environment cannot be used.
        """
        credential = settings.require_credential()
        self._base_url = settings.base_url
        self._language = settings.language
        self._region = settings.region
        self._budget = budget or RetryBudget()
        self._clock = clock or SystemClock()
        self._random = random or Random()  # noqa: S311 - jitter, not cryptography
        self._gate = rate_gate or RateGate(settings.requests_per_second, clock=self._clock)
        threads = min(settings.connections, THREADS)
        self._secrets = {credential.secret, quote(credential.secret, safe="")}
        self._network = NetworkSettings.from_environment(settings.base_url)
        self._exchange = Exchange(self._clock, f"Is {settings.base_url} right, and the network up?")
        self._session = tmdb_session(
            credential,
            connections=threads,
            user_agent="tmdb-pipeline",
            network=self._network,
            exchange=self._exchange,
        )
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="tmdb")

    @property
    def asks_for(self) -> dict[str, str]:
        """What every list request of this client has in common: where it goes, and for which language and region."""
        return {"base_url": self._base_url, "language": self._language, "region": self._region}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Drop requests that have not begun, stop waiting to try again, and let exchanges under way end."""
        self._clock.stop()
        self._pool.shutdown(cancel_futures=True)
        self._session.close()

    def parallel(self, call: Callable[[int], None], items: Iterable[int]) -> None:
        """Call a function for each item, in the client's threads, and return when all calls have ended.

        When the caller is interrupted meanwhile, the client is closed: nothing goes on behind the caller's back.

        Raises:
            CancelledError: the client was closed by another thread.
        """
        futures = [self._pool.submit(call, item) for item in items]
        try:
            for future in futures:
                future.result()
        except BaseException:
            self.close()
            raise

    def pause(self, seconds: float) -> None:
        """Wait, unless the client is closed meanwhile.

        Raises:
            Stopped: it was closed.
        """
        self._clock.sleep(seconds)

    def popular(self, page: int = 1) -> Answer:
        """``/movie/popular``: 20 movies a page, most popular first."""
        return self._movies("/movie/popular", region=self._region, page=page)

    def top_rated(self, page: int = 1) -> Answer:
        """``/movie/top_rated``: 20 movies a page, best average first, with at least 200 votes."""
        return self._movies("/movie/top_rated", region=self._region, page=page)

    def trending(self, window: TimeWindow = "day", page: int = 1) -> Answer:
        """``/trending/movie/{day|week}``: 20 movies a page, in no order that their popularity explains."""
        return self._movies(f"/trending/movie/{window}", page=page)

    def discover(self, *, genre_id: int, page: int = 1) -> Answer:
        """``/discover/movie`` for one genre: 20 movies a page, most popular first."""
        return self._movies(
            "/discover/movie",
            genre_id=genre_id,
            region=self._region,
            sort_by="popularity.desc",
            include_adult="false",
            include_video="false",
            with_genres=genre_id,
            page=page,
        )

    def genres(self) -> Answer:
        """``/genre/movie/list``: ``{"genres": [{"id", "name"}, ...]}``, names in the client's language."""
        return self._object("/genre/movie/list")

    def movie(self, movie_id: int, *, append: tuple[str, ...] = ()) -> Answer:
        """``/movie/{id}``: details, with up to 20 appended parts such as ``credits``."""
        return self._object(f"/movie/{movie_id}", **({"append_to_response": ",".join(append)} if append else {}))

    def configuration(self) -> Answer:
        """``/configuration``: image sizes and addresses, and the keys that change lists name."""
        return self._get("/configuration", {}, check=lambda answer: answer.object)

    def authentication(self) -> Answer:
        """``/authentication``: ``{"success": true}`` if the credential is accepted."""
        return self._get("/authentication", {}, check=lambda answer: answer.object)

    def _movies(self, path: str, *, page: int, genre_id: int | None = None, **params: object) -> Answer:
        return self._get(
            path,
            {"language": self._language, **params, "page": page},
            check=lambda answer: answer.page_numbered(page, genre_id=genre_id),
        )

    def _object(self, path: str, **params: object) -> Answer:
        return self._get(path, {"language": self._language, **params}, check=lambda answer: answer.object)

    def _get(self, path: str, params: Mapping[str, object], *, check: Callable[[Answer], Any]) -> Answer:
        request = f"{path}?{urlencode(params)}" if params else path

        def send(deadline: float) -> Answer:
            answer = self._send(request, deadline)
            check(answer)  # inside the retries: a broken body is worth another try
            return answer

        return with_retries(request, send, budget=self._budget, gate=self._gate, clock=self._clock, random=self._random)

    def _send(self, request: str, deadline: float) -> Answer:
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
        except STUMBLES as error:
            failure = trouble(request, error, base_url=self._base_url, network=self._network)
        else:
            if response.status_code == requests.codes.ok:
                return self._answer(response, request, body)
            failure = refusal(
                *(request, response.status_code, response.headers, body, self._clock.now()),
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
        while chunk := response.raw.read1(_CHUNK):  # undecoded, as requests tells urllib3; vcrpy's answers take no more
            chunks.append(chunk)
            size += len(chunk)
            if limit is not None and size >= limit:
                break
        return b"".join(chunks)

    def _answer(self, response: requests.Response, request: str, body: bytes) -> Answer:
        coding = response.headers.get("Content-Encoding", "")
        plain = unpack(body, request, coding)
        if plain is not body and "gzip" not in coding:
            log.warning("%s: gzip without its Content-Encoding header, unpacked all the same.", request)
        headers = response.headers
        dated = moment(headers.get("Date", ""))
        return Answer(request, response.status_code, headers.get("ETag"), self._clock.now(), plain, dated)
