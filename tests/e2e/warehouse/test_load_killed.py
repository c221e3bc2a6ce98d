"""A load that is killed, cut off or left without its server, at any moment: the tables are as before or as after.

Twelve moments are tried in the gate, a hundred with E2E_KILLS=100, as every night.
"""

import os
import random
import subprocess
import sys
import time
import tracemalloc
from datetime import date
from itertools import repeat

import pytest
from e2e.commands import UNMEASURED
from e2e.patience import PATIENCE, wait_for
from e2e.warehouse.small_runs import DAILY, movie
from e2e.warehouse.tables import empty, everything

from tmdb_pipeline.warehouse.database import connected
from tmdb_pipeline.warehouse.errors import WarehouseUnreachable
from tmdb_pipeline.warehouse.load import load, run_files, staging
from tmdb_pipeline.warehouse.load.days import Verdict, Which, load_run
from tmdb_pipeline.warehouse.load.rows import Converter, MovieRow

KILLS = int(os.environ.get("E2E_KILLS") or 12)
WAYS = ("kill -9", "connection cut", "server restarted")
FIRST, SECOND = Which(date(2024, 1, 7), DAILY), Which(date(2024, 1, 8), DAILY)
#: A process that says when it begins to load, and is told when it may.
LOADER = """
import sys
from datetime import date
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.load.days import Which, load_run
root, url, dag_id = sys.argv[1:]
print("ready", flush=True)
for _ in sys.stdin:
    load_run(Lake(root), Address.from_url("the test", url), Which(date(2024, 1, 8), dag_id))
    print("loaded", flush=True)
"""


@pytest.fixture
def two_runs(runs):
    """A run of some hundred movies, and one of the next day with others among them."""
    for which, share in ((FIRST, 1), (SECOND, 3)):
        movies = [movie(number, popularity=float(number % share)) for number in range(1, 600)]
        rejected = [movie(number, title="") for number in range(600, 620)]
        runs.write(DAILY, which.run_date, {"popular": movies + rejected, "trending": [movie(9)]})
    return runs


def contents(address):
    """Every row, by its values alone: places differ once rows have been written and undone."""
    with connected(address) as connection:
        rows = {name: sorted(row for *_, row in found) for name, found in everything(connection).items()}
    del rows["load_ledger"], rows["movie_observations"]  # they hold moments and numbers of loads
    return rows


@pytest.fixture
def before_and_after(two_runs, address):
    """What the tables hold with the first run, with both, and how long the second takes to load."""
    load_run(two_runs.lake, address, FIRST)
    before = contents(address)
    began = time.monotonic()
    load_run(two_runs.lake, address, SECOND)
    return before, contents(address), time.monotonic() - began


def interrupt(way, process, database, postgres):
    """End a load in the middle of what it does."""
    if way == "kill -9":
        process.kill()
    elif way == "connection cut":
        postgres.rows(
            "postgres",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND application_name = %s",
            database,
            "tmdb-pipeline",
        )
    else:
        postgres.restart()


def test_killed_at_any_moment(two_runs, before_and_after, address, database, postgres):
    """Whatever ends it, whenever: nothing is half loaded, and loading again completes it."""
    before, after, seconds = before_and_after
    rng, ends = random.Random(7), []
    command = [sys.executable, "-c", LOADER, two_runs.lake.locate(""), postgres.url(database, "postgresql"), DAILY]
    for number in range(KILLS):
        with connected(address) as connection:
            empty(connection)
        load_run(two_runs.lake, address, FIRST)
        with subprocess.Popen(
            [*UNMEASURED, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            assert process.stdout.readline() == b"ready\n"
            process.stdin.write(b"go\n")
            process.stdin.flush()
            time.sleep(rng.random() * seconds * 1.2)
            interrupt(WAYS[number % len(WAYS)], process, database, postgres)
            process.stdin.close()
            process.wait(PATIENCE)
        wait_for(lambda: _gone(postgres, database), "the session of the load to end")

        found = contents(address)
        assert found in (before, after)
        ends.append(found == after)
        assert load_run(two_runs.lake, address, SECOND).verdict is (Verdict.THERE if ends[-1] else Verdict.LOADED)
        assert contents(address) == after
    assert False in ends


def _gone(postgres, database):
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND application_name = 'tmdb-pipeline'"
    return postgres.rows("postgres", query, database) == [(0,)]


def test_lost_connection_is_said(two_runs, address, postgres, database, monkeypatch):
    """The message says that nothing is left half done, and what to do; the error is one that is retried."""
    monkeypatch.setattr(load._Load, "_ledger", lambda *_: postgres.cut(database))
    with pytest.raises(WarehouseUnreachable, match=r"the connection was lost: .* Nothing is left half done; see"):
        load_run(two_runs.lake, address, FIRST)


def test_memory_does_not_grow_with_the_rows(two_runs, address):
    """Ten times as many staged rows take no more memory to load."""
    row, peaks = Converter().movie(movie(1), "popular", 1, None), []
    source = run_files.find(two_runs.lake, DAILY, FIRST.run_date)
    for count in (20_000, 200_000):
        parts = staging.write_rows(two_runs.lake, source, "movies", repeat(row, count))
        tracemalloc.start()
        assert sum(1 for _ in staging.read_rows(two_runs.lake, parts, MovieRow)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] * 1.1
