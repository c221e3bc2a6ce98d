"""Faults around a response: its place, its page, its document, its bytes, and its way to the client."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import orjson

from fake_tmdb.api.responses import Response
from fake_tmdb.faults import effects
from fake_tmdb.faults.kinds.registry import Stage
from fake_tmdb.http.cache import CachedResponse, accepts_gzip
from fake_tmdb.http.keys import without_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from fake_tmdb.faults.fault import Fault
    from fake_tmdb.http.request import HttpRequest
    from fake_tmdb.http.wire import Wire

BODILESS = frozenset({204, 304})  # HTTP gives them no body


class Faulty:
    """Responds to requests that a fault meets, in the order of the stages of its kinds.

    `respond` is how a request is responded to without faults, and `record` writes it into the journal.
    """

    def __init__(
        self,
        respond: Callable[[HttpRequest], CachedResponse],
        record: Callable[[HttpRequest, CachedResponse, int, str], None],
    ) -> None:
        self._respond = respond
        self._record = record

    async def serve(self, fault: Fault, request: HttpRequest, wire: Wire) -> None:
        """Respond to one request with a fault."""
        if seconds := effects.waiting(fault):
            await asyncio.sleep(seconds)
        error = effects.instead(fault)
        if error is None:
            usual = self._respond(request)
        else:
            usual = CachedResponse(error, query=without_key(request.query), now=request.at)
        response = self._changed(fault, request, usual) if usual.is_document else usual
        silence = fault.effects(Stage.SILENCE)
        self._record(request, usual, 0 if silence else response.status, fault.label)
        if silence:
            kind, value = silence[0]
            await kind.act(value, wire)
            return
        compressed = response.is_document and accepts_gzip(request.encodings)
        headers = response.headers(request.at, compressed=compressed)
        body, headers = effects.corrupted(response.body, headers, fault, compressed=compressed)
        if response.status in BODILESS:
            body = b""
        delivery = fault.effects(Stage.DELIVERY)
        if delivery:
            kind, value = delivery[0]
            await kind.act(value, wire, response.status, headers, body)
        else:
            await wire.send(response.status, headers, body)

    def _changed(self, fault: Fault, request: HttpRequest, usual: CachedResponse) -> CachedResponse:
        """Return the document that a fault puts in the place of the one asked for."""
        response = usual
        for page in effects.other_pages(fault, request.page):
            other = self._respond(request.for_page(page.number))
            if not page.is_renumbered:
                response = other
                continue
            document = orjson.loads(other.body)
            if "page" in document:
                body = orjson.dumps({**document, "page": request.page})
                response = _with_body(usual, body, request.at, usual.expires)
        if fault.effects(Stage.DOCUMENT):
            changed = effects.changed_document(response.body, fault)
            response = _with_body(usual, changed, request.at, response.expires)
        return response


def _with_body(usual: CachedResponse, body: bytes, now: float, expires: float) -> CachedResponse:
    return CachedResponse(Response(usual.status, body), query=usual.query, now=now, expires=expires)
