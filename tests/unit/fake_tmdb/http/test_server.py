import contextlib
import gzip
import re
import socket
import threading

import pytest
import requests
from support import wait_for

from fake_tmdb import Fault, Limits, PortTakenError
from fake_tmdb.faults.kinds import KINDS
from fake_tmdb.http.server import CROWD


@pytest.fixture
def client(fake, server):
    """Return a session with a valid key."""
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {fake.read_token}"
        yield session


@pytest.fixture
def get(client, server):
    """Return a function that gets a path under the base address."""
    return lambda path="/movie/popular", **kwargs: client.get(f"{server.url}{path}", timeout=5, **kwargs)


def raw(server, request, *, limit=65_536):
    """Send bytes on a connection of their own and return what comes back until it ends."""
    with socket.create_connection((server.host, server.port), timeout=5) as connection:
        connection.sendall(request)
        received = b""
        while len(received) < limit and (part := connection.recv(65_536)):
            received += part
        return received


def test_a_page_over_a_socket(get):
    """A real client reads a page, compressed and in chunks, as from the real service."""
    reply = get()

    assert len(reply.json()["results"]) == 20
    assert reply.headers["content-encoding"] == "gzip"
    assert reply.headers["transfer-encoding"] == "chunked"


def test_starts_and_stops_again_and_again(fake):
    """A server can be stopped twice, and started again on another port."""
    server = fake.serve()
    server.start()
    server.stop()
    server.stop()
    with server:
        response = requests.get(f"{server.url}/configuration", timeout=5)

    assert response.status_code == 401


def test_one_state_behind_both_entry_points(fake, get, send):
    """What is asked in process and over the socket is in one journal."""
    get()
    send(fake.app, "/3/movie/popular")

    assert [call.outcome for call in fake.journal.calls()] == [200, 401]


EXAMPLES = [example for kind in KINDS.values() for example in kind.examples]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: Fault(**example.parts).label)
def test_every_kind_of_fault_over_a_socket(fake, client, server, example):
    """A real client on a real socket sees what a kind of fault says that it does."""
    fault = Fault(**example.parts)
    fake.faults = [fault]

    def get():
        url = f"{server.url}/movie/popular"
        return client.get(url, timeout=0.2 if fault.hang else 5, headers={"Accept-Encoding": "identity"})

    if example.status is None:
        with pytest.raises(requests.RequestException):
            get()
    else:
        reply = get()
        assert reply.status_code == example.status
        assert reply.content.startswith(example.start) if example.start else reply.content == b""
        assert {name: reply.headers[name] for name in fault.headers} == fault.headers
    assert fake.journal.calls()[0].fault == fault.label


def test_every_kind_of_fault_has_an_example():
    """No kind is without a test over a socket, in which its own value is the one that is seen."""
    for name, kind in KINDS.items():
        assert kind.examples
        assert all(name in example.parts for example in kind.examples)


@pytest.mark.parametrize("status", [204, 304])
@pytest.mark.parametrize("how", [{}, {"cut": 0.5}, {"drip": 9_000}, {"body": "html"}], ids=str)
def test_statuses_that_have_no_body(fake, get, caplog, status, how):
    """A status that HTTP gives no body comes without one, the next request is served, and the server logs no error."""
    fake.faults = [Fault(times=1, status=status, **how)]
    responses = [get(headers={"Connection": "close"}) for _ in range(2)]

    assert [(response.status_code, len(response.content) > 0) for response in responses] == [
        (status, False),
        (200, True),
    ]
    assert caplog.text == ""


def test_repeated_pages(fake, get):
    """From a page on, every later page holds that page's movies under its own number."""
    fake.faults = [Fault(repeat_page=2)]
    documents = [get(params={"page": page}).json() for page in (1, 2, 3, 400)]

    assert [document["page"] for document in documents] == [1, 2, 3, 400]
    assert documents[0]["results"] != documents[1]["results"] == documents[2]["results"] == documents[3]["results"]


def test_swapped_pages(fake, get):
    """Two requests can get each other's responses as they are: number, results, totals, dates and ETag."""
    pages = (1, 2, 3, 4)
    usual = [get("/movie/upcoming", params={"page": page}) for page in pages]
    fake.faults = [Fault(path="/movie/upcoming", page=2, serve_page=3), Fault(page=3, serve_page=2)]
    swapped = [get("/movie/upcoming", params={"page": page}) for page in pages]

    assert [response.json()["page"] for response in swapped] == [1, 3, 2, 4]
    assert [response.content for response in swapped] == [usual[at].content for at in (0, 2, 1, 3)]
    assert [response.headers["etag"] for response in swapped] == [usual[at].headers["etag"] for at in (0, 2, 1, 3)]


