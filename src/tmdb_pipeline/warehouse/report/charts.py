"""The charts of the page, each made of rows of the report and nothing else."""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from markupsafe import Markup

from tmdb_pipeline.dags import DAILY, WEEKLY
from tmdb_pipeline.warehouse.checks.freshness import LIMITS
from tmdb_pipeline.warehouse.report.facts import Freshness, GenreShare, MoviesOfDay, PassRate, PopularMovie
from tmdb_pipeline.warehouse.report.svg import WIDTH, chart, dot, line, rect, ticks, words

#: Space for numbers at the left, and at the right so that the last label is not cut.
_LEFT: Final = 40
_RIGHT: Final = 10
_DAYS: Final = 30
_GENRES: Final = 12
#: The kinds of colours of the DAGs, and how people call their lists.
_KINDS: Final = {DAILY.id: "one", WEEKLY.id: "two"}
_NAMES: Final = {DAILY.id: "Daily 일일", WEEKLY.id: "Weekly 주간"}


def movies_a_day(rows: Sequence[MoviesOfDay]) -> Markup:
    """Columns for the last 30 days, a panel for each DAG, for a week has far more movies than a day."""
    last = max(row.run_date for row in rows)
    shapes: list[str] = []
    height, top = 92, 24
    for panel, dag_id in enumerate(sorted({row.dag_id for row in rows})):
        mine = [row for row in rows if row.dag_id == dag_id]
        base = panel * (height + 44) + top + height
        most = max(row.movies for row in mine)
        shapes.append(words(0, base - height - 10, _NAMES.get(dag_id, dag_id), kind="strong"))
        shapes += _levels(ticks(most), most, base, height)
        width = (WIDTH - _LEFT - _RIGHT) / _DAYS
        for row in mine:
            tall = height * row.movies / most
            tip = f"{row.run_date}: {row.movies:,}"
            shapes.append(
                rect(_at(row.run_date, last) - width * 0.4, base - tall, width * 0.8, tall, _kind(dag_id), tip=tip)
            )
        shapes += _days(last, base)
    panels = len({row.dag_id for row in rows})
    return chart(f"Movies a day, {_DAYS} days up to {last}", panels * (height + 44), shapes)


def pass_rates(rows: Sequence[PassRate]) -> Markup:
    """A line for the daily runs and dots for the others, with what would warn."""
    last = max(row.run_date for row in rows)
    least = min(90.0, math.floor(min(row.pass_rate for row in rows) / 10) * 10)
    base, height = 190, 160

    def place(row: PassRate) -> tuple[float, float]:
        return _at(row.run_date, last), base - height * (row.pass_rate - least) / (100 - least)

    shapes: list[str] = []
    for step in range(6):
        value = least + (100 - least) * step / 5
        y = base - height * step / 5
        shapes += [line([(_LEFT, y), (WIDTH - _RIGHT, y)], "grid"), words(_LEFT - 6, y + 4, f"{value:g}", anchor="end")]
    daily = [row for row in rows if row.dag_id == DAILY.id]
    shapes.append(line([place(row) for row in daily], "path one"))
    for row in rows:
        tip = f"{row.run_date} {_NAMES.get(row.dag_id, row.dag_id)}: {row.pass_rate:.2f} %"
        shapes.append(dot(*place(row), 2.4 if row.dag_id == DAILY.id else 4.5, _kind(row.dag_id), tip))
    return chart(
        f"Pass rate in percent, {_DAYS} days up to {last}", base + 24, [*_legend(rows), *shapes, *_days(last, base)]
    )


def genre_shares(rows: Sequence[GenreShare]) -> Markup:
    """Bars for the most frequent genres, named in Korean and English."""
    shown = rows[:_GENRES]
    most = max(row.share for row in shown)
    left, step = 150, 19
    shapes: list[str] = []
    for place, row in enumerate(shown):
        y = place * step
        name = row.name if row.name == row.name_en else f"{row.name} {row.name_en}"
        width = (WIDTH - left - 52) * row.share / most
        shapes += [
            words(left - 8, y + 13, name, anchor="end"),
            rect(left, y + 2, width, 13, "three", tip=f"{row.movies:,} movies"),
            words(left + width + 6, y + 13, f"{row.share:.1f} %", kind="strong"),
        ]
    return chart("Genres by their share of all movies, in percent", len(shown) * step + 4, shapes)


