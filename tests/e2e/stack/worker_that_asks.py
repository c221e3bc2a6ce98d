"""A worker of which the tests start several: tasks that ask for pages within the limits that Redis keeps.

Usage: worker_that_asks.py REDIS BASE_URL SECONDS_AHEAD TASKS PAGES [SECONDS_TO_STAY]
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from fake_tmdb.http.keys import DEFAULT_API_KEY
from tmdb_pipeline.clock import SystemClock
from tmdb_pipeline.settings import Credential, Settings
from tmdb_pipeline.tmdb.client import TmdbClient
from tmdb_pipeline.tmdb.limits.redis_server import redis_limits
from tmdb_pipeline.tmdb.movie_list import MovieList


class Ahead(SystemClock):
    """The machine's clock, as a machine would have it that is some seconds ahead."""

    def __init__(self, seconds):
        super().__init__()
        self._seconds = seconds

    def monotonic(self):
        return super().monotonic() + self._seconds

    def now(self):
        return super().now() + timedelta(seconds=self._seconds)


def task(redis, settings, ahead, pages, stay):
    """Ask for pages as a task does, and stay for a while with the connections that were used."""
    with TmdbClient(settings, clock=Ahead(ahead), limits=redis_limits(redis, settings, lease=1.0)) as client:
        client.parallel(lambda number: client.page(MovieList("/movie/popular"), number), range(1, pages + 1))
        sys.stdout.write("asked\n")
        sys.stdout.flush()
        time.sleep(stay)


def main(redis, base_url, ahead, tasks, pages, stay="0"):
    settings = Settings(Credential("api_key", DEFAULT_API_KEY), base_url=base_url)
    with ThreadPoolExecutor(int(tasks)) as running:
        asked = [
            running.submit(task, redis, settings, float(ahead), int(pages), float(stay)) for _ in range(int(tasks))
        ]
        for one in asked:
            one.result()


main(*sys.argv[1:])
