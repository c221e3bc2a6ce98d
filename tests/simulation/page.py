"""The page of a simulated year: what came in, what is known, what the best movies did, and what went wrong."""

from collections.abc import Sequence
from datetime import date

import psycopg
from markupsafe import Markup, escape
from simulation.laws.outcome import Outcome
from simulation.learning import Week
from simulation.year import Year

from tmdb_pipeline.warehouse.database import connected
from tmdb_pipeline.warehouse.report import svg

_HEIGHT, _LEFT, _BASE = 130, 44, 110
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color: #222; background: #fff; }
svg { width: 100%; max-width: 52rem; } svg text { font-size: 8px; fill: #555; }
polyline { fill: none; stroke-width: 1.2; } .a { stroke: #1b6ca8; } .b { stroke: #c2571a; } .c { stroke: #2e8b57; }
.d { stroke: #8e44ad; } .e { stroke: #7a6a00; } rect.bad { fill: #c0392b; } line { stroke: #ccc; }
table { border-collapse: collapse; } td, th { padding: 0 .8rem 0 0; text-align: left; }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #16181c; } svg text { fill: #aaa; } }
"""
_SEEN = """
SELECT run_date, count(*)::float8 FROM tmdb.movie_observations WHERE known_until = 'infinity' AND source = 'popular'
GROUP BY 1 ORDER BY 1
"""
_KNOWN = """
SELECT first_seen, (sum(count(*)) OVER (ORDER BY first_seen))::float8 FROM tmdb.movies GROUP BY 1 ORDER BY 1
"""
_BEST = """
SELECT p.movie_id, p.day, p.popularity FROM tmdb.movie_popularity AS p
JOIN (SELECT movie_id FROM tmdb.movie_popularity GROUP BY 1 ORDER BY max(popularity) DESC, 1 LIMIT 5) AS best
USING (movie_id) ORDER BY 1, 2
"""

#: A line: what it is called, and its points.
Series = dict[str, list[tuple[date, float]]]


def page(title: str, year: Year, outcome: Outcome) -> str:
    """Return the page as HTML, without scripts."""
    with connected(year.address) as connection:
        charts = [
            _chart("Movies of popular that a day holds", {"popular": _rows(connection, _SEEN)}, year),
            _chart("Movies that the warehouse knows", {"movies": _rows(connection, _KNOWN)}, year),
            _chart("Popularity of the five best", _by_movie(connection), year),
            _chart("Skill of each week's model, of what is possible", _skill(year), year),
        ]
    missing = [(f"{each.day}", each.dag_id, each.why) for each in year.missing]
    struck = [(f"{trouble}",) for trouble in year.machine.struck]
    parts = [
        Markup("<h1>{}</h1>").format(title),
        Markup("<p>{} runs and tries, digest <code>{}</code></p>").format(year.tries, outcome.digest),
        _list("Broken laws", [(wrong,) for wrong in outcome.wrong]),
        *charts,
        _list("Runs that are missing", missing),
        _list("What struck the machine", struck),
        _list("Models", [_told(week) for week in year.learning.weeks]),
        _list(
            "What the warehouse's checks found at the end",
            [(found.check.name, f"{found.level}", found.message) for found in outcome.findings],
        ),
    ]
    head = Markup('<!doctype html><html lang="en"><meta charset="utf-8"><title>{}</title><style>{}</style>')
    return head.format(title, Markup(_STYLE)) + Markup("\n").join(parts) + Markup("</html>\n")  # noqa: S704 - ours


def _rows(connection: psycopg.Connection, query: str) -> list[tuple[date, float]]:
    return [(day, value) for day, value in connection.execute(query.encode())]


def _told(week: Week) -> tuple[str, ...]:
    z = "" if week.z is None else f"{week.z:+.1f} standard errors from the best possible"
    return f"{week.day}", week.version, f"skill {week.skill:.2f}", "passed" if week.passed else "refused", z


def _skill(year: Year) -> Series:
    """The skill of each week's model; below zero, which is worse than the place on the list, it is shown as zero."""
    weeks = [(week.day, max(week.skill, 0.0)) for week in year.learning.weeks]
    return {"skill": weeks} if weeks else {}


def _by_movie(connection: psycopg.Connection) -> Series:
    found: Series = {}
    for movie, day, popularity in connection.execute(_BEST):
        found.setdefault(f"movie {movie}", []).append((day, popularity))
    return found


def _chart(title: str, series: Series, year: Year) -> Markup:
    """Return a chart of lines over the days, with the days marked on which a run is missing, and a table of it."""
    points = [point for line in series.values() for point in line]
    first, last = (pick((day for day, _ in points), default=year.first) for pick in (min, max))
    top = max((value for _, value in points), default=0.0) * 1.05 or 1.0
    days = max((last - first).days, 1)

    def place(day: date, value: float) -> tuple[float, float]:
        x = _LEFT + (day - first).days / days * (svg.WIDTH - _LEFT - 4)
        return x, _BASE - value / top * (_BASE - 8)

    shapes = [svg.words(_LEFT - 4, place(first, tick)[1] + 3, f"{tick:,.10g}", anchor="end") for tick in svg.ticks(top)]
    shapes += [
        svg.rect(place(each.day, 0)[0] - 1, _BASE, 2, 6, "bad", tip=f"{each.day}: {each.dag_id}")
        for each in year.missing
    ]
    for kind, line in zip("abcde", series.values(), strict=False):
        shapes.append(svg.line([place(day, value) for day, value in line], kind))
    shapes += [
        svg.words(_LEFT, _HEIGHT - 4, f"{first}"),
        svg.words(svg.WIDTH - 4, _HEIGHT - 4, f"{last}", anchor="end"),
    ]
    table = [(name, f"{line[0][1]:,.10g}", f"{line[-1][1]:,.10g}") for name, line in series.items() if line]
    drawn = svg.chart(title, _HEIGHT, shapes)
    return Markup("<h2>{}</h2>{}{}").format(title, drawn, _table([("", f"{first}", f"{last}"), *table]))


def _list(title: str, rows: Sequence[tuple[str, ...]]) -> Markup:
    return Markup("<h2>{}</h2>{}").format(title, _table(rows) if rows else Markup("<p>None.</p>"))


def _table(rows: Sequence[tuple[str, ...]]) -> Markup:
    lines = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows]
    return Markup("<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>")  # noqa: S704 - escaped above
