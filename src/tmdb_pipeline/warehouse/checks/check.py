"""What a check is: one declaration, from which the run, the report, the docs and the tests are made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

import msgspec

from tmdb_pipeline.language import Language, Said, number, percent
from tmdb_pipeline.warehouse.checks.sql import bound


class Dimension(StrEnum):
    """What a check asks about."""

    COMPLETENESS = "completeness"
    UNIQUENESS = "uniqueness"
    INTEGRITY = "integrity"
    FRESHNESS = "freshness"
    VOLUME = "volume"
    DRIFT = "drift"


#: What readers call each, and what it asks.
DIMENSIONS: Final[Mapping[Dimension, Said]] = MappingProxyType(
    {
        Dimension.COMPLETENESS: Said("Completeness", "완전성"),
        Dimension.UNIQUENESS: Said("Uniqueness", "유일성"),
        Dimension.INTEGRITY: Said("Integrity", "무결성"),
        Dimension.FRESHNESS: Said("Freshness", "최신성"),
        Dimension.VOLUME: Said("Volume", "수집량"),
        Dimension.DRIFT: Said("Drift", "분포 변화"),
    }
)
QUESTIONS: Final[Mapping[Dimension, Said]] = MappingProxyType(
    {
        Dimension.COMPLETENESS: Said("Is everything there?", "빠진 것이 없습니까?"),
        Dimension.UNIQUENESS: Said("Is each thing there once?", "한 번씩만 있습니까?"),
        Dimension.INTEGRITY: Said("Do the tables agree with each other?", "테이블이 서로 맞습니까?"),
        Dimension.FRESHNESS: Said("Has TMDB been asked lately?", "최근에 수집했습니까?"),
        Dimension.VOLUME: Said("Are there as many movies as usual?", "영화 수가 평소와 같습니까?"),
        Dimension.DRIFT: Said("Are they movies such as usual?", "영화의 분포가 평소와 같습니까?"),
    }
)

#: From here on, a number is told without a fraction.
_MANY: Final = 999.5
#: The least percentage that is told as a number; what is less, and not nothing, is told as less.
_LEAST_PERCENT: Final = 0.1
_LESS: Final = Said("<0.1%", "0.1% 미만")
_HOURS: Final = Said("{hours} h", "{hours}시간")


class Level(StrEnum):
    """What came of a check."""

    OK = "ok"
    NOT_JUDGED = "not_judged"
    """There is too little to judge by."""
    WARNING = "warning"
    """Somebody should look, when there is time."""
    ALARM = "alarm"
    """Whoever uses the tables may be misled: the run fails once the report is out."""


#: What readers call each.
LEVELS: Final[Mapping[Level, Said]] = MappingProxyType(
    {
        Level.OK: Said("Fine", "정상"),
        Level.NOT_JUDGED: Said("Not judged", "판단 보류"),
        Level.WARNING: Said("Warning", "주의"),
        Level.ALARM: Said("Alarm", "경보"),
    }
)


class Unit(StrEnum):
    """What the value of a check is counted in."""

    COUNT = "count"
    PERCENT = "percent"
    HOURS = "hours"
    NUMBER = "number"

    def told(self, value: float, language: Language) -> str:
        """The value for people."""
        if self is Unit.PERCENT:
            return _LESS.told(language) if 0 < value < _LEAST_PERCENT else percent(value, language)
        if self is Unit.HOURS:
            return _HOURS.told(language, hours=number(value, language, 1))
        if self is Unit.NUMBER and abs(value) < _MANY:
            return f"{value:.3g}"
        return number(value, language)


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """The row that the query of a check gives. What a query does not give is None.

    Attributes:
        value: what was found; None where there is nothing to measure.
        runs: how many earlier runs it is compared with.
        median: of the value in those.
        mad: median of their distances from that.
        sample: movies in the latest run.
        reference: different movies in the earlier ones.
        categories: how many kinds are compared.
    """

    value: float | None
    runs: int | None = None
    median: float | None = None
    mad: float | None = None
    sample: int | None = None
    reference: int | None = None
    categories: int | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule says of a value: the level, and the least and the greatest value that would be ok, where limited.

    ``needed`` says what is missing where it is not judged.
    """

    level: Level
    lower: float | None = None
    upper: float | None = None
    needed: str = ""


class Rule(Protocol):
    """How a value is judged."""

    def judge(self, measured: Measured) -> Judgement:
        """The level of what was measured."""

    def told(self, unit: Unit) -> str:
        """The rule in words, for the docs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A check.

    Attributes:
        name: for ever: what was found on different days is compared by it.
        dimension: what it asks about.
        subject: table, or list, that it looks at.
        sql: gives one row of ``Measured``, or none where there is nothing; it only reads, and ``:now`` is the moment.
        rule: which values are ok.
        unit: what the value is counted in.
        said: what was found, with ``{value}`` in it, without a full stop.
        reason: why the limits are what they are.
    """

    name: str
    dimension: Dimension
    subject: str
    sql: str
    rule: Rule
    unit: Unit
    said: Said
    reason: str

    def query(self, now: datetime) -> str:
        """The statement, which can be run in psql as it stands; ``now`` is aware."""
        return bound(self.sql, now=now).strip()
