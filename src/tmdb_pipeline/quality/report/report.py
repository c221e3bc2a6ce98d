"""The quality report: what a validation has found, for people and for other tasks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from heapq import nsmallest
from typing import Any, Final, NamedTuple

from tmdb_pipeline.lake.file_info import MissingPage
from tmdb_pipeline.lake.quality_report import (
    CommonIssue,
    DriftReport,
    FieldCount,
    QualityReport,
    QuarantinedRecord,
    QuarantineSummary,
    ValidatedFile,
    WorstRecord,
)
from tmdb_pipeline.lake.records import PagePlace
from tmdb_pipeline.quality.batches.scores import BINS, percentage, record_score
from tmdb_pipeline.quality.batches.validator import Validation
from tmdb_pipeline.quality.records.receipt import day_at
from tmdb_pipeline.quality.records.record_check import check_record
from tmdb_pipeline.quality.records.violation import Violation
from tmdb_pipeline.quality.report.place import Place, one_each
from tmdb_pipeline.quality.rules.catalogue import DUPLICATE, Severity, mask_of
from tmdb_pipeline.quality.thresholds import Thresholds
from tmdb_pipeline.quality.values.json_values import SHOWN_LENGTH, canonical, describe, printable

WORST_RECORDS: Final = 10
QUARANTINED_RECORDS: Final = 300
DRIFT_FIELDS: Final = 20
_TITLE_LENGTH: Final = 50


def build_report(
    validation: Validation,
    *,
    files: Sequence[ValidatedFile],
    validated_at: str,
    run: Mapping[str, str],
    thresholds: Thresholds,
    places: Sequence[Place],
    pages_missing: Sequence[MissingPage] = (),
    quarantine: str | None = None,
) -> QualityReport:
    """Return the report of a validation, finished.

    Args:
        validation: what was found.
        files: the files read, and what came of each.
        validated_at: the moment of validation in ISO 8601 with its zone.
        run: which run this was: ``run_date`` (YYYY-MM-DD), dag_id, run_id and the like.
        thresholds: the pass rates, in percent, under which to warn and to fail.
        places: the place of each record of the batch.
        pages_missing: the pages that could not be had; with any the verdict is "warned" at best.
        quarantine: the path of the quarantine file, where there is one.

    Raises:
        ValueError: ``validated_at`` has no zone, or there are not as many places as records.
    """
    if datetime.fromisoformat(validated_at).tzinfo is None:
        raise ValueError(
            f"The moment of validation {validated_at} says no time zone; write it like 2026-01-31T02:00:00+09:00."
        )
    one_each(places, validation.received)
    return QualityReport(
        validation_date=run["run_date"],
        validated_at=validated_at,
        run=dict(run),
        verdict=thresholds.verdict(validation.passed, validation.total, complete=not pages_missing),
        thresholds={"warn": float(thresholds.warn), "fail": float(thresholds.fail)},
        files_validated=list(files),
        overall_quality_score=validation.overall_score,
        pages_missing=list(pages_missing),
        records_received=validation.received,
        duplicates=len(validation.duplicates),
        total_movies_validated=validation.total,
        total_movies_passed=validation.passed,
        validation_rate=validation.validation_rate,
        dimension_scores=validation.dimension_scores,
        quality_distribution=validation.distribution,
        quality_bins=dict(BINS),
        common_issues=_common_issues(validation),
        worst_records=_worst_records(validation, places),
        quarantine=QuarantineSummary(quarantine, len(validation.rejected), _quarantined(validation, places)),
        drift=DriftReport(_by_count(validation.drift.unknown_fields), _by_count(validation.drift.absent_fields)),
    )


def _common_issues(validation: Validation) -> list[CommonIssue]:
    return [
        CommonIssue(
            rule=rule.id,
            dimension=str(rule.dimension),
            severity=str(rule.severity),
            message=rule.said.en,
            message_ko=rule.said.ko,
            count=count,
            share=percentage(count, validation.received if rule is DUPLICATE else validation.total),
        )
        for rule, count in sorted(validation.issues.items(), key=lambda issue: (-issue[1], issue[0].id))
    ]


class _Found(NamedTuple):
    """A record with a fault, and where TMDB sent it."""

    record: object
    violations: tuple[Violation, ...]
    where: PagePlace | None

    def by_errors(self) -> tuple[Any, ...]:
        """Sort the worst first, and by what the records are, not where they stood: order changes nothing."""
        errors = sum(violation.rule.severity is Severity.ERROR for violation in self.violations)
        return -errors, -len(self.violations), canonical(self.record), str(self.where)

    def by_score(self) -> tuple[Any, ...]:
        """Sort the lowest score first."""
        return _score(self.violations), canonical(self.record), str(self.where)

    def names(self) -> tuple[str | None, str | None, PagePlace | None]:
        """What shows people which record it is: its id, its title, and where it was sent."""
        return _field(self.record, "id"), _field(self.record, "title", _TITLE_LENGTH), self.where


def _rejected(validation: Validation, places: Sequence[Place], limit: int) -> list[_Found]:
    """Return the rejected records with the most faults."""
    found = (_Found(bad.record, bad.violations, places[bad.index].where) for bad in validation.rejected)
    return nsmallest(limit, found, key=_Found.by_errors)


def _worst_records(validation: Validation, places: Sequence[Place]) -> list[WorstRecord]:
    """Describe the rejected records with the most faults, then the accepted ones with the lowest scores."""
    worst = _rejected(validation, places, WORST_RECORDS)
    if len(worst) < WORST_RECORDS:
        worst += nsmallest(WORST_RECORDS - len(worst), _flawed(validation, places), key=_Found.by_score)
    return [
        WorstRecord(*found.names(), _score(found.violations), [violation.told() for violation in found.violations])
        for found in worst
    ]


def _quarantined(validation: Validation, places: Sequence[Place]) -> list[QuarantinedRecord]:
    """List the rejected records, the worst first, each with the rules that it breaks."""
    return [
        QuarantinedRecord(*found.names(), [violation.rule.id for violation in found.violations])
        for found in _rejected(validation, places, QUARANTINED_RECORDS)
    ]


def _flawed(validation: Validation, places: Sequence[Place]) -> Iterator[_Found]:
    """Give the accepted records that broke a warning: by looking at them again, so that validation need keep none."""
    for index in validation.accepted_indexes():
        record = validation.movies[index]
        # The policy for adult movies changes nothing here: where it quarantines them, none is accepted.
        if violations := check_record(record, day_at(validation.on, index)):
            yield _Found(record, violations, places[index].where)


def _score(violations: Iterable[Violation]) -> int:
    return record_score(mask_of(violation.rule for violation in violations))


def _field(record: object, field: str, limit: int = SHOWN_LENGTH) -> str | None:
    """Return a field's value as a short text, or None where there is no such value."""
    value = record.get(field) if isinstance(record, dict) else None
    if value is None:
        return None
    return printable(value, limit) if isinstance(value, str) else describe(value)


def _by_count(fields: Mapping[str, int]) -> list[FieldCount]:
    ordered = sorted(fields.items(), key=lambda entry: (-entry[1], entry[0]))
    return [FieldCount(printable(field), count) for field, count in ordered[:DRIFT_FIELDS]]
