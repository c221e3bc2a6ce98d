"""The ASGI application: the checks in TMDB's order (rate, fault, key, route, parameters), then the answer.

What is served again is kept as ready bytes and found by one dictionary look-up.
"""

from __future__ import annotations

import asyncio
import math
import posixpath
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

import orjson

from fake_tmdb.api import exports
from fake_tmdb.api.paging import page_number
from fake_tmdb.api.request import Request
from fake_tmdb.api.responses import Response, failure, http_date
from fake_tmdb.api.routes import route
from fake_tmdb.api.statuses import INVALID_KEY, NOT_FOUND, TOO_MANY_REQUESTS
from fake_tmdb.catalogue.queries import drift
from fake_tmdb.faults.effects import changed_document, corrupted, error_answer
from fake_tmdb.http import control
from fake_tmdb.http.cache import Ready, accepts_gzip, lifetime
from fake_tmdb.http.journal import Call
from fake_tmdb.http.keys import without_key
from fake_tmdb.http.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from fake_tmdb.faults.rules import Fault
    from fake_tmdb.http.cache import Headers
    from fake_tmdb.http.state import State

    Scope = MutableMapping[str, Any]
    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]

PREFIX = "/3"
KEPT_ANSWERS = 2_048
OK = 200
READING = frozenset({"GET", "HEAD"})  # the server leaves the body of an answer to HEAD out
NOT_MODIFIED = 304
BODILESS = frozenset({204, NOT_MODIFIED})  # HTTP gives them no body
NUL_PATH = Response(400, b"<html><body><h1>400 Bad Request</h1></body></html>", content_type="text/html")


