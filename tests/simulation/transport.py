"""HTTP without sockets: requests are answered by the fake's ASGI application in this process."""

import io
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import BaseAdapter
from urllib3.response import HTTPResponse

from fake_tmdb import FakeTmdb

#: Where the fake is, for the library.
BASE_URL = "http://127.0.0.1/3"


def call(fake: FakeTmdb, target: str, headers: list[tuple[bytes, bytes]]) -> tuple[int, list[tuple[str, str]], bytes]:
    """The status, headers and body with which a fake responds to a path and query.

    Raises:
        ConnectionResetError: a fault breaks the connection.
    """
    sent: list[dict[str, Any]] = []
    path, _, query = target.partition("?")

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": unquote(path),
        "query_string": query.encode(),
        "headers": headers,
        "client": ("127.0.0.1", 1),
    }
    with suppress(StopIteration):
        # Without delays nothing in it ever waits.
        fake.app(scope, receive, send).send(None)
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], [(name.decode(), value.decode()) for name, value in sent[0]["headers"]], body


class InProcess(BaseAdapter):
    """Sends what a session of requests sends to a fake in this process."""

    def __init__(self, fake: FakeTmdb, asked: Callable[[], None], answered: Callable[[], None]) -> None:
        """Ask this fake; ``asked`` is called before each request, ``answered`` before its response is used."""
        super().__init__()
        self._fake = fake
        self._asked = asked
        self._answered = answered

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        """Respond to a request."""
        self._asked()
        parts = urlsplit(str(request.url))
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = [(name.lower().encode(), str(value).encode()) for name, value in request.headers.items()]
        try:
            status, told, body = call(self._fake, target, headers)
        except ConnectionResetError as error:
            raise requests.ConnectionError(error) from error
        self._answered()
        response = requests.Response()
        response.status_code = status
        response.url = str(request.url)
        response.headers.update(told)
        response.raw = HTTPResponse(
            io.BytesIO(body), headers=told, status=status, preload_content=False, decode_content=False
        )
        return response

    def close(self) -> None:
        """Nothing is open."""
