from pathlib import Path

import pytest

from tmdb_pipeline.dags import DAGS, PERMITTED
from tmdb_pipeline.dags_page import render_dags_page

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "dags.md"


def test_the_page_in_the_repository_is_up_to_date():
    """Whoever changes a DAG renews the page, and is told by which command."""
    assert PAGE.read_text(encoding="utf-8") == render_dags_page(ROOT / "dags"), "Renew docs/dags.md with: nox -s pages"


@pytest.mark.parametrize("spec", [*DAGS, *PERMITTED], ids=lambda spec: spec.name)
def test_page_tells_of_every_dag_and_task(spec):
    """Each DAG has a row and a section, each of its tasks a row with what people read and what it is for."""
    rows = [line for line in render_dags_page(ROOT / "dags").splitlines() if line.startswith("| `")]

    assert [row for row in rows if row.startswith(f"| `{spec.id}` | `{spec.name}` | {spec.display_name} |")]
    assert {f"| `{task.id}` | {task.display_name} | {task.stage} |" for task in spec.tasks} <= set(rows)


def test_page_has_one_title():
    """The title of a DAG's own page is a section of this one."""
    titles = [line for line in render_dags_page(ROOT / "dags").splitlines() if line.startswith("# ")]

    assert titles == ["# The DAGs"]
