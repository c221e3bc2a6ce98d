"""Sending: whole responses, and the ways in which a response can fail on its way."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from fake_tmdb.http.cache import Headers

    Message = MutableMapping[str, Any]

EXTENSION = "fake_tmdb"  # under this name the server hands its connection to the application
DRIP_STEP = 0.05  # seconds between two pieces of a body that drips


class Wire:
    """The way back to one client.

    In process there is no connection to break: resetting and cutting then raise ConnectionResetError.
    """

    __slots__ = ("_connection", "_receive", "_send")

    def __init__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        self._receive = receive
        self._send = send
        self._connection = (scope.get("extensions") or {}).get(EXTENSION)

    @property
    def crowded(self) -> bool:
        """Whether the address has more connections open than it may."""
        return self._connection is not None and self._connection.crowded

    async def send(self, status: int, headers: Headers, body: bytes, *, close: bool = False) -> None:
        """Send a whole response, and with `close` end the connection."""
        if close:
            headers = [*headers, (b"connection", b"close")]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})

    async def reset(self) -> None:
        """Break the connection with a TCP reset, without a response."""
        if self._connection is None:
            raise ConnectionResetError("The fake TMDB was asked to reset this connection.")
        raw = self._connection.transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.transport.abort()
        await self.hang()

    async def cut(self, status: int, headers: Headers, body: bytes) -> None:
        """Send the head and this part of the body, then end the connection in the middle."""
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body, "more_body": True})
        if self._connection is None:
            raise ConnectionResetError("The fake TMDB was asked to cut this response.")
        self._connection.transport.close()
        await self.hang()

    async def drip(self, status: int, headers: Headers, body: bytes, bytes_per_second: int) -> None:
        """Send a whole response slowly."""
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        step = max(int(bytes_per_second * DRIP_STEP), 1)
        for start in range(0, len(body), step):
            await self._send({"type": "http.response.body", "body": body[start : start + step], "more_body": True})
            await asyncio.sleep(step / bytes_per_second)
        await self._send({"type": "http.response.body", "body": b""})

    async def hang(self) -> None:
        """Wait until the client has gone."""
        while (await self._receive())["type"] != "http.disconnect":
            pass
