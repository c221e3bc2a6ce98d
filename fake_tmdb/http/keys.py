"""The keys that the fake takes, and how a request shows one."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping


def _part(content: bytes) -> str:
    """Return a part of a JSON Web Token: base64url without padding (RFC 7515)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


# Invented and public: they open nothing but a fake. Both have the form of real ones, since clients look at it: 32
# hexadecimal digits, and a JSON Web Token whose audience is the key.
DEFAULT_API_KEY = "fa4e" * 8
_CLAIMS = {"aud": DEFAULT_API_KEY, "nbf": 1704067200.5, "sub": "fa4e" * 6, "scopes": ["api_read"], "version": 1}
_SIGNATURE = b"fake-tmdb: signed by nobody here"
DEFAULT_READ_TOKEN = ".".join(map(_part, (b'{"alg":"HS256"}', orjson.dumps(_CLAIMS), _SIGNATURE)))

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
