"""The ASGI application: a row of steps, of which the first that has a response gives it, and faults around them.

Each step is a function from a request to a response or None. They come in TMDB's order of checks: rate, then what is
cached, key, route, and last the endpoint, which checks the parameters. Only the rate comes before faults.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fake_tmdb.api import exports
from fake_tmdb.api.responses import Response, failure
from fake_tmdb.api.routes import route
from fake_tmdb.api.statuses import INVALID_KEY, NOT_FOUND
from fake_tmdb.catalogue.dates import SECONDS_A_DAY, day_of
from fake_tmdb.catalogue.queries import drift
from fake_tmdb.http import control
from fake_tmdb.http.cache import Cache, CachedResponse, accepts_gzip, lifetime
from fake_tmdb.http.faulty import Faulty
from fake_tmdb.http.journal import Call
from fake_tmdb.http.keys import without_key
from fake_tmdb.http.request import PREFIX, HttpRequest
from fake_tmdb.http.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from fake_tmdb.http.state import State

    Scope = MutableMapping[str, Any]
    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    Step = Callable[[HttpRequest], CachedResponse | None]

NOT_MODIFIED = 304
NUL_PATH = Response(400, b"<html><body><h1>400 Bad Request</h1></body></html>", content_type="text/html")


class App:
    """The ASGI 3 application of one fake."""

    def __init__(self, fake: State) -> None:
        self._fake = fake
        self.cache = Cache()
        self._faulty = Faulty(self.respond, self._record)
        self._day: int | None = None
        self._steps: tuple[Step, ...] = ()
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget what is cached: the settings are others."""
        self.cache.clear()
        steps = (self.cache.find, self._malformed, self._export, self._unauthorized)
        self._steps = steps if self._fake.living is None else (self._another_day, *steps)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to one request."""
        if scope["type"] != "http":
            await _lifespan(receive, send)
        elif scope["path"].startswith(control.PREFIX):
            await control.respond(self._fake, scope, receive, send)
        else:
            await self._serve(HttpRequest(scope, self._fake.clock.now()), Wire(scope, receive, send))

    async def _serve(self, request: HttpRequest, wire: Wire) -> None:
        fake = self._fake
        refused = self._over_limit(request, is_crowded=wire.crowded)
        if refused is not None:
            self._record(request, refused, refused.status)
            headers = refused.headers(request.at, compressed=False)
            await wire.send(refused.status, headers, refused.body, close=wire.crowded)
            return
        if fake.latency:
            await asyncio.sleep(fake.latency)
        fault = fake.plan.pick(request.endpoint, request.parameters, request.at) if fake.plan.rules else None
        if fault is not None:
            await self._faulty.serve(fault, request, wire)
            return
        response = self.respond(request)
        if request.validators and response.matches(request.validators):
            self._record(request, response, NOT_MODIFIED)
            await wire.send(NOT_MODIFIED, response.headers(request.at, compressed=False), b"")
            return
        self._record(request, response, response.status)
        compressed = response.is_document and accepts_gzip(request.encodings)
        headers = response.headers(request.at, compressed=compressed)
        if limits := fake.rate_limiter.headers(request.host, request.at):
            headers = headers + limits
        await wire.send(response.status, headers, response.packed if compressed else response.body)

    def respond(self, request: HttpRequest) -> CachedResponse:
        """Return the response of the first step that has one, without faults."""
        for step in self._steps:
            response = step(request)
            if response is not None:
                return response
        return self._endpoint(request)

    def _over_limit(self, request: HttpRequest, *, is_crowded: bool) -> CachedResponse | None:
        limiter = self._fake.rate_limiter
        wait = limiter.admit(request.host, request.at)
        return _once(request, limiter.refusal(request.host, request.at, wait)) if wait or is_crowded else None

    def _another_day(self, request: HttpRequest) -> None:
        """Forget the responses of another day, wherever the clock has come from."""
        today = day_of(request.at)
        if today != self._day:
            self.cache.clear()
            self._day = today

    def _malformed(self, request: HttpRequest) -> CachedResponse | None:
        return _once(request, NUL_PATH, routed=False) if "\0" in request.path else None

    def _export(self, request: HttpRequest) -> CachedResponse | None:
        """Exports lie on another host in reality, without keys."""
        path = request.resolved
        if not path.startswith(exports.PREFIX):
            return None
        return _once(request, exports.respond(self._fake.repository, path, request.at))

    def _unauthorized(self, request: HttpRequest) -> CachedResponse | None:
        is_valid = self._fake.keys.allow(request.parameters, request.authorization)
        return None if is_valid else _once(request, failure(INVALID_KEY))

    def _endpoint(self, request: HttpRequest) -> CachedResponse:
        """Ask the endpoint. What may be cached is."""
        fake = self._fake
        handler = route(request.method, request.endpoint) if request.resolved.startswith(f"{PREFIX}/") else None
        if handler is None:
            return _once(request, failure(NOT_FOUND), routed=False)
        asked, query = request.for_endpoint(), without_key(request.query)
        response = handler(fake.repository.on(day_of(request.at)), asked)
        if response.ttl is None:
            return _once(request, response)
        made, expires = lifetime(f"{request.resolved}?{query}", response.ttl, request.at)
        if fake.drift:  # the response is that of the moment it was made
            response = handler(fake.repository.on(day_of(made)), replace(asked, at=made, drift=drift.version(made)))
        elif fake.living is not None:
            expires = min(expires, (day_of(request.at) + 1.0) * SECONDS_A_DAY)
        cached = CachedResponse(response, query=query, now=request.at, expires=expires)
        self.cache.keep(request, cached)
        return cached

    def _record(self, request: HttpRequest, response: CachedResponse, outcome: int, fault: str = "") -> None:
        self._fake.journal.record(
            Call(
                request.at,
                request.method,
                request.path,
                response.query,
                outcome,
                fault,
                response.routed,
                request.client,
            )
        )


def _once(request: HttpRequest, response: Response, *, routed: bool = True) -> CachedResponse:
    """Return a response that is sent once."""
    return CachedResponse(response, query=without_key(request.query), now=request.at, routed=routed)


async def _lifespan(receive: Receive, send: Send) -> None:
    """Take part in startup and shutdown; there is nothing to do."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
