"""The quality report as a page for people, made from the report alone."""

import re
from functools import cache
from importlib.resources import files as package_files
from typing import Final

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from tmdb_pipeline.lake.quality_report import QualityReport
from tmdb_pipeline.quality.rules.rule import KOREAN, QUESTIONS

_SEAMS: Final = re.compile(r"(?<=[._/])")


def render_html(report: QualityReport) -> str:
    """Return the report as one HTML page that needs no script, no network and no other file.

    A report that an earlier version wrote is shown too, without what it does not say.
    """
    return _template().render(report=report, questions=QUESTIONS, korean=KOREAN)


def _breakable(name: str) -> Markup:
    """Let a name break into lines after its dots, slashes and underscores, and so not in mid-word."""
    return Markup("<wbr>").join(_SEAMS.split(name))


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["breakable"] = _breakable
    environment.filters["thousands"] = lambda number: f"{number:,}"
    text = package_files(__package__).joinpath("report.html.j2").read_text(encoding="utf-8")
    return environment.from_string(text)
