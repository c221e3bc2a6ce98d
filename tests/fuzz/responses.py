"""The client before a server that sends whatever bytes it likes."""

import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from fuzz.entry import SECRET, Entry
from fuzz.garbage import SPOILS, as_json, documents, spoil
from fuzz.pipeline import NOW, PAGE
from hypothesis import strategies as st
from movie_lists import POPULAR
from support import HeldClock

from tmdb_pipeline.settings import Credential, Settings
from tmdb_pipeline.tmdb.client import TmdbClient
from tmdb_pipeline.tmdb.errors import TmdbError
from tmdb_pipeline.tmdb.retry import RetryBudget


class Response(NamedTuple):
    """What the server sends: the bytes, and after them so many megabytes more."""

    content: bytes
    flood: int


@dataclass
class Loud:
    """A server of raw bytes: each connection gets ``response`` after its request, then its end."""

    address: str
    response: Response = field(default=Response(b"", 0))


_FILLING = b"x" * 2**20


@contextmanager
def server() -> Iterator[Loud]:
    """A server on loopback, in a thread."""
    listening = socket.create_server(("127.0.0.1", 0))
    loud = Loud(f"http://127.0.0.1:{listening.getsockname()[1]}/3")

    def serve() -> None:
        with suppress(OSError):  # closed at the end
            while True:
                connection, _ = listening.accept()
                with connection, suppress(OSError):
                    _answer(connection, loud.response)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield loud
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def _answer(connection: socket.socket, response: Response) -> None:
    request = b""
    while b"\r\n\r\n" not in request:
        request += connection.recv(65_536)
    connection.sendall(response.content)
    for _ in range(response.flood):
        connection.sendall(_FILLING)
    connection.shutdown(socket.SHUT_WR)


def asked(response: Response, loud: Loud) -> None:
    """The client has a page, or says in a typed error what is wrong with the response."""
    loud.response = response
    settings = Settings(Credential("read_token", SECRET), base_url=loud.address)
    budget = RetryBudget(tries=2, seconds=10)
    with TmdbClient(settings, budget=budget, clock=HeldClock(NOW), random=Random(0)) as client:
        response = client.page(POPULAR, 1)
        assert response.page.total_pages is not None


_VALUES = {
    b"Content-Type": [b"application/json;charset=utf-8", b"text/html", b"\xff"],
    b"Content-Length": [b"-1", b"0", b"99999999999999999999", b"abc", b"1, 2", b"5", b"9" * 5000],
    b"Content-Encoding": [b"gzip", b"deflate", b"br", b"zstd", b"gzip, gzip", b"\xe9", b"identity"],
    b"Transfer-Encoding": [b"chunked", b"gzip, chunked", b"identity", b"chunked, chunked"],
    b"Retry-After": [
        b"1",
        b"-5",
        b"1e400",
        b"nan",
        b"9" * 5000,
        b"Wed, 21 Oct 2015 07:28:00 GMT",
        b"Wed, 99 Oct 9999999 07:28:00 GMT",
        b"\xff",
    ],
    b"Location": [b"/x", b"\xe9", b"http://[::1", b"//", b"http://a:99999", b"http://127.0.0.1:1/", b"\x00"],
    b"ETag": [b'"x"', b"\xff"],
    b"Set-Cookie": [b"a=b", b"\xff=\x00", b"a=b; expires=Wed, 99 Oct 99999 07:28:00 GMT"],
    b"Connection": [b"close", b"keep-alive", b"upgrade"],
    b"X-RateLimit-Reset": [b"9" * 30],
    b"": [b"", b"x"],
    b" folded": [b"y"],
    b"no colon": [b""],
}
_LINES = st.binary(max_size=12).map(lambda line: line.replace(b"\n", b""))
_HEADERS = st.sampled_from([name + b": " + value for name, values in _VALUES.items() for value in values])
_STATUS_LINES = [
    *(
        b"HTTP/1.1 %d X" % status
        for status in (
            200,
            200,
            200,
            100,
            101,
            204,
            205,
            206,
            301,
            302,
            304,
            308,
            401,
            403,
            404,
            408,
            422,
            425,
            429,
            451,
            500,
            503,
            599,
        )
    ),
    b"HTTP/1.1 200",
    b"HTTP/1.0 200 OK",
    b"HTTP/9.9 200 OK",
    b"HTTP/1.1 99 X",
    b"HTTP/1.1 -200 X",
    b"HTTP/1.1 9999999 X",
    b"HTTP/1.1 abc X",
    b"ICY 200 OK",
    b"<html>",
    b"",
    b"HTTP/1.1 200 " + b"x" * 70_000,
]
_CHUNK_SIZES = [b"%x", b"-%x", b"%x;ext", b"0x%x", b" %x", b"%x" + b"f" * 20]


_PARTS = ["body", "status", "redirect", "coded", "length", "headers", "many headers", "chunk", "spoiled", "flood"]


@st.composite
def responses(draw: st.DrawFn) -> Response:
    """A response that is good but for one or two parts of it."""
    bad = draw(st.sets(st.sampled_from(_PARTS), min_size=1, max_size=3))
    body = draw(documents(PAGE) | st.binary(max_size=30) | st.just(b"<html>")) if "body" in bad else as_json(PAGE)
    if draw(st.booleans()):
        body = gzip.compress(body, mtime=0)
    lines = [draw(st.sampled_from(_STATUS_LINES)) if "status" in bad else b"HTTP/1.1 200 OK"]
    if "redirect" in bad:
        lines = [b"HTTP/1.1 %d X" % draw(st.sampled_from([301, 302, 303, 307, 308]))]
        lines.append(b"Location: " + draw(st.sampled_from(_VALUES[b"Location"]) | _LINES))
    if "coded" in bad:
        lines.append(b"Content-Encoding: " + draw(st.sampled_from(_VALUES[b"Content-Encoding"])))
    chunked = "chunk" in bad or draw(st.booleans())
    length = draw(st.sampled_from(_VALUES[b"Content-Length"])) if "length" in bad else b"%d" % len(body)
    flood = "flood" in bad and draw(st.integers(0, 2)) == 2
    if not flood:  # else it ends with the connection
        lines.append(b"Transfer-Encoding: chunked" if chunked else b"Content-Length: " + length)
    lines += draw(st.lists(_HEADERS, min_size=1, max_size=3)) if "headers" in bad else []
    lines += [b"X-%d: y" % at for at in range(200)] if "many headers" in bad else []
    if chunked and not flood:
        size = draw(st.sampled_from(_CHUNK_SIZES)) if "chunk" in bad else b"%x"
        body = size.replace(b"%x", b"%x" % len(body)) + b"\r\n" + body + b"\r\n0\r\n\r\n"
    content = b"\r\n".join([*lines, b"", body])
    if "spoiled" in bad:
        content = spoil(content, draw(SPOILS))
    return Response(content, 80 if flood else 0)


ENTRIES = [Entry("responses", responses(), asked, (TmdbError,), server, megabytes=110)]
