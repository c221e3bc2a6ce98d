"""The way to a server over real sockets: TLS, proxies, SOCKS, and what is said where it ends on the way."""

import os
import socket
import ssl
import threading
from pathlib import Path

import pytest
from raw_server import RawServer, endless, hanging_up, response, tunnel_to
from support import HeldClock, free_port

from tmdb_pipeline.settings import Credential, Settings
from tmdb_pipeline.tmdb.client import TmdbClient
from tmdb_pipeline.tmdb.errors import BadRequest, Blocked, TmdbError, Unreachable
from tmdb_pipeline.tmdb.retry import RetryBudget

TLS = Path(__file__).with_name("tls")
KEY = Credential("api_key", "0123456789abcdef0123456789abcdef")
OK = response(b'{"images": {}}')


@pytest.fixture(autouse=True)
def environ(monkeypatch):
    """Sets variables, in an environment that has none about the network."""
    monkeypatch.setattr("tmdb_pipeline.tmdb.client.READ_TIMEOUT", 5)
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.endswith("_CA_BUNDLE"):
            monkeypatch.delenv(name)
    return monkeypatch.setenv


@pytest.fixture
def resolve(monkeypatch):
    """Lets every name have addresses at these ports of loopback."""

    def set_ports(*ports):
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)) for port in ports]
        monkeypatch.setattr("socket.getaddrinfo", lambda *args, **kwargs: found)

    return set_ports


