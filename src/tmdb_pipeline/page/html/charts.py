"""The charts of the trends: small, one number each, over the same days. The shapes are ``warehouse.report.svg``."""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import msgspec
from markupsafe import Markup

from tmdb_pipeline.language import Language, number
from tmdb_pipeline.warehouse.report.svg import WIDTH, chart, dot, line, rect, words

_LEFT: Final = 44
_RIGHT: Final = 6
_TOP: Final = 10
_HEIGHT: Final = 118
_BASE: Final = _TOP + _HEIGHT
_BOTTOM: Final = 26
#: Of a column, the share of its day's width.
_COLUMN: Final = 0.72
#: Months that a chart names, at most.
_MONTHS: Final = 4


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """A value of a day, what is said of it while the mouse is on it, and its tone: ok, warning or alarm."""

    day: date
    value: float
    tip: str
    tone: str = "ok"


class Series(msgspec.Struct, frozen=True):
    """A line of several in a chart: how it is drawn, and its points, of which there is at least one."""

    kind: str
    points: Sequence[Point]


class Span(msgspec.Struct, frozen=True):
    """The days of a chart, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    def at(self, day: date) -> float:
        """Where the middle of a day stands."""
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * ((day - self.first).days + 0.5) / self.days

    @property
    def width(self) -> float:
        """Of a day."""
        return (WIDTH - _LEFT - _RIGHT) / self.days


def columns(title: str, points: Sequence[Point], span: Span, language: Language, *, every: int = 1) -> Markup:
    """A column for each day; days without one between the first and the last are marked at the bottom.

    Args:
        title: what a screen reader reads.
        points: with values from 0.
        span: the days that are shown.
        language: of the numbers.
        every: days between two runs that are all in order.
    """
    most = _round_up(max(point.value for point in points))
    width = span.width * _COLUMN * min(every, 3)
    shapes = _levels([0, most / 2, most], 0, most, language)
    for point in points:
        tall = _HEIGHT * min(point.value / most, 1)
        shapes.append(
            rect(
                span.at(point.day) - width / 2,
                _BASE - max(tall, 1.5),
                width,
                max(tall, 1.5),
                f"bar {point.tone}",
                tip=point.tip,
            )
        )
    shapes += [dot(span.at(day), _BASE + 5, 1.8, "gap") for day in _gaps(points, every)]
    return chart(title, _BASE + _BOTTOM, [*shapes, *_axis(span, language)])


def path(
    title: str, points: Sequence[Point], span: Span, language: Language, *, least: float, most: float, mark: float
) -> Markup:
    """A line through the values, with a dot where a value is not ok and at the last, and a dashed line at a mark."""
    shapes = _levels([least, (least + most) / 2, most], least, most, language)
    if least < mark < most:
        y = _height(mark, least, most)
        shapes.append(line([(_LEFT, y), (WIDTH - _RIGHT, y)], "mark"))
    places = [(span.at(point.day), _height(point.value, least, most)) for point in points]
    if len(places) > 1:
        shapes.append(
            f'<polygon class="area" points="{places[0][0]:.1f},{_BASE} '
            + " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
            + f' {places[-1][0]:.1f},{_BASE}"/>'
        )
    shapes.append(line(places, "path"))
    for place, point in zip(places, points, strict=True):
        shown = point.tone != "ok" or point is points[-1]
        shapes.append(dot(*place, 3.2 if shown else 2.2, f"spot {point.tone}" if shown else "spot hidden", point.tip))
    return chart(title, _BASE + _BOTTOM, [*shapes, *_axis(span, language)])


def lines(title: str, series: Sequence[Series], span: Span, language: Language) -> Markup:
    """Several lines from 0 on, the last on top; a day without a value is a gap, and the last values have a dot."""
    most = _round_up(max(point.value for each in series for point in each.points))
    shapes = _levels([0, most / 2, most], 0, most, language, digits=3)
    for each in series:
        for part in _unbroken(each.points):
            places = [(span.at(point.day), _height(point.value, 0, most)) for point in part]
            if len(places) > 1:
                shapes.append(line(places, f"path {each.kind}"))
        for point in each.points:
            at, shown = (span.at(point.day), _height(point.value, 0, most)), point is each.points[-1]
            shapes.append(dot(*at, 3.2 if shown else 2.2, f"spot {each.kind}{'' if shown else ' hidden'}", point.tip))
    return chart(title, _BASE + _BOTTOM, [*shapes, *_axis(span, language)])


def _unbroken(points: Sequence[Point]) -> list[list[Point]]:
    """The points in parts of days that follow each other."""
    parts: list[list[Point]] = []
    for point in points:
        if parts and point.day - parts[-1][-1].day == timedelta(days=1):
            parts[-1].append(point)
        else:
            parts.append([point])
    return parts


def _round_up(value: float) -> float:
    """A round number that is not below a value."""
    magnitude = 10.0 ** math.floor(math.log10(value)) if value > 0 else 0.1
    return next(step * magnitude for step in (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10) if step * magnitude >= value)


def _height(value: float, least: float, most: float) -> float:
    return _BASE - _HEIGHT * (min(max(value, least), most) - least) / (most - least)


def _levels(values: Sequence[float], least: float, most: float, language: Language, *, digits: int = 1) -> list[str]:
    shapes = []
    for value in values:
        y = _height(value, least, most)
        shapes += [
            line([(_LEFT, y), (WIDTH - _RIGHT, y)], "axis" if value == least else "grid"),
            words(_LEFT - 7, y + 4, number(value, language, digits), anchor="end"),
        ]
    return shapes


def _axis(span: Span, language: Language) -> list[str]:
    """The first days of months."""
    days = [span.first + timedelta(days=age) for age in range(span.days)]
    firsts = [day for day in days if day.day == 1][-_MONTHS:] or [span.first]
    shapes = []
    for day in firsts:
        said = f"{day.month}월" if language is Language.KO else f"{day:%b}"
        x = span.at(day)
        shapes += [line([(x, _BASE), (x, _BASE + 5)], "axis"), words(min(x + 3, WIDTH - 30), _BASE + 19, said)]
    return shapes


def _gaps(points: Sequence[Point], every: int) -> list[date]:
    """The days between the first and the last point on which there should be one."""
    there = {point.day for point in points}
    first, last = min(there), max(there)
    days = (first + timedelta(days=age) for age in range(0, (last - first).days + 1, every))
    return [day for day in days if day not in there]
