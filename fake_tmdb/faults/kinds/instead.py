"""Errors in the place of the response."""

from __future__ import annotations

import orjson

from fake_tmdb.api.exports import storage_error
from fake_tmdb.api.responses import Response, failure
from fake_tmdb.api.statuses import INTERNAL_ERROR, INVALID_KEY, STATUS, USUAL_CODE
from fake_tmdb.faults.kinds.registry import Example, Stage, kind
from fake_tmdb.faults.values import FLAG, HTTP_STATUS, STATUS_CODE, one_of

HTML_TYPE = "text/html"
_HTML = (
    "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n"
    "<hr><center>openresty</center>\r\n</body>\r\n</html>\r\n"
)
_REASONS = {
    400: "Bad Request", 403: "Forbidden", 429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway",
    503: "Service Temporarily Unavailable", 504: "Gateway Time-out",
}  # fmt: skip


@kind(Stage.INSTEAD, FLAG, Example({"revoke": True}, 401, b'{"status_code":7'))
def revoke(_value: bool, _code: int | None, _body: str) -> Response:  # noqa: FBT001 - a kind's value comes first
    """Refuse the key: 401 with code 7."""
    return failure(INVALID_KEY)


@kind(
    Stage.INSTEAD,
    HTTP_STATUS,
    Example({"status": 500}, 500, b'{"success":false,"status_code":11'),
    Example({"status": 503}, 503, b'{"success":false,"status_code":9'),
    Example({"status": 504}, 504, b'{"success":false,"status_code":24'),
    Example({"status": 429, "headers": {"Retry-After": "2"}}, 429, b'{"status_code":25'),
)
def status(value: int, code: int | None, body: str) -> Response:
    """Respond with this HTTP status and the error that TMDB sends with it."""
    if body == "html":
        title = f"{value} {_REASONS.get(value, 'Error')}"
        return Response(value, _HTML.format(status=title).encode(), content_type=HTML_TYPE)
    if body == "xml":
        return storage_error(value)
    if body == "empty":
        return Response(value, b"")
    code = USUAL_CODE.get(value, INTERNAL_ERROR) if code is None else code
    if body == "errors":  # the shape until August 2023
        return Response(value, orjson.dumps({"errors": [STATUS[code][1]]}))
    usual = failure(code)
    return Response(value, usual.body, content_type=usual.content_type)


@kind(Stage.INSTEAD, STATUS_CODE, Example({"code": 46}, 503, b'{"success":false,"status_code":46'))
def code(value: int, _code: int | None, body: str) -> Response:
    """Respond with the error of this TMDB status code, under `status` where that is said."""
    return status(STATUS[value][0], value, body)


@kind(
    Stage.DETAIL,
    one_of("json", "html", "errors", "xml", "empty"),
    Example({"status": 502, "body": "html"}, 502, b"<html>"),
    Example({"status": 422, "body": "errors"}, 422, b'{"errors":['),
    Example({"status": 403, "body": "xml"}, 403, b"<?xml"),
    Example({"status": 404, "body": "xml"}, 404, b"<?xml"),
    Example({"status": 500, "body": "empty"}, 500, None),
)
def body() -> None:
    """The body of an error: `json`, `html` as of a gateway, `errors` (TMDB's until August 2023), `xml` or `empty`.

    `xml` is what the storage of the exports sends.
    """
