"""A simulated year: each day's runs on the held clock, with trouble, tried again as Airflow would."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

from simulation.bell import Bell
from simulation.held_clock import HeldClock
from simulation.learning import FEATURES, MODEL, Learning, Untrained
from simulation.machine.child import Reporter
from simulation.machine.strikes import ACTIONS, BESIDE, Killed, Machine
from simulation.pipeline import CHECKS, DAILY, HISTORY, LOAD, WEEKLY, Pipeline
from simulation.troubles import Trouble, faults
from simulation.witness import Run as Sent
from simulation.witness import Witness

from fake_tmdb import NO_LIMITS, Catalogue, Clock, FakeTmdb, Living
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.lake.errors import LakeError, RunInProgress
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.model.errors import LeakFound, NotTrainable
from tmdb_pipeline.quality.gate import QualityFailed
from tmdb_pipeline.run import Run
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.errors import DamagedRun, WarehouseAlarm
from tmdb_pipeline.warehouse.load.days import Which

FIRST_DAY = date(2026, 1, 5)
MOVIES = 4_000
RETRIES = 3
_BEFORE_RETRY = 300  # seconds
_PERMANENT = (QualityFailed, WarehouseAlarm, DamagedRun)
_SUNDAY = 6
_STARTS = {DAILY: time(2), WEEKLY: time(3), CHECKS: time(5, 30), MODEL: time(5, 30), HISTORY: time(18, 30)}
#: A run that is late, or repeated, is so within the eight hours in which pages are resumed, and on another day of UTC.
_LATER = time(9, 30)
#: Somebody looks, each day, at what is overdue.
_WATCHED = (time(4, 45), time(17, 45))
#: A second before the day ends by UTC: what is asked for then, a second a request, is of two days.
_DAY_TURNS = time(8, 59, 57)
#: Somebody has a failed run of the day before done again.
_CLEARED = time(11)
#: So many requests at least come on a day, by one of which somebody begins to collect the same.
_REQUESTS = 6
_IN_CHILDREN = {"popular", "trending", "extract", "load"}


#: Seconds, of the wall, in which a second load comes to the lock, and would come behind it if there were none.
_FOR_LOCK, _BEHIND_LOCK = 10, 0.3


class Failed(Exception):
    """A law is broken; the text says which, and on which day it was seen."""


class Missing(NamedTuple):
    """A run that there is not, and why."""

    day: date
    dag_id: str
    why: str


class Happened(NamedTuple):
    """What happened: a run failed or succeeded; it was judged, loaded or checked; or somebody watched.

    A run that ended took so many ``tries``, and met so many ``strikes`` of the machine. Of one that was judged, or is
    loaded, so many ``pages`` were never right.
    """

    moment: datetime
    what: str
    dag_id: str
    day: date
    tries: int = 1
    strikes: int = 0
    pages: int = 0


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
        self.lake = Lake(str(folder / "lake"))
        self.bell = Bell(self.lake, self.clock, folder / "spare")
        self.machine = Machine(self.clock, folder / "lake", self._load_beside)
        self.reporter = Reporter(self.fake.journal)
        self.pipeline = Pipeline(
            self.fake, self.clock, self.lake, address, self.bell, self.machine, self._asked, self.reporter
        )
        self.learning = Learning(self.fake, self.lake, self.clock)
        # By day, what its run had to hold at the day's end; days of which nobody can say; runs that came to nothing.
        self.known: dict[date, Sent] = {}
        self.unsure: set[date] = set()
        self.unlearned: set[tuple[str, date]] = set()
        self.missing: list[Missing] = []
        self.happened: list[Happened] = []
        self.wrong: list[str] = []
        self.tries = 0
        self.first = FIRST_DAY
        self.troubles = troubles
        self.postponed: list[tuple[str, date]] = []
        self._today: dict[str, int] = {}
        self._twice_at = -1
        self._beside: list[Thread] = []
        self._at = (Run("", "", FIRST_DAY), "", "")

    def run(self, days: int, told: Callable[[int], None] = lambda _: None) -> None:
        """Run so many days; ``told`` hears of each.

        Raises:
            Failed: something came up that is no word of the pipeline's.
        """
        with self.machine.running(), self.learning.asking():
            for number in range(days):
                self._day(number, FIRST_DAY + timedelta(days=number))
                told(number)
        self.pipeline.load_history()

    def _day(self, number: int, day: date) -> None:
        troubles = [trouble for trouble in self.troubles if trouble.day == number]
        self._today = {trouble.kind: trouble.number for trouble in troubles}
        self._twice_at = self._today["twice"] % _REQUESTS if "twice" in self._today else -1
        if self._today.keys() & ACTIONS.keys():
            self._today.pop("killed for real", None)  # whose moment would decide which action is struck next
        self.machine.begin(troubles)
        self.clock.until(datetime.combine(day, _STARTS[DAILY], SEOUL))
        self.fake.faults = faults(troubles, lambda: self.witness.exported(day))
        for moment, dag_id, of in sorted(self._plan(day), key=lambda each: each[0]):
            self.clock.until(datetime.combine(day, moment, SEOUL))
            if dag_id:
                self._run(dag_id, of)
            else:
                with self.machine.resting():
                    self.bell.watch()
                self._note("watched", "", of)

    def _plan(self, day: date) -> list[tuple[time, str, date]]:
        """What begins on a day, when, and of which day it is; without a DAG, somebody looks."""
        plan = [(_STARTS[HISTORY], HISTORY, day), *((moment, "", day) for moment in _WATCHED)]
        plan += [(_STARTS[DAILY], dag_id, earlier) for dag_id, earlier in self.postponed]
        self.postponed = []
        if "cleared" in self._today:
            before = day - timedelta(days=1)
            plan += [(_CLEARED, DAILY, before) for each in self.missing if (each.day, each.dag_id) == (before, DAILY)]
        if day.weekday() == _SUNDAY:
            plan += [(_STARTS[WEEKLY], WEEKLY, day), (_STARTS[CHECKS], CHECKS, day)]
            plan.append((_STARTS[MODEL], MODEL, day))
        if "repeated" in self._today:
            plan.append((_LATER, DAILY, day))
        if "missed" in self._today:
            self.missing.append(Missing(day, DAILY, "nobody started it"))
        elif "day late" in self._today:
            self.postponed.append((DAILY, day))
        else:
            late, turns = "late" in self._today, "day turns" in self._today
            plan.insert(0, (_LATER if late else _DAY_TURNS if turns else _STARTS[DAILY], DAILY, day))
        return plan

    def _run(self, dag_id: str, day: date) -> None:
        """Run a DAG for a day; what it has collected is then loaded, and what can be learned of it is learned."""
        if dag_id == MODEL:
            self._learn(Run(MODEL, f"scheduled__{day}", day))
            return
        of_its_day = self._is(day)
        if dag_id == DAILY and of_its_day:
            self.unsure.add(day)
        if not self._try(Run(dag_id, f"scheduled__{day}", day)):
            return
        if dag_id == CHECKS or (
            dag_id in {DAILY, WEEKLY} and not self._try(Run(LOAD, f"{dag_id}__{day}", day), dag_id)
        ):
            return
        self._note("loaded", dag_id, day, pages=self.witness.never_right(dag_id, day))
        self.witness.done(dag_id, day)
        if dag_id == DAILY:
            if of_its_day and self._is(day):
                self.known[day] = self.witness.runs[dag_id, day]
                self.unsure.discard(day)
            self._learn(Run(FEATURES, f"{LOAD}__{day}", day))
        self.missing = [each for each in self.missing if (each.day, each.dag_id) != (day, dag_id)]

    def _is(self, day: date) -> bool:
        """Whether it is a day, in Seoul."""
        return self.clock.now().astimezone(SEOUL).date() == day

    def _learn(self, run: Run) -> None:
        """Build features, or train a model, and again until it is done or the retries are used up."""
        done: set[str] = set()
        for _ in range(RETRIES + 1):
            self.tries += 1
            try:
                for name, step in self.learning.steps(run):
                    if name not in done:
                        self._at = (run, "", name)
                        self.machine.step()
                        step()
                        done.add(name)
                        self.machine.step()
            except NotTrainable as error:
                self.learning.untrained.append(Untrained(run.day, str(error)))
            except LeakFound as error:
                self.wrong.append(f"{run.day}: a leak is found where there is none: {error}")
            except (Killed, LakeError):
                self.clock.sleep(_BEFORE_RETRY)
                continue
            finally:
                self.learning.look()
            return
        self.unlearned.add((run.dag_id, run.day))

    def _try(self, run: Run, loads: str = "") -> bool:
        """Run a DAG, and again what is left of it, until it is done or the retries are used up: whether it is done."""
        done: set[str] = set()
        struck = len(self.machine.struck)
        for number in range(1, RETRIES + 2):
            self.tries += 1
            why: BaseException
            try:
                for name, step in self.pipeline.steps(run, loads):
                    if name not in done:
                        self._at = (run, loads, name)
                        self.machine.step()
                        self._step(run, name, step)
                        done.add(name)
                        self.machine.step()
            except Killed as error:
                why = error
            except Exception as error:
                if not type(error).__module__.startswith("tmdb_pipeline."):
                    raise Failed(f"{run.day}: {run.dag_id} ends with {type(error).__name__}: {error}") from error
                why = error
                if isinstance(error, _PERMANENT):
                    break
            else:
                self._note("succeeded", run.dag_id, run.day, tries=number, strikes=len(self.machine.struck) - struck)
                with self.machine.resting():
                    self.bell.succeeded(run)
                return True
            if number <= RETRIES:
                self.clock.sleep(_BEFORE_RETRY)
        with self.machine.resting():
            self.bell.failed(run, self._at[2], why)
        self._note(
            "failed",
            run.dag_id,
            run.day,
            tries=number,
            strikes=len(self.machine.struck) - struck,
        )
        of = loads or run.dag_id
        said = "its process was killed" if isinstance(why, Killed) else f"{why}"
        self.missing += [Missing(run.day, of, said)] * (of != CHECKS and not self.witness.has(of, run.day))
        return False

    def _step(self, run: Run, name: str, step: Callable[[], object]) -> None:
        self.fake.journal.clear()
        try:
            if name in _IN_CHILDREN and (moment := self._today.pop("killed for real", None)) is not None:
                ended = self.reporter.killed_after(moment / 400, step)
                self.witness.heard(run.dag_id, run.day, ended.asked)
                if not ended.was_done:
                    raise Killed
            else:
                step()
        finally:
            self.witness.heard(run.dag_id, run.day, self.fake.journal.calls("*"))
            for thread in self._beside:
                thread.join()
            self._beside.clear()
        if name == "validate":
            self._note("judged", run.dag_id, run.day, pages=self.witness.never_right(run.dag_id, run.day))
        elif name == "check":
            self._note("checked", run.dag_id, run.day)

    def _note(self, what: str, dag_id: str, day: date, **known: Any) -> None:
        self.happened.append(Happened(self.clock.now(), what, dag_id, day, **known))

    def _asked(self) -> None:
        """A request is about to be made: time may pass, and somebody may begin to collect the same."""
        if "day turns" in self._today:
            self.clock.sleep(1)
        if self._twice_at < 0 or self._at[0].dag_id not in {DAILY, WEEKLY}:
            return
        self._twice_at -= 1
        if self._twice_at >= 0:
            return
        run, loads, name = self._at
        steps = dict(self.pipeline.steps(Run(run.dag_id, f"manual__{run.day}", run.day), loads))
        try:
            steps[name]()
        except RunInProgress:
            return
        self.wrong.append(f"{run.day}: two processes have collected {name} at once")

    def _load_beside(self) -> None:
        """Somebody loads what is being loaded, at once; while the first one works the second one waits."""
        run, loads, _ = self._at

        def load() -> None:
            try:
                self.pipeline.load(Which(run.day, loads))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is to be told
                self.wrong.append(f"{run.day}: of two loads at once one ends with {type(error).__name__}: {error}")
            finally:
                self.machine.at_lock.set()

        self.machine.at_lock.clear()
        self.machine.behind_lock.clear()
        self._beside.append(Thread(target=load, name=BESIDE))
        self._beside[-1].start()
        self.machine.at_lock.wait(_FOR_LOCK)
        self.machine.behind_lock.wait(_BEHIND_LOCK)
