"""What a server may send that breaks every rule, over real sockets: it ends, it costs little, it is a typed error."""

import logging
import threading
import tracemalloc
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from raw_server import RawServer, endless, hanging_up, response
from support import HeldClock, examples, wait_for

from tmdb_pipeline.settings import Credential, Settings
from tmdb_pipeline.tmdb.client import TmdbClient
from tmdb_pipeline.tmdb.errors import BadRequest, Blocked, BrokenResponse, TmdbError, Unreachable
from tmdb_pipeline.tmdb.retry import RetryBudget

KEY = Credential("api_key", "0123456789abcdef0123456789abcdef")
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(autouse=True)
def _no_long_waits(monkeypatch):
    """A test of these that fails should do so soon."""
    monkeypatch.setattr("tmdb_pipeline.tmdb.client.READ_TIMEOUT", 5)


def asked(url, *, budget=None, clock=None):
    """The one error that a request to a server ends in."""
    settings = Settings(KEY, base_url=url)
    with (
        TmdbClient(settings, budget=budget or RetryBudget(tries=1), clock=clock or HeldClock()) as client,
        pytest.raises(TmdbError) as raised,
    ):
        client.configuration()
    return raised.value


def client_of(server):
    return TmdbClient(Settings(KEY, base_url=server.url), clock=HeldClock())


