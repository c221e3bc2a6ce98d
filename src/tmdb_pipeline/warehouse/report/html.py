"""The report as a page for people, and as the body of a mail: both made from the report alone."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, partial
from typing import Final

import msgspec
from jinja2 import Environment
from markupsafe import Markup

from tmdb_pipeline.clock import in_seoul
from tmdb_pipeline.language import Count, Language
from tmdb_pipeline.templates import environment
from tmdb_pipeline.warehouse.checks.check import DIMENSIONS, LEVELS, QUESTIONS, Level
from tmdb_pipeline.warehouse.report import charts, texts
from tmdb_pipeline.warehouse.report.document import WarehouseReport

#: The content id of the picture in a mail.
PICTURE: Final = "warehouse_quality.png"
_CHARTS: Final[Mapping[str, Callable[..., Markup]]] = {
    "movies_a_day": charts.movies_a_day,
    "pass_rates": charts.pass_rates,
    "genre_shares": charts.genre_shares,
    "popular": charts.popular,
    "freshness": charts.freshness,
}
#: A sign of each level, for those who do not see its colour.
_SIGNS: Final = {Level.OK: "✓", Level.NOT_JUDGED: "?", Level.WARNING: "!", Level.ALARM: "✕"}


def render_page(report: WarehouseReport, language: Language) -> str:
    """The report as one HTML page in one language that needs no script, no network and no other file."""
    return _templates(language).get_template("page.html.j2").render(report=report)


def render_mail(report: WarehouseReport, language: Language, page: str) -> str:
    """The report as the HTML of a mail, which shows the picture ``cid:warehouse_quality.png``.

    Args:
        report: what is told.
        language: of who reads it.
        page: where the whole page is, for people.
    """
    return _templates(language).get_template("mail.html.j2").render(report=report, page=page)


def _chart(language: Language, report: WarehouseReport, name: str) -> Markup | None:
    """The chart of a table of the report, None where it has no rows."""
    rows = getattr(report, name).rows
    return _CHARTS[name](rows, language) if rows else None


def _cells(row: msgspec.Struct) -> dict[str, str]:
    """The values of a row as the query gives them, by the names of its columns."""
    return {name: _shown(value) for name, value in msgspec.structs.asdict(row).items()}


def _shown(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return in_seoul(value).replace("T", " ")
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else str(value)


@cache
def _templates(language: Language) -> Environment:
    made = environment(__package__, language)
    made.filters |= {"cells": _cells, "count": Count}
    made.globals |= {
        "say": texts,
        "chart": partial(_chart, language),
        "levels": LEVELS,
        "signs": _SIGNS,
        "dimensions": DIMENSIONS,
        "questions": QUESTIONS,
        "picture": PICTURE,
    }
    return made