def popular(rows: Sequence[PopularMovie]) -> Markup:
    """A dot for each movie: popularity to the right, logarithmic, average upward, votes as its size."""
    known = [(row, row.popularity, row.vote_average or 0.0) for row in rows if row.popularity and row.popularity > 0]
    values = [value for _, value, _ in known] or [1.0, 10.0]
    low, high = math.log10(min(values)) - 0.05, math.log10(max(values)) + 0.05
    base, height = 214, 200
    shapes: list[str] = []
    for average in range(0, 11, 2):
        y = base - height * average / 10
        shapes += [line([(_LEFT, y), (WIDTH - _RIGHT, y)], "grid"), words(_LEFT - 6, y + 4, str(average), anchor="end")]
    width = WIDTH - _LEFT - _RIGHT - 8
    for value in _round_between(low, high):
        x = _LEFT + width * (math.log10(value) - low) / (high - low)
        shapes += [line([(x, base), (x, base - height)], "grid"), words(x, base + 16, f"{value:,g}", anchor="middle")]
    for row, popularity, rating in sorted(known, key=lambda each: -(each[0].vote_count or 0)):
        x = _LEFT + width * (math.log10(popularity) - low) / (high - low)
        radius = 2 + min(math.sqrt(row.vote_count or 0) / 14, 9)
        votes = f"{row.vote_count or 0:,} votes"
        tip = f"{row.rank}. {row.title}: popularity {popularity:,.1f}, average {rating:.1f}, {votes}"
        shapes.append(dot(x, base - height * rating / 10, radius, "one soft", tip))
    return chart("Popularity, and average of the votes, of the latest popular movies", base + 22, shapes)


def freshness(rows: Sequence[Freshness]) -> Markup:
    """A bar for each list: hours since it was collected, up to where an alarm begins, with a mark where it warns."""
    left, step = 118, 21
    shapes: list[str] = []
    for place, row in enumerate(rows):
        limits = LIMITS.get(row.dag_id)
        if limits is None:
            continue
        y, full = place * step, WIDTH - left - 96
        kind = "bad" if row.hours > limits.alarm else "soso" if row.hours > limits.warn else "good"
        mark = left + full * limits.warn / limits.alarm
        shapes += [
            words(left - 8, y + 13, row.source, anchor="end"),
            rect(left, y + 4, full, 10, "track"),
            rect(
                left, y + 4, max(full * min(row.hours / limits.alarm, 1), 3), 10, kind, tip=f"ended at {row.ended_at}"
            ),
            line([(mark, y + 1), (mark, y + 17)], "mark"),
            words(WIDTH, y + 13, f"{row.hours:,.1f} of {limits.warn:g} h", anchor="end", kind="strong"),
        ]
    return chart("Hours since each list was collected, and how many are ok", len(rows) * step + 4, shapes)


def _round_between(low: float, high: float) -> list[float]:
    """1, 2 and 5 times the powers of ten between two logarithms."""
    powers = range(math.floor(low), math.ceil(high) + 1)
    found = [share * 10.0**power for power in powers for share in (1, 2, 5)]
    return [value for value in found if low <= math.log10(value) <= high]


def _kind(dag_id: str) -> str:
    return _KINDS.get(dag_id, "three")


def _at(day: date, last: date) -> float:
    """Where a day stands in a chart that ends with the last one."""
    width = (WIDTH - _LEFT - _RIGHT) / _DAYS
    return _LEFT + width * (_DAYS - (last - day).days - 0.5)


def _days(last: date, base: float) -> list[str]:
    """Every seventh day below a chart, back from the last."""
    days = [last - timedelta(days=age) for age in range(0, _DAYS, 7)]
    return [
        line([(_LEFT, base), (WIDTH - _RIGHT, base)], "axis"),
        *(words(_at(day, last), base + 15, f"{day:%m-%d}", anchor="middle") for day in days),
    ]


def _levels(values: Sequence[float], most: float, base: float, height: float) -> list[str]:
    shapes = []
    for value in values:
        y = base - height * value / most
        shapes += [
            line([(_LEFT, y), (WIDTH - _RIGHT, y)], "grid"),
            words(_LEFT - 6, y + 4, f"{value:,.0f}", anchor="end"),
        ]
    return shapes


def _legend(rows: Sequence[PassRate]) -> list[str]:
    shapes: list[str] = []
    for place, dag_id in enumerate(sorted({row.dag_id for row in rows})):
        x = _LEFT + 110 * place
        shapes += [dot(x + 4, 10, 4, _kind(dag_id)), words(x + 13, 14, _NAMES.get(dag_id, dag_id))]
    return shapes