@pytest.mark.parametrize(
    ("raw", "kind", "what"),
    [
        (response(b"{}", "Content-Encoding: deflate", status="301 Moved"), BadRequest, "redirects (301)"),
        (response(b"{}", "Content-Encoding: gzip", status="302 Found"), BadRequest, "redirects (302)"),
        (response(b"", "Location: \xe9", status="301 Moved"), BadRequest, "redirects (301)"),
        (response(b"", "Location: http://[::1", status="307 Moved"), BadRequest, "redirects (307)"),
        (response(b"", "Location: http://\xff\xfe:x/", status="308 Moved"), BadRequest, "redirects (308)"),
        (response(b"", "Location: http://a b/", status="302 Moved"), BadRequest, "redirects (302)"),
        (response(b"", "Location: //login.example/x", status="302 Found"), Blocked, "sent to login.example (302)"),
        (CHUNKED + b"-5\r\nabcde\r\n", BrokenResponse, "breaks the rules of HTTP"),
        (CHUNKED + b"-FFFFFFFFFFFFFFFFFFFF\r\n", BrokenResponse, "breaks the rules of HTTP"),
        (CHUNKED + b"zz\r\n{}\r\n", BrokenResponse, "breaks the rules of HTTP"),
        (CHUNKED + b"\r\n{}\r\n", BrokenResponse, "breaks the rules of HTTP"),
        (hanging_up(CHUNKED + b"2\r\n{}\r\n"), Unreachable, "cut off"),
        (hanging_up(CHUNKED + b"5\r\n{}"), Unreachable, "cut off"),
        (hanging_up(OK + b"Content-Length: 10\r\n\r\n{}"), Unreachable, "cut off"),
        (hanging_up(OK + b"Content-Length: -10\r\n\r\n{"), BrokenResponse, "cut off"),
        (hanging_up(OK + b"Content-Length: many\r\n\r\n{"), BrokenResponse, "cut off"),
        (OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ", BrokenResponse, "contradicts itself"),
        (OK + b"X: y\r\n" * 101 + b"\r\n", BrokenResponse, "breaks the rules of HTTP (HTTPException)"),
        (OK + b"X: " + b"y" * 70_000 + b"\r\n\r\n", BrokenResponse, "line that is far too long"),
        (b"HTTP/1.1 two hundred\r\n\r\n", BrokenResponse, "does not speak HTTP"),
        (b"HTTP/1.1 99 Low\r\n\r\n", BrokenResponse, "does not speak HTTP"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", BrokenResponse, "does not speak HTTP"),
        (b"\x15\x03\x01\x00\x02\x02\x16\r\n", BrokenResponse, "does not speak HTTP"),
        (hanging_up(b"{}"), BrokenResponse, "does not speak HTTP"),
        (hanging_up(b"\r\n"), BrokenResponse, "does not speak HTTP"),
        (hanging_up(b""), Unreachable, "closed before a response came"),
        (b"HTTP/1.1 103 Early Hints\r\n\r\n", BrokenResponse, "no data, by its status (103)"),
        (b"HTTP/1.1 101 Switching\r\n\r\n", BrokenResponse, "no data, by its status (101)"),
        (b"HTTP/1.1 204 None\r\n\r\n", BrokenResponse, "no data, by its status (204)"),
        (response(status="206 Partial"), BrokenResponse, "no data, by its status (206)"),
    ],
    ids=lambda value: getattr(value, "__name__", None) or repr(value)[:60],
)
def test_whatever_breaks_http_is_a_typed_error(raw, kind, what):
    """A library's stumbling over a response becomes an error that says what is wrong with the response."""
    with RawServer(raw) as server:
        error = asked(server.url)

    assert type(error) is kind
    assert what in error.what
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None


@pytest.mark.parametrize(
    "raw",
    [CHUNKED + b"-5\r\n", b"garbage\r\n", OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} "],
    ids=["chunk", "status line", "lengths"],
)
def test_broken_framing_is_asked_for_again(raw):
    """A response that breaks HTTP is one of the troubles that pass, and what follows it is not read for a response."""
    with RawServer(raw, response(b'{"images": {}}')) as server, client_of(server) as client:
        received = client.configuration()

    assert received.body == b'{"images": {}}'
    assert len(server.heads) == 2


@pytest.mark.parametrize(
    ("start", "repeated"),
    [
        (b"HTTP/1.1 301 Moved\r\n\r\n", b"x" * 65536),
        (b"HTTP/1.1 301 Moved\r\nLocation: /4\r\nContent-Encoding: gzip\r\n\r\n", b"x" * 65536),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", b"x" * 65536),
        (b"HTTP/1.1 503 Down\r\nTransfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n"),
    ],
    ids=["redirect", "packed redirect", "404", "chunked 503"],
)
def test_error_is_not_read_beyond_what_a_message_needs(start, repeated):
    """Of a body that never ends and holds no data some kilobytes are read, whatever its status, and no more."""
    with RawServer(endless(start, repeated)) as server:
        tracemalloc.start()
        try:
            error = asked(server.url)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert start[9:12].decode() in str(error)
    assert peak < 4 * 1024 * 1024


@pytest.mark.parametrize(
    ("start", "repeated"),
    [
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
        (OK + b"\r\n", b"x" * 65536),
        (CHUNKED, b"10000\r\n" + b"x" * 65536 + b"\r\n"),
        (CHUNKED, b"1\r\nx\r\n" * 10_000),
        (CHUNKED + b"0\r\n", b"Trailer: x\r\n" * 5000),
    ],
    ids=["interim responses", "body", "chunks", "tiny chunks", "trailers"],
)
def test_endless_answer_is_refused(start, repeated, monkeypatch):
    """Whatever part of a response never ends, it is cut off at a size, however fast it comes."""
    monkeypatch.setattr("tmdb_pipeline.tmdb.bounds.MAX_BODY", 5_000)
    monkeypatch.setattr("tmdb_pipeline.tmdb.bounds.MAX_HEAD", 100_000)
    with RawServer(endless(start, repeated)) as server:
        error = asked(server.url)

    assert type(error) is BrokenResponse
    assert "longer than" in str(error)


@pytest.mark.parametrize("size", [300_000, 2_000_000])
def test_large_answer_is_read_whole(size):
    """What is larger than anything that TMDB sends, but no attack, is a response."""
    body = b'{"text": "' + b"x" * size + b'"}'
    with RawServer(response(body)) as server, client_of(server) as client:
        received = client.configuration()

    assert received.body == body


@pytest.mark.parametrize(
    ("start", "dripped"),
    [
        (b"", b"HTTP/1.1 200 OK\r\n" + b"y" * 10_000),
        (OK, b"X-Slow: " + b"y" * 10_000),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
        (CHUNKED, b"0" * 10_000),
        (CHUNKED + b"0\r\n", b"T: " + b"y" * 10_000),
        (OK + b"\r\n", b"y" * 10_000),
        (b"HTTP/1.1 301 Moved\r\n\r\n", b"y" * 10_000),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", b"y" * 10_000),
    ],
    ids=["status line", "header", "interim responses", "chunk size", "trailer", "body", "redirect", "error"],
)
def test_dripping_answer_ends_with_the_deadline(start, dripped):
    """One byte at a time in any part of a response of any status ends at the deadline: no byte begins the wait anew."""
    clock = HeldClock()
    sent = []

    def drip(connection):
        connection.sendall(start)
        letters = cycle(dripped)
        while True:
            sent.append(next(letters))
            clock.advance(1)
            connection.send(bytes(sent[-1:]))
            read.wait(0.002)

    read = threading.Event()
    with RawServer(drip) as server:
        error = asked(server.url, clock=clock, budget=RetryBudget(tries=1, per_try=60))

    assert type(error) is Unreachable
    assert "too slowly" in str(error)
    assert len(sent) < 5000


def test_silence_ends_at_the_deadline_and_not_after_it():
    """A server that falls silent shortly before the deadline is not waited for beyond it."""
    clock = HeldClock()
    waited = []

    def stop(connection):
        clock.advance(59.95)
        connection.sendall(OK)
        connection.settimeout(3)  # less than the client's own timeout
        waited.append(connection.recv(1))

    with RawServer(stop) as server:
        error = asked(server.url, clock=clock, budget=RetryBudget(tries=1, per_try=60))
        wait_for(lambda: waited, "that the client hangs up")

    assert "too slowly" in str(error)
    assert waited == [b""]


def test_key_is_not_logged_where_a_header_cannot_be_parsed(caplog):
    """urllib3 writes the address of a response with a malformed header into the log; the key is not in it."""
    caplog.set_level(logging.DEBUG)
    with RawServer(OK + b"Content-Length: 2\r\nNot a header\r\n\r\n{}") as server, client_of(server) as client:
        client.configuration()

    assert "Failed to parse headers" in caplog.text
    assert f"api_key={KEY.secret}" in server.heads[0]
    assert KEY.secret not in caplog.text


def test_cookies_are_not_kept():
    """What a response would have us send back is not sent."""
    with RawServer(response(b"{}", "Set-Cookie: who=us")) as server, client_of(server) as client:
        client.configuration()
        client.configuration()

    assert len(server.heads) == 2
    assert not any("cookie" in head.lower() for head in server.heads)


STARTS = st.sampled_from([b"", OK, CHUNKED, b"HTTP/1.1 301 Moved\r\n", b"HTTP/1.1 403 No\r\n", OK + b"\r\n"])
PIECES = st.sampled_from(
    [
        *(b"HTTP/1.1 ", b"HTTP/0.9 ", b"200 OK", b"301 Moved", b"404", b"100 Continue", b"\r\n", b"\n", b"\r\n\r\n"),
        *(b"Content-Length: ", b"Transfer-Encoding: chunked", b"Content-Encoding: gzip", b"Location: ", b"-", b"5"),
        *(b"99999999999999999999", b"{}", b"\xff\xfe", b"\x00", b"\x1f\x8b", b"0", b"http://[::1", b"Set-Cookie: "),
        *(b"Retry-After: ", b"Date: ", b"Connection: close", b"ffffffff", b": ", b" ", b"; ", b"=", b"\xc3\xa9"),
    ]
)


@examples(60)
@given(STARTS, st.lists(PIECES | st.binary(max_size=5), max_size=25).map(b"".join))
def test_any_bytes_are_an_answer_or_a_typed_error(start, rest):
    """Whatever a server sends before it hangs up, the client answers or raises one of its own errors."""
    with RawServer(hanging_up(start + rest)) as server:
        settings = Settings(KEY, base_url=server.url)
        with TmdbClient(settings, clock=HeldClock(), budget=RetryBudget(tries=2)) as client:
            try:
                outcome = client.configuration()
            except TmdbError as error:
                outcome = error

    assert KEY.secret not in f"{outcome!r} {outcome}"
