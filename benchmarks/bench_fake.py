"""Throughput of the fake TMDB on a page served again, beside a bare Starlette route that sends the same ready bytes.

Both run under uvicorn with httptools in a process of their own; one client with eight kept-alive connections asks them
in turn. The fake checks the key, holds its rate gate open at a limit that is never reached, and writes its journal.

    python benchmarks/bench_fake.py [--rounds 11] [--requests 3000] [--large]

`--large` adds the start, memory and answer times of a catalogue of 1,000,000 movies. Seconds depend on the machine; the
ratio is what counts. Exit code 1 if the ratio is below 0.7.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import resource
import statistics
import sys
import threading
import time
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from fake_tmdb import FakeTmdb, Limits
from fake_tmdb.api.movies.items import list_item

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from starlette.requests import Request

CONNECTIONS = 8
TARGET = 0.7


def _starlette(pipe: Connection, body: bytes) -> None:
    """Serve the ready bytes on a Starlette route; runs in a process of its own."""

    async def page(_request: Request) -> Response:
        return Response(body, media_type="application/json")

    app = Starlette(routes=[Route("/3/movie/popular", page)])
    config = uvicorn.Config(app, port=0, log_level="critical", access_log=False, http="httptools", lifespan="off")
    listening = config.bind_socket()
    pipe.send(listening.getsockname()[1])
    uvicorn.Server(config).run([listening])


def _fake(pipe: Connection, _body: bytes) -> None:
    """Serve the fake as a test would, with limits that are never reached; runs in a process of its own."""
    with FakeTmdb(limits=Limits(requests=1_000_000, connections=100)).serve() as server:
        pipe.send(server.port)
        threading.Event().wait()


class _Client(asyncio.Protocol):
    """Asks the same thing over and over on one connection; counts the ends of answers by their length."""

    def __init__(self, request: bytes, times: int, done: asyncio.Future[None]) -> None:
        self._request, self._left, self._done = request, times, done
        self._transport: asyncio.Transport | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        if b"transfer-encoding: chunked" in head:
            complete = body.endswith(b"0\r\n\r\n")
        else:
            complete = len(body) == int(head.partition(b"content-length: ")[2].split(b"\r\n")[0])
        if not complete:
            return
        assert head.startswith(b"HTTP/1.1 200"), head
        self._buffer = b""
        self._left -= 1
        if self._left > 0 and self._transport is not None:
            self._transport.write(self._request)
        elif not self._done.done():
            self._done.set_result(None)


async def _ask(port: int, key: str, requests: int) -> float:
    """Return requests a second."""
    request = f"GET /3/movie/popular?api_key={key}&language=ko-KR&page=3 HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    loop = asyncio.get_running_loop()
    each = requests // CONNECTIONS
    started = time.perf_counter()
    ends = []
    for _ in range(CONNECTIONS):
        done: asyncio.Future[None] = loop.create_future()
        await loop.create_connection(lambda done=done: _Client(request, each, done), "127.0.0.1", port)  # type: ignore[misc] - a default binds the loop's variable
        ends.append(done)
    await asyncio.gather(*ends)
    return each * CONNECTIONS / (time.perf_counter() - started)


def throughput(rounds: int, requests: int) -> float:
    """Print both rates for each round and return the median of the ratios."""
    fake = FakeTmdb()
    body = _body_of(fake)
    servers = {}
    for name, target in (("starlette", _starlette), ("fake_tmdb", _fake)):
        ours, theirs = multiprocessing.Pipe()
        process = multiprocessing.Process(target=target, args=(theirs, body), daemon=True)
        process.start()
        servers[name] = (ours.recv(), process)
    time.sleep(0.5)
    ratios = []
    for number in range(rounds + 1):
        rates = {name: asyncio.run(_ask(port, fake.api_key, requests)) for name, (port, _) in servers.items()}
        if number:  # the first round warms both up
            ratios.append(rates["fake_tmdb"] / rates["starlette"])
            print(f"starlette {rates['starlette']:8.0f}/s   fake_tmdb {rates['fake_tmdb']:8.0f}/s   {ratios[-1]:.2f}")
    for _, process in servers.values():
        process.terminate()
        process.join()
    ratio = statistics.median(ratios)
    print(f"median ratio {ratio:.2f} over {len(body)} bytes, target {TARGET}")
    return ratio


def _body_of(fake: FakeTmdb) -> bytes:
    """Return the bytes of the page that is asked for."""
    with fake.serve() as server:
        import requests  # noqa: PLC0415 - only here

        answer = requests.get(
            f"{server.url}/movie/popular",
            params={"api_key": fake.api_key, "language": "ko-KR", "page": 3},
            timeout=5,
        )
        return answer.content


def large() -> None:
    """Print what a catalogue of 1,000,000 movies costs."""
    started = time.perf_counter()
    fake = FakeTmdb(movies=1_000_000)
    discovery = fake.repository.discovery
    discovery.rows({})
    print(f"1,000,000 movies: start and first list {time.perf_counter() - started:.2f} s")
    discovery.rows({"sort_by": "vote_average.desc"})
    for name, more in (("", {}), (", sorted", {"sort_by": "vote_average.desc"})):
        taken = []
        for year in range(2000, 2020):
            query = {"with_genres": "28", "vote_count.gte": "9", "primary_release_year": str(year), **more}
            started = time.perf_counter()
            discovery.rows(query)
            taken.append(time.perf_counter() - started)
        print(f"  discover with three filters{name}: {statistics.median(taken) * 1e3:.1f} ms")
    started = time.perf_counter()
    page = list(discovery.rows({})[499 * 20 : 500 * 20])
    documents = [list_item(fake.catalogue, int(row), "ko-KR") for row in page]
    print(f"  popular page 500: {(time.perf_counter() - started) * 1e3:.1f} ms, {len(documents)} movies")
    print(f"  memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def main() -> int:
    """Run the benchmark; return 1 below the target."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--requests", type=int, default=3_000)
    parser.add_argument("--large", action="store_true")
    options = parser.parse_args()
    ratio = throughput(options.rounds, options.requests)
    if options.large:
        large()
    return 0 if ratio >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
