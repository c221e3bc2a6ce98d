"""The scores of the model as a chart of three lines, and the same as a table."""

from collections.abc import Callable
from typing import Final

import msgspec
from markupsafe import Markup

from tmdb_pipeline.language import Said
from tmdb_pipeline.page.asked import Asked
from tmdb_pipeline.page.html.charts import Point, Series, Span, lines
from tmdb_pipeline.page.model.facts import ModelFacts, ScoreDay

TITLE: Final = Said("Brier score by day; lower is better", "날짜별 브라이어 점수(낮을수록 좋음)")
#: The lines: how each is drawn, what it is called, and which score it is.
LINES: Final[tuple[tuple[str, Said, Callable[[ScoreDay], float | None]], ...]] = (
    ("base", Said("Base rate", "기준 비율"), lambda each: each.base_brier),
    ("best", Said("Best possible", "이론상 최선"), lambda each: each.best_brier),
    ("model", Said("This model", "모델"), lambda each: each.brier),
)


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown of the scores.

    Attributes:
        chart: as SVG.
        legend: of each line that there is, how it is drawn and what it is called.
        rows: the day and the values of these lines, the latest first, as people write them.
    """

    chart: Markup
    legend: list[tuple[str, Said]]
    rows: list[tuple[str, list[str]]]


def section(asked: Asked, model: ModelFacts | None) -> Section | None:
    """The scores of a model; None where there is none, or nothing is known of it yet."""
    if model is None or not model.scores:
        return None
    language = asked.language
    series = []
    for kind, said, of in LINES:
        values = [(each.day, value) for each in model.scores if (value := of(each)) is not None]
        points = [
            Point(day=day, value=value, tip=f"{day}: {said.told(language)} {score(value)}") for day, value in values
        ]
        if points:
            series.append((kind, said, Series(kind, points)))
    shown = {kind for kind, *_ in series}
    return Section(
        chart=lines(TITLE.told(language), [each for *_, each in series], Span(asked.first_day, asked.today), language),
        legend=[(kind, said) for kind, said, _ in reversed(series)],
        rows=[
            (str(each.day), [score(of(each)) for kind, _, of in reversed(LINES) if kind in shown])
            for each in reversed(model.scores)
        ],
    )


def score(value: float | None) -> str:
    """A score as people write it, in either language; of numbers below each other all have the same decimals."""
    return "-" if value is None else f"{value:.3f}"
