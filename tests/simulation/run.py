"""One simulation after the other, each with an empty lake and a warehouse of its own, on one Postgres."""

import logging
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple

from e2e.postgres import Postgres
from simulation.laws.outcome import Outcome
from simulation.page import page
from simulation.troubles import Trouble
from simulation.year import MOVIES, Failed, Year

from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.schema.migrate import migrate

_NUMBERS = count(1)


@contextmanager
def _quiet() -> Iterator[None]:
    """Within this the library logs nothing: the trouble was ordered."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


class Result(NamedTuple):
    """What came of a simulation: what is wrong, the digest of its tables, and its page where it came to an end."""

    wrong: list[str]
    digest: str = ""
    page: str = ""


class Simulations:
    """Runs simulations of a seed."""

    def __init__(self, postgres: Postgres, seed: int, movies: int = MOVIES) -> None:
        """Use a Postgres that runs."""
        self._postgres = postgres
        self._seed = seed
        self._movies = movies

    def run(self, days: int, troubles: Sequence[Trouble], told: Callable[[int], None] = lambda _: None) -> Result:
        """Simulate so many days; ``told`` hears of each."""
        with self._database() as address, tempfile.TemporaryDirectory(prefix="simulation-") as folder:
            year = Year(self._seed, troubles, Path(folder), address, self._movies)
            try:
                with _quiet():
                    year.run(days, told)
            except Failed as error:
                return Result([str(error)])
            outcome = Outcome(year, days)
            title = f"{days} days of seed {self._seed}"
            return Result(outcome.wrong, outcome.digest, page(title, year, outcome))

    @contextmanager
    def _database(self) -> Iterator[Address]:
        name = f"simulation_{next(_NUMBERS)}"
        address = Address.from_url("the simulation", self._postgres.create(name).replace("+psycopg2", ""))
        try:
            migrate(address)
            yield address
        finally:
            self._postgres.rows("postgres", f'DROP DATABASE "{name}" WITH (FORCE)')
