"""The cache layer (CDN) in front of the API: ETag, lifetimes, compression and the headers of real responses.

Every address of a list has a cache age of its own. It follows from the address and the clock alone: a response with a
lifetime of `ttl` seconds is made anew every `ttl` seconds, at a moment that differs from address to address.
"""

from __future__ import annotations

import gzip
import hashlib
from typing import TYPE_CHECKING

from fake_tmdb.api.responses import http_date
from fake_tmdb.catalogue.draws import salt

if TYPE_CHECKING:
    from fake_tmdb.api.responses import Response
    from fake_tmdb.http.request import HttpRequest

    Headers = list[tuple[bytes, bytes]]

MOST_CACHED = 2_048

_POP = (
    (b"via", b"1.1 fake.cloudfront.net (CloudFront)"),
    (b"x-amz-cf-pop", b"ICN57-P2"),
    (b"x-amz-cf-id", b"ZmFrZS10bWRiLWZha2UtdG1kYi1mYWtlLXRtZGItZmFrZQ=="),
)
_ORIGIN = (
    (b"x-memc", b"HIT"),
    (b"x-memc-key", b"fake"),
    (b"x-az", b"us-east-1a"),
    (b"x-task-id", b"fake"),
)


def etag(body: bytes) -> str:
    """Return the weak validator of a body: half of the SHA-256 of its uncompressed bytes."""
    return f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'


def lifetime(url: str, ttl: int, now: float) -> tuple[float, float]:
    """Return when the response for an address was made and when it expires, both in seconds since 1970."""
    made = now - (now + salt(0, url) % ttl) % ttl
    return made, made + ttl


def accepts_gzip(accept_encoding: bytes) -> bool:
    """Return whether an Accept-Encoding header allows gzip."""
    for part in accept_encoding.lower().split(b","):
        name, _, weight = part.strip().partition(b";")
        if name.strip() in {b"gzip", b"*"} and weight.replace(b" ", b"") not in {b"q=0", b"q=0.0"}:
            return True
    return False


class CachedResponse:
    """A response with everything that the cache layer adds, ready to be sent again until it expires.

    `query` is that of the request without its key. `is_document` tells a page from an error or a file: it is JSON that
    faults can change and that is compressed where the client accepts it. A response without `expires` is not cached: it
    expires at once.
    """

    __slots__ = (
        "_headers", "_packed", "_second", "body", "content_type", "etag", "expires", "extra", "fetched", "is_document",
        "query", "routed", "served", "status",
    )  # fmt: skip

    def __init__(
        self, response: Response, *, query: str, now: float, expires: float | None = None, routed: bool = True
    ) -> None:
        self.status = response.status
        self.body = response.body
        self.content_type = response.content_type.encode()
        self.extra = [(name.encode(), value.encode()) for name, value in response.headers]
        self.query = query
        self.routed = routed
        self.fetched = now
        self.expires = now if expires is None else expires
        self.etag = etag(response.body).encode() if response.status == 200 else b""  # noqa: PLR2004 - HTTP OK
        self.is_document = bool(self.etag) and response.content_type.startswith("application/json")
        self.served = 0
        self._packed: bytes | None = None
        self._second = -1
        self._headers: dict[bool, Headers] = {}

    def matches(self, validators: bytes) -> bool:
        """Return whether If-None-Match names the ETag (weak comparison) or `*`."""
        if not self.etag:
            return False
        named = [part.strip().removeprefix(b"W/") for part in validators.split(b",")]
        return self.etag.removeprefix(b"W/") in named or named == [b"*"]

    @property
    def packed(self) -> bytes:
        """The body compressed with gzip; the same bytes each time."""
        if self._packed is None:
            self._packed = gzip.compress(self.body, compresslevel=6, mtime=0)
        return self._packed

    def headers(self, now: float, *, compressed: bool) -> Headers:
        """Return the headers as of a time; they change by the second. Each call counts as one serving."""
        first = self.served == 0
        self.served += 1
        second = int(now)
        if second != self._second or self.served == 2:  # noqa: PLR2004 - the first serving is a miss, the second a hit
            self._headers.clear()
            self._second = second
        made = self._headers.get(compressed)
        if made is None:
            made = self._headers[compressed] = self._make_headers(now, compressed=compressed, hit=not first)
        return made

    def _make_headers(self, now: float, *, compressed: bool, hit: bool) -> Headers:
        headers = [
            (b"content-type", self.content_type),
            (b"date", http_date(now).encode()),
            (b"server", b"openresty"),
        ]
        if self.expires > self.fetched:
            headers.append((b"cache-control", b"public, max-age=%d" % max(self.expires - now, 0)))
        if self.etag:
            headers.append((b"etag", self.etag))
            headers.append((b"vary", b"accept-encoding"))
            headers += _ORIGIN
            headers.append((b"x-memc-age", b"%d" % max(now - self.fetched, 0)))
            headers.append((b"x-memc-expires", b"%d" % max(self.expires - now, 0)))
            headers.append((b"x-gateway-cache-status", b"HIT" if hit else b"MISS"))
        headers.append((b"vary", b"Origin"))
        headers += _POP
        if not self.etag:
            headers.append((b"x-cache", b"Error from cloudfront"))
        elif hit:
            headers.append((b"x-cache", b"Hit from cloudfront"))
            headers.append((b"age", b"%d" % max(now - self.fetched, 0)))
        else:
            headers.append((b"x-cache", b"Miss from cloudfront"))
        if compressed:
            headers.append((b"content-encoding", b"gzip"))
        return headers + self.extra


class Cache:
    """The newest responses that may be sent again, found by one dictionary look-up."""

    def __init__(self) -> None:
        self._responses: dict[tuple[str, bytes, bytes], CachedResponse] = {}

    def find(self, request: HttpRequest) -> CachedResponse | None:
        """Return the response to the same request (and key) that is still fresh, or None."""
        found = self._responses.get((request.path, request.query, request.authorization))
        return found if found is not None and request.at < found.expires and request.is_reading else None

    def keep(self, request: HttpRequest, response: CachedResponse) -> None:
        """Keep a response, in the place of the oldest one where there are too many."""
        if len(self._responses) >= MOST_CACHED:
            self._responses.pop(next(iter(self._responses)), None)
        self._responses[request.path, request.query, request.authorization] = response

    def clear(self) -> None:
        """Forget all responses."""
        self._responses.clear()
