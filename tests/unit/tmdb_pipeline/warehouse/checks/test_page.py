from pathlib import Path

from tmdb_pipeline.warehouse.checks.catalogue import CHECKS
from tmdb_pipeline.warehouse.checks.page import render_checks_page

PAGE = Path(__file__).parents[5] / "docs" / "warehouse-checks.md"


def test_the_page_in_the_repository_is_up_to_date():
    """Whoever changes a check renews the page, and is told by which command."""
    assert PAGE.read_text(encoding="utf-8") == render_checks_page(), "Renew docs/warehouse-checks.md with: nox -s pages"


def test_each_check_has_one_row():
    """Every check stands in exactly one table, with what it looks at and why its limits are what they are."""
    rows = [line.split(" | ") for line in render_checks_page().splitlines() if line.startswith("| `")]

    assert sorted(row[0] for row in rows) == sorted(f"| `{check.name}`" for check in CHECKS)
    assert {row[1] for row in rows} == {f"`{check.subject}`" for check in CHECKS}
    assert all(any(row[3].endswith(f"{check.reason} |") for row in rows) for check in CHECKS)
