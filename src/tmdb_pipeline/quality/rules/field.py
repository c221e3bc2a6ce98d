"""How a rule is declared: with what breaks it, at the field of a movie record where it may be broken.

Both the check that goes through millions of records and the one that says what is wrong with a single record are
compiled from these declarations (``records.compiler``), so a rule that stands here holds everywhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tmdb_pipeline.quality.rules.condition import Condition
from tmdb_pipeline.quality.rules.rule import Rule


@dataclass(frozen=True, slots=True)
class Check:
    """A rule and what breaks it."""

    rule: Rule
    broken: Condition


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record. Of its checks at most one breaks: the first whose condition is true; absent is None.

    Attributes:
        name: the field's key in the record.
        checks: the checks of its value, in order.
        of_each: checks of each member of the value, which is a list if no check before breaks. They, too, are asked in
            order: the first that any member breaks.
        optional: whether TMDB leaves the field out where it has nothing to say.
    """

    name: str
    checks: tuple[Check, ...]
    of_each: tuple[Check, ...] = ()
    optional: bool = False

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that the field can break, each once."""
        return _rules((*self.checks, *self.of_each))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two fields that must agree. They are asked only where neither breaks a rule of its own; the first is blamed."""

    fields: tuple[str, str]
    checks: tuple[Check, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that the pair can break, each once."""
        return _rules(self.checks)


def _rules(checks: Iterable[Check]) -> tuple[Rule, ...]:
    return tuple(dict.fromkeys(check.rule for check in checks))
