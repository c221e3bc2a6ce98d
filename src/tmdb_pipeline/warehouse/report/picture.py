"""The picture in a mail: four plots as PNG, for mail programs show no SVG.

Only here is matplotlib imported, which takes seconds: import this module in a task.
"""

import io
import warnings
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from matplotlib import rc_context
from matplotlib.dates import WeekdayLocator, num2date
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.ticker import LogLocator, NullFormatter

from tmdb_pipeline.dags import DAILY, WEEKLY
from tmdb_pipeline.language import Language, short_day
from tmdb_pipeline.warehouse.report import texts
from tmdb_pipeline.warehouse.report.document import WarehouseReport
from tmdb_pipeline.warehouse.report.fonts import choose, wheel_fonts

_COLOURS: Final = {DAILY.id: "#2a5bd7", WEEKLY.id: "#c2761b"}
_GENRES: Final = 8
_STYLE: Final[Any] = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#a3adc0",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e6e9ef",
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.titlesize": 11,
    "axes.unicode_minus": False,
    "text.color": "#1a2030",
    "axes.labelcolor": "#566074",
    "xtick.color": "#566074",
    "ytick.color": "#566074",
    "font.size": 9,
}


def draw(report: WarehouseReport, language: Language) -> bytes:
    """The picture as PNG, 1,280 pixels wide, in a language; in English where no font has Korean letters."""
    family = _korean_font()
    spoken = language if family else Language.EN
    font: Any = {} if family is None else {"font.family": family}
    with rc_context({**_STYLE, **font}), warnings.catch_warnings():
        # A title in another script may hold a letter that no font has; it is drawn as a box.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = Figure(figsize=(8, 7), dpi=160, layout="constrained", facecolor="white")
        layout: Any = [["daily", "rates"], ["weekly", "rates"], ["genres", "popular"], ["genres", "popular"]]
        axes = figure.subplot_mosaic(layout)
        for name, plot in axes.items():
            plot.set_title(texts.PLOTS[name].told(spoken))
        _movies(axes["daily"], report, DAILY.id)
        _movies(axes["weekly"], report, WEEKLY.id)
        _rates(axes["rates"], report)
        for name in ("daily", "weekly", "rates"):
            _days(axes[name], [row.run_date for row in report.movies_a_day.rows], spoken)
        _genres(axes["genres"], report, spoken)
        _popular(axes["popular"], report)
        out = io.BytesIO()
        figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def _korean_font() -> str | None:
    for file in wheel_fonts():
        fontManager.addfont(file)
    return choose(font.name for font in fontManager.ttflist)


def _movies(axes: Any, report: WarehouseReport, dag_id: str) -> None:
    rows = report.movies_a_day.rows
    mine = [row for row in rows if row.dag_id == dag_id]
    axes.bar([row.run_date for row in mine], [row.movies for row in mine], color=_COLOURS[dag_id], width=0.75)


def _rates(axes: Any, report: WarehouseReport) -> None:
    rows = report.pass_rates.rows
    for dag_id, style in ((DAILY.id, "o-"), (WEEKLY.id, "D")):
        mine = [row for row in rows if row.dag_id == dag_id]
        days, rates = [row.run_date for row in mine], [row.pass_rate for row in mine]
        axes.plot(days, rates, style, color=_COLOURS[dag_id], markersize=4, linewidth=1.5)
    axes.set_ylim(min([90.0, *(row.pass_rate for row in rows)]) - 1, 100.8)


def _days(axes: Any, days: Sequence[date], language: Language) -> None:
    """Sundays below the plots, which all show the same days."""
    axes.xaxis.set_major_locator(WeekdayLocator(byweekday=6))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(lambda at, _: short_day(num2date(at).date(), language))  # type: ignore[no-untyped-call]
    if days:
        axes.set_xlim(min(days) - timedelta(days=1), max(days) + timedelta(days=1))


def _genres(axes: Any, report: WarehouseReport, language: Language) -> None:
    rows = report.genre_shares.rows[:_GENRES][::-1]
    names = [row.name if language is Language.KO else row.name_en for row in rows]
    bars = axes.barh(names, [row.share for row in rows], color="#1f8a6d", height=0.65)
    axes.bar_label(bars, fmt="%.1f", padding=3, fontsize=8)
    axes.grid(visible=False, axis="y")


def _popular(axes: Any, report: WarehouseReport) -> None:
    rows = [row for row in report.popular.rows if row.popularity]
    if rows:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_minor_formatter(NullFormatter())
    sizes = [6 + min((row.vote_count or 0) / 40, 160) for row in rows]
    averages = [row.vote_average or 0 for row in rows]
    axes.scatter([row.popularity for row in rows], averages, s=sizes, color="#2a5bd7", alpha=0.45)
    axes.set_ylim(-0.4, 10)
    axes.xaxis.set_major_formatter("{x:,g}")
