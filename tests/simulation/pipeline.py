"""What the DAGs do, by the library, step by step: what was done is not done again when a run is tried again."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from random import Random
from typing import NamedTuple

from simulation.bell import Bell
from simulation.held_clock import HeldClock
from simulation.machine.strikes import Machine
from simulation.transport import BASE_URL, InProcess

from fake_tmdb import FakeTmdb
from tmdb_pipeline import dags
from tmdb_pipeline.extract.collect import collect
from tmdb_pipeline.extract.popularity_export.collect import collect_export
from tmdb_pipeline.extract.sources import Source, genre, popular, top_rated, trending
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.exports.export_file import exports_held, read_export
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Language
from tmdb_pipeline.movies import GENRES
from tmdb_pipeline.quality.deduplicate import once_each
from tmdb_pipeline.quality.gate import check_run
from tmdb_pipeline.quality.thresholds import Thresholds
from tmdb_pipeline.run import Run
from tmdb_pipeline.settings import Credential, Settings
from tmdb_pipeline.tmdb.client import TmdbClient
from tmdb_pipeline.tmdb.exports.client import ExportClient
from tmdb_pipeline.transform.daily_summary import summarize_day
from tmdb_pipeline.transform.weekly_consolidation import consolidate_week
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.checks.check import Level
from tmdb_pipeline.warehouse.checks.run import keep, run_checks
from tmdb_pipeline.warehouse.database import connected
from tmdb_pipeline.warehouse.errors import DamagedRun, WarehouseAlarm
from tmdb_pipeline.warehouse.load.days import Verdict, Which, load_run
from tmdb_pipeline.warehouse.popularity.load import days_to_load, load_popularity

DAILY, WEEKLY, HISTORY = dags.DAILY.id, dags.WEEKLY.id, dags.HISTORY.id
LOAD, CHECKS = dags.WAREHOUSE_LOAD.id, dags.WAREHOUSE_QUALITY.id
_THRESHOLDS = Thresholds(warn=80, fail=50)
#: Steps of a DAG, by name. What is made of the warehouse each day, such as features, comes behind its load.
Steps = Iterator[tuple[str, Callable[[], object]]]


class Pipeline(NamedTuple):
    """Where a pipeline collects from, and to."""

    fake: FakeTmdb
    clock: HeldClock
    lake: Lake
    address: Address
    bell: Bell
    machine: Machine
    asked: Callable[[], None]
    answered: Callable[[], None]

    def steps(self, run: Run, loads: str = "") -> Steps:
        """What a run of a DAG does for its day; ``loads`` is the DAG whose run of that day it loads, if it does."""
        if run.dag_id == LOAD:
            return iter([("load", lambda: self.load(Which(run.day, loads)))])
        ways = {DAILY: self._daily, WEEKLY: self._weekly, HISTORY: self._history, CHECKS: self._checks}
        return ways[run.dag_id](run)

    def _daily(self, run: Run) -> Steps:
        sources = popular(run, 5), trending(run, "day")
        for source in sources:
            yield source.name, lambda source=source: self._collect(run, source)
        began = self.clock.now()
        yield "validate", lambda: self._validate(run, [source.file for source in sources])
        yield (
            "summarize",
            lambda: summarize_day(self.lake, run, paths.report_file(run, "json"), began, self.clock.now()),
        )

    def _weekly(self, run: Run) -> Steps:
        sources = [*(genre(run, kind, 15) for kind in GENRES), top_rated(run, 20, 7.5)]
        for source in sources:
            yield source.name, lambda source=source: self._collect(run, source)
        files = [source.file for source in sources]
        yield (
            "consolidate",
            lambda: consolidate_week(self.lake, run, files, self.clock.now(), deduplicate=once_each()),
        )
        yield "validate", lambda: self._validate(run, [paths.consolidated_file(run)])

    def _history(self, run: Run) -> Steps:
        yield "extract", lambda: self._extract(run)
        yield "load", lambda: self._load_popularity(run.day)

    def _checks(self, run: Run) -> Steps:
        yield "check", lambda: self._check(run)

    def _collect(self, run: Run, source: Source) -> None:
        settings = Settings(Credential("read_token", self.fake.read_token), base_url=BASE_URL, connections=1)
        with TmdbClient(settings, clock=self.clock, random=Random(f"{run}")) as client:
            client._session.mount("http://", InProcess(self.fake, self.asked, self.answered))
            collect(client, self.lake, run, source, deduplicate=once_each(), clock=self.clock)

    def _validate(self, run: Run, files: list[str]) -> None:
        now: datetime = self.clock.now()
        result = check_run(self.lake, run, files, thresholds=_THRESHOLDS, now=now, language=Language.EN)
        with self.machine.resting():
            self.bell.judged(run, result)

    def load(self, which: Which) -> Verdict:
        """Load a run.

        Raises:
            DamagedRun: it cannot be loaded.
        """
        outcome = load_run(self.lake, self.address, which)
        if outcome.reason:
            raise DamagedRun(outcome.reason)
        return outcome.verdict

    def _check(self, run: Run) -> None:
        now = self.clock.now()
        with connected(self.address) as connection:
            found = run_checks(connection, now)
            keep(connection, run.run_id, now, found)
        alarms, warnings = (
            [f"{each.check.name}: {each.message}" for each in found if each.level is level]
            for level in (Level.ALARM, Level.WARNING)
        )
        if alarms:
            raise WarehouseAlarm("; ".join(alarms))
        with self.machine.resting():
            self.bell.checked(run, warnings)

    def _extract(self, run: Run) -> None:
        settings = Settings(base_url=BASE_URL)
        with ExportClient(settings, clock=self.clock, random=Random(f"{run}")) as client:
            client._session.mount("http://", InProcess(self.fake, self.asked, self.answered))
            collect_export(client, self.lake, run.day)

    def _load_popularity(self, day: date) -> None:
        with connected(self.address) as connection:
            load_popularity(connection, self.address, read_export(self.lake, day), self.clock.now())

    def load_history(self) -> None:
        """Load the exports of earlier days for the movies that became known since.

        The DAG does so each day, for all days that it holds, which in a year would be most of the time.
        """
        with connected(self.address) as connection:
            for day in days_to_load(connection, exports_held(self.lake)):
                load_popularity(connection, self.address, read_export(self.lake, day), self.clock.now())
