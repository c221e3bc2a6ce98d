"""The rule catalogue: every rule that a movie record, or a batch of them, can break.

A record is one element of ``results`` as TMDB sends it, parsed from JSON. What TMDB really sends is no error: empty
texts, null images, an int where a float was, fields that nobody has seen before. An *error* means that the record
cannot be trusted or stored, so it is quarantined; a *warning* means that it is kept and counted.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from tmdb_pipeline.quality.field_rules import FIELDS, PAIRS, UNSTORABLE
from tmdb_pipeline.quality.rule import QUESTIONS, Dimension, Rule, Severity, error, outcome_of

__all__ = [
    "DUPLICATE",
    "ERRORS",
    "KNOWN_FIELDS",
    "NOT_AN_OBJECT",
    "QUESTIONS",
    "REQUIRED_FIELDS",
    "RULES",
    "RULES_BY_ID",
    "SOFT_FIELDS",
    "UNSTORABLE",
    "Dimension",
    "Rule",
    "Severity",
    "outcome_of",
    "rules_in",
]

NOT_AN_OBJECT: Final = error("record.type", Dimension.VALIDITY, "The record is not a JSON object.")
DUPLICATE: Final = error(
    "id.duplicate", Dimension.UNIQUENESS, "Another record with the same id is kept from this batch."
)

RULES: Final = (
    NOT_AN_OBJECT,
    UNSTORABLE,
    DUPLICATE,
    *(rule for field in FIELDS for rule in field.rules),
    *(rule for pair in PAIRS for rule in pair.rules),
)
RULES_BY_ID: Final[Mapping[str, Rule]] = MappingProxyType({rule.id: rule for rule in RULES})
ERRORS: Final = outcome_of(rule for rule in RULES if rule.severity is Severity.ERROR)

KNOWN_FIELDS: Final = frozenset(field.name for field in FIELDS)
REQUIRED_FIELDS: Final = tuple(field.name for field in FIELDS if f"{field.name}.missing" in RULES_BY_ID)
SOFT_FIELDS: Final = KNOWN_FIELDS - {*REQUIRED_FIELDS, "media_type"}  # media_type is sent in trending only


def rules_in(outcome: int) -> Iterator[Rule]:
    """Give the rules of an outcome in catalogue order."""
    return (rule for rule in RULES if outcome & rule.bit)
