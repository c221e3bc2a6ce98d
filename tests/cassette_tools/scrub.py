"""What a cassette must not hold is left out before vcrpy keeps it: only headers on these lists stay."""

import copy
import hashlib
from collections.abc import Callable
from typing import Any

from cassette_tools.tape import played, readable
from vcr.request import Request

from tmdb_pipeline.settings import DEFAULT_BASE_URL

#: What says how the client asks. Not Authorization, and nothing that the connection adds.
REQUEST_HEADERS = ("accept", "accept-encoding", "user-agent")
#: What a client may act on. Not cookies, and no ids and places of the servers on the way.
RESPONSE_HEADERS = (
    "cache-control",
    "content-encoding",
    "content-type",
    "date",
    "etag",
    "retry-after",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
)


def scrub_request(base_url: str) -> Callable[[Request], Request]:
    """A hook that moves a request from the address where it was recorded to TMDB's own, and drops headers."""

    def scrub(request: Request) -> Request:
        request = copy.copy(request)
        if request.uri.startswith(f"{base_url}/"):
            request.uri = DEFAULT_BASE_URL + request.uri.removeprefix(base_url)
        kept = (item for item in request.headers.items() if item[0].lower() in REQUEST_HEADERS)
        request.headers = dict(sorted(kept))
        return request

    return scrub


def scrub_response(response: dict[str, Any]) -> dict[str, Any]:
    """Drop headers; an ETag too unless it is that of the body, for it has the form of a key.

    The others are sorted by name, for vcrpy hands them over in an order that differs from process to process.
    """
    sent = {name.lower(): values for name, values in response["headers"].items()}
    if sent.get("etag") != [etag(response["body"]["string"])]:
        sent.pop("etag", None)
    return {**response, "headers": {name: sent[name] for name in RESPONSE_HEADERS if name in sent}}


def etag(body: bytes) -> str:
    """TMDB's ETag for a body: half of the SHA-256 of its uncompressed bytes."""
    plain = played({**readable(body), "gzip": False})
    return f'W/"{hashlib.sha256(plain).hexdigest()[:32]}"'
