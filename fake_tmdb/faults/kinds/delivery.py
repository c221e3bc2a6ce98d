"""What happens on the way to the client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from fake_tmdb.faults.kinds.registry import Example, Stage, kind
from fake_tmdb.faults.values import FLAG, SECONDS, SHARE, SPEED

if TYPE_CHECKING:
    Headers = list[tuple[bytes, bytes]]


class Wire(Protocol):
    """The way back to one client, see `fake_tmdb.http.wire`."""

    async def hang(self) -> None:
        """Wait until the client has gone."""

    async def reset(self) -> None:
        """Break the connection with a TCP reset."""

    async def cut(self, status: int, headers: Headers, body: bytes) -> None:
        """Send a part of the body, then end the connection."""

    async def drip(self, status: int, headers: Headers, body: bytes, bytes_per_second: int) -> None:
        """Send a whole response slowly."""


@kind(Stage.WAIT, SECONDS, Example({"delay": 0.01}))
def delay(value: float) -> float:
    """Wait so many seconds before anything else."""
    return value


@kind(Stage.SILENCE, FLAG, Example({"reset": True}, None))
async def reset(_value: bool, wire: Wire) -> None:  # noqa: FBT001 - a kind's value comes first
    """Reset the connection without a response."""
    await wire.reset()


@kind(Stage.SILENCE, FLAG, Example({"hang": True}, None))
async def hang(_value: bool, wire: Wire) -> None:  # noqa: FBT001 - a kind's value comes first
    """Never respond."""
    await wire.hang()


@kind(Stage.DELIVERY, SHARE, Example({"cut": 0.5}, None))
async def cut(value: float, wire: Wire, status: int, headers: Headers, body: bytes) -> None:
    """End the connection after this share of the body."""
    await wire.cut(status, headers, body[: int(len(body) * value)])


@kind(Stage.DELIVERY, SPEED, Example({"drip": 400_000}))
async def drip(value: int, wire: Wire, status: int, headers: Headers, body: bytes) -> None:
    """Send the body at so many bytes a second."""
    await wire.drip(status, headers, body, value)