def test_short_pages(fake, get):
    """A short page keeps its first results, its number and its totals; a page that is shorter stays."""
    whole = get(params={"page": 2}).json()
    fake.faults = [Fault(short=7)]

    assert get(params={"page": 2}).json() == {**whole, "results": whole["results"][:7]}
    fake.faults = [Fault(short=21)]
    assert get(params={"page": 2}).json() == whole


def test_a_key_revoked_in_mid_run(fake, get):
    """A key can be refused after some pages, and be valid again."""
    fake.faults = [Fault(skip=2, times=1, revoke=True)]

    assert [get(params={"page": page}).status_code for page in (1, 2, 3, 4)] == [200, 200, 401, 200]


def test_truncated_json(fake, get):
    """A truncated body is a valid response that is no valid JSON."""
    fake.faults = [Fault(truncate=0.5)]
    reply = get(headers={"Accept-Encoding": "identity"})

    assert reply.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        reply.json()


def test_wrong_content_type(fake, get):
    """The type can be wrong while the body is right."""
    fake.faults = [Fault(content_type="text/html")]
    reply = get()

    assert reply.headers["content-type"] == "text/html"
    assert reply.json()["page"] == 1


def test_gzip_without_its_header(fake, get):
    """Compressed bytes without the header reach the client as they are, even when it wants none."""
    fake.faults = [Fault(gzip="unlabelled")]
    reply = get(headers={"Accept-Encoding": "identity"})

    assert reply.content[:2] == b"\x1f\x8b"
    assert gzip.decompress(reply.content).startswith(b'{"page":1')


def test_header_without_gzip(fake, get):
    """Plain bytes under a gzip header cannot be decoded."""
    fake.faults = [Fault(gzip="mislabelled")]

    with pytest.raises(requests.exceptions.ContentDecodingError):
        get()


def test_reset(fake, get):
    """A reset connection is one for the client; the next request is served on a new one."""
    fake.faults = [Fault(times=1, reset=True)]
    with pytest.raises(requests.ConnectionError, match="reset"):
        get()

    assert get().status_code == 200
    assert [call.outcome for call in fake.journal.calls()] == [0, 200]


def test_cut(fake, get):
    """A connection that ends in the middle of the body is noticed by the client."""
    fake.faults = [Fault(cut=0.5)]

    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        get()


def test_hang(fake, client, server):
    """A request that is never answered ends by the client's own timeout."""
    fake.faults = [Fault(hang=True)]

    with pytest.raises(requests.ReadTimeout):
        client.get(f"{server.url}/movie/popular", timeout=0.1)


def test_connections_beyond_the_limit(fake, server):
    """The connection beyond the limit is refused with 429 and ended; when one is closed the next is served."""
    fake.limits = Limits(requests=None, connections=2)
    request = f"GET /3/configuration?api_key={fake.api_key} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    open_ones = [socket.create_connection((server.host, server.port), timeout=5) for _ in range(2)]
    for connection in open_ones:  # the server has accepted them once it has answered
        connection.sendall(request)
        assert connection.recv(12) == b"HTTP/1.1 200"
    refused = raw(server, request)
    for connection in open_ones:
        connection.close()
    wait_for(lambda: not fake.connections.total, "the end of both connections")
    with socket.create_connection((server.host, server.port), timeout=5) as connection:
        connection.sendall(request)
        served = connection.recv(12)

    assert refused.startswith(b"HTTP/1.1 429")
    assert b"connection: close" in refused
    assert served == b"HTTP/1.1 200"


