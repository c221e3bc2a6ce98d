import airflow_env

from dag_integrity.checks import CHECKS
from dag_integrity.page import render_page

PAGE = (airflow_env.ROOT / "docs" / "dag-checks.md").read_text(encoding="utf-8")


def test_page_is_that_of_the_code():
    """The page in the documents is the one that `nox -s pages` writes."""
    assert render_page() == PAGE


def test_page_lists_every_check_with_its_reason():
    """There is a row for each check, in the order of the report, and no other."""
    rows = [line.replace(" (*)", "") for line in PAGE.splitlines() if line.startswith("| `")]

    assert rows == [f"| `{check.name}` | {check.level} | {check.reason} |" for check in CHECKS.values()]


def test_page_marks_the_checks_that_have_to_be_asked_for():
    """Whoever gives no zone and no pool sees which checks are not run."""
    marked = [line.split("`")[1] for line in PAGE.splitlines() if "` (*) |" in line]

    assert sorted(marked) == ["pools", "utc_day_in_code", "utc_day_in_templates", "zone"]
