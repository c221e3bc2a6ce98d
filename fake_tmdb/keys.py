"""The keys that the fake takes, and how a request shows one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

if TYPE_CHECKING:
    from collections.abc import Mapping

# Invented and public: they open nothing but a fake.
DEFAULT_API_KEY = "fake0000tmdb0000fake0000tmdb0000"
DEFAULT_READ_TOKEN = "eyJhbGciOiJub25lIn0.ZmFrZS10bWRiLXJlYWQtdG9rZW4.ZmFrZS1zaWduYXR1cmU"  # noqa: S105 - opens nothing but a fake

_KEY_PARAMETER = re.compile(r"(?:^|&)api_key=[^&]*")


@dataclass(frozen=True, slots=True)
class Keys:
    """The one valid v3 key (sent as `api_key`) and the one valid read token (sent as Bearer)."""

    api_key: str = DEFAULT_API_KEY
    read_token: str = DEFAULT_READ_TOKEN

    def __post_init__(self) -> None:
        """Raise ValueError for an empty key, which would let everybody in."""
        if not self.api_key or not self.read_token:
            raise ValueError("The valid key and token cannot be empty: a request without a key must be refused.")

    def allow(self, parameters: Mapping[str, str], authorization: bytes) -> bool:
        """Return whether a request shows a valid key. A v3 key as Bearer is refused, and a token as `api_key` too."""
        if parameters.get("api_key", "") == self.api_key:
            return True
        scheme, _, token = authorization.partition(b" ")
        return scheme.lower() == b"bearer" and token.strip() == self.read_token.encode()


def without_key(query_string: bytes) -> str:
    """Return a query string without its key, percent-decoded for reading only where that is safe."""
    return _KEY_PARAMETER.sub("", unquoted_name(query_string.decode("utf-8", "replace"))).lstrip("&")


def unquoted_name(query: str) -> str:
    """Return a query with percent-encoded parameter names decoded, so that `api%5Fkey` is found as well."""
    parts = []
    for part in query.split("&"):
        name, equals, value = part.partition("=")
        parts.append(unquote_plus(name) + equals + value if "%" in name else part)
    return "&".join(parts)
