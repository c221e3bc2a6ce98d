"""From a failed exchange to a typed error and a sentence, which never quotes a library's text: that may hold a URL."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import orjson

from tmdb_pipeline.tmdb.answer import unpack
from tmdb_pipeline.tmdb.errors import BadRequest, NotFound, RateLimited, RefusedKey, TmdbError, Unavailable

#: Seconds until a connection must stand, and between two pieces of an answer.
CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 30.0

#: No verdict on the request: by their definitions (RFC 9110, RFC 8470) it may be sent again as it is.
_PASSING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY}

_SLOW = f"no answer within {READ_TIMEOUT:g} s"
#: By the name of the class, the first that occurs in the chain of causes decides.
_TROUBLE = {
    "NameResolutionError": "the host name is not known",
    "ConnectTimeoutError": f"no connection within {CONNECT_TIMEOUT:g} s",
    "ReadTimeoutError": _SLOW,
    "TimeoutError": _SLOW,
    "SSLError": "no trusted TLS connection",
    "ProxyError": "the proxy does not let us through",
    "IncompleteRead": "the answer was cut off",
    "NewConnectionError": "the connection was refused",
}


def refusal(
    request: str, status: int, headers: Mapping[str, str], body: bytes, now: datetime, *, secrets: Collection[str]
) -> TmdbError:
    """The error for an answer whose status is not 200. ``now`` is aware; ``secrets`` are struck out of what it says."""
    message = _message(body, request, secrets)
    said = f"{status}: {message}" if message else f"{status}"
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        if not message:
            return BadRequest(
                request,
                f"we are not let through ({status}), and this answer is not TMDB's own",
                "Does a firewall or proxy on the way block us, and is the base URL right?",
            )
        return RefusedKey(
            request,
            f"TMDB refused the key ({said})",
            "Check TMDB_READ_TOKEN (long, with two dots) or TMDB_API_KEY (32 characters), "
            "or the Connection tmdb_default.",
        )
    if status == HTTPStatus.NOT_FOUND:
        return NotFound(request, f"TMDB does not know this ({said})", "Does the base URL end in /3?")
    wait = retry_after(headers, now)
    asked = "" if wait is None else f", and asks to wait {wait:g} s"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(request, f"TMDB says that we ask too often ({said}{asked})", retry_after=wait)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING:
        return Unavailable(request, f"TMDB is in trouble ({said}{asked})", retry_after=wait)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return BadRequest(
            request,
            f"the base URL redirects ({said}), and a key is never carried elsewhere",
            "Set TMDB_BASE_URL to the address of TMDB itself.",
        )
    return BadRequest(request, f"TMDB does not accept this request ({said})")


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """The wait that ``Retry-After`` asks for, in seconds, never negative; None where it is absent or unreadable.

    Both forms of RFC 9110 are read: seconds, and a date. A date is taken relative to the answer's own Date, which the
    same clock wrote, and to ``now`` where there is none.
    """
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    until = moment(value)
    if until is None:
        return None
    return max(0.0, (until - (moment(headers.get("Date", "")) or now)).total_seconds())


def network_trouble(error: BaseException) -> str:
    """What went wrong on the way to the server or back, in our own words."""
    for cause in _causes(error):
        for kind in type(cause).__mro__:
            if kind.__name__ in _TROUBLE:
                return _TROUBLE[kind.__name__]
    return "the connection broke"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it wraps: requests and urllib3 put it in ``reason`` or in ``args``."""
    current: object = error
    while isinstance(current, BaseException):
        yield current
        inner = [getattr(current, "reason", None), *current.args]
        current = next((cause for cause in inner if isinstance(cause, BaseException)), None)


def moment(value: str) -> datetime | None:
    """The moment that a header names in one of HTTP's forms, aware; None where it is absent or unreadable."""
    try:
        named = parsedate_to_datetime(value)
    except (ValueError, OverflowError):  # such as the year 99999999999999999999
        return None
    return named if named.tzinfo else None


def _message(body: bytes, request: str, secrets: Collection[str]) -> str:
    """What TMDB says in an error body, of today's shape or of the one before 2023; nothing if it is no such JSON.

    A gateway may quote the whole request line, key and all. So the secrets are struck out after all decoding, lest
    gzip or JSON's escapes hide them, and before the text is cut.
    """
    try:
        said = orjson.loads(unpack(body, request))
    except (orjson.JSONDecodeError, TmdbError):
        return ""
    parts: list[object] = []
    if isinstance(said, dict):
        errors = said.get("errors")
        parts = errors if isinstance(errors, list) else [said.get("status_message")]
    message = "; ".join(part for part in parts if isinstance(part, str))
    for secret in secrets:
        message = message.replace(secret, "***")
    return " ".join(message.split()).rstrip(". ")[:200]  # on one line, whatever stands in it
