"""From a response that is not 200 to a typed error and its message: what happened, who said it, what to do."""

import re
from collections.abc import Collection, Mapping
from datetime import MAXYEAR, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlsplit

import orjson

from tmdb_pipeline.tmdb.errors import (
    BadRequest,
    Blocked,
    BrokenResponse,
    NotFound,
    RateLimited,
    RefusedKey,
    TmdbError,
    Unavailable,
)
from tmdb_pipeline.tmdb.response import unpack

#: Transient though 4xx: by their definitions (RFC 9110, RFC 8470) it may be sent again as it is.
_TRANSIENT = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY}
#: What stands between two waits: not the comma after the day of the week in a date.
_BETWEEN_WAITS = re.compile(r"(?<=[0-9]),|(?<=GMT),")
_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")
_MOVED = {
    HTTPStatus.MOVED_PERMANENTLY,
    HTTPStatus.FOUND,
    HTTPStatus.SEE_OTHER,
    HTTPStatus.TEMPORARY_REDIRECT,
    HTTPStatus.PERMANENT_REDIRECT,
}


def error_from_response(
    request: str,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
    *,
    secrets: Collection[str],
    base_url: str = "",
) -> TmdbError:
    """The error for a response whose status is not 200, or that is an error all the same.

    Args:
        request: path and query.
        status: the status.
        headers: the headers; looked up without regard to case.
        body: as it came, perhaps cut off.
        now: the moment, aware.
        secrets: what is redacted of everything that the response says.
        base_url: where the request went.
    """
    message = _message(body, request, secrets)
    said = f"{status}: {message}" if message else _status_and_server(status, headers, secrets)
    wait = retry_after(headers, now)
    asked = "" if wait is None else f", and asks to wait {wait:g} s"
    if status < HTTPStatus.MULTIPLE_CHOICES:
        well = status == HTTPStatus.OK
        what = "is an error, though its status says that all is well" if well else "has no data, by its status"
        return BrokenResponse(request, f"the response {what} ({said})")
    if status < HTTPStatus.BAD_REQUEST:
        return _redirect(request, status, headers, said, wait, secrets=secrets, base_url=base_url)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(request, f"TMDB says that we ask too often ({said}{asked})", retry_after=wait)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _TRANSIENT:
        return Unavailable(request, f"TMDB is in trouble ({said}{asked})", retry_after=wait)
    if status == HTTPStatus.NOT_FOUND:
        return NotFound(request, f"TMDB does not know this ({said})", "Does the base URL end in /3?")
    if status == HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS:
        return Blocked(
            request,
            f"somebody on the way blocks TMDB for legal reasons ({said}{asked})",
            "Ask your provider or the owner of the network, or go through a proxy (HTTPS_PROXY).",
            retry_after=wait,
        )
    if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return proxy_wants_user(request)
    if not message:
        return Blocked(
            request,
            f"we are not let through ({said}{asked}), and this response is not TMDB's own",
            "TMDB's CDN blocks an address for a while; does a firewall or proxy on the way, and is the base URL right?",
            retry_after=wait,
        )
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return RefusedKey(
            request,
            f"TMDB refused the key ({said})",
            "Check TMDB_READ_TOKEN (long, with two dots) or TMDB_API_KEY (32 characters), "
            "or the Connection tmdb_default.",
        )
    return BadRequest(request, f"TMDB does not accept this request ({said})")


def proxy_wants_user(request: str, setting: str = "HTTPS_PROXY or HTTP_PROXY") -> TmdbError:
    """The error for 407, which a proxy answers for itself; ``setting`` names the proxy."""
    return BadRequest(
        request,
        "the proxy wants to know who we are (407)",
        f"Put user and password into {setting}, as in http://user:password@proxy.example:3128.",
    )


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """The wait that ``Retry-After`` asks for, in seconds, never negative; None where it is absent or unreadable.

    Both forms of RFC 9110 are read: seconds, and a date. A date is taken relative to the response's own Date, which the
    same clock wrote, and to ``now`` where there is none. Limiters send fractions of seconds, too, and where two on the
    way have each added the header, its values come as a list: the longest wait holds.
    """
    sent = http_date(headers.get("Date", "")) or now
    values = _BETWEEN_WAITS.split(headers.get("Retry-After", ""))
    return max((wait for value in values if (wait := _wait(value.strip(), sent)) is not None), default=None)


def _wait(value: str, sent: datetime) -> float | None:
    """The seconds from ``sent`` that one value asks for, if it can be read."""
    if _SECONDS.fullmatch(value):
        return float(value)
    until = http_date(value)
    return None if until is None else max(0.0, (until - sent).total_seconds())


def _redirect(
    request: str,
    status: int,
    headers: Mapping[str, str],
    said: str,
    wait: float | None,
    *,
    secrets: Collection[str],
    base_url: str,
) -> TmdbError:
    """The error for a 3xx: one that leads to another host is not about us, and somebody on the way sends it."""
    if status == HTTPStatus.NOT_MODIFIED:
        what = (
            f"the response says that nothing has changed ({said}), which we did not ask: a cache on the way is broken"
        )
        return BrokenResponse(request, what)
    host = _host(headers.get("Location", "")) if status in _MOVED else ""
    if host and host != _host(base_url):
        return Blocked(
            request,
            f"we are sent to {_redacted(host, secrets)} ({said}), and a key is never carried elsewhere",
            "Is that the login or block page of a network or firewall on the way, or is the base URL wrong?",
            retry_after=wait,
        )
    return BadRequest(
        request,
        f"the base URL redirects ({said}), and a key is never carried elsewhere",
        "Set TMDB_BASE_URL to the address of TMDB itself.",
    )


def _host(url: str) -> str:
    """The host of an address, if it is one that can be shown; a Location may hold anything."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host if re.fullmatch(r"[a-z0-9._:-]{1,253}", host) else ""


def _status_and_server(status: int, headers: Mapping[str, str], secrets: Collection[str]) -> str:
    """What is known of a response without a word of TMDB's own: the status, and the server that says it."""
    server = headers.get("Server", "")
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9 ./_()-]{0,39}", server):
        return f"{status} from {_redacted(server, secrets)}"
    return f"{status}"


def _redacted(text: str, secrets: Collection[str]) -> str:
    """The text without the secrets, however they are spelt."""
    for secret in secrets:
        text = re.sub(re.escape(secret), "***", text, flags=re.IGNORECASE)
    return text


def http_date(value: str) -> datetime | None:
    """The moment that a header names in one of HTTP's forms, aware; None where it is absent or unreadable."""
    try:
        named = parsedate_to_datetime(value)
    except (ValueError, OverflowError):  # such as the year 99999999999999999999
        return None
    return named if named.tzinfo and named.year < MAXYEAR else None  # in other zones its last day has no form


def _message(body: bytes, request: str, secrets: Collection[str]) -> str:
    """What TMDB says in an error body, of today's shape or of the one before 2023; nothing if it is no such JSON.

    A gateway may quote the whole request line, key and all. So the secrets are redacted after all decoding, lest
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
    return " ".join(_redacted(message, secrets).split()).rstrip(". ")[:200]  # on one line, whatever stands in it
