import ast
import re
from pathlib import Path

import pytest
from wanted_alerts import WANTED, wanted_of

ROOT = Path(__file__).parents[2]
#: By what a test of a fault looks at what is told of it: the fixture, or a copy of the stack's lake.
LOOKS = {"told", "ends_well", "alerts"}


def rows():
    """The rows of the table of faults: the test of each, and what it says people are told."""
    _, _, below = (ROOT / "docs" / "testing.md").read_text("utf-8").partition("\n## Faults\n")
    head, _, *lines = [line for line in below.partition("\n## ")[0].splitlines() if line.startswith("|")]
    titles = [title.strip() for title in head.strip("|").split("|")]
    for line in lines:
        cells = dict(zip(titles, (cell.strip() for cell in line.strip("|").split("|")), strict=True))
        yield cells["test"].strip("`"), cells["people are told"]


def test_every_fault_has_its_alert():
    """No row of the page lacks its alert or has another one than people want, and none is of a fault that is gone."""
    assert [*rows()] == [(wanted.test, str(wanted)) for wanted in WANTED]


@pytest.mark.parametrize(
    "test", [wanted.test for wanted in WANTED if "::" in wanted.test and "ending" not in wanted.test]
)
def test_every_fault_is_caused_and_looked_at(test):
    """The test of each is there, and looks at what arrives, or at what the stack has kept."""
    module, _, name = test.partition("::")
    tree = ast.parse((ROOT / "tests" / "e2e" / module).read_text("utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    names = {getattr(node, "id", getattr(node, "arg", None)) for node in ast.walk(functions[re.sub(r"\[.*", "", name)])}

    assert names & LOOKS


def test_what_is_wanted_is_said():
    """Nothing is told for a reason, and an alert says what has happened."""
    assert wanted_of("test_ending.py").why
    assert [
        wanted.test
        for wanted in WANTED
        if bool(wanted.kind) == bool(wanted.why) or bool(wanted.kind) != bool(wanted.cause)
    ] == []
