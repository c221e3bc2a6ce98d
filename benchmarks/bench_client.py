"""The weekly job's 140 requests: our client, an asyncio client, and one session in a loop, against the same fake.

The fake answers after 80 ms. First with its limit of 40 requests a second, where the time cannot go below
140 / 40 = 3.5 s; then without a limit, where 8 connections cannot go below 140 / 8 * 0.08 = 1.4 s. Variants take turns;
medians and ratios are printed.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from subprocess import PIPE, Popen
from sys import executable
from urllib.request import urlopen

import aiohttp
import orjson
import requests

from tmdb_pipeline.clock import SystemClock
from tmdb_pipeline.extract.collect import collect
from tmdb_pipeline.extract.sources import genre, top_rated
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.movies import GENRES
from tmdb_pipeline.quality.deduplicate import once_each
from tmdb_pipeline.run import Run
from tmdb_pipeline.settings import Credential, Settings
from tmdb_pipeline.tmdb.client import THREADS, TmdbClient
from tmdb_pipeline.tmdb.limits.limits import Limits, OwnConnections, own_limits
from tmdb_pipeline.tmdb.rate_limiter import Slot

TOKEN = "benchmark"  # noqa: S105 - of the fake that is started here
LATENCY = 0.08
REQUESTS = 140
RUN = Run("benchmark", "benchmark", date(2024, 1, 7))
SOURCES = [*(genre(RUN, kind, 15) for kind in GENRES), top_rated(RUN, 20, 7.5)]
PAGES = [
    *((f"/discover/movie?with_genres={kind.id}&language=ko-KR&page=", n) for kind in GENRES for n in range(1, 16)),
    *(("/movie/top_rated?language=ko-KR&page=", n) for n in range(1, 21)),
]


@contextmanager
def fake(*options: str):
    command = [executable, "-m", "fake_tmdb", "serve", "--port", "0", "--read-token", TOKEN, "--latency", str(LATENCY)]
    with Popen([*command, *options], stdout=PIPE, text=True) as process:  # noqa: S603 - our own module
        yield process.stdout.readline().split()[-1]
        process.terminate()


def outcomes(url: str) -> Counter:
    """How often the fake answered with each status since it was last asked."""
    journal = url.removesuffix("/3") + "/__fake__/journal"
    with urlopen(journal) as response:  # noqa: S310 - loopback
        found = Counter(call["outcome"] for call in orjson.loads(response.read())["calls"])
    requests.delete(journal, timeout=5)
    return found


class NoSchedule:
    """Lets every request leave at once."""

    def take(self, interval: float, patience: float) -> Slot:  # noqa: ARG002
        """This very moment."""
        return Slot(0.0, 0.0)

    def stands(self, slot: Slot) -> bool:  # noqa: ARG002
        """It does."""
        return True

    def block(self, seconds: float) -> None:
        """Not even this."""


def ours(url: str, *, limited: bool) -> None:
    """All nine collections at once through one client: one rate limiter, one pool, files written as usual."""
    settings = Settings(Credential("read_token", TOKEN), base_url=url)
    own = own_limits(settings, SystemClock())
    limits = own if limited else Limits(NoSchedule(), OwnConnections(settings.connections))
    with (
        tempfile.TemporaryDirectory() as folder,
        TmdbClient(settings, limits=limits) as client,
        ThreadPoolExecutor(len(SOURCES)) as collecting,
    ):
        list(
            collecting.map(lambda source: collect(client, Lake(folder), RUN, source, deduplicate=once_each()), SOURCES)
        )


def asyncio_client(url: str) -> None:
    """The same pages through aiohttp with as many connections, all asked for at once, bodies parsed and dropped."""

    async def run() -> None:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        connector = aiohttp.TCPConnector(limit=THREADS)
        async with aiohttp.ClientSession(headers=headers, connector=connector) as session:

            async def get(path: str, page: int) -> None:
                async with session.get(f"{url}{path}{page}") as response:
                    orjson.loads(await response.read())

            await asyncio.gather(*(get(path, page) for path, page in PAGES))

    asyncio.run(run())


def loop(url: str) -> None:
    """The same pages, one after the other, through one session."""
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {TOKEN}"
        for path, page in PAGES:
            session.get(f"{url}{path}{page}", timeout=10).json()


def timed(variant, *arguments, **options) -> float:
    begun = time.perf_counter()
    variant(*arguments, **options)
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds

    with fake() as url:
        paced = [timed(ours, url, limited=True) for _ in range(rounds)]
        seen = outcomes(url)
    limit = REQUESTS / 40
    median = statistics.median(paced)
    print(f"limit of 40/s: {median:.2f} s, {median / limit:.3f} of the {limit} s that the limit sets")
    print(f"               responses: {dict(seen)}")

    with fake("--no-limit") as url:
        times = {"ours": [], "aiohttp": [], "loop": []}
        for _ in range(rounds):
            times["ours"].append(timed(ours, url, limited=False))
            times["aiohttp"].append(timed(asyncio_client, url))
            times["loop"].append(timed(loop, url))
    medians = {name: statistics.median(values) for name, values in times.items()}
    print("no limit:      " + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in medians.items()))
    print(f"               ours / aiohttp, {THREADS} connections each: {medians['ours'] / medians['aiohttp']:.3f}")
    print(f"               loop / ours: {medians['loop'] / medians['ours']:.2f}")


if __name__ == "__main__":
    main()
