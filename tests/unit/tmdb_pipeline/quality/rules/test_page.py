from pathlib import Path

from tmdb_pipeline.quality.rules.catalogue import RULES
from tmdb_pipeline.quality.rules.page import render_rules_page

PAGE = Path(__file__).parents[5] / "docs" / "quality-rules.md"


def test_the_page_in_the_repository_is_up_to_date():
    """Whoever changes a rule renews the page, and is told by which command."""
    assert PAGE.read_text(encoding="utf-8") == render_rules_page(), "Renew docs/quality-rules.md with: nox -s pages"


def test_each_rule_has_one_row():
    """Every rule stands in exactly one table, with its severity, its points and its message in both languages."""
    rows = [line for line in render_rules_page().splitlines() if line.startswith("| `")]

    assert sorted(rows) == sorted(
        f"| `{rule.id}` | {rule.severity} | {rule.weight} | {rule.said.en}<br>{rule.said.ko} |" for rule in RULES
    )
