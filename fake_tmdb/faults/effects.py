"""What a fault does to an answer: to its document, to its bytes and to its headers. Deterministic."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import orjson

from fake_tmdb.api.responses import Response, failure
from fake_tmdb.api.statuses import STATUS, USUAL_CODE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_tmdb.faults.rules import Fault
    from fake_tmdb.http.cache import Headers

HTML_TYPE = "text/html"
_LONGEST = 9  # digits of a place in a list
_HTML = (
    "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n"
    "<hr><center>openresty</center>\r\n</body>\r\n</html>\r\n"
)
_REASONS = {
    400: "Bad Request", 403: "Forbidden", 429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway",
    503: "Service Temporarily Unavailable", 504: "Gateway Time-out",
}  # fmt: skip


def error_answer(fault: Fault) -> Response | None:
    """Return the answer that stands in place of the real one, or None where the fault leaves it."""
    if fault.revoke:
        return failure(7)
    status = fault.status if fault.code is None or fault.status is not None else STATUS[fault.code][0]
    if status is None:
        return None
    if fault.body == "html":
        title = f"{status} {_REASONS.get(status, 'Error')}"
        return Response(status, _HTML.format(status=title).encode(), content_type=HTML_TYPE)
    if fault.body == "empty":
        return Response(status, b"")
    code = USUAL_CODE.get(status, 11) if fault.code is None else fault.code
    if fault.body == "errors":  # the shape until August 2023
        return Response(status, orjson.dumps({"errors": [STATUS[code][1]]}))
    told = failure(code)
    return Response(status, told.body, content_type=told.content_type)


def _targets(document: Any, path: list[str]) -> Iterator[tuple[Any, Any]]:
    """Yield the containers and keys that a dotted path means; `*` is every element, a number one element."""
    head, *rest = path
    keys: list[Any]
    if isinstance(document, list):
        keys = (
            list(range(len(document)))
            if head == "*"
            else [int(head)]
            if head.isascii() and head.isdigit() and len(head) <= _LONGEST and int(head) < len(document)
            else []
        )
    elif isinstance(document, dict):
        keys = list(document) if head == "*" else [head]
    else:
        return
    for key in keys:
        if not rest:
            yield document, key
        elif isinstance(document, list) or key in document:
            yield from _targets(document[key], rest)


def changed_document(body: bytes, fault: Fault) -> bytes:
    """Return a JSON body with the fault's changes to its fields; a body that is no JSON stays as it is."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return body
    _change(document, fault)
    return orjson.dumps(document)


def _change(document: Any, fault: Fault) -> None:
    if isinstance(document, dict) and isinstance(document.get("results"), list):
        kept = 0 if fault.empty else fault.short
        document["results"] = document["results"][:kept]
    for path, value in fault.set.items():
        for container, key in _targets(document, path.split(".")):
            container[key] = value
    for path in fault.remove:
        for container, key in reversed(list(_targets(document, path.split(".")))):
            if isinstance(container, list) or key in container:
                del container[key]
    for path, name in fault.rename.items():
        for container, key in _targets(document, path.split(".")):
            if isinstance(container, dict) and key in container:
                renamed = {name if old == key else old: value for old, value in container.items()}
                container.clear()
                container.update(renamed)


def corrupted(body: bytes, headers: Headers, fault: Fault, *, compressed: bool) -> tuple[bytes, Headers]:
    """Return the bytes and headers to send for an answer, given plain; `headers` agree with `compressed`."""
    replaced = {name.lower().encode(): value.encode() for name, value in fault.headers.items()}
    if fault.content_type is not None:
        replaced[b"content-type"] = fault.content_type.encode()
    kept = [header for header in headers if header[0] not in replaced and header[0] != b"content-encoding"]
    kept += replaced.items()
    if fault.text is not None:
        body = fault.text.encode()
    if fault.gzip == "unlabelled" or (compressed and fault.gzip is None):
        body = gzip.compress(body, mtime=0)
    if fault.gzip == "mislabelled" or (compressed and fault.gzip is None):
        kept.append((b"content-encoding", b"gzip"))
    if fault.truncate is not None:
        body = body[: int(len(body) * fault.truncate)]
    return body, kept