def test_a_crowd_is_refused_politely(fake, server):
    """Beyond some hundreds of connections the server refuses at once, and serves on when they have gone."""
    for number in range(CROWD):
        fake.connections.enter(f"192.0.2.{number}")
    refused = raw(server, b"")
    for number in range(CROWD):
        fake.connections.leave(f"192.0.2.{number}")

    head, _, body = refused.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 503")
    assert f"content-length: {len(body)}".encode() in head
    assert requests.get(f"{server.url}/configuration", timeout=5).status_code == 401


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET /3/movie/%00 HTTP/1.1", b"400"),
        (b"GET /3/x/%2e%2e/movie/550 HTTP/1.1", b"401"),
        (b"GET /3/movie/popular?page=%00&api_key=%ff HTTP/1.1", b"401"),
        (b"GET /3/movie/..%2f..%2f..%2fetc/passwd HTTP/1.1", b"401"),
        ("GET /3/movie/한 HTTP/1.1".encode(), b"400"),
        (b"GET /3/movie/%ED%95%9C HTTP/1.1", b"401"),
        (b"GET /3/movie/%zz HTTP/1.1", b"401"),
        (b"GET /3/movie/popular?x=" + b"x" * 2**20 + b" HTTP/1.1", b"400"),
        (b"GET /3/movie/popular?x=" + b"x" * 60_000 + b" HTTP/1.1", b"401"),
        (b"HEAD /3/movie/popular HTTP/1.1", b"401"),
        (b"OPTIONS * HTTP/1.1", b"401"),
        (b"POST /3/movie/popular HTTP/1.1\r\nContent-Length: 1000000", b"401"),
        (b"nonsense", b"400"),
    ],
)
def test_odd_requests(server, request_line, status):
    """NUL, `..`, bytes that are no UTF-8, a query of a megabyte and nonsense are answered, not crashed on."""
    reply = raw(server, request_line + b"\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert reply.split(b" ")[1] == status


def test_pipelined_requests(fake, server):
    """Requests sent before the first response are answered one by one, in their order."""
    lines = [
        f"GET /3{path}?api_key={fake.api_key} HTTP/1.1\r\nHost: x\r\n" for path in ("/movie/550", "/x", "/movie/11")
    ]
    reply = raw(server, ("\r\n".join(lines) + "Connection: close\r\n\r\n").encode())

    assert re.findall(rb"HTTP/1.1 (\d+)", reply) == [b"200", b"404", b"200"]
    assert reply.index(b'"id":550') < reply.index(b'"status_code":34') < reply.index(b'"id":11,')


def test_half_requests_and_slow_readers(fake, server, get):
    """Clients that send half a request, or ask for much and read nothing, hold up nobody else."""
    half = b"GET /3/movie/pop"
    much = f"GET /3/movie/popular?api_key={fake.api_key} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 200
    with contextlib.ExitStack() as stack:
        for number in range(60):
            connection = socket.create_connection((server.host, server.port), timeout=5)
            stack.enter_context(contextlib.closing(connection))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            connection.settimeout(0)
            connection.send(half if number % 2 else much)
        served = [get(params={"page": page}).status_code for page in range(1, 6)]

    assert served == [200] * 5


def test_oversized_headers(server):
    """A request with a header of a megabyte is answered or its connection ended; the server lives on."""
    with contextlib.suppress(ConnectionError):
        raw(
            server, b"GET /3/movie/popular HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: " + b"x" * 2**20 + b"\r\n\r\n"
        )

    assert requests.get(f"{server.url}/configuration", timeout=5).status_code == 401


def test_port_taken(fake, server):
    """A port in use is told in one message that says what to do."""
    with pytest.raises(
        PortTakenError, match=rf"cannot listen on 127.0.0.1 port {server.port} \(.*; choose another with --port"
    ):
        fake.serve(port=server.port).start()


@pytest.mark.parametrize("host", ["\u202e", "a..b", "x" * 300, "nowhere.invalid"])
def test_impossible_hosts(fake, host):
    """What is no name of a host, or of none here, is told in the same sentence."""
    with pytest.raises(PortTakenError, match="The fake TMDB cannot listen on "):
        fake.serve(host=host).start()


def test_impossible_ports(fake):
    """A number that is no port is refused the same way."""
    with pytest.raises(PortTakenError, match="port 99999"):
        fake.serve(port=99_999).start()


def test_ipv6_address(fake):
    """An IPv6 address stands in brackets in the base address."""
    assert fake.serve(host="::1", port=5).url == "http://[::1]:5/3"


def test_many_threads(fake, server, get):
    """Eight threads at once are all served and all recorded."""

    def work(page):
        with requests.Session() as session:
            for _ in range(5):
                session.get(f"{server.url}/movie/popular", params={"page": page, "api_key": fake.api_key}, timeout=5)

    threads = [threading.Thread(target=work, args=(page,)) for page in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(fake.journal.calls(outcome=200)) == 40
