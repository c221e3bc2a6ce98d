"""A world that lives, asked over its endpoints on any day."""

import datetime as dt
import gzip

import orjson
import pytest

from fake_tmdb import NO_LIMITS, Clock, FakeTmdb, Living


class Asked:
    """A living fake on a clock that is set for each request."""

    def __init__(self, send, catalogue, living, *, drift=False):
        self._send = send
        self.clock = Clock()
        self.fake = FakeTmdb(catalogue=catalogue, clock=self.clock, limits=NO_LIMITS, living=living, drift=drift)

    def reply(self, path, day, *, hour=12):
        """Return the reply to a path below /3, or to that of an export, at an hour (UTC) of a day."""
        self.clock.freeze(dt.datetime.combine(day, dt.time(hour), dt.UTC).timestamp())
        prefix = "" if path.startswith("/p/") else "/3"
        return self._send(self.fake.app, f"{prefix}{path}", authorization=f"Bearer {self.fake.read_token}")

    def get(self, path, day):
        """Return the document of a path below /3."""
        return self.reply(path, day).json()

    def export(self, day, kind="movie_ids"):
        """Return the lines of a day's export by id, asked for on that day."""
        reply = self.reply(f"/p/exports/{kind}_{day:%m_%d_%Y}.json.gz", day)
        return {line["id"]: line for line in map(orjson.loads, gzip.decompress(reply.body).splitlines())}


@pytest.fixture
def world(send, catalogue):
    """Return a function that makes a living fake of some parameters, over the default catalogue or another one."""

    def world(movies=catalogue, *, drift=False, **parameters):
        return Asked(send, movies, Living(**parameters), drift=drift)

    return world
