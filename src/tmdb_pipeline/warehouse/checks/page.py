"""The checks as Markdown: ``python -m tmdb_pipeline.warehouse.checks.page > docs/warehouse-checks.md``."""

import sys

from tmdb_pipeline.warehouse.checks.catalogue import CHECKS
from tmdb_pipeline.warehouse.checks.check import DIMENSIONS, QUESTIONS, Dimension

_INTRODUCTION = """\
# Checks of the warehouse

Generated from the code by `python -m tmdb_pipeline.warehouse.checks.page`, as a test checks.

`tmdb_warehouse_quality` asks {checks} checks after each load. Each is one query that gives one value, and a rule that
says which values are ok. What it found is a row of `tmdb.quality_runs`, with the query, which can be run in psql as it
stands.

- `ok`; `warning`: somebody should look; `alarm`: whoever uses the tables may be misled, so the run fails, once its
  report is written and mailed. The tables stay as they are.
- `not_judged`: there is too little history, or nothing at all. An empty warehouse raises no alarm.
- Limits that the last runs give come from medians, which a few odd runs do not move.
- Freshness is judged by the moment at which the run checks.
"""


def render_checks_page() -> str:
    """Return the page in Markdown, ending in a newline."""
    page = _INTRODUCTION.format(checks=len(CHECKS))
    for dimension in Dimension:
        page += f"\n## {DIMENSIONS[dimension].en} ({DIMENSIONS[dimension].ko})\n\n"
        page += f"{QUESTIONS[dimension].en}<br>{QUESTIONS[dimension].ko}\n\n"
        page += "| Check | Of | What it tells | Levels |\n|---|---|---|---|\n"
        for check in CHECKS:
            if check.dimension is dimension:
                told = f"{check.said.en}<br>{check.said.ko}".replace("{value}", "…")
                page += (
                    f"| `{check.name}` | `{check.subject}` | {told} | {check.rule.told(check.unit)}. {check.reason} |\n"
                )
    return page


if __name__ == "__main__":  # pragma: no cover - the one line that makes it a command
    sys.stdout.write(render_checks_page())
