"""The full check of one record: which rules it breaks, in which field, with which value."""

from datetime import date
from typing import Final, NamedTuple

from tmdb_pipeline.quality.rules.catalogue import KNOWN_FIELDS, NOT_AN_OBJECT, STRICT, UNSTORABLE, AdultPolicy, Rule
from tmdb_pipeline.quality.rules.field_rules import FIELDS, PAIRS
from tmdb_pipeline.quality.values.json_values import describe, key_name, printable, survives_json

_NAMES: Final = tuple(field.name for field in FIELDS)
_CHECKS: Final = tuple(field.broken for field in FIELDS)
_PAIRS: Final = tuple((*pair.fields, pair.broken) for pair in PAIRS)


class Violation(NamedTuple):
    """A rule that a record breaks, the field where it does (None: the record as a whole) and the value found there."""

    rule: Rule
    field: str | None
    value: object

    def as_dict(self) -> dict[str, str | None]:
        """Return the violation as JSON can carry it, with field name and value shortened."""
        return {
            "rule": self.rule.id,
            "severity": str(self.rule.severity),
            "sentence": self.rule.sentence,
            "sentence_ko": self.rule.sentence_ko,
            "field": None if self.field is None else printable(self.field),
            "value": describe(self.value),
        }


def check_record(record: object, on: date, adult: AdultPolicy = "warn") -> tuple[Violation, ...]:
    """Return every rule that the record breaks by itself, as of its day of receipt; empty where it is spotless.

    ``adult`` says what is to become of a movie marked as adult or softcore, which nobody asked for. Whether its id
    stands twice is a question to the batch, and asked there.
    """
    if not isinstance(record, dict):
        return (Violation(NOT_AN_OBJECT, None, record),)
    found: dict[str, Violation] = {}
    for name, broken_by, value in zip(_NAMES, _CHECKS, map(record.get, _NAMES), strict=True):
        rule = broken_by(value, on)
        if rule is not None:
            if rule.is_policy and adult == "quarantine":
                rule = STRICT[rule]
            found[name] = Violation(rule, name, value)
    violations = list(found.values())
    for first, second, pair_broken_by in _PAIRS:
        if first not in found and second not in found:
            rule = pair_broken_by(record.get(first), record.get(second), on)
            if rule is not None:
                violations.append(Violation(rule, first, record.get(first)))
    if not KNOWN_FIELDS.issuperset(record):
        violations += [
            Violation(UNSTORABLE, key_name(field), value)
            for field, value in record.items()
            if field not in KNOWN_FIELDS and not survives_json({field: value})
        ]
    return tuple(violations)
