"""The charts of the page, each made of rows of the report and nothing else."""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from markupsafe import Markup

from tmdb_pipeline.dags import DAILY, WEEKLY
from tmdb_pipeline.language import Count, Language, day, moment, number, percent, short_day
from tmdb_pipeline.warehouse.checks.freshness import LIMITS
from tmdb_pipeline.warehouse.report import texts
from tmdb_pipeline.warehouse.report.facts import Freshness, GenreShare, MoviesOfDay, PassRate, PopularMovie
from tmdb_pipeline.warehouse.report.svg import WIDTH, chart, dot, line, rect, ticks, words

#: Space for numbers at the left, and at the right so that the last label is not cut.
_LEFT: Final = 40
_RIGHT: Final = 10
_DAYS: Final = 30
_GENRES: Final = 12
#: The kinds of colours of the DAGs.
_KINDS: Final = {DAILY.id: "one", WEEKLY.id: "two"}


def movies_a_day(rows: Sequence[MoviesOfDay], language: Language) -> Markup:
    """Columns for the last 30 days, a panel for each DAG, for a week has far more movies than a day."""
    last = max(row.run_date for row in rows)
    shapes: list[str] = []
    height, top = 92, 24
    for panel, dag_id in enumerate(sorted({row.dag_id for row in rows})):
        mine = [row for row in rows if row.dag_id == dag_id]
        base = panel * (height + 44) + top + height
        most = max(row.movies for row in mine)
        shapes.append(words(0, base - height - 10, _called(dag_id, language), kind="strong"))
        shapes += _levels(ticks(most), most, base, height, language)
        width = (WIDTH - _LEFT - _RIGHT) / _DAYS
        for row in mine:
            tall = height * row.movies / most
            tip = f"{day(row.run_date, language)}: {number(row.movies, language)}"
            shapes.append(
                rect(_at(row.run_date, last) - width * 0.4, base - tall, width * 0.8, tall, _kind(dag_id), tip=tip)
            )
        shapes += _days(last, base, language)
    panels = len({row.dag_id for row in rows})
    return chart(
        texts.MOVIES_A_DAY_LABEL.told(language, days=_DAYS, last=day(last, language)), panels * (height + 44), shapes
    )


def pass_rates(rows: Sequence[PassRate], language: Language) -> Markup:
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
        tip = f"{day(row.run_date, language)}, {_called(row.dag_id, language)}: {percent(row.pass_rate, language, 2)}"
        shapes.append(dot(*place(row), 2.4 if row.dag_id == DAILY.id else 4.5, _kind(row.dag_id), tip))
    said = texts.PASS_RATES_LABEL.told(language, days=_DAYS, last=day(last, language))
    return chart(said, base + 24, [*_legend(rows, language), *shapes, *_days(last, base, language)])


def genre_shares(rows: Sequence[GenreShare], language: Language) -> Markup:
    """Bars for the most frequent genres, named in the language."""
    shown = rows[:_GENRES]
    most = max(row.share for row in shown)
    left, step = 110, 19
    shapes: list[str] = []
    for place, row in enumerate(shown):
        y = place * step
        name = row.name if language is Language.KO else row.name_en
        width = (WIDTH - left - 52) * row.share / most
        shapes += [
            words(left - 8, y + 13, name, anchor="end"),
            rect(left, y + 2, width, 13, "three", tip=texts.MOVIES.told(language, movies=Count(row.movies))),
            words(left + width + 6, y + 13, percent(row.share, language), kind="strong"),
        ]
    return chart(texts.GENRES_LABEL.told(language), len(shown) * step + 4, shapes)


def popular(rows: Sequence[PopularMovie], language: Language) -> Markup:
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
        tip = texts.POPULAR_TIP.told(
            language,
            rank=row.rank,
            title=row.title,
            popularity=number(popularity, language, 1),
            average=number(rating, language, 1),
            votes=Count(row.vote_count or 0),
        )
        shapes.append(dot(x, base - height * rating / 10, radius, "one soft", tip))
    return chart(texts.POPULAR_LABEL.told(language), base + 22, shapes)


def freshness(rows: Sequence[Freshness], language: Language) -> Markup:
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
        ended = texts.ENDED.told(language, moment=moment(row.ended_at, language))
        told = texts.HOURS_OF.told(language, hours=number(row.hours, language, 1), limit=f"{limits.warn:g}")
        shapes += [
            words(left - 8, y + 13, row.source, anchor="end"),
            rect(left, y + 4, full, 10, "track"),
            rect(left, y + 4, max(full * min(row.hours / limits.alarm, 1), 3), 10, kind, tip=ended),
            line([(mark, y + 1), (mark, y + 17)], "mark"),
            words(WIDTH, y + 13, told, anchor="end", kind="strong"),
        ]
    return chart(texts.FRESHNESS_LABEL.told(language), len(rows) * step + 4, shapes)


def _round_between(low: float, high: float) -> list[float]:
    """1, 2 and 5 times the powers of ten between two logarithms."""
    powers = range(math.floor(low), math.ceil(high) + 1)
    found = [share * 10.0**power for power in powers for share in (1, 2, 5)]
    return [value for value in found if low <= math.log10(value) <= high]


def _called(dag_id: str, language: Language) -> str:
    """How readers call the runs of a DAG; one that is not known here has only its id."""
    return texts.DAG_NAMES[dag_id].told(language) if dag_id in texts.DAG_NAMES else dag_id


def _kind(dag_id: str) -> str:
    return _KINDS.get(dag_id, "three")


def _at(day: date, last: date) -> float:
    """Where a day stands in a chart that ends with the last one."""
    width = (WIDTH - _LEFT - _RIGHT) / _DAYS
    return _LEFT + width * (_DAYS - (last - day).days - 0.5)


def _days(last: date, base: float, language: Language) -> list[str]:
    """Every seventh day below a chart, back from the last."""
    days = [last - timedelta(days=age) for age in range(0, _DAYS, 7)]
    return [
        line([(_LEFT, base), (WIDTH - _RIGHT, base)], "axis"),
        *(words(_at(each, last), base + 15, short_day(each, language), anchor="middle") for each in days),
    ]


def _levels(values: Sequence[float], most: float, base: float, height: float, language: Language) -> list[str]:
    shapes = []
    for value in values:
        y = base - height * value / most
        shapes += [
            line([(_LEFT, y), (WIDTH - _RIGHT, y)], "grid"),
            words(_LEFT - 6, y + 4, number(value, language), anchor="end"),
        ]
    return shapes


def _legend(rows: Sequence[PassRate], language: Language) -> list[str]:
    shapes: list[str] = []
    for place, dag_id in enumerate(sorted({row.dag_id for row in rows})):
        x = _LEFT + 110 * place
        shapes += [dot(x + 4, 10, 4, _kind(dag_id)), words(x + 13, 14, _called(dag_id, language))]
    return shapes
