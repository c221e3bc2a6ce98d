"""The DAGs as Markdown: ``python -m tmdb_pipeline.dags_page > docs/dags.md``, from the project's folder."""

import ast
import sys
from pathlib import Path

from tmdb_pipeline.dags import EVERY, POOL, DagSpec

_INTRODUCTION = """\
# The DAGs

Generated from the code by `python -m tmdb_pipeline.dags_page`, as a test checks: from the registry in
`src/tmdb_pipeline/dags.py` and the docstrings in `dags/`, which are also the DAGs' pages in Airflow's UI.

Times are Seoul's; where assets are named in their place, any of them starts the DAG. Each DAG runs once at a time and
catches up with no missed run. Tasks that ask TMDB run in the pool
`{pool}`, which has {slots} slots. Names of reports and assets are relied on by others.

A run that has not ended by then is told of as slow ([alerts.md](alerts.md)).

| DAG | on the command line | shown as | when | retries | slow after | reports | asset |
|---|---|---|---|---|---|---|---|
"""


def render_dags_page(folder: Path) -> str:
    """Return the page in Markdown, ending in a newline; ``folder`` holds the DAG files, which bear the DAGs' ids."""
    page = _INTRODUCTION.format(pool=POOL.name, slots=POOL.slots)
    page += "".join(map(_row, EVERY))
    for spec in EVERY:
        docstring = ast.get_docstring(ast.parse((folder / f"{spec.id}.py").read_text(encoding="utf-8"))) or ""
        page += f"\n#{docstring}\n\n| task | shown as | stage |\n|---|---|---|\n"
        page += "".join(f"| `{task.id}` | {task.display_name} | {task.stage} |\n" for task in spec.tasks)
    return page


def _row(spec: DagSpec) -> str:
    minutes = spec.retry_delay.total_seconds() / 60
    when = spec.cron or ", ".join(asset.name for asset in spec.after)
    names = f"`{spec.id}` | `{spec.name}` | {spec.display_name} | `{when}` | {spec.retries}, after {minutes:g} min"
    slow = f"{spec.deadline.total_seconds() / 3600:g} h"
    report = f"`{spec.report}_<date>`" if spec.report else ""
    asset = f"`{spec.asset.name}`" if spec.asset else ""
    return f"| {names} | {slow} | {report} | {asset} |\n"


if __name__ == "__main__":  # pragma: no cover - the one line that makes it a command
    sys.stdout.write(render_dags_page(Path("dags")))
