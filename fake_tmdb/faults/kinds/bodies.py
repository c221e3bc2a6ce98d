"""Changes to the headers and the bytes of a response."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fake_tmdb.faults.kinds.registry import Example, Stage, kind
from fake_tmdb.faults.values import HEADER_VALUE, HEADERS, SHARE, TEXT, one_of

if TYPE_CHECKING:
    from collections.abc import Mapping

ENCODING = b"content-encoding"


@dataclass
class Message:
    """The headers, without Content-Encoding, and the plain body.

    `is_packed` if the body is to be compressed, `is_labelled` if the headers say that it is.
    """

    headers: list[tuple[bytes, bytes]]
    body: bytes
    is_packed: bool
    is_labelled: bool

    def replace(self, headers: Mapping[str, str]) -> None:
        """Put headers in the place of those with the same names."""
        new = {name.lower().encode(): value.encode() for name, value in headers.items()}
        self.headers = [header for header in self.headers if header[0] not in new] + list(new.items())


@kind(Stage.PLAIN, HEADERS, Example({"headers": {"X-Cache": "odd"}}))
def headers(value: Mapping[str, str], message: Message) -> None:
    """Send these headers, in the place of those with the same names."""
    message.replace(value)


@kind(Stage.PLAIN, HEADER_VALUE, Example({"content_type": "text/html"}))
def content_type(value: str, message: Message) -> None:
    """Send this Content-Type with the usual body."""
    message.replace({"content-type": value})


@kind(Stage.PLAIN, TEXT, Example({"text": "not json"}, 200, b"not json"))
def text(value: str, message: Message) -> None:
    """Send this text as the body, under the usual headers."""
    message.body = value.encode()


@kind(
    Stage.PLAIN,
    one_of("unlabelled", "mislabelled"),
    Example({"gzip": "unlabelled"}, 200, b"\x1f\x8b"),
    Example({"gzip": "mislabelled"}, None),
)
def gzip(value: str, message: Message) -> None:
    """`unlabelled`: compressed without the header. `mislabelled`: the header without compression."""
    message.is_packed = value == "unlabelled"
    message.is_labelled = not message.is_packed


@kind(Stage.PACKED, SHARE, Example({"truncate": 0.0}, 200, None), Example({"truncate": 0.5}))
def truncate(value: float, message: Message) -> None:
    """Send this share of the body as if it were the whole."""
    message.body = message.body[: int(len(message.body) * value)]
