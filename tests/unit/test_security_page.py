"""What the page on security says is shown by tests, and those are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/security.md").read_text("utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)


def test_every_line_is_shown_by_a_test():
    """A protection that nobody has tried is a hope."""
    table = PAGE.partition("| what |")[2].partition("\n\n")[0].splitlines()[2:]

    assert len(table) > 20
    assert [line for line in table if not re.search(r"`tests/[\w/]+\.py::\w+` \|$", line)] == []


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_tests_that_are_named_exist(file, test):
    """Under the name that they have today."""
    assert re.search(rf"^def {test}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE)
