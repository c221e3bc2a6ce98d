"""Shapes of SVG as text, for pages without a script. Colours are classes, which CSS decides by light and dark."""

import math
from collections.abc import Iterable, Sequence
from typing import Final

from markupsafe import Markup, escape

#: Width of every chart; a phone shows it at nearly its own size.
WIDTH: Final = 420


def chart(title: str, height: float, shapes: Iterable[str]) -> Markup:
    """A chart of ``WIDTH`` by ``height`` that a screen reader reads as its title."""
    inside = "".join(shapes)
    said = escape(title)
    return Markup(  # noqa: S704 - every text in it is escaped by the functions below
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{said}"><title>{said}</title>'
        f"{inside}</svg>"
    )


def rect(x: float, y: float, width: float, height: float, kind: str, *, tip: str = "") -> str:
    """A rectangle, with a text that is shown while the mouse is on it."""
    inside = f"<title>{escape(tip)}</title>" if tip else ""
    place = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}"'
    return f'<rect class="{kind}" {place} rx="2">{inside}</rect>'


def dot(x: float, y: float, radius: float, kind: str, tip: str = "") -> str:
    """A dot, likewise."""
    inside = f"<title>{escape(tip)}</title>" if tip else ""
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}">{inside}</circle>'


def line(points: Sequence[tuple[float, float]], kind: str) -> str:
    """A line through points."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline class="{kind}" points="{path}"/>'


def words(x: float, y: float, said: str, *, anchor: str = "start", kind: str = "") -> str:
    """A text whose start, middle or end is at ``x``."""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(said)}</text>'


def ticks(top: float) -> list[float]:
    """From 0 up to ``top`` at round distances, four of them at the most."""
    if top <= 0:
        return [0.0]
    magnitude = 10.0 ** math.floor(math.log10(top))
    step = next(magnitude * share for share in (0.25, 0.5, 1.0, 2.5) if top / (magnitude * share) <= 4)  # noqa: PLR2004
    return [step * place for place in range(int(top / step) + 1)]
