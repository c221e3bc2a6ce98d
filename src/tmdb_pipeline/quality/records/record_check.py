"""The check of one record: which rules it breaks, in which field, with which value."""

from datetime import date
from typing import Final

from tmdb_pipeline.quality.records.compiler import UNKNOWN, compile_checks
from tmdb_pipeline.quality.records.violation import Violation
from tmdb_pipeline.quality.rules.catalogue import KNOWN_FIELDS, NOT_AN_OBJECT, STRICT, UNSTORABLE, AdultPolicy
from tmdb_pipeline.quality.rules.field_rules import FIELDS, PAIRS
from tmdb_pipeline.quality.values.json_values import key_name, survives_json

CHECKS: Final = compile_checks(FIELDS, PAIRS)


def check_record(record: object, on: date, adult: AdultPolicy = "warn", mask: int = UNKNOWN) -> tuple[Violation, ...]:
    """Return every rule that the record breaks by itself, as of its day of receipt; empty where it is spotless.

    ``adult`` says what is to become of a movie marked as adult or softcore, which nobody asked for. Whether its id
    stands twice is a question to the batch, and asked there. ``mask`` is what ``CHECKS.fast`` says of the record.
    """
    if not isinstance(record, dict):
        return (Violation(NOT_AN_OBJECT, None, record),)
    violations = CHECKS.full(record, on, mask)
    if adult == "quarantine":
        violations = [found._replace(rule=STRICT.get(found.rule, found.rule)) for found in violations]
    if mask == UNKNOWN and not KNOWN_FIELDS.issuperset(record):
        violations += [
            Violation(UNSTORABLE, key_name(field), value)
            for field, value in record.items()
            if field not in KNOWN_FIELDS and not survives_json({field: value})
        ]
    return tuple(violations)
