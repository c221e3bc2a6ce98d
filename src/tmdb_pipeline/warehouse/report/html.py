"""The report as a page for people, and as the body of a mail: both made from the report alone."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files as package_files
from typing import Final

import msgspec
from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from tmdb_pipeline.clock import in_seoul
from tmdb_pipeline.warehouse.checks.check import KOREAN, QUESTIONS, Dimension, Level
from tmdb_pipeline.warehouse.report import charts
from tmdb_pipeline.warehouse.report.document import WarehouseReport

#: The content id of the picture in a mail.
PICTURE: Final = "warehouse_quality.png"
_SEAMS: Final = re.compile(r"(?<=[._/])")
_CHARTS: Final[Mapping[str, Callable[..., Markup]]] = {
    "movies_a_day": charts.movies_a_day,
    "pass_rates": charts.pass_rates,
    "genre_shares": charts.genre_shares,
    "popular": charts.popular,
    "freshness": charts.freshness,
}
#: What each level is called, in English and Korean, with its sign.
WORDS: Final = {
    Level.OK: ("Fine", "정상", "✓"),
    Level.NOT_JUDGED: ("Not judged", "판단 보류", "?"),
    Level.WARNING: ("Warning", "주의", "!"),
    Level.ALARM: ("Alarm", "경보", "✕"),
}


def render_page(report: WarehouseReport) -> str:
    """The report as one HTML page that needs no script, no network and no other file."""
    return _rendered("page.html.j2", report)


def render_mail(report: WarehouseReport, page: str) -> str:
    """The report as the HTML of a mail, which shows the picture ``cid:warehouse_quality.png``.

    Args:
        report: what is told.
        page: where the whole page is, for people.
    """
    return _rendered("mail.html.j2", report, page=page)


def _rendered(name: str, report: WarehouseReport, **more: str) -> str:
    return _environment().get_template(name).render(report=report, **more)


def _chart(report: WarehouseReport, name: str) -> Markup | None:
    """The chart of a table of the report, None where it has no rows."""
    rows = getattr(report, name).rows
    return _CHARTS[name](rows) if rows else None


def _cells(row: msgspec.Struct) -> dict[str, str]:
    """The values of a row for people, by the names of its columns."""
    return {name: _told(value) for name, value in msgspec.structs.asdict(row).items()}


def _told(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return in_seoul(value).replace("T", " ")
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else str(value)


def _breakable(name: str) -> Markup:
    """Let a name break into lines after its dots, slashes and underscores, and so not in mid-word."""
    return Markup("<wbr>").join(_SEAMS.split(name))


@cache
def _environment() -> Environment:
    folder = package_files(__package__)
    environment = Environment(
        loader=FunctionLoader(lambda name: folder.joinpath(name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"breakable": _breakable, "cells": _cells, "told": _told}
    environment.globals |= {
        "chart": _chart,
        "words": WORDS,
        "levels": Level,
        "dimensions": Dimension,
        "korean": KOREAN,
        "questions": QUESTIONS,
        "picture": PICTURE,
    }
    return environment
