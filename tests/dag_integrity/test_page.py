import airflow_env
from dag_integrity.integrity.registry import CHECKS

PAGE = (airflow_env.ROOT / "docs" / "dag-checks.md").read_text(encoding="utf-8")


def test_page_lists_every_check_with_its_reason():
    """The table in the documents has a row for each check, in the order of the verdict, and no other."""
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]

    assert rows == [f"| `{check.name}` | {check.rationale} |" for check in CHECKS.values()]
