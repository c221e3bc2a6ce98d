"""What a route answers, before the edge adds its headers: a status, a body and how long it may be kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from fake_tmdb.api.statuses import STATUS

JSON_TYPE = "application/json;charset=utf-8"
GATEWAY_JSON_TYPE = "application/json; charset=utf-8"  # the gateway writes a blank, the origin does not


@dataclass(slots=True, frozen=True)
class Answer:
    """An answer of the origin or the gateway.

    `ttl` is the lifetime in seconds that Cache-Control counts down from; None means that the answer is not kept.
    `headers` come on top of those of the edge.
    """

    status: int
    body: bytes
    ttl: int | None = None
    content_type: str = JSON_TYPE
    headers: tuple[tuple[str, str], ...] = ()


def found(document: Any, ttl: int) -> Answer:
    """Return a 200 with a document as compact JSON."""
    return Answer(200, orjson.dumps(document), ttl)


def failure(code: int, message: str | None = None) -> Answer:
    """Return the error answer of a TMDB status code, with the key order of the recordings."""
    status, text = STATUS[code]
    text = message or text
    if code in {7, 25}:  # the gateway's own errors, in its own order
        body: dict[str, Any] = {"status_code": code, "status_message": text}
        if code == 7:  # noqa: PLR2004 - TMDB's number
            body["success"] = False
        return Answer(status, orjson.dumps(body), content_type=GATEWAY_JSON_TYPE)
    body = {"success": False, "status_code": code, "status_message": text}
    if code == 17:  # noqa: PLR2004 - TMDB's number
        body = {"success": False, "failure": True, "status_code": code, "status_message": text}
    return Answer(status, orjson.dumps(body))
