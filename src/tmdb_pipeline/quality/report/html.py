"""The quality report as a page for people, made from the report alone."""

from functools import cache
from typing import Final

from jinja2 import Template

from tmdb_pipeline.lake.quality_report import QualityReport
from tmdb_pipeline.language import Count, Language
from tmdb_pipeline.quality.batches.scores import BIN_NAMES
from tmdb_pipeline.quality.report import texts
from tmdb_pipeline.quality.rules.rule import DIMENSIONS, QUESTIONS, SEVERITIES
from tmdb_pipeline.quality.thresholds import VERDICTS
from tmdb_pipeline.templates import environment

#: A sign of each verdict, for those who do not see its colour.
_SIGNS: Final = {"passed": "✓", "warned": "!", "failed": "✕"}


def render_html(report: QualityReport, language: Language) -> str:
    """Return the report as one HTML page that needs no script, no network and no other file.

    It speaks one language; what TMDB sent, and ids, names and paths, are as they are. A report that an earlier version
    wrote is shown too, without what it does not say.
    """
    return _template(language).render(report=report)


@cache
def _template(language: Language) -> Template:
    templates = environment(__package__, language)
    templates.filters["count"] = Count
    templates.globals |= {
        "say": texts,
        "verdicts": VERDICTS,
        "signs": _SIGNS,
        "dimensions": DIMENSIONS,
        "questions": QUESTIONS,
        "severities": SEVERITIES,
        "bins": BIN_NAMES,
    }
    return templates.get_template("report.html.j2")
