"""The quality report: a JSON-ready dict, and a page for people made from that JSON alone."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from heapq import nsmallest
from importlib.resources import files as package_files
from typing import Any, Final

from jinja2 import Environment, StrictUndefined, Template

from tmdb_pipeline.quality.json_values import SHOWN_LENGTH, canonical, describe, printable
from tmdb_pipeline.quality.record_check import Violation, check_record
from tmdb_pipeline.quality.rules import QUESTIONS, RULES_BY_ID, Severity, outcome_of
from tmdb_pipeline.quality.scores import BINS, percentage, record_score
from tmdb_pipeline.quality.thresholds import Thresholds
from tmdb_pipeline.quality.validator import Validation

Locate = Callable[[object], Mapping[str, object] | None]

WORST_RECORDS: Final = 10
DRIFT_FIELDS: Final = 20
_TITLE_LENGTH: Final = 50


def build_report(
    validation: Validation,
    *,
    files: Sequence[tuple[str, int]],
    validation_date: str,
    run: Mapping[str, object],
    thresholds: Thresholds,
    locate: Locate,
) -> dict[str, Any]:
    """Return the report of a validation as a dict that JSON can carry.

    ``files`` are the files read with their number of movies; ``validation_date`` is the moment of validation in ISO
    8601 with its zone; ``run`` says which run this was (dag_id, run_id, run_date and the like); ``locate`` tells in
    which page file and at which index a record was received, or None where that is not known. Percentages and scores
    are cut to two decimals.

    Raises ValueError for a validation date without a zone.
    """
    if datetime.fromisoformat(validation_date).tzinfo is None:
        raise ValueError(
            f"The validation date {validation_date} says no time zone; write it like 2026-01-31T02:00:00+09:00."
        )
    return {
        "validation_date": validation_date,
        "run": dict(run),
        "verdict": thresholds.verdict(validation.passed, validation.total),
        "thresholds": {"warn": float(thresholds.warn), "fail": float(thresholds.fail)},
        "files_validated": [{"file": file, "movie_count": count} for file, count in files],
        "overall_quality_score": validation.overall_score,
        "total_movies_validated": validation.total,
        "total_movies_passed": validation.passed,
        "validation_rate": validation.validation_rate,
        "dimension_scores": validation.dimension_scores,
        "quality_distribution": validation.distribution,
        "quality_bins": dict(BINS),
        "common_issues": _common_issues(validation),
        "worst_records": _worst_records(validation, locate),
        "drift": {
            "unknown_fields": _by_count(validation.drift.unknown_fields),
            "absent_fields": _by_count(validation.drift.absent_fields),
        },
    }


def render_html(report: Mapping[str, Any]) -> str:
    """Return the report as one HTML page that needs no script, no network and no other file."""
    return _template().render(report=report, questions=QUESTIONS)


def _common_issues(validation: Validation) -> list[dict[str, Any]]:
    broken = [(count, RULES_BY_ID[rule_id]) for rule_id, count in validation.counts.items() if count]
    return [
        {
            "rule": rule.id,
            "dimension": str(rule.dimension),
            "severity": str(rule.severity),
            "sentence": rule.sentence,
            "count": count,
            "share": percentage(count, validation.total),
        }
        for count, rule in sorted(broken, key=lambda issue: (-issue[0], issue[1].id))
    ]


def _worst_records(validation: Validation, locate: Locate) -> list[dict[str, Any]]:
    """Describe the rejected records with the most faults, then the accepted ones with the lowest scores."""
    # Sorted by what the records are, not where they stood: the order of the batch changes nothing in the report.
    worst: list[tuple[Any, tuple[Violation, ...]]] = nsmallest(
        WORST_RECORDS,
        ((rejection.record, rejection.violations) for rejection in validation.rejected),
        key=lambda found: (-_errors(found[1]), -len(found[1]), canonical(found[0])),
    )
    if len(worst) < WORST_RECORDS:
        worst += nsmallest(
            WORST_RECORDS - len(worst),
            _flawed(validation),
            key=lambda found: (_score(found[1]), canonical(found[0])),
        )
    return [
        {
            "id": _field(record, "id"),
            "title": _field(record, "title", _TITLE_LENGTH),
            "score": _score(violations),
            "where": locate(record),
            "issues": [violation.as_dict() for violation in violations],
        }
        for record, violations in worst
    ]


def _flawed(validation: Validation) -> Iterator[tuple[Any, tuple[Violation, ...]]]:
    """Give the accepted records that broke a warning: by looking at them again, so that validation need keep none."""
    for record in validation.accepted:
        if violations := check_record(record, validation.on):
            yield record, violations


def _score(violations: Iterable[Violation]) -> int:
    return record_score(outcome_of(violation.rule for violation in violations))


def _errors(violations: Iterable[Violation]) -> int:
    return sum(violation.rule.severity is Severity.ERROR for violation in violations)


def _field(record: object, field: str, limit: int = SHOWN_LENGTH) -> str | None:
    """Return a field's value as a short text, or None where there is no such value."""
    value = record.get(field) if isinstance(record, dict) else None
    if value is None:
        return None
    return printable(value, limit) if isinstance(value, str) else describe(value)


def _by_count(fields: Mapping[str, int]) -> list[dict[str, Any]]:
    ordered = sorted(fields.items(), key=lambda entry: (-entry[1], entry[0]))
    return [{"field": printable(field), "count": count} for field, count in ordered[:DRIFT_FIELDS]]


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["thousands"] = lambda number: f"{number:,}"
    text = package_files(__package__).joinpath("report.html.j2").read_text(encoding="utf-8")
    return environment.from_string(text)
