"""Validation of a batch: each record checked once, duplicates settled, outcomes counted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import filterfalse
from typing import Any, Final, NamedTuple, cast

from tmdb_pipeline.quality import scores
from tmdb_pipeline.quality.json_values import canonical, key_name
from tmdb_pipeline.quality.quick_check import unsettled
from tmdb_pipeline.quality.record_check import Violation, check_record
from tmdb_pipeline.quality.rules import DUPLICATE, ERRORS, KNOWN_FIELDS, RULES, SOFT_FIELDS, outcome_of, rules_in

_EXPECTED_FIELDS: Final = KNOWN_FIELDS - {"media_type"}
_Movie = dict[str, Any]


class EmptyBatch(ValueError):
    """There was nothing to validate, so there is nothing to score."""

    def __init__(self) -> None:
        super().__init__(
            "There is nothing to validate: the batch holds no movies; "
            "check that the collection before it has written its files for this date."
        )


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record that is not accepted: its place in the batch (from 0), the record as it came, all that is wrong."""

    index: int
    record: object
    violations: tuple[Violation, ...]


class Drift(NamedTuple):
    """How the batch differs from the record we know, counted by field in all records; reported, never punished."""

    unknown_fields: dict[str, int]
    absent_fields: dict[str, int]

    def add(self, record: Mapping[Any, object]) -> None:
        """Count the unknown and the absent fields of one more record."""
        for field in record.keys() - KNOWN_FIELDS:
            name = key_name(field)
            self.unknown_fields[name] = self.unknown_fields.get(name, 0) + 1
        for name in SOFT_FIELDS - record.keys():
            self.absent_fields[name] = self.absent_fields.get(name, 0) + 1


@dataclass(frozen=True, slots=True)
class Validation:
    """The result of validating a batch.

    ``movies`` is the batch itself, not a copy: do not change it while this is in use. ``outcomes`` says how many
    records broke which set of rules (see ``rules``); all scores follow from it.
    """

    movies: Sequence[object]
    on: date
    rejected: tuple[Rejection, ...]
    outcomes: Mapping[int, int]
    drift: Drift

    @property
    def total(self) -> int:
        """The number of records in the batch: those accepted and those rejected."""
        return len(self.movies)

    @property
    def passed(self) -> int:
        """The number of records accepted."""
        return self.total - len(self.rejected)

    @property
    def accepted(self) -> list[_Movie]:
        """The accepted records in the order of the batch, in a new list."""
        return [cast("_Movie", self.movies[index]) for index in self.accepted_indexes()]

    def accepted_indexes(self) -> Iterator[int]:
        """Give the place in the batch of each accepted record, ascending."""
        rejected = {rejection.index for rejection in self.rejected}
        return (index for index in range(self.total) if index not in rejected)

    @property
    def counts(self) -> dict[str, int]:
        """How many records break each rule, for every rule of the catalogue in its order."""
        counts = {rule.id: 0 for rule in RULES}
        for outcome, count in self.outcomes.items():
            for rule in rules_in(outcome):
                counts[rule.id] += count
        return counts

    @property
    def validation_rate(self) -> float:
        """The percentage of records accepted, cut to two decimals."""
        return scores.percentage(self.passed, self.total)

    @property
    def overall_score(self) -> float:
        """The mean record score, 0.0 to 100.0."""
        return scores.overall_score(self.outcomes)

    @property
    def dimension_scores(self) -> dict[str, float]:
        """The mean record score by dimension."""
        return scores.dimension_scores(self.outcomes)

    @property
    def distribution(self) -> dict[str, int]:
        """The number of records that are excellent, good, fair and poor."""
        return scores.distribution(self.outcomes)


def validate(movies: Sequence[object], *, on: date) -> Validation:
    """Check a batch of records as of the run date ``on`` (a calendar day in Asia/Seoul, never the wall clock).

    Every record is either accepted or rejected. Of several good records with one id the best one stays: the highest
    score, then the most votes (votes grow, so it is the youngest copy), then the greatest content; the others are
    rejected as duplicates. The order of the records changes neither scores and counts nor what is accepted.

    Raises EmptyBatch for no records at all, and TypeError for a datetime as the run date.
    """
    if not movies:
        raise EmptyBatch
    if isinstance(on, datetime):
        raise TypeError("The run date must be a calendar day, not a datetime; take its day in Asia/Seoul first.")
    outcomes: dict[int, int] = {}
    rejected: list[Rejection] = []
    drift = Drift({}, {})
    ids: set[int] = set()
    for index in unsettled(movies, on, ids, outcomes):
        record: Any = movies[index]
        violations = check_record(record, on)
        outcome = outcome_of(violation.rule for violation in violations)
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
        if outcome & ERRORS:
            rejected.append(Rejection(index, record, violations))
        else:
            ids.add(record["id"])
        if isinstance(record, dict) and record.keys() != _EXPECTED_FIELDS:
            drift.add(record)
    if len(ids) + len(rejected) < len(movies):
        for outcome, duplicate in list(_duplicates(movies, on, rejected, ids)):
            outcomes[outcome] -= 1
            outcomes[outcome | DUPLICATE.bit] = outcomes.get(outcome | DUPLICATE.bit, 0) + 1
            rejected.append(duplicate)
        rejected.sort(key=lambda rejection: rejection.index)
        outcomes = {outcome: count for outcome, count in outcomes.items() if count}
    return Validation(movies, on, tuple(rejected), outcomes, drift)


def _duplicates(
    movies: Sequence[Any], on: date, rejected: Sequence[Rejection], ids: set[int]
) -> Iterator[tuple[int, Rejection]]:
    """Give every copy but the best of each id that stands twice among the good records, with its outcome until now.

    ``ids`` are the ids of the good records; it is used up, which spares a second set as large.
    """
    already = {rejection.index for rejection in rejected}

    def good() -> Iterator[int]:
        return filterfalse(already.__contains__, range(len(movies)))

    copies: dict[int, list[int]] = {}
    for index in good():
        movie_id = movies[index]["id"]
        if movie_id in ids:
            ids.remove(movie_id)
        else:
            copies[movie_id] = []
    for index in good():
        if (movie_id := movies[index]["id"]) in copies:
            copies[movie_id].append(index)
    for movie_id, indexes in copies.items():
        found = {index: check_record(movies[index], on) for index in indexes}
        outcomes = {index: outcome_of(violation.rule for violation in found[index]) for index in indexes}
        best = max(indexes, key=lambda index: _rank(movies[index], outcomes[index]))
        for index in indexes:
            if index != best:
                violations = (*found[index], Violation(DUPLICATE, "id", movie_id))
                yield outcomes[index], Rejection(index, movies[index], violations)


def _rank(movie: _Movie, outcome: int) -> tuple[int, int, bytes]:
    return scores.record_score(outcome), movie["vote_count"], canonical(movie)
