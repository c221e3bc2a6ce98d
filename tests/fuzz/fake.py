"""Entry points of the fake: requests, in process and on a socket, fault plans, control routes, its command line."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, NamedTuple
from unittest.mock import patch

import orjson
import requests
from fuzz.commands import run
from fuzz.entry import Entry, Refused
from fuzz.garbage import SPOILS, TEXTS, VALUES, as_json, changed, commands, spoil
from hypothesis import strategies as st
from strategies.fault_kinds import rules

from fake_tmdb import NO_LIMITS, Clock, FakeTmdb, cli
from fake_tmdb.faults.plan import PlanError, faults_from, read_plan
from fake_tmdb.http.server import Server

NOON = 1_704_110_400.0


class Asked(NamedTuple):
    """A request as an ASGI server passes it on."""

    method: str
    path: str
    query: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Place:
    """A fake in process, with a loop to ask it in."""

    def __init__(self) -> None:
        self.fake = FakeTmdb(movies=300, seed=7, limits=NO_LIMITS, clock=Clock())
        self.fake.clock.freeze(NOON)
        self.loop = asyncio.new_event_loop()
        self.sound = asked("/3/movie/popular")

    def ask(self, request: Asked) -> tuple[int, bytes]:
        """Status and body of the response."""
        sent: list[dict[str, Any]] = []
        received = iter([{"type": "http.request", "body": request.body}])

        async def receive() -> dict[str, Any]:
            return next(received, {"type": "http.disconnect"})

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": request.method,
            "path": request.path,
            "query_string": request.query,
            "headers": request.headers,
            "client": ("192.0.2.1", 50_000),
        }
        self.loop.run_until_complete(self.fake.app(scope, receive, send))
        for name, value in sent[0]["headers"]:
            assert b"\n" not in name + value
        return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


@contextmanager
def place() -> Iterator[Place]:
    """One fake for all inputs of an entry."""
    made = Place()
    try:
        yield made
    finally:
        made.loop.close()


def asked(path: str, *, method: str = "GET", query: bytes = b"", body: bytes = b"") -> Asked:
    """A request with the key."""
    token = FakeTmdb(movies=1, seed=1).read_token
    return Asked(method, path, query, [(b"authorization", b"Bearer " + token.encode())], body)


# Requests

_PATHS = [
    *(
        "movie/popular",
        "movie/top_rated",
        "movie/now_playing",
        "movie/upcoming",
        "movie/latest",
        "movie/changes",
        "movie/1",
    ),
    *("movie/1/credits", "movie/1/images", "movie/1/changes", "discover/movie", "trending/movie/day", "search/movie"),
    *("search/multi", "genre/movie/list", "configuration", "find/tt1", "collection/1", "company/1", "keyword/1/movies"),
    *("certification/movie/list", "watch/providers/movie", "authentication", "review/1", "trending/all/week"),
]
_PARAMETERS = [
    *(
        "page",
        "language",
        "region",
        "query",
        "with_genres",
        "sort_by",
        "vote_average.gte",
        "append_to_response",
        "year",
    ),
    *(
        "primary_release_date.gte",
        "start_date",
        "end_date",
        "include_adult",
        "external_source",
        "api_key",
        "without_genres",
    ),
    *(
        "with_runtime.lte",
        "with_watch_providers",
        "watch_region",
        "release_date.lte",
        "with_release_type",
        "certification",
    ),
]
_PARTS = st.sampled_from(
    ["1", "500", "0", "-1", "ko-KR", "KR", "28,18", "28|18", "true", "2024-01-01", "credits,images,videos"]
)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass").replace(b"&", b"%26")


_QUERIES = st.lists(
    st.tuples(st.sampled_from(_PARAMETERS), _PARTS | TEXTS).map(lambda pair: pair[0].encode() + b"=" + _bytes(pair[1])),
    max_size=4,
).map(b"&".join) | st.binary(max_size=20)
_TOKEN = asked("/").headers
_HEADERS = st.just(_TOKEN) | st.lists(
    st.tuples(
        st.sampled_from([b"authorization", b"accept-encoding", b"if-none-match", b"host", b"cookie"]),
        st.binary(max_size=20),
    ),
    max_size=3,
)
REQUESTS = st.builds(
    Asked,
    st.sampled_from(["GET", "GET", "GET", "HEAD", "POST", "DELETE", "OPTIONS", "\u00e9"]),
    st.sampled_from(_PATHS).map(lambda path: f"/3/{path}") | st.text(max_size=20).map(lambda text: f"/{text}") | TEXTS,
    _QUERIES,
    _HEADERS,
    st.binary(max_size=20),
)


def answered(request: Asked, stage: Place) -> None:
    """The fake responds, and never with an error of its own."""
    status, _ = stage.ask(request)
    assert 200 <= status < 500


# Raw bytes

_REQUEST = b"GET /3/movie/popular?page=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
_RAW = (
    st.builds(spoil, st.just(_REQUEST), SPOILS)
    | st.binary()
    | st.sampled_from(
        [
            b"GET /3/movie/popular HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"POST /__fake__/reset HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n{}",
            b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 2_000 + b"\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        ]
    )
)


@contextmanager
def served() -> Iterator[Server]:
    """A fake on a socket."""
    with FakeTmdb(movies=50, seed=7, limits=NO_LIMITS).serve() as server:
        yield server


def survived(content: bytes, server: Server) -> None:
    """Whatever was sent, the server answers or hangs up, and serves the next one."""
    with socket.create_connection((server.host, server.port), timeout=5) as connection:
        connection.sendall(content)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        with suppress(ConnectionResetError):
            while data := connection.recv(65_536):
                received += data
    assert not received or received.startswith((b"HTTP/1.1 2", b"HTTP/1.1 4", b"HTTP/1.1 3"))
    response = requests.get(
        f"{server.url}/movie/popular", headers={"Authorization": f"Bearer {server.fake.read_token}"}, timeout=5
    )
    assert response.status_code == 200


# Fault plans

PLAN = [
    {"path": "/movie/popular", "page": 2, "times": 1, "status": 503, "code": 9, "body": "json"},
    {
        "name": "n",
        "query": {"language": "ko-KR"},
        "nth": [1, 2],
        "skip": 0,
        "probability": 0.5,
        "seed": 1,
        "window": [0, 10],
    },
    {"set": {"results.0.title": None}, "remove": ["total_pages"], "rename": {"results.*.id": "di"}, "empty": True},
    {"text": "x", "content_type": "text/html", "headers": {"Retry-After": "1"}, "gzip": "unlabelled", "truncate": 0.5},
    {"revoke": True, "repeat_page": 1, "ttl": 5, "status": 429},
]
_YAML = [
    "- {page: !!bool x}",
    "- {code: []}",
    "- {a: 2001-13-99}",
    "- &a [*a]",
    "- {<<: 1}",
    "? [1]\n: 2",
    "!!python/object:os.system x",
    "- {page: 1_000}",
    "- {status: 0o777}",
    "- {page: !!int x}",
    "- {ttl: .inf}",
    "- {? {a: 1} : 2}",
    "faults: {}",
    "faults:\n- page: 1\n  page: 2",
    "- {probability: !!float x}",
    "- !!timestamp 2001-99-99",
    "- !!binary x",
    "- {set: !!set {a}}",
    "%YAML 9.9\n---\n- {}",
    "--- 1\n--- 2",
]


def _as_yaml(document: Any) -> str:
    return as_json(document).decode("utf-8", "replace")


PLANS = (
    changed(PLAN, depth=3).map(_as_yaml)
    | st.sampled_from(_YAML)
    | st.builds(lambda spoils: spoil(as_json(PLAN), spoils).decode("latin-1"), SPOILS)
    | TEXTS
)


def plan_read(text: str, _stage: None) -> None:
    """A plan that is taken is one whose rules are allowed."""
    for fault in read_plan(text, "plan.yaml"):
        assert fault.page is None or fault.page >= 1


_PATHS_IN = (
    st.sampled_from(
        [
            "results",
            "results.0.title",
            "results.*.id",
            "*",
            "*.*",
            "",
            ".",
            "page",
            "total_pages.x",
            "a.b",
            "results.99",
        ]
    )
    | TEXTS
)
FAULTS = rules(
    status=st.integers(200, 599),
    code=st.integers(1, 47),
    set=st.dictionaries(_PATHS_IN, VALUES, max_size=2),
    remove=st.lists(_PATHS_IN, max_size=2),
    rename=st.dictionaries(_PATHS_IN, TEXTS, max_size=2),
    text=TEXTS,
    content_type=TEXTS,
    headers=st.dictionaries(
        st.sampled_from(["Retry-After", "Content-Length", "content-encoding", "ETag"]) | TEXTS, TEXTS, max_size=2
    ),
    truncate=st.floats(0, 1),
)


def fault_served(armed: tuple[dict[str, Any], Asked], stage: Place) -> None:
    """A fault that is allowed can be served: what comes is bytes, whatever it says."""
    rule, request = armed
    stage.fake.faults = faults_from([rule])
    stage.ask(request)


# Control

BODIES = {
    "/faults": PLAN,
    "/clock": {"freeze": NOON},
    "/limits": {"requests": 40, "seconds": 1, "connections": 20, "form": "modern"},
    "/settings": {"drift": True},
}


@st.composite
def controls(draw: st.DrawFn) -> Asked:
    """A request to a control route."""
    path = draw(st.sampled_from([*BODIES, "/journal", "/reset", "/openapi.json", "/x"]))
    method = draw(st.sampled_from(["PUT", "PUT", "GET", "DELETE", "POST"]))
    good = BODIES.get(path, {})
    body = draw(
        changed(good, depth=3).map(as_json) | st.just(as_json(good)) | st.binary(max_size=10) | VALUES.map(as_json)
    )
    query = draw(
        st.just(b"")
        | st.sampled_from([b"page=1", b"page=" + b"9" * 5000, b"page=%C2%B2", b"path=%5B", b"page="])
        | st.binary(max_size=10)
    )
    return asked(f"/__fake__{path}", method=method, query=query, body=body)


def controlled(request: Asked, stage: Place) -> None:
    """A control route does what it is told or says why not, and the fake still answers."""
    try:
        status, body = stage.ask(request)
        assert status in {200, 400, 404, 405}
        if status >= 400:
            raise Refused(orjson.loads(body)["error"])
        stage.fake.faults = []
        assert stage.ask(stage.sound)[0] in {200, 429}
    finally:
        stage.fake.reset()
        stage.fake.limits = NO_LIMITS
        stage.fake.clock.freeze(NOON)


# The command line

_GOOD = ["serve", "--movies", "20", "--seed", "1", "--port", "0"]
_COMMANDS = [
    _GOOD,
    [*_GOOD, "--latency", "0.5", "--drift", "--faults", "good.json", "--log"],
    [*_GOOD, "--rate", "40", "--connections", "20", "--limit-form", "date", "--api-key", "x"],
    [*_GOOD, "--no-limit", "--host", "127.0.0.1"],
]
_FILES = ["good.json", "binary", "folder", "nothing"]
_WORDS = sorted({word for line in _COMMANDS for word in line} | {"-1", "nan", "99999", "localhost", *_FILES})


@contextmanager
def at_once() -> Iterator[Path]:
    """A folder with fault plans, and a command that ends as soon as it serves."""
    over = threading.Event()
    over.set()
    with TemporaryDirectory() as folder, patch.object(cli, "threading", SimpleNamespace(Event=lambda: over)):
        Path(folder, "good.json").write_bytes(as_json(PLAN))
        Path(folder, "binary").write_bytes(b"\xff\x00")
        Path(folder, "folder").mkdir()
        yield Path(folder)


def fake_command(words: list[str], folder: Path) -> None:
    """The fake serves, or says in one line what it was asked wrongly."""
    inside = [str(folder / word) if word in _FILES else word for word in words]
    run(lambda: cli.main([*inside, "--port", "0", "--movies", "10"]))  # a catalogue that is soon made


ENTRIES = [
    Entry("fake_requests", REQUESTS, answered, (), place),
    Entry("fake_socket", _RAW, survived, (), served, gate=60),
    Entry("fault_plans", PLANS, plan_read, (PlanError,)),
    Entry("faults_served", st.tuples(FAULTS, REQUESTS), fault_served, (PlanError,), place),
    Entry("control", controls(), controlled, (Refused,), place),
    Entry("fake-tmdb", commands(_COMMANDS, _WORDS), fake_command, (Refused,), at_once, gate=40),
]
