"""A fake TMDB: a deterministic HTTP double of the movie endpoints of The Movie Database.

with FakeTmdb(movies=20_000, seed=1).serve() as server:
    requests.get(f"{server.url}/movie/popular", params={"api_key": server.fake.api_key})
"""

from fake_tmdb.catalogue import Catalogue
from fake_tmdb.clock import Clock
from fake_tmdb.fake import FakeTmdb
from fake_tmdb.faults import Fault
from fake_tmdb.journal import Call, Journal
from fake_tmdb.limits import NO_LIMITS, Limits
from fake_tmdb.server import PortTakenError, Server

__all__ = [
    "NO_LIMITS",
    "Call",
    "Catalogue",
    "Clock",
    "FakeTmdb",
    "Fault",
    "Journal",
    "Limits",
    "PortTakenError",
    "Server",
]
