"""A simulated year: each day's runs on the held clock, with trouble, tried again as Airflow would."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

from simulation.held_clock import HeldClock
from simulation.machine import Killed, Machine
from simulation.pipeline import DAILY, HISTORY, WEEKLY, Pipeline
from simulation.troubles import Trouble, faults
from simulation.witness import Witness

from fake_tmdb import NO_LIMITS, Catalogue, Clock, FakeTmdb, Living
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.warehouse.address import Address

FIRST_DAY = date(2026, 1, 5)
MOVIES = 4_000
RETRIES = 3
_BEFORE_RETRY = 300  # seconds
_SUNDAY = 6
_STARTS = {DAILY: time(2), WEEKLY: time(3), HISTORY: time(18, 30)}
#: A run that is late, or repeated, is so within the eight hours in which pages are resumed, and on another day of UTC.
_LATER = time(9, 30)


class Failed(Exception):
    """A law is broken; the text says which, and on which day it was seen."""


class Missing(NamedTuple):
    """A run that there is not, and why."""

    day: date
    dag_id: str
    why: str


class Year:
    """Runs days one after the other. ``missing`` are the runs that came to nothing, ``postponed`` those to come."""

    def __init__(
        self, seed: int, troubles: Sequence[Trouble], folder: Path, address: Address, movies: int = MOVIES
    ) -> None:
        """Begin on ``FIRST_DAY`` with an empty lake in a folder, and an empty warehouse at an address."""
        self.clock = HeldClock(datetime.combine(FIRST_DAY, time(1), SEOUL))
        catalogue = Catalogue(seed=seed, movies=movies)
        self.fake = FakeTmdb(catalogue=catalogue, living=Living(), limits=NO_LIMITS, clock=Clock(self.clock.timestamp))
        self.witness = Witness(catalogue)
        self.address = address
        self.lake = Lake(str(folder))
        self.pipeline = Pipeline(self.fake, self.clock, self.lake, address)
        self.machine = Machine()
        self.missing: list[Missing] = []
        self.tries = 0
        self.first = FIRST_DAY
        self._troubles = troubles
        self.postponed: list[tuple[str, date]] = []

    def run(self, days: int, told: Callable[[int], None] = lambda _: None) -> None:
        """Run so many days; ``told`` hears of each.

        Raises:
            Failed: something came up that is no word of the pipeline's.
        """
        with self.machine.running():
            for number in range(days):
                self._day(number, FIRST_DAY + timedelta(days=number))
                told(number)
        self.pipeline.load_history()

    def _day(self, number: int, day: date) -> None:
        troubles = [trouble for trouble in self._troubles if trouble.day == number]
        kinds = {trouble.kind for trouble in troubles}
        self.machine.begin(troubles)
        self.clock.until(datetime.combine(day, _STARTS[DAILY], SEOUL))
        self.fake.faults = faults(troubles)
        if "missed" in kinds:
            self.missing.append(Missing(day, DAILY, "nobody started it"))
        elif "day late" in kinds:
            self.postponed.append((DAILY, day))
        else:
            if "late" in kinds:
                self.clock.until(datetime.combine(day, _LATER, SEOUL))
            self._try(DAILY, day)
        for dag_id, earlier in [each for each in self.postponed if each[1] < day]:
            self.postponed.remove((dag_id, earlier))
            self._try(dag_id, earlier)
        if day.weekday() == _SUNDAY:
            self.clock.until(datetime.combine(day, _STARTS[WEEKLY], SEOUL))
            self._try(WEEKLY, day)
        if "repeated" in kinds:
            self.clock.until(datetime.combine(day, _LATER, SEOUL))
            self._try(DAILY, day)
        self.clock.until(datetime.combine(day, _STARTS[HISTORY], SEOUL))
        self._try(HISTORY, day)

    def _try(self, dag_id: str, day: date) -> None:
        """Run a DAG for a day, and again what is left of it, until it is done or the retries are used up."""
        done: set[str] = set()
        why = ""
        for left in reversed(range(RETRIES + 1)):
            self.tries += 1
            try:
                for name, step in self.pipeline.steps(dag_id, day):
                    if name not in done:
                        self.fake.journal.clear()
                        self.machine.step()
                        try:
                            step()
                        finally:
                            self.witness.heard(dag_id, day, self.fake.journal)
                        done.add(name)
                        self.machine.step()
            except Killed:
                why = "its process was killed"
            except Exception as error:
                if not type(error).__module__.startswith("tmdb_pipeline."):
                    raise Failed(f"{day}: {dag_id} ends with {type(error).__name__}: {error}") from error
                why = str(error)
            else:
                self.witness.done(dag_id, day)
                self.missing = [each for each in self.missing if (each.day, each.dag_id) != (day, dag_id)]
                return
            if left:
                self.clock.sleep(_BEFORE_RETRY)
        self.missing += [Missing(day, dag_id, why)] * (not self.witness.has(dag_id, day))
