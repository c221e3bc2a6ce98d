"""What a quality rule is: its id, the side of quality it looks at, what breaking it costs.

The *rule mask* of a record is the set of rules that it breaks, held as the bits of one int: each rule has a bit of its
own. A batch of a million records has a few dozen distinct masks. So nothing has to be kept for each record, only how
many records have which mask, and every number follows from these counts, exactly and whatever the order of records was:
the score of a record is that of its mask, the score of a batch a mean over its masks, the score of a dimension the same
mean with the bits of other dimensions left out, the count of a rule the sum over the masks that have its bit, and a
record is rejected if its mask has a bit of an error. Bits are given in the order in which rules are declared, and are
good for one process: what is written into files are ids.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count
from types import MappingProxyType
from typing import Final

from tmdb_pipeline.language import Said

_places = count()


class Dimension(StrEnum):
    """The side of quality that a rule looks at."""

    COMPLETENESS = "completeness"
    VALIDITY = "validity"
    UNIQUENESS = "uniqueness"
    CONSISTENCY = "consistency"
    TIMELINESS = "timeliness"


#: What readers call each, and what it asks.
DIMENSIONS: Final[Mapping[Dimension, Said]] = MappingProxyType(
    {
        Dimension.COMPLETENESS: Said("Completeness", "완전성"),
        Dimension.VALIDITY: Said("Validity", "유효성"),
        Dimension.UNIQUENESS: Said("Uniqueness", "유일성"),
        Dimension.CONSISTENCY: Said("Consistency", "일관성"),
        Dimension.TIMELINESS: Said("Timeliness", "적시성"),
    }
)
QUESTIONS: Final[Mapping[Dimension, Said]] = MappingProxyType(
    {
        Dimension.COMPLETENESS: Said("Is everything there?", "빠진 것이 없습니까?"),
        Dimension.VALIDITY: Said("Is each value of the right type and in its range?", "값의 타입과 범위가 올바릅니까?"),
        Dimension.UNIQUENESS: Said("Is each movie there once?", "영화가 한 번씩만 있습니까?"),
        Dimension.CONSISTENCY: Said("Do the values agree with each other?", "값들이 서로 맞습니까?"),
        Dimension.TIMELINESS: Said(
            "Do the dates fit the day on which the record was received?", "날짜가 레코드를 받은 날과 맞습니까?"
        ),
    }
)


class Severity(StrEnum):
    """What becomes of a record that breaks the rule.

    An error: it is quarantined. A warning: it is kept and counted. Omitted: it is left out because a better copy stays,
    and counted; that is no fault of the data, so it costs nothing.
    """

    ERROR = "error"
    WARNING = "warning"
    OMITTED = "omitted"


SEVERITIES: Final[Mapping[Severity, Said]] = MappingProxyType(
    {
        Severity.ERROR: Said("error", "오류"),
        Severity.WARNING: Said("warning", "경고"),
        Severity.OMITTED: Said("omitted", "제외"),
    }
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    ``weight`` is what breaking it takes from a record's 100 points; an error takes them all. ``said`` is what is
    wrong, in a sentence. ``bit`` is the rule's place in masks. Where ``is_policy`` holds, the
    caller decides on the severity: see ``strict``.
    """

    id: str
    dimension: Dimension
    severity: Severity
    weight: int
    said: Said
    bit: int
    is_policy: bool = False


def error(rule_id: str, dimension: Dimension, said: Said) -> Rule:
    """Make a rule whose breaking has the record quarantined."""
    return Rule(rule_id, dimension, Severity.ERROR, 100, said, 1 << next(_places))


def warning(rule_id: str, dimension: Dimension, weight: int, said: Said) -> Rule:
    """Make a rule whose breaking takes ``weight`` points."""
    return Rule(rule_id, dimension, Severity.WARNING, weight, said, 1 << next(_places))


def omitted(rule_id: str, dimension: Dimension, said: Said) -> Rule:
    """Make a rule whose breaking has the record left out, at no cost."""
    return Rule(rule_id, dimension, Severity.OMITTED, 0, said, 1 << next(_places))


def policy(rule_id: str, dimension: Dimension, weight: int, said: Said) -> Rule:
    """Make a rule that warns, taking ``weight`` points, unless the caller's policy makes an error of it."""
    return replace(warning(rule_id, dimension, weight, said), is_policy=True)


def strict(rule: Rule) -> Rule:
    """Make an error of a rule, under the same id and with a bit of its own."""
    return replace(rule, severity=Severity.ERROR, weight=100, bit=1 << next(_places))


def mask_of(rules: Iterable[Rule]) -> int:
    """Return the rule mask of exactly these rules."""
    mask = 0
    for rule in rules:
        mask |= rule.bit
    return mask
