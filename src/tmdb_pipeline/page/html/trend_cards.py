"""The trends of the first page: a card for each, with its latest value, its chart and its numbers as a table."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import msgspec
from markupsafe import Markup

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.dags import COLLECTIONS, DAILY
from tmdb_pipeline.language import Said, duration, number, percent
from tmdb_pipeline.page.asked import Asked
from tmdb_pipeline.page.facts.airflow import Duration
from tmdb_pipeline.page.facts.overview import ExportDay
from tmdb_pipeline.page.facts.runs import RunFacts
from tmdb_pipeline.page.html.charts import Point, Span, columns, path
from tmdb_pipeline.page.names import dag_name, state_name, tone_of
from tmdb_pipeline.quality.thresholds import Thresholds

#: A pass rate is drawn from here on, unless one is lower.
_RATES_FROM: Final = 90.0


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A trend.

    Attributes:
        name: ASCII, for the page's own links.
        title: what it shows; ``about`` says so in a sentence.
        latest: the latest value, as people write it.
        chart: as SVG.
        rows: days and values, the latest first, as people write them.
    """

    name: str
    title: Said
    about: Said
    latest: str
    chart: Markup
    rows: list[tuple[date, str]]


def trend_cards(
    asked: Asked, runs: Sequence[RunFacts], exports: Sequence[ExportDay], loads: Sequence[Duration]
) -> list[Card]:
    """The trends of what there is; of nothing there is no card."""
    span = Span(asked.first_day, asked.today)
    rising = sorted((run for run in runs if run.run_date >= asked.first_day), key=lambda run: run.run_date)
    daily = [run for run in rising if run.dag_id == DAILY.id]
    cards = [_movies(asked, span, spec.id, [run for run in rising if run.dag_id == spec.id]) for spec in COLLECTIONS]
    cards += [_rates(asked, span, daily), _quarantined(asked, span, daily)]
    cards += [_coverage(asked, span, exports), _loads(asked, span, loads)]
    return [card for card in cards if card]


def _movies(asked: Asked, span: Span, dag_id: str, runs: Sequence[RunFacts]) -> Card | None:
    name = dag_name(dag_id)
    weekly = dag_id != DAILY.id
    return _card(
        asked,
        name="weekly-movies" if weekly else "movies",
        title=Said("Movies a week", "주간 수집 영화") if weekly else Said("Movies a day", "일일 수집 영화"),
        about=Said(f"Accepted by {name.en}.", f"{name.ko}에서 받아들인 영화 수입니다."),
        span=span,
        every=7 if weekly else 1,
        values=[(run.run_date, float(run.accepted), number(run.accepted, asked.language), run.verdict) for run in runs],
    )


def _quarantined(asked: Asked, span: Span, runs: Sequence[RunFacts]) -> Card | None:
    return _card(
        asked,
        name="quarantined",
        title=Said("Quarantined", "격리된 레코드"),
        about=Said("Records that the daily collection rejected.", "일일 수집에서 거부된 레코드 수입니다."),
        span=span,
        values=[
            (run.run_date, float(run.quarantined), number(run.quarantined, asked.language), run.verdict) for run in runs
        ],
    )


def _loads(asked: Asked, span: Span, loads: Sequence[Duration]) -> Card | None:
    longest: dict[date, float] = {}
    for load in loads:
        day = load.started.astimezone(SEOUL).date()
        longest[day] = max(load.seconds, longest.get(day, 0))
    return _card(
        asked,
        name="loads",
        title=Said("Load time", "적재 시간"),
        about=Said("Seconds of the longest load of a day.", "하루 중 가장 오래 걸린 적재의 시간(초)입니다."),
        span=span,
        values=[
            (day, seconds, duration(seconds, asked.language), "passed")
            for day, seconds in sorted(longest.items())
            if day >= span.first
        ],
    )


def _rates(asked: Asked, span: Span, runs: Sequence[RunFacts]) -> Card | None:
    if not runs:
        return None
    points = [
        Point(
            day=run.run_date,
            value=run.pass_rate,
            tip=_tip(asked, run.run_date, percent(run.pass_rate, asked.language, 2), run.verdict),
            tone=tone_of(run.verdict),
        )
        for run in runs
    ]
    title = Said("Pass rate", "통과율")
    least = min(_RATES_FROM, 10 * (min(point.value for point in points) // 10))
    mark = Thresholds().warn
    return Card(
        name="rates",
        title=title,
        about=Said("Percent of a day's records that passed.", "일일 수집 레코드의 통과율(%)입니다."),
        latest=percent(points[-1].value, asked.language),
        chart=path(title.told(asked.language), points, span, asked.language, least=least, most=100, mark=mark),
        rows=[(point.day, percent(point.value, asked.language, 2)) for point in reversed(points)],
    )


def _coverage(asked: Asked, span: Span, exports: Sequence[ExportDay]) -> Card | None:
    return _card(
        asked,
        name="coverage",
        title=Said("Popularity history", "인기도 이력"),
        about=Said("Percent of movies with a popularity that day.", "그날의 인기도가 있는 영화의 비율(%)입니다."),
        span=span,
        values=[(each.day, each.coverage, percent(each.coverage, asked.language), "passed") for each in exports],
    )


def _card(
    asked: Asked,
    *,
    name: str,
    title: Said,
    about: Said,
    span: Span,
    values: Sequence[tuple[date, float, str, str]],
    every: int = 1,
) -> Card | None:
    """A card with columns: days, values, how people write them, and verdicts."""
    if not values:
        return None
    points = [
        Point(day=day, value=value, tip=_tip(asked, day, said, verdict), tone=tone_of(verdict))
        for day, value, said, verdict in values
    ]
    return Card(
        name=name,
        title=title,
        about=about,
        latest=values[-1][2],
        chart=columns(title.told(asked.language), points, span, asked.language, every=every),
        rows=[(day, said) for day, _, said, _ in reversed(values)],
    )


def _tip(asked: Asked, day: date, said: str, verdict: str) -> str:
    state = "" if verdict == "passed" else f", {state_name(verdict).told(asked.language)}"
    return f"{day}: {said}{state}"