class App:
    """The ASGI 3 application of one fake."""

    def __init__(self, fake: State) -> None:
        self._fake = fake
        self._ready: dict[tuple[str, bytes, bytes], Ready] = {}

    def forget(self) -> None:
        """Empty the edge's cache."""
        self._ready.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Response one request."""
        if scope["type"] != "http":
            await _lifespan(receive, send)
        elif scope["path"].startswith(control.PREFIX):
            await control.answer(self._fake, scope, receive, send)
        else:
            await self._serve(Visit(scope, self._fake.clock.now()), Wire(scope, receive, send))

    async def _serve(self, visit: Visit, wire: Wire) -> None:
        fake = self._fake
        wait = fake.rate_gate.admit(visit.host, visit.at)
        if wait or wire.crowded:
            refused = self._unkept(visit, self._too_many(visit, wait))
            self._record(visit, refused)
            await wire.send(
                refused.status, refused.headers(visit.at, compressed=False), refused.body, close=wire.crowded
            )
            return
        if fake.latency:
            await asyncio.sleep(fake.latency)
        ready = self._kept(visit)
        if ready is None or fake.plan.rules:
            parameters = dict(parse_qsl(visit.query.decode("utf-8", "replace"), keep_blank_values=True))
            inner = posixpath.normpath(visit.path)
            fault = fake.plan.pick(inner.removeprefix(PREFIX), parameters, visit.at)
            if fault is not None:
                await self._serve_faulty(visit, wire, fault, inner, parameters)
                return
            ready = ready or self._answer(visit, inner, parameters)
        if visit.validators and ready.etag and _matches(visit.validators, ready.etag):
            self._record(visit, ready, NOT_MODIFIED)
            await wire.send(NOT_MODIFIED, ready.headers(visit.at, compressed=False), b"")
            return
        self._record(visit, ready, ready.status)
        compressed = ready.is_document and accepts_gzip(visit.encodings)
        headers = ready.headers(visit.at, compressed=compressed)
        if fake.limits.form == "historic":
            headers = headers + self._rate_headers(visit)
        await wire.send(ready.status, headers, ready.packed if compressed else ready.body)

    def _record(self, visit: Visit, ready: Ready, outcome: int | None = None, fault: str = "") -> None:
        self._fake.journal.record(
            Call(
                visit.at,
                visit.method,
                visit.path,
                ready.query,
                ready.status if outcome is None else outcome,
                fault,
                ready.routed,
                visit.client,
            )
        )

    def _kept(self, visit: Visit) -> Ready | None:
        """Return the answer to the same request (and key) that is still fresh, or None."""
        ready = self._ready.get((visit.path, visit.query, visit.authorization))
        return ready if ready is not None and visit.at < ready.expires and visit.method in READING else None

    def _unkept(self, visit: Visit, answer: Response, *, routed: bool = True) -> Ready:
        """Return an answer that is sent once."""
        return Ready(answer, query=without_key(visit.query), now=visit.at, routed=routed)

    def _too_many(self, visit: Visit, wait: float) -> Response:
        """Return the 429 in the form that the limits ask for."""
        limits = self._fake.limits
        refused = failure(TOO_MANY_REQUESTS)
        if limits.form == "modern":
            return refused
        if limits.form == "date":
            return replace(refused, headers=(("retry-after", http_date(math.ceil(visit.at + wait))),))
        count = limits.requests or 0
        message = f"Your request count ({count + 1}) is over the allowed limit of {count}."
        headers = (("retry-after", str(math.ceil(wait))), *_decoded(self._rate_headers(visit)))
        told = failure(TOO_MANY_REQUESTS, message)
        return replace(told, body=told.body + b"\n", headers=headers)

    def _rate_headers(self, visit: Visit) -> Headers:
        gate = self._fake.rate_gate
        return [
            (b"x-ratelimit-limit", b"%d" % (gate.limits.requests or 0)),
            (b"x-ratelimit-remaining", b"%d" % gate.remaining(visit.host)),
            (b"x-ratelimit-reset", b"%d" % math.ceil(visit.at + gate.limits.seconds)),
        ]

    def _answer(self, visit: Visit, inner: str, parameters: dict[str, str]) -> Ready:
        """Make the answer without faults: key, route, parameters. What may be kept is kept."""
        fake = self._fake
        if "\0" in visit.path:
            return self._unkept(visit, NUL_PATH, routed=False)
        if inner.startswith(exports.PREFIX):  # another host in the real world, without keys
            return self._unkept(visit, exports.respond(fake.repository, inner, visit.at))
        if not fake.keys.allow(parameters, visit.authorization):
            return self._unkept(visit, failure(INVALID_KEY))
        answering = route(visit.method, inner.removeprefix(PREFIX)) if inner.startswith(f"{PREFIX}/") else None
        if answering is None:
            return self._unkept(visit, failure(NOT_FOUND), routed=False)
        query = without_key(visit.query)
        url = f"{inner}?{query}"
        request = Request(inner.removeprefix(PREFIX), parameters, visit.at)
        answer = answering(fake.repository, request)
        if answer.ttl is None:
            return self._unkept(visit, answer)
        made, expires = lifetime(url, answer.ttl, visit.at)
        if fake.drift:  # the answer is that of the moment it was made
            answer = answering(fake.repository, replace(request, at=made, drift=drift.version(made)))
        ready = Ready(answer, query=query, now=visit.at, expires=expires)
        if len(self._ready) >= KEPT_ANSWERS:
            self._ready.pop(next(iter(self._ready)), None)
        self._ready[visit.path, visit.query, visit.authorization] = ready
        return ready

    async def _serve_faulty(
        self, visit: Visit, wire: Wire, fault: Fault, inner: str, parameters: dict[str, str]
    ) -> None:
        """Response with a fault, in the order that `Fault` describes."""
        if fault.delay:
            await asyncio.sleep(fault.delay)
        instead = error_answer(fault)
        if instead is not None:
            asked = self._unkept(visit, instead)
        else:
            asked = self._kept(visit) or self._answer(visit, inner, parameters)
        ready = self._changed(visit, fault, inner, parameters, asked) if asked.is_document else asked
        unanswered = fault.hang or fault.reset
        self._record(visit, asked, 0 if unanswered else ready.status, fault.label)
        if fault.reset:
            await wire.reset()
            return
        if fault.hang:
            await wire.hang()
            return
        compressed = ready.is_document and accepts_gzip(visit.encodings)
        headers = ready.headers(visit.at, compressed=compressed)
        body, headers = corrupted(ready.body, headers, fault, compressed=compressed)
        if ready.status in BODILESS:
            body = b""
        if fault.cut is not None:
            await wire.cut(ready.status, headers, body[: int(len(body) * fault.cut)])
        elif fault.drip is not None:
            await wire.drip(ready.status, headers, body, fault.drip)
        else:
            await wire.send(ready.status, headers, body)

    def _changed(self, visit: Visit, fault: Fault, inner: str, parameters: dict[str, str], asked: Ready) -> Ready:
        """Return the document that a fault puts in the place of the one asked for."""
        ready = asked
        if fault.serve_page is not None:
            ready = self._page(visit, fault.serve_page, inner, parameters)
        number = page_number(parameters)
        if fault.repeat_page is not None and number is not None and number > fault.repeat_page:
            document = orjson.loads(self._page(visit, fault.repeat_page, inner, parameters).body)
            if "page" in document:
                body = orjson.dumps({**document, "page": number})
                ready = Ready(Response(OK, body), query=asked.query, now=visit.at, expires=asked.expires)
        if fault.changes_json:
            changed = Response(OK, changed_document(ready.body, fault))
            ready = Ready(changed, query=asked.query, now=visit.at, expires=ready.expires)
        return ready

    def _page(self, visit: Visit, page: int, inner: str, parameters: dict[str, str]) -> Ready:
        """Return the answer that the same request has for another page now."""
        parameters = {**parameters, "page": str(page)}
        other = copy(visit)
        other.query = urlencode(parameters).encode()
        return self._kept(other) or self._answer(other, inner, parameters)


class Visit:
    """One request as it arrived: `at` is the fake's time, `path` is decoded once, `query` is raw."""

    __slots__ = ("at", "authorization", "client", "encodings", "host", "method", "path", "query", "validators")

    def __init__(self, scope: Scope, at: float) -> None:
        self.at = at
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query: bytes = scope["query_string"]
        host, port = scope.get("client") or ("in-process", 0)
        self.host: str = host
        self.client = f"{self.host}:{port}"
        self.authorization = self.encodings = self.validators = b""
        for name, value in scope["headers"]:
            if name == b"authorization":
                self.authorization = value
            elif name == b"accept-encoding":
                self.encodings = value
            elif name == b"if-none-match":
                self.validators = value


def _matches(validators: bytes, etag: bytes) -> bool:
    """Return whether If-None-Match names an ETag (weak comparison) or `*`."""
    opaque = etag.removeprefix(b"W/")
    named = [part.strip().removeprefix(b"W/") for part in validators.split(b",")]
    return opaque in named or named == [b"*"]


def _decoded(headers: Headers) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode(), value.decode()) for name, value in headers)


async def _lifespan(receive: Receive, send: Send) -> None:
    """Take part in startup and shutdown; there is nothing to do."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
