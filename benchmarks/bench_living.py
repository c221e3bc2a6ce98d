"""What a day costs a fake that lives: a page of a new day beside one of a known day, and the start of a large world.

Both pages are made, not taken from the cache, and asked for over a socket. Days come one after the other, as a clock
that a test moves.

    python benchmarks/bench_living.py [--days 60] [--movies 20000] [--large]

`--large` adds the start and the first page of 1,000,000 movies, of which 100,000 move. Seconds depend on the machine;
the ratio is what counts. Exit code 1 if a new day costs more than 3 times a known one.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time

import requests

from fake_tmdb import NO_LIMITS, Clock, FakeTmdb, Living

TARGET = 3.0
NEW_YEAR, DAY = 1_767_225_600.0, 86_400.0


def ratio(days: int, movies: int) -> float:
    """Print what both pages take, and return the ratio of the medians."""
    clock = Clock()
    clock.freeze(NEW_YEAR)
    fake = FakeTmdb(movies=movies, living=Living(), limits=NO_LIMITS, clock=clock)
    taken: dict[str, list[float]] = {"new": [], "known": []}
    with fake.serve() as server, requests.Session() as session:
        for day in range(days):
            clock.freeze(NEW_YEAR + day * DAY)
            for kind, page in (("new", 1), ("known", 2), ("known", 3)):
                started = time.perf_counter()
                session.get(f"{server.url}/movie/popular", params={"api_key": fake.api_key, "page": page}, timeout=30)
                taken[kind].append(time.perf_counter() - started)
    new, known = (statistics.median(taken[kind]) for kind in ("new", "known"))
    print(f"{movies:,} movies: a page of a new day {new * 1e3:.1f} ms, of a known day {known * 1e3:.1f} ms")
    print(f"ratio {new / known:.2f}, target {TARGET}")
    return new / known


def large() -> None:
    """Print what a world of 1,000,000 movies costs."""
    started = time.perf_counter()
    fake = FakeTmdb(movies=1_000_000, living=Living(), limits=NO_LIMITS)
    begun = time.perf_counter()
    fake.repository.on(20_454).discovery.rows({})
    first = time.perf_counter()
    fake.repository.on(20_455).discovery.rows({})
    told = (begun - started, first - begun, time.perf_counter() - first)
    print("1,000,000 movies: start {:.2f} s, first day {:.2f} s, next day {:.2f} s".format(*told))


def main() -> int:
    """Run the benchmark; return 1 above the target."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--movies", type=int, default=20_000)
    parser.add_argument("--large", action="store_true")
    options = parser.parse_args()
    found = ratio(options.days, options.movies)
    if options.large:
        large()
    return 0 if found <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
