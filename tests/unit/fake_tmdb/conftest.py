"""A fake in process for each test, over one catalogue, with the clock frozen so that nothing depends on the day."""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from fake_tmdb import NO_LIMITS, Catalogue, Clock, FakeTmdb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fake_tmdb import Server

NOON = 1_704_110_400.0  # 2024-01-01 12:00 UTC, a Monday


@dataclass(frozen=True)
class Reply:
    """What an application sent."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return the first header of that name."""
        return next((value for key, value in self.headers if key == name), None)

    def json(self) -> Any:
        """Return the document, decompressed where the headers say so."""
        body = gzip.decompress(self.body) if self.header("content-encoding") == "gzip" else self.body
        return orjson.loads(body)


def call_app(app: Any, target: str, *, method: str = "GET", body: bytes = b"", **headers: str) -> Reply:
    """Send one request to an ASGI application, without a socket."""
    path, _, query = target.partition("?")
    sent: list[dict[str, Any]] = []
    received = iter([{"type": "http.request", "body": body}])

    async def receive() -> dict[str, Any]:
        return next(received, {"type": "http.disconnect"})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        "client": ("192.0.2.1", 50_000),
    }
    asyncio.run(app(scope, receive, send))
    return Reply(
        sent[0]["status"],
        [(name.decode(), value.decode()) for name, value in sent[0]["headers"]],
        b"".join(message.get("body", b"") for message in sent[1:]),
    )


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """Return the default catalogue."""
    return Catalogue()


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands at noon of 2024-01-01 UTC."""
    clock = Clock(lambda: NOON)
    clock.freeze()
    return clock


@pytest.fixture
def fake(catalogue: Catalogue, clock: Clock) -> FakeTmdb:
    """Return a fake without limits."""
    return FakeTmdb(catalogue=catalogue, clock=clock, limits=NO_LIMITS)


@pytest.fixture
def send() -> Callable[..., Reply]:
    """Return a function that sends one request to any application."""
    return call_app


@pytest.fixture
def ask(fake: FakeTmdb) -> Callable[..., Reply]:
    """Return a function that asks the fake for a path under /3 with a valid token."""

    def ask(target: str, **kwargs: Any) -> Reply:
        kwargs.setdefault("authorization", f"Bearer {fake.read_token}")
        return call_app(fake.app, f"/3{target}", **kwargs)

    return ask


@pytest.fixture
def server(fake: FakeTmdb) -> Iterator[Server]:
    """Return a running server of the fake."""
    with fake.serve() as server:
        yield server
