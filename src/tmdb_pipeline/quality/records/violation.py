"""What a record breaks, and where."""

from typing import NamedTuple

from tmdb_pipeline.lake.quality_report import BrokenRule
from tmdb_pipeline.quality.rules.rule import Rule
from tmdb_pipeline.quality.values.json_values import describe, printable


class Violation(NamedTuple):
    """A rule that a record breaks, the field where it does (None: the record as a whole) and the value found there."""

    rule: Rule
    field: str | None
    value: object

    def told(self) -> BrokenRule:
        """The violation as JSON can carry it, with field name and value shortened."""
        return BrokenRule(
            rule=self.rule.id,
            severity=str(self.rule.severity),
            message=self.rule.said.en,
            message_ko=self.rule.said.ko,
            field=None if self.field is None else printable(self.field),
            value=describe(self.value),
        )
