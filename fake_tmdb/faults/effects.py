"""What a fault does to a response, by its kinds: deterministic, and without HTTP."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import orjson

from fake_tmdb.faults.kinds.bodies import ENCODING, Message
from fake_tmdb.faults.kinds.registry import Stage

if TYPE_CHECKING:
    from fake_tmdb.api.responses import Response
    from fake_tmdb.faults.fault import Fault
    from fake_tmdb.faults.kinds.pages import OtherPage

    Headers = list[tuple[bytes, bytes]]


def waiting(fault: Fault) -> float:
    """Return the seconds to wait before anything else."""
    return sum((float(kind.act(value)) for kind, value in fault.effects(Stage.WAIT)), 0.0)


def instead(fault: Fault) -> Response | None:
    """Return the response that stands in place of the real one, or None where the fault leaves it."""
    for kind, value in fault.effects(Stage.INSTEAD):
        response: Response = kind.act(value, fault.code, fault.body)
        return response
    return None


def other_pages(fault: Fault, asked: int | None) -> list[OtherPage]:
    """Return the pages that stand in place of the one asked for (None where TMDB refuses it), the last one on top."""
    pages = [kind.act(value, asked) for kind, value in fault.effects(Stage.PAGE)]
    return [page for page in pages if page is not None]


def changed_document(body: bytes, fault: Fault) -> bytes:
    """Return a JSON body with the fault's changes to its fields; a body that is no JSON stays as it is."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return body
    for kind, value in fault.effects(Stage.DOCUMENT):
        kind.act(value, document)
    return orjson.dumps(document)


def corrupted(body: bytes, headers: Headers, fault: Fault, *, compressed: bool) -> tuple[bytes, Headers]:
    """Return the bytes and headers to send for a response, given plain; `headers` agree with `compressed`."""
    kept = [header for header in headers if header[0] != ENCODING]
    message = Message(kept, body, is_packed=compressed, is_labelled=compressed)
    for kind, value in fault.effects(Stage.PLAIN):
        kind.act(value, message)
    if message.is_packed:
        message.body = gzip.compress(message.body, mtime=0)
    if message.is_labelled:
        message.headers.append((ENCODING, b"gzip"))
    for kind, value in fault.effects(Stage.PACKED):
        kind.act(value, message)
    return message.body, message.headers
