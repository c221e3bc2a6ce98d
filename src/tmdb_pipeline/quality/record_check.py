"""The full check of one record: which rules it breaks, in which field, with which value."""

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Final, NamedTuple

from tmdb_pipeline.quality.json_values import describe, is_storable_text, printable, survives_json
from tmdb_pipeline.quality.rules import KNOWN_FIELDS, RULES, RULES_BY_ID, Predicate, Rule

NOT_AN_OBJECT: Final = RULES_BY_ID["record.type"]
UNSTORABLE: Final = RULES_BY_ID["record.unstorable"]


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
            "field": None if self.field is None else printable(str(self.field)),
            "value": describe(self.value),
        }


# Every other known field is bounded by rules of its own to values that can be stored.
_FREE_TEXTS: Final = ("title", "original_title", "original_language", "overview", "poster_path", "backdrop_path")

_Questions = tuple[tuple[Rule, Predicate], ...]


def _chain(rules: tuple[Rule, ...]) -> tuple[_Questions, frozenset[type], _Questions]:
    """Return all questions of a field, the types that settle the first of them, and the questions then left."""
    questions = tuple((rule, rule.broken) for rule in rules if rule.broken)
    for place, rule in enumerate(rules, start=1):
        if rule.types:
            return questions, rule.types, questions[place:]
    return questions, frozenset(), ()


_BY_FIELD: Final = {
    field: _chain(tuple(rules))  # the rules of one field stand together in the catalogue
    for field, rules in groupby((rule for rule in RULES if len(rule.fields) == 1), key=lambda rule: rule.fields[0])
}
_FIELDS: Final = tuple(_BY_FIELD)
_CHAINS: Final = tuple(_BY_FIELD.values())
_CROSS_FIELD: Final = tuple(
    (rule, rule.broken, rule.fields[0], rule.fields[1]) for rule in RULES if rule.broken and rule.fields[1:]
)


def check_record(record: object, on: date) -> tuple[Violation, ...]:
    """Return every rule that the record breaks by itself, as of the run date; empty where it is spotless.

    Whether its id stands twice is a question to the batch, and asked there.
    """
    if not isinstance(record, dict):
        return (Violation(NOT_AN_OBJECT, None, record),)
    broken: dict[str, Violation] = {}
    for field, (every, settling, rest), value in zip(_FIELDS, _CHAINS, map(record.get, _FIELDS), strict=True):
        for rule, is_broken in rest if type(value) in settling else every:
            if is_broken(value, on):
                broken[field] = Violation(rule, field, value)
                break
    found = list(broken.values())
    for rule, is_broken, first, second in _CROSS_FIELD:
        if first not in broken and second not in broken and is_broken(record, on):
            found.append(Violation(rule, first, record.get(first)))
    found += _unstorable(record)
    return tuple(found)


def _unstorable(record: Mapping[str, object]) -> list[Violation]:
    texts = {field: value for field in _FREE_TEXTS if isinstance(value := record.get(field), str)}
    fields = []
    if not is_storable_text("".join(texts.values())):
        fields = [field for field, text in texts.items() if not is_storable_text(text)]
    if not KNOWN_FIELDS.issuperset(record):
        fields += [
            field for field, value in record.items() if field not in KNOWN_FIELDS and not survives_json({field: value})
        ]
    return [Violation(UNSTORABLE, field, record[field]) for field in fields]
