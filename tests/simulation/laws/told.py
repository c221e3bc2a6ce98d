"""What people must have been told, by what happened: a message for each of it, one when it is over, and no other."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from simulation.pipeline import CHECKS, DAILY, HISTORY, LOAD, WEEKLY
from simulation.year import FIRST_DAY, Happened, Year

_NAMES = {
    DAILY: "TMDB daily collection",
    WEEKLY: "TMDB weekly collection",
    LOAD: "TMDB warehouse load",
    HISTORY: "TMDB popularity history",
    CHECKS: "TMDB warehouse quality check",
}
_KILLED = "The process of the task was killed or lost, and could not say why."
_FULL = "The disk of the data root is full."
#: What each kind of trouble may make people hear, if a run fails for good of it: nothing, where no run may.
CAUSES: dict[str, set[str]] = {
    "outage": {"TMDB is in trouble."},
    "no export": {"TMDB has no export of that day yet."},
    "disk stays full": {_FULL},
    "disk full": {_FULL},
    "killed": {_KILLED},
    "killed for real": {_KILLED},
    "connection lost": {"The warehouse does not answer."},
}
#: By DAG, of docs/warehouse-checks.md: days between its runs; days looked at, and so many may be missing without an
#: alarm; hours after which the last one is old, and too old.
_CHECKED = {DAILY: (1, 30, 6, 26, 50), WEEKLY: (7, 91, 3, 172, 340)}
#: How long after its last success a DAG is overdue, by docs/alerts.md: a day or a week, and a little.
_OVERDUE = {DAILY: timedelta(hours=26), WEEKLY: timedelta(days=8)}


class Wanted(NamedTuple):
    """A message that is wanted: when, how it begins, about which DAG; and which causes it may name, if not any."""

    moment: datetime
    subject: str
    dag_id: str
    causes: frozenset[str] = frozenset()


def told(year: Year) -> Iterator[str]:
    """Where what has arrived is not what was wanted."""
    arrived = list(year.bell.phone.arrived)
    for wanted in _Wants(year).all():
        found = next((each for each in arrived if _fits(each, wanted)), None)
        if found is None:
            yield f"{wanted.moment:%Y-%m-%d %H:%M}: nobody was told: {wanted.subject} ({wanted.dag_id})"
            continue
        arrived.remove(found)
        if wanted.causes and found.cause not in wanted.causes:
            yield f"{found.moment:%Y-%m-%d %H:%M}: {found.subject} says {found.cause!r}, which nothing has caused"
    for each in arrived:
        yield f"{each.moment:%Y-%m-%d %H:%M}: told for nothing: {each.subject} ({each.cause})"


def _fits(arrived: tuple[datetime, str, str, str], wanted: Wanted) -> bool:
    moment, subject, _, dag_id = arrived
    return (moment, dag_id) == (wanted.moment, wanted.dag_id) and subject.startswith(wanted.subject)


class _Wants:
    """What people want to be told of a year, event by event."""

    def __init__(self, year: Year) -> None:
        self._year = year
        self._open: dict[str, set[tuple[str, date | None]]] = {dag_id: set() for dag_id in _NAMES}
        self._succeeded: dict[str, datetime] = {}
        self._loaded: dict[str, dict[date, Happened]] = {DAILY: {}, WEEKLY: {}, HISTORY: {}}

    def all(self) -> Iterator[Wanted]:
        for event in self._year.happened:
            yield from {
                "failed": self._failed,
                "succeeded": self._success,
                "judged": self._judged,
                "loaded": self._load,
                "checked": self._checked,
                "watched": self._watched,
            }[event.what](event)

    def _failed(self, event: Happened) -> Iterator[Wanted]:
        """A run has failed for good: its day is to be named, with what caused it."""
        kind, causes = "failed", {cause for kinds in self._kinds(event) for cause in CAUSES.get(kinds, ())}
        if event.dag_id == CHECKS and self._doubts(event.moment)[1]:
            kind, causes = "quality has failed", {"A check of the warehouse raises an alarm."}
        yield from self._raised(event, "[Alarm]", kind, event.dag_id, event.day, frozenset(causes or {"nothing"}))

    def _success(self, event: Happened) -> Iterator[Wanted]:
        """That a DAG works again is told once, whatever was open of it but a warning."""
        self._succeeded[event.dag_id] = event.moment
        over = {each for each in self._open[event.dag_id] if each[0] != "quality is low"}
        yield from self._over(event, event.dag_id, over)

    def _judged(self, event: Happened) -> Iterator[Wanted]:
        """Pages that were never right are a warning, until a run of the DAG has all."""
        self._succeeded[event.dag_id] = event.moment
        yield from self._warned(event, event.pages > 0)

    def _checked(self, event: Happened) -> Iterator[Wanted]:
        """Days without a run, pages that were never right, and lists that are old are a warning."""
        yield from self._warned(event, self._doubts(event.moment)[0])

    def _load(self, event: Happened) -> Iterator[Wanted]:
        """Of that nobody wants to hear."""
        self._loaded[event.dag_id][event.day] = event
        yield from ()

    def _doubts(self, now: datetime) -> tuple[bool, bool]:
        """Whether there is reason to warn of what was loaded, and to raise an alarm."""
        warns = alarms = False
        for dag_id, (period, window, missing, old, too_old) in _CHECKED.items():
            runs = self._loaded[dag_id]
            recent = sorted(day for day in runs if max(runs) - day < timedelta(days=window))
            gaps = sum(-((before - after).days // period) - 1 for before, after in pairwise(recent))
            age = now - max((run.moment for run in runs.values()), default=now)
            warns |= gaps > 0 or age > timedelta(hours=old) or (bool(runs) and runs[max(runs)].pages > 0)
            alarms |= gaps > missing or age > timedelta(hours=too_old)
        return warns, alarms

    def _warned(self, event: Happened, warns: bool) -> Iterator[Wanted]:  # noqa: FBT001 - what was found
        if warns:
            yield from self._raised(event, "[Warning]", "quality is low", event.dag_id, event.day)
        else:
            low = {each for each in self._open[event.dag_id] if each[0] == "quality is low"}
            yield from self._over(event, event.dag_id, low)

    def _watched(self, event: Happened) -> Iterator[Wanted]:
        """A DAG that has not succeeded for too long is told of once, on whichever day it is found."""
        for dag_id, allowed in _OVERDUE.items():
            late = dag_id in self._succeeded and event.moment - self._succeeded[dag_id] > allowed
            known = {each for each in self._open[dag_id] if each[0] == "has not succeeded for long"}
            if late:
                yield from self._raised(event, "[Alarm]", "has not succeeded for long", dag_id, None)
            else:
                yield from self._over(event, dag_id, known)

    def _raised(
        self, event: Happened, word: str, kind: str, dag_id: str, day: date | None, causes: frozenset[str] = frozenset()
    ) -> Iterator[Wanted]:
        colon = ":" if kind.startswith("quality") else ""
        if (kind, day) not in self._open[dag_id]:
            self._open[dag_id].add((kind, day))
            of = f" · {day.day} {day:%b}" if day else ""
            yield Wanted(event.moment, f"{word} {_NAMES[dag_id]}{colon} {kind}{of}", dag_id, causes)

    def _over(self, event: Happened, dag_id: str, over: set[tuple[str, date | None]]) -> Iterator[Wanted]:
        self._open[dag_id] -= over
        if over:
            yield Wanted(event.moment, "[Resolved]", dag_id)

    def _kinds(self, event: Happened) -> set[str]:
        number = (event.day - FIRST_DAY).days
        return {trouble.kind for trouble in self._year.troubles if trouble.day in {number, number + 1}}
