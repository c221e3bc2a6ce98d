"""One HTTP request, as it arrived."""

from __future__ import annotations

import posixpath
from copy import copy
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from fake_tmdb.api.paging import page_number
from fake_tmdb.api.request import Request

if TYPE_CHECKING:
    from collections.abc import MutableMapping

PREFIX = "/3"
READING = frozenset({"GET", "HEAD"})  # the server leaves the body of a response to HEAD out


class HttpRequest:
    """`at` is the fake's time; `path` is decoded once, `query` is raw; `client` is `address:port`."""

    __slots__ = (
        "_parameters", "at", "authorization", "client", "encodings", "host", "method", "path", "query", "validators",
    )  # fmt: skip

    def __init__(self, scope: MutableMapping[str, Any], at: float) -> None:
        self.at = at
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query: bytes = scope["query_string"]
        host, port = scope.get("client") or ("in-process", 0)
        self.host: str = host
        self.client = f"{host}:{port}"
        self.authorization = self.encodings = self.validators = b""
        for name, value in scope["headers"]:
            if name == b"authorization":
                self.authorization = value
            elif name == b"accept-encoding":
                self.encodings = value
            elif name == b"if-none-match":
                self.validators = value
        self._parameters: dict[str, str] | None = None

    @property
    def is_reading(self) -> bool:
        """Whether it asks for something that is there, with or without the body."""
        return self.method in READING

    @property
    def parameters(self) -> dict[str, str]:
        """The query parameters."""
        if self._parameters is None:
            self._parameters = dict(parse_qsl(self.query.decode("utf-8", "replace"), keep_blank_values=True))
        return self._parameters

    @property
    def page(self) -> int | None:
        """The page asked for, or None where TMDB refuses it."""
        return page_number(self.parameters)

    @property
    def resolved(self) -> str:
        """The path without `..`."""
        return posixpath.normpath(self.path)

    @property
    def endpoint(self) -> str:
        """The resolved path without `/3`, as endpoints and fault plans name it."""
        return self.resolved.removeprefix(PREFIX)

    def for_endpoint(self) -> Request:
        """Return what an endpoint sees of it."""
        return Request(self.endpoint, self.parameters, self.at)

    def for_page(self, number: int) -> HttpRequest:
        """Return the same request for another page."""
        other = copy(self)
        other.query = urlencode({**self.parameters, "page": str(number)}).encode()
        other._parameters = None  # noqa: SLF001 - a copy of our own
        return other
