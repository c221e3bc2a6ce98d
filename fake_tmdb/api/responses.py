"""What an endpoint returns, before the cache layer adds its headers: a status, a body and how long it may be cached."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

import orjson

from fake_tmdb.api.statuses import INVALID_KEY, SESSION_DENIED, STATUS, TOO_MANY_REQUESTS

JSON_TYPE = "application/json;charset=utf-8"
GATEWAY_JSON_TYPE = "application/json; charset=utf-8"  # the gateway writes a blank, the origin does not
LIFETIME = 28_800  # seconds: eight hours, for most responses
SHORT_LIFETIME = 600  # for what changes during a day


@dataclass(slots=True, frozen=True)
class Response:
    """A response of the origin or the gateway.

    `ttl` is the lifetime in seconds that Cache-Control counts down from; None means that the response is not cached.
    `headers` come on top of those of the cache layer.
    """

    status: int
    body: bytes
    ttl: int | None = None
    content_type: str = JSON_TYPE
    headers: tuple[tuple[str, str], ...] = ()


def found(document: Any, ttl: int | None = LIFETIME) -> Response:
    """Return a 200 with a document as compact JSON."""
    return Response(200, orjson.dumps(document), ttl)


def failure(code: int, message: str | None = None) -> Response:
    """Return the error response of a TMDB status code, with the key order of the recordings."""
    status, text = STATUS[code]
    text = message or text
    if code == TOO_MANY_REQUESTS:  # the gateway's own errors have an order of their own
        return Response(status, orjson.dumps({"status_code": code, "status_message": text}), None, GATEWAY_JSON_TYPE)
    if code == INVALID_KEY:
        body = {"status_code": code, "status_message": text, "success": False}
        return Response(status, orjson.dumps(body), None, GATEWAY_JSON_TYPE)
    failed = {"failure": True} if code == SESSION_DENIED else {}
    return Response(status, orjson.dumps({"success": False, **failed, "status_code": code, "status_message": text}))


def http_date(seconds: float) -> str:
    """Return a time in seconds since 1970 in the form of HTTP's Date header."""
    return formatdate(seconds, usegmt=True)
