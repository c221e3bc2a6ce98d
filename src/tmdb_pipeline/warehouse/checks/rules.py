"""How values are judged: by fixed limits, or by the runs before."""

import math
from dataclasses import dataclass
from typing import Final

from tmdb_pipeline.language import Count, Language
from tmdb_pipeline.warehouse.checks.check import Judgement, Level, Measured, Unit

#: Of normally distributed values the median distance from the median, times this, is the standard deviation.
_SIGMA: Final = 1.4826
#: The quantile of the normal distribution that one value in a thousand exceeds.
_THOUSANDTH: Final = 3.0902
_NOTHING = Judgement(Level.NOT_JUDGED, needed="there is nothing to measure yet")


def _too_few(runs: int, least: int) -> Judgement:
    needed = f"{runs} earlier {Count(runs):run|runs} to compare with, {least} are needed"
    return Judgement(Level.NOT_JUDGED, needed=needed)


@dataclass(frozen=True, slots=True)
class AtMost:
    """A value is ok up to a limit. Without ``alarm`` it never alarms."""

    warn: float
    alarm: float = math.inf

    def judge(self, measured: Measured) -> Judgement:
        """The level of what was measured."""
        if measured.value is None:
            return _NOTHING
        return Judgement(_above(measured.value, self.warn, self.alarm), upper=self.warn)

    def told(self, unit: Unit) -> str:
        """The rule in words."""
        if self.warn == self.alarm:
            return f"alarm above {unit.told(self.warn, Language.EN)}"
        alarm = "" if math.isinf(self.alarm) else f", alarm above {unit.told(self.alarm, Language.EN)}"
        return f"warning above {unit.told(self.warn, Language.EN)}{alarm}"


@dataclass(frozen=True, slots=True)
class NearMedian:
    """A value is ok near the median of the runs before, be it a share of that or what those runs scatter by.

    The median and the median distance from it do not follow a few odd runs, as mean and standard deviation do: a bad
    day neither hides the next one nor makes a good one look bad. Too much is worth a look, too little is a loss: so
    only the lower side alarms.

    Attributes:
        warn: share of the median by which a value may differ, at the least.
        alarm: share of it that may be missing, at the least.
        least: runs without which nothing is judged.
    """

    warn: float
    alarm: float
    least: int

    def judge(self, measured: Measured) -> Judgement:
        """The level of what was measured."""
        if measured.value is None:
            return _NOTHING
        if measured.median is None or measured.runs is None or measured.runs < self.least:
            return _too_few(measured.runs or 0, self.least)
        sigma = _SIGMA * (measured.mad or 0.0)
        room = max(self.warn * measured.median, 6 * sigma)
        lower, upper = max(measured.median - room, 0.0), measured.median + room
        if measured.value < measured.median - max(self.alarm * measured.median, 10 * sigma):
            level = Level.ALARM
        else:
            level = Level.OK if lower <= measured.value <= upper else Level.WARNING
        return Judgement(level, lower, upper)

    def told(self, unit: Unit) -> str:  # noqa: ARG002 - the same for every unit
        """The rule in words."""
        return (
            f"warning if it differs from the median of the last runs by more than {self.warn:.0%} and 6 standard "
            f"deviations of theirs, alarm if it is lower by more than {self.alarm:.0%} and 10; after {self.least} runs"
        )


@dataclass(frozen=True, slots=True)
class WithinFactor:
    """A value is ok within a factor of the median of the runs before, to both sides."""

    warn: float
    alarm: float
    least: int

    def judge(self, measured: Measured) -> Judgement:
        """The level of what was measured."""
        if measured.value is None:
            return _NOTHING
        if not measured.median or measured.runs is None or measured.runs < self.least:
            return _too_few(measured.runs or 0, self.least)
        factor = max(measured.value / measured.median, measured.median / measured.value if measured.value else math.inf)
        level = _above(factor, self.warn, self.alarm)
        return Judgement(level, measured.median / self.warn, measured.median * self.warn)

    def told(self, unit: Unit) -> str:  # noqa: ARG002 - the same for every unit
        """The rule in words."""
        return (
            f"warning beyond {self.warn:g} times or a part in {self.warn:g} of the median of the last runs, alarm "
            f"beyond {self.alarm:g}; after {self.least} runs"
        )


@dataclass(frozen=True, slots=True)
class StableShares:
    """A population stability index is ok up to a limit, and above that as far as small samples scatter by chance.

    The index of two samples of one population is not 0: for ``categories`` kinds, ``sample`` and ``reference`` movies
    it is, nearly, chi-squared with ``categories - 1`` degrees of freedom, times ``1 / sample + 1 / reference``. What
    one in a thousand such values exceeds is added to both limits. The movies of the reference are counted once each,
    however many days they were listed: a list of yesterday that is still there tomorrow is no second sample.

    Attributes:
        warn, alarm: the usual 0.1 and 0.25.
        least: runs without which nothing is judged.
        least_sample: movies in the latest run without which nothing is judged.
    """

    warn: float = 0.1
    alarm: float = 0.25
    least: int = 14
    least_sample: int = 50

    def judge(self, measured: Measured) -> Judgement:
        """The level of what was measured."""
        if measured.value is None or not measured.sample or not measured.reference or not measured.categories:
            return _NOTHING
        if measured.runs is None or measured.runs < self.least:
            return _too_few(measured.runs or 0, self.least)
        if measured.sample < self.least_sample:
            movies = Count(measured.sample)
            needed = f"{movies} {movies:movie|movies} in the latest run, {self.least_sample} are needed"
            return Judgement(Level.NOT_JUDGED, needed=needed)
        noise = _chi_squared(measured.categories - 1) * (1 / measured.sample + 1 / measured.reference)
        return Judgement(_above(measured.value, self.warn + noise, self.alarm + noise), upper=self.warn + noise)

    def told(self, unit: Unit) -> str:  # noqa: ARG002 - the same for every unit
        """The rule in words."""
        return (
            f"warning above {self.warn:g}, alarm above {self.alarm:g}, each plus what chance exceeds once in a "
            f"thousand for so many movies and kinds; after {self.least} runs, from {self.least_sample} movies on"
        )


def _above(value: float, warn: float, alarm: float) -> Level:
    if value > alarm:
        return Level.ALARM
    return Level.WARNING if value > warn else Level.OK


def _chi_squared(degrees: int) -> float:
    """The value that chi-squared exceeds once in a thousand, by Wilson and Hilferty; 0 without degrees of freedom."""
    if degrees < 1:
        return 0.0
    part = 2 / (9 * degrees)
    return degrees * (1 - part + _THOUSANDTH * math.sqrt(part)) ** 3