def tls(certificate="server"):
    """What makes a server speak TLS with one of the certificates of tests."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / f"{certificate}.pem")
    return lambda connection: context.wrap_socket(connection, server_side=True)


def client_for(url, *, tries=1, **budget):
    budget = RetryBudget(tries=tries, **budget)
    return TmdbClient(Settings(KEY, base_url=url), budget=budget, clock=HeldClock())


def failure(url, **budget):
    """The error that a request ends in."""
    with client_for(url, **budget) as client, pytest.raises(TmdbError) as raised:
        client.configuration()
    return raised.value


def test_own_ca_is_trusted_and_the_name_is_the_hosts(environ, resolve):
    """With its CA in a bundle a server is believed by the name in the base URL, whichever address was connected to."""
    environ("REQUESTS_CA_BUNDLE", str(TLS / "ca.pem"))
    with RawServer(OK, wrap=tls()) as server:
        resolve(server.port)
        with client_for("https://tmdb.example/3") as client:
            body = client.configuration().body

    assert body == b'{"images": {}}'
    assert server.heads[0].split("\r\n")[:2] == [
        f"GET /3/configuration?api_key={KEY.secret} HTTP/1.1",
        "Host: tmdb.example",
    ]


@pytest.mark.parametrize(
    ("certificate", "bundle", "what"),
    [
        ("server", None, "is signed by nobody whom we trust"),
        ("expired", "ca", "has expired"),
        ("early", "ca", "is not valid yet"),
        ("other_host", "ca", "is for another host"),
    ],
)
def test_certificate_that_is_not_trusted_is_named_and_gets_no_key(environ, certificate, bundle, what):
    """What is wrong with the certificate is said at the first try, and nothing was sent."""
    if bundle:
        environ("REQUESTS_CA_BUNDLE", str(TLS / f"{bundle}.pem"))
    with RawServer(OK, wrap=tls(certificate)) as server:
        error = failure(f"https://127.0.0.1:{server.port}/3", tries=5)

    assert type(error) is Blocked
    assert error.what == f"the certificate of the other side {what}, so nothing was sent"
    assert (error.tries, server.heads) == (1, [])


def test_stalled_handshake_is_named(monkeypatch):
    """A server that takes the connection and never speaks TLS is not called silent after the request."""
    monkeypatch.setattr("tmdb_pipeline.tmdb.client.CONNECT_TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        error = failure(f"https://127.0.0.1:{listening.getsockname()[1]}/3")

    assert type(error) is Unreachable
    assert str(error) == (
        "/configuration: the TLS handshake did not end within 0.2 s. "
        "Does a firewall or VPN on the way break it off, or lose large packets?"
    )


def test_server_without_tls_is_named():
    """Where plain HTTP is spoken, an https address ends in a sentence about TLS."""
    with RawServer(
        OK, wrap=lambda connection: hanging_up(b"HTTP/1.1 400 Bad\r\n\r\n")(connection) or connection
    ) as server:
        error = failure(f"https://127.0.0.1:{server.port}/3")

    assert type(error) is Unreachable
    assert error.what == "no TLS connection: the other side does not speak TLS, or broke it off"


def test_address_that_fails_at_tls_is_tried_last_the_next_time(environ, resolve, monkeypatch):
    """Where one address takes connections and swallows the handshake, the next try goes to another one."""
    environ("REQUESTS_CA_BUNDLE", str(TLS / "ca.pem"))
    monkeypatch.setattr("tmdb_pipeline.tmdb.client.CONNECT_TIMEOUT", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as swallowing, RawServer(OK, wrap=tls()) as server:
        resolve(swallowing.getsockname()[1], server.port)
        with client_for("https://tmdb.example/3", tries=2) as client:
            body = client.configuration().body

    assert body == b'{"images": {}}'


def test_connection_goes_through_an_http_proxy(environ):
    """An https address is reached through CONNECT, by name, and the proxy sees no key; connections are kept."""
    environ("REQUESTS_CA_BUNDLE", str(TLS / "ca.pem"))
    with RawServer(OK, wrap=tls()) as server, RawServer(tunnel_to(server.port)) as proxy:
        environ("HTTPS_PROXY", f"http://someone:pass%40word@127.0.0.1:{proxy.port}")
        with client_for("https://tmdb.example/3") as client:
            bodies = [client.configuration().body for _ in range(3)]

    assert bodies == [b'{"images": {}}'] * 3
    assert [head.split(" HTTP/1.")[0] for head in proxy.heads] == ["CONNECT tmdb.example:443"]
    assert "Proxy-Authorization: Basic c29tZW9uZTpwYXNzQHdvcmQ=" in proxy.heads[0]
    assert KEY.secret not in proxy.heads[0]
    assert "Proxy-Authorization" not in server.heads[0]


def test_connection_goes_through_a_proxy_that_speaks_tls(environ):
    """With TLS to the proxy, and TLS within that, answers are read as ever."""
    environ("REQUESTS_CA_BUNDLE", str(TLS / "ca.pem"))
    long = response(b'{"text": "' + b"x" * 100_000 + b'"}')
    with RawServer(long, wrap=tls()) as server, RawServer(tunnel_to(server.port), wrap=tls()) as proxy:
        environ("HTTPS_PROXY", f"https://127.0.0.1:{proxy.port}")
        with client_for("https://tmdb.example/3") as client:
            answer = client.configuration()

    assert len(answer.object["text"]) == 100_000
    assert len(server.heads) == 1


def test_pools_behind_a_proxy_are_made_once(environ):
    """However many requests go through a proxy, the classes that serve them are the same."""
    with RawServer(OK) as proxy:
        environ("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        with client_for("http://tmdb.example/3") as client:
            managers = client._session.get_adapter("http://").proxy_manager
            client.configuration()
            before = [dict(manager.pool_classes_by_scheme) for manager in managers.values()]
            client.configuration()
            after = [dict(manager.pool_classes_by_scheme) for manager in managers.values()]

    assert before == after
    assert len(before) == 1
    assert [head.count("api_key=") for head in proxy.heads] == [1, 1]


@pytest.mark.parametrize(
    ("answer", "kind", "what"),
    [
        (b"HTTP/1.1 407 Who are you\r\n\r\n", BadRequest, "the proxy wants to know who we are (407)"),
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", Blocked, "the proxy does not let us through (403)"),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", Unreachable, "the proxy does not let us through (502)"),
        (hanging_up(b"SSH-2.0-OpenSSH\r\n"), Unreachable, "what answers at the proxy's address is no HTTP proxy"),
        (hanging_up(b""), Unreachable, "the proxy closed the connection"),
        (endless(b"HTTP/1.1 200 OK\r\nX: "), Unreachable, "what answers at the proxy's address is no HTTP proxy"),
    ],
    ids=lambda value: getattr(value, "__name__", None) or repr(value)[:40],
)
def test_way_that_ends_at_the_proxy_is_named(environ, answer, kind, what):
    """What a proxy answers to CONNECT, right or wrong, is said of the proxy, and its password is not shown."""
    with RawServer(answer) as proxy:
        environ("HTTPS_PROXY", f"http://someone:sesame@127.0.0.1:{proxy.port}")
        error = failure("https://tmdb.example/3")

    assert (type(error), error.what) == (kind, what)
    assert "sesame" not in f"{error} {error!r}"


def test_endless_headers_of_a_proxy_end(environ):
    """Headers without end in the answer to CONNECT end, by their number or by their size, as Python has it."""
    with RawServer(endless(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 1000)) as proxy:
        environ("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        error = failure("https://tmdb.example/3")

    assert error.what in {
        "the answer is longer than 262144 bytes",
        "what answers at the proxy's address is no HTTP proxy",
    }


def test_proxy_that_is_down_is_named(environ):
    """Where nobody listens, it is the proxy and its variable that are named."""
    environ("HTTPS_PROXY", f"http://127.0.0.1:{free_port()}")

    assert str(failure("https://tmdb.example/3")) == (
        "/configuration: the proxy refuses the connection. Is HTTPS_PROXY right, and the proxy up?"
    )


def test_silent_proxy_is_named(environ, monkeypatch):
    """A proxy that never answers CONNECT is given up after the time for connecting."""
    monkeypatch.setattr("tmdb_pipeline.tmdb.client.CONNECT_TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        environ("HTTPS_PROXY", f"http://127.0.0.1:{listening.getsockname()[1]}")
        error = failure("https://tmdb.example/3")

    assert str(error) == (
        "/configuration: the proxy gave no answer within 0.2 s. Is HTTPS_PROXY right, and the proxy up?"
    )


def test_dripping_proxy_ends_with_the_deadline(environ):
    """The answer to CONNECT comes within the bounds of the exchange too."""
    clock = HeldClock()

    def drip(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            clock.advance(1)
            connection.send(b"X")
            pause.wait(0.002)

    pause = threading.Event()
    with RawServer(drip) as proxy:
        environ("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        settings = Settings(KEY, base_url="https://tmdb.example/3")
        with (
            TmdbClient(settings, budget=RetryBudget(tries=1, per_try=20), clock=clock) as client,
            pytest.raises(Unreachable, match="too slowly"),
        ):
            client.configuration()


def test_no_proxy_is_kept_to(environ):
    """A host that NO_PROXY names is reached past the proxy."""
    environ("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    environ("NO_PROXY", "127.0.0.1")
    with RawServer(OK) as server, client_for(server.url) as client:
        client.configuration()

    assert len(server.heads) == 1


def socks5(port):
    """A SOCKS 5 proxy (RFC 1928) without users, which leads to a port of loopback; and what it was asked for."""
    asked = []

    def speak(connection):
        assert connection.recv(3) == b"\x05\x01\x00"
        connection.sendall(b"\x05\x00")
        version, command, _, kind, length = connection.recv(5)
        asked.append((version, command, kind, connection.recv(length).decode(), connection.recv(2)))
        tunnel_to(port, start=b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")(connection)
        return connection

    return speak, asked


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_connection_goes_through_a_socks_proxy(environ, scheme):
    """With the package for SOCKS installed a socks5h proxy is asked for the host by name, with TLS and without."""
    environ("REQUESTS_CA_BUNDLE", str(TLS / "ca.pem"))
    with RawServer(OK, **({"wrap": tls()} if scheme == "https" else {})) as server:
        speak, asked = socks5(server.port)
        with RawServer(OK, wrap=speak) as proxy:
            environ("ALL_PROXY", f"socks5h://127.0.0.1:{proxy.port}")
            with client_for(f"{scheme}://tmdb.example/3") as client:
                body = client.configuration().body

    assert body == b'{"images": {}}'
    assert asked == [(5, 1, 3, "tmdb.example", b"\x01\xbb" if scheme == "https" else b"\x00\x50")]
    assert f"api_key={KEY.secret} " in server.heads[0]


def test_socks_proxy_that_is_down_is_one_sentence(environ):
    """Where nobody listens, the sentence names what did not work."""
    environ("HTTP_PROXY", f"socks5h://127.0.0.1:{free_port()}")

    assert failure("http://tmdb.example/3").what == "the connection was refused"
