"""Validation of a batch: each record checked once, the best of its copies kept, rule masks counted."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, cast

from tmdb_pipeline.quality.batches import scores
from tmdb_pipeline.quality.batches.copies import best_first, repeated
from tmdb_pipeline.quality.records.receipt import Received, day_at, days_of_receipt
from tmdb_pipeline.quality.records.record_check import CHECKS, check_record
from tmdb_pipeline.quality.records.violation import Violation
from tmdb_pipeline.quality.rules.catalogue import (
    DUPLICATE,
    ERRORS,
    KNOWN_FIELDS,
    RULES,
    SOFT_FIELDS,
    AdultPolicy,
    Rule,
    checked_policy,
    rules_in,
)
from tmdb_pipeline.quality.values.json_values import key_name

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
    """A record that is not accepted: its place in the batch (from 0), the record as it came, the rules it breaks."""

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

    ``movies`` is the batch itself, not a copy: do not change it while this is in use. Every record received is in one
    of three: accepted, ``rejected`` (it has an error itself, and belongs in quarantine), or ``duplicates`` (it is good,
    and a better copy is accepted). Duplicates are no fault of the data: they are in ``counts``, but in no score, in no
    rate and not in ``total``.

    ``mask_counts`` says how many records, duplicates left out, have which rule mask (see ``rule``); all scores follow
    from it. ``on`` is the day of receipt, or the day of each record.
    """

    movies: Sequence[object]
    on: Received
    rejected: tuple[Rejection, ...]
    duplicates: tuple[Rejection, ...]
    mask_counts: Mapping[int, int]
    drift: Drift

    @property
    def received(self) -> int:
        """The number of records in the batch: those accepted, those rejected and the duplicates."""
        return len(self.movies)

    @property
    def total(self) -> int:
        """The number of records judged: those accepted and those rejected."""
        return self.received - len(self.duplicates)

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
        left_out = {rejection.index for rejection in (*self.rejected, *self.duplicates)}
        return (index for index in range(self.received) if index not in left_out)

    @property
    def issues(self) -> dict[Rule, int]:
        """How many records break each rule that is broken at all, with its severity under the policy applied."""
        issues = {DUPLICATE: len(self.duplicates)} if self.duplicates else {}
        for mask, count in self.mask_counts.items():
            for rule in rules_in(mask):
                issues[rule] = issues.get(rule, 0) + count
        return issues

    @property
    def counts(self) -> dict[str, int]:
        """How many records break each rule, for every rule of the catalogue in its order."""
        counts = {rule.id: 0 for rule in RULES}
        for rule, count in self.issues.items():
            counts[rule.id] += count
        return counts

    @property
    def validation_rate(self) -> float:
        """The percentage of the records judged that are accepted, cut to two decimals."""
        return scores.percentage(self.passed, self.total)

    @property
    def overall_score(self) -> float:
        """The mean record score, 0.0 to 100.0."""
        return scores.overall_score(self.mask_counts)

    @property
    def dimension_scores(self) -> dict[str, float]:
        """The mean record score by dimension."""
        return scores.dimension_scores(self.mask_counts)

    @property
    def distribution(self) -> dict[str, int]:
        """The number of records judged that are excellent, good, fair and poor."""
        return scores.distribution(self.mask_counts)


def validate(movies: Sequence[object], *, on: Received, adult: AdultPolicy = "warn") -> Validation:
    """Check a batch of records as of the day on which they were received.

    Every record is accepted, rejected for an error of its own, or left out because a better copy of the same movie is
    accepted: see ``copies``, whose ``choose`` chooses alike. The order of the records changes neither scores and counts
    nor what is accepted.

    Args:
        movies: the records, all copies of them.
        on: the calendar day in Asia/Seoul on which the records were received, never the wall clock's; or as many days,
            one for each record.
        adult: whether a movie marked as adult or softcore, which nobody asked for, is a warning or quarantined.

    Raises:
        EmptyBatch: there are no records at all.
        TypeError: a day of receipt is a datetime.
        ValueError: there are not as many days as records, or no such policy.
    """
    if not movies:
        raise EmptyBatch
    checked_policy(adult)
    days = days_of_receipt(on, len(movies))
    mask_counts: defaultdict[int, int] = defaultdict(int)
    rejected: list[Rejection] = []
    drift = Drift({}, {})
    ids: set[int] = set()
    for index, found in CHECKS.fast(movies, days, ids, mask_counts):
        record: Any = movies[index]
        violations = check_record(record, day_at(days, index), adult, found)
        mask = 0
        for violation in violations:  # as mask_of, without the dearer call
            mask |= violation.rule.bit
        mask_counts[mask] += 1
        if mask & ERRORS:
            rejected.append(Rejection(index, record, violations))
        else:
            ids.add(record["id"])
        if isinstance(record, dict) and record.keys() != _EXPECTED_FIELDS:
            drift.add(record)
    duplicates: list[Rejection] = []
    if len(ids) + len(rejected) < len(movies):
        ids.clear()  # the search for copies needs as many again
        for places in repeated(movies, without={rejection.index for rejection in rejected}):
            for copy in best_first(movies, places, on=days, adult=adult)[1:]:
                record = movies[copy.index]
                mask_counts[copy.mask] -= 1
                duplicates.append(
                    Rejection(copy.index, record, (*copy.violations, Violation(DUPLICATE, "id", record["id"])))
                )
        duplicates.sort(key=lambda duplicate: duplicate.index)
        for mask in [mask for mask, count in mask_counts.items() if not count]:
            del mask_counts[mask]
    return Validation(movies, days, tuple(rejected), tuple(duplicates), mask_counts, drift)
