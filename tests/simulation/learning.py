"""What is learned in a simulated year: features behind each load, and on Sundays a model, by the library."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from email.message import Message
from typing import Any, NamedTuple
from unittest import mock
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request

from simulation.held_clock import HeldClock
from simulation.transport import BASE_URL, call

from fake_tmdb import FakeTmdb
from tmdb_pipeline import dags
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.features import permission
from tmdb_pipeline.features.build import build
from tmdb_pipeline.features.errors import NotObserved
from tmdb_pipeline.features.permission import Permission, require_permission
from tmdb_pipeline.features.sources import addresses
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.model import best_possible, stages
from tmdb_pipeline.model.errors import NotTrainable
from tmdb_pipeline.model.registry.keep import read
from tmdb_pipeline.run import Run
from tmdb_pipeline.settings import Settings

FEATURES, MODEL = dags.FEATURES.id, dags.MODEL.id


class Week(NamedTuple):
    """What came of a training: the day, the version, its skill and distance from the best possible, and the verdict."""

    day: date
    version: str
    skill: float
    z: float | None
    passed: bool


class Untrained(NamedTuple):
    """A Sunday on which nothing could be trained, and why."""

    day: date
    why: str


class _Opener:
    """Asks the control routes of a fake in this process, each question once: its world does not change its past."""

    def __init__(self, fake: FakeTmdb) -> None:
        self._fake = fake
        self._answers: dict[str, tuple[int, bytes]] = {}

    def open(self, request: Request, timeout: float | None = None) -> io.BytesIO:
        """The answer, as urllib would give it."""
        parts = urlsplit(request.full_url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if target not in self._answers:
            status, _, body = call(self._fake, target, [])
            self._answers[target] = status, body
        status, body = self._answers[target]
        if status != 200:
            raise HTTPError(request.full_url, status, "", Message(), io.BytesIO(body))
        return io.BytesIO(body)


class Learning:
    """Learns of what lies in a lake: ``weeks`` are the models, ``untrained`` the Sundays without.

    ``too_early`` and ``torn`` is what must not be: labels before their day, and a registry that is not whole.
    """

    def __init__(self, fake: FakeTmdb, lake: Lake, clock: HeldClock) -> None:
        """Nothing is learned yet."""
        self.weeks: list[Week] = []
        self.untrained: list[Untrained] = []
        self.too_early: list[str] = []
        self.torn: list[str] = []
        self._lake = lake
        self._clock = clock
        self._opener = _Opener(fake)

    def steps(self, run: Run) -> Iterator[tuple[str, Callable[[], object]]]:
        """What a run of one of the two DAGs does for its day."""
        if run.dag_id == FEATURES:
            yield "build", lambda: self._build(run.day)
            return
        held: dict[str, Any] = {}
        as_of = run.day
        yield "prepare", lambda: stages.prepare(self._lake, as_of, permission=self._permission(as_of))
        yield "train", lambda: held.update(made=stages.train(self._lake, as_of, permission=self._permission(as_of)))
        yield (
            "evaluate",
            lambda: held.update(
                verdict=stages.evaluate_candidate(
                    self._lake, self._made(held, as_of), permission=self._permission(as_of)
                )
            ),
        )
        yield "deploy", lambda: self._deploy(as_of, self._verdict(held, as_of))

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Within this the fake is asked in this process, and not by the network."""
        with (
            mock.patch.object(permission, "build_opener", return_value=self._opener),
            mock.patch.object(best_possible, "build_opener", return_value=self._opener),
        ):
            yield

    def look(self) -> None:
        """Whatever has just happened: the champion can be read, and each version that is known is as it was written."""
        shelf = stages.shelf_of(self._lake)
        try:
            champion, versions = shelf.state().champion, shelf.versions()
            for version in versions[-2:] if champion is None else {champion, *versions[-2:]}:
                read(shelf, version)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is to be told
            self.torn.append(f"{self._clock.now():%Y-%m-%d}: the registry cannot be read: {error}")

    def _today(self) -> date:
        now: datetime = self._clock.now()
        return now.astimezone(SEOUL).date()

    def _permission(self, day: date) -> Permission:
        return require_permission(Settings(base_url=BASE_URL), addresses(self._lake, day))

    def _build(self, day: date) -> None:
        today = self._today()
        try:
            made, _ = build(self._lake, day, today=today, permission=self._permission(day))
        except NotObserved:
            return  # it was collected too late to be of its day
        self.too_early += [
            f"{today}: the labels of {each.as_of} are known already"
            for each in made
            if each.view == "popular_again" and (today - each.as_of).days < 7
        ]

    def _made(self, held: dict[str, Any], as_of: date) -> stages.Candidate:
        """What was trained; after the process was killed, again, as Airflow would hand it on."""
        if "made" not in held:
            held["made"] = stages.train(self._lake, as_of, permission=self._permission(as_of))
        made: stages.Candidate = held["made"]
        return made

    def _verdict(self, held: dict[str, Any], as_of: date) -> stages.Verdict:
        if "verdict" not in held:
            made = self._made(held, as_of)
            held["verdict"] = stages.evaluate_candidate(self._lake, made, permission=self._permission(as_of))
        verdict: stages.Verdict = held["verdict"]
        return verdict

    def _deploy(self, as_of: date, verdict: stages.Verdict) -> None:
        if verdict.passed:
            stages.deploy(self._lake, verdict.version, as_of, at=self._clock.now())
        told = read(stages.shelf_of(self._lake), verdict.version).report.evaluation
        against, skill = told.against_best, told.skill
        if against is None or skill is None:
            raise NotTrainable("the fake does not tell the best possible")
        self.weeks.append(Week(as_of, verdict.version, skill, against.z, verdict.passed))
