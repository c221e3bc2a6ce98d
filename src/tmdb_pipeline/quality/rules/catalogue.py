"""The rule catalogue: every rule that a movie record, or a batch of them, can break.

A record is one element of ``results`` as TMDB sends it, parsed from JSON. What TMDB really sends is no error: empty
texts, nulls, an int where a float was, fields that nobody has seen before. An *error* means that the record cannot be
trusted or stored, so it is quarantined; a *warning* means that it is kept and counted; a record that is *omitted* has
nothing wrong with it, but a copy of it is kept.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, get_args

from tmdb_pipeline.language import Said
from tmdb_pipeline.quality.rules.field_kinds import UNSTORABLE
from tmdb_pipeline.quality.rules.field_rules import FIELDS, PAIRS
from tmdb_pipeline.quality.rules.rule import (
    DIMENSIONS,
    QUESTIONS,
    SEVERITIES,
    Dimension,
    Rule,
    Severity,
    error,
    mask_of,
    omitted,
    strict,
)

__all__ = [
    "DIMENSIONS",
    "DUPLICATE",
    "ERRORS",
    "EVERY_RULE",
    "KNOWN_FIELDS",
    "NOT_AN_OBJECT",
    "QUESTIONS",
    "REQUIRED_FIELDS",
    "RULES",
    "RULES_BY_ID",
    "SEVERITIES",
    "SOFT_FIELDS",
    "STRICT",
    "UNSTORABLE",
    "AdultPolicy",
    "Dimension",
    "Rule",
    "Severity",
    "checked_policy",
    "mask_of",
    "rules_in",
]

NOT_AN_OBJECT: Final = error(
    "record.type",
    Dimension.VALIDITY,
    Said(
        "The record is not a JSON object, so there is no movie in it.",
        "레코드가 JSON 객체가 아니어서 영화 정보가 없습니다.",
    ),
)
DUPLICATE: Final = omitted(
    "id.duplicate",
    Dimension.UNIQUENESS,
    Said(
        "A copy of the same movie that is as good or better is kept, so this one is left out.",
        "같은 영화의 더 낫거나 똑같은 레코드를 보관하므로 이 레코드는 뺍니다.",
    ),
)

_DECLARED: Final = (rule for declared in (*FIELDS, *PAIRS) for rule in declared.rules)
RULES: Final = tuple(dict.fromkeys((NOT_AN_OBJECT, UNSTORABLE, DUPLICATE, *_DECLARED)))
RULES_BY_ID: Final[Mapping[str, Rule]] = MappingProxyType({rule.id: rule for rule in RULES})

#: What is to become of movies marked as adult or softcore that nobody asked for.
AdultPolicy: TypeAlias = Literal["warn", "quarantine"]
_POLICIES: Final = get_args(AdultPolicy)
#: What each rule whose severity the policy decides is under the policy "quarantine": the same rule, as an error.
STRICT: Final[Mapping[Rule, Rule]] = MappingProxyType({rule: strict(rule) for rule in RULES if rule.is_policy})
EVERY_RULE: Final = (*RULES, *STRICT.values())
ERRORS: Final = mask_of(rule for rule in EVERY_RULE if rule.severity is Severity.ERROR)

KNOWN_FIELDS: Final = frozenset(field.name for field in FIELDS)
REQUIRED_FIELDS: Final = tuple(
    field.name
    for field in FIELDS
    if (missing := RULES_BY_ID.get(f"{field.name}.missing")) and missing.severity is Severity.ERROR
)
SOFT_FIELDS: Final = KNOWN_FIELDS - {*REQUIRED_FIELDS, "media_type"}  # media_type is sent in trending only


def rules_in(mask: int) -> Iterator[Rule]:
    """Give the rules of a rule mask in catalogue order."""
    return (rule for rule in EVERY_RULE if mask & rule.bit)


def checked_policy(adult: str) -> None:
    """Raise ValueError, with a message that names the policies there are, unless this is one of them."""
    if adult not in _POLICIES:
        known = " or ".join(map(repr, _POLICIES))
        raise ValueError(f"The policy for adult movies is {adult!r}; set it to {known}.")
