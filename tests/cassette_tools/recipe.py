"""One cassette as it is declared: what the client is asked for, under which faults, and what it must make of it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from cassette_tools.checks import Check
from cassette_tools.play import cassette
from cassette_tools.scrub import etag
from support import HeldClock

from fake_tmdb import Fault
from tmdb_pipeline.clock import Clock
from tmdb_pipeline.settings import DEFAULT_BASE_URL, Credential, Settings
from tmdb_pipeline.tmdb.client import TmdbClient
from tmdb_pipeline.tmdb.errors import TmdbError
from tmdb_pipeline.tmdb.movie_list import MovieList
from tmdb_pipeline.tmdb.response import Response
from tmdb_pipeline.tmdb.retry import RetryBudget

ANY_KEY = Credential("read_token", "any-key-at-all")
#: A key that nobody gave out, for the response to one.
REFUSED = Credential("api_key", "badc0de0" * 4)


@dataclass(frozen=True)
class Recipe:
    """One cassette.

    Attributes:
        name: of its file.
        purpose: what it is for, in a sentence without its full stop.
        ask: what the client is asked for; what it returns is given back by ``run``.
        check: asserts on what the client returned or raised, and on how long it waited.
        faults: the plan of the fake, where the response has to be provoked.
        tries: how often the client tries; 1 shows the error itself.
        refused: whether the client has a key that TMDB does not know.
        malformed: what is wrong with the body, where that is the point.
    """

    name: str
    purpose: str
    ask: Callable[[TmdbClient], Any]
    check: Check
    faults: tuple[Fault, ...] = ()
    tries: int = 1
    refused: bool = False
    malformed: str = ""

    def run(self, credential: Credential, clock: Clock, base_url: str = DEFAULT_BASE_URL) -> Any:
        """What the client makes of it: what ``ask`` returned, or the error that it raised."""
        settings = Settings(REFUSED if self.refused else credential, base_url=base_url)
        budget = RetryBudget(tries=self.tries)
        with TmdbClient(settings, clock=clock, random=Random(4), budget=budget) as client:
            try:
                return self.ask(client)
            except TmdbError as error:
                return error

    def play(self, credential: Credential = ANY_KEY) -> None:
        """Play the cassette, without any socket, and check what the client makes of it.

        Besides, an ETag proves that the client got the body byte for byte as it was recorded, and read what it says.
        """
        clock = HeldClock()
        with cassette(self.name):
            outcome = self.run(credential, clock)
        if isinstance(outcome, Response):
            assert outcome.etag == etag(outcome.body)
            assert outcome.data == json.loads(outcome.body)
        self.check(outcome, clock)


def get(path: str, **params: object) -> Callable[[TmdbClient], Response]:
    """A request that the client has no method for, sent by it all the same."""
    return lambda client: client._get(
        path, {"language": "ko-KR", **params}, raise_if_broken=lambda response: response.data
    )


def page(movies: MovieList, number: int = 1) -> Callable[[TmdbClient], Response]:
    """A request for a page of a list."""
    return lambda client: client.page(movies, number)
