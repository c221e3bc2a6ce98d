"""Copies: several records with one id, of which the best is kept.

Pages move while they are read, and a movie stands in several lists, so the same movie comes more than once. The best
copy is a good one (without an error) before a bad one; then the one with the highest score, the most votes (votes
grow, so it is the youngest) and the greatest content. Content decides, not the place: order changes nothing.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tmdb_pipeline.quality.batches.scores import record_score
from tmdb_pipeline.quality.records.receipt import Received, day_at, days_of_receipt
from tmdb_pipeline.quality.records.record_check import check_record
from tmdb_pipeline.quality.records.violation import Violation
from tmdb_pipeline.quality.rules.catalogue import AdultPolicy, checked_policy, mask_of
from tmdb_pipeline.quality.values.json_values import canonical


class Choice(NamedTuple):
    """Which records of a batch stay, by their places in it, ascending.

    ``kept``: one record for each id, and every record without a usable id. ``copies``: all others, good or bad.
    """

    kept: list[int]
    copies: list[int]


@dataclass(frozen=True, slots=True)
class Copy:
    """One of several records with the same id: its place in the batch, and what it breaks by itself."""

    index: int
    violations: tuple[Violation, ...]
    mask: int


def choose(movies: Sequence[object], *, on: Received, adult: AdultPolicy = "warn") -> Choice:
    """Choose one record for each id, before anything is dropped; records without a usable id all stay.

    ``on`` and ``adult`` are as in ``validator.validate``, which accepts the good ones among those that are kept and no
    others. Only records whose id stands more than once are checked. No record is refused, whatever it is.

    Raises TypeError and ValueError for days of receipt that do not fit, as ``days_of_receipt`` does, and ValueError for
    a policy that there is not.
    """
    checked_policy(adult)
    days = days_of_receipt(on, len(movies))
    copies = sorted(
        copy.index for places in repeated(movies) for copy in best_first(movies, places, on=days, adult=adult)[1:]
    )
    dropped = frozenset(copies)
    return Choice([index for index in range(len(movies)) if index not in dropped], copies)


def repeated(movies: Sequence[object], without: Container[int] = ()) -> Iterable[list[int]]:
    """Return the places, ascending, of the records of each id that stands more than once; ``without`` is left out."""

    def identified() -> Iterator[tuple[int, int]]:
        for index, record in enumerate(movies):
            identity = _identity(record)
            if identity is not None and index not in without:
                yield index, identity

    seen: set[int] = set()
    places: dict[int, list[int]] = {}
    for _, identity in identified():
        if identity in seen:
            places[identity] = []
        else:
            seen.add(identity)
    if places:
        for index, identity in identified():
            if identity in places:
                places[identity].append(index)
    return places.values()


def best_first(movies: Sequence[object], places: Iterable[int], *, on: Received, adult: AdultPolicy) -> list[Copy]:
    """Check the records at these places in full and return them from the best to the worst."""
    copies = []
    for index in places:
        violations = check_record(movies[index], day_at(on, index), adult)
        copies.append(Copy(index, violations, mask_of(violation.rule for violation in violations)))

    def rank(copy: Copy) -> tuple[Any, ...]:
        record: Any = movies[copy.index]
        return (
            record_score(copy.mask),  # which puts good before bad: with an error it is 0, and without one never
            _votes(record),
            canonical(record),
            day_at(on, copy.index),  # of equal records, for what they break may depend on the day
        )

    return sorted(copies, key=rank, reverse=True)


def _identity(record: object) -> int | None:
    """The id of a record, or None where it has none that could identify it: no whole number, or no record at all."""
    found = record.get("id") if isinstance(record, dict) else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _votes(record: dict[str, Any]) -> int:
    votes = record.get("vote_count")  # of a bad copy it may be anything, and of a good one missing
    return votes if isinstance(votes, int) else -1
