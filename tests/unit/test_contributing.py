"""The recipes of CONTRIBUTING.md: each a list of the files to touch."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
#: The steps of each recipe, by what is added.
RECIPES = {
    head: re.findall(r"^\d+\. (.+?)(?=^\d+\. |\Z)", body, re.MULTILINE | re.DOTALL)
    for head, body in re.findall(r"^## How to add (.+?)\n(.+?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
}
#: How many files each may cost, those that a command makes left out; a list besides two more for its task.
BUDGET = {"a quality rule": 2, "a list": 6, "a DAG": 3, "a kind of fault": 3, "a DAG check": 3, "a command": 4}
BUDGET |= {"a check of the warehouse": 2}
#: Files that a command makes or renews.
GENERATED = "nox -s "


def paths(step):
    """What a step names that looks like a path of the repository; `<name>` in it stands for any."""
    found = [name for name in re.findall(r"`([^`\s]+)`", step) if "/" in name and "//" not in name]
    return [re.sub(r"<\w+>", "*", name) for name in found if not name.startswith("/")]


def test_each_kind_has_its_recipe():
    """Whoever adds something finds what to touch."""
    assert set(RECIPES) == set(BUDGET)


@pytest.mark.parametrize("kind", RECIPES)
def test_files_of_a_recipe_exist(kind):
    """Each step names a file that is there, or the pattern of those that are."""
    named = [paths(step) for step in RECIPES[kind]]

    assert [path for found in named for path in found if not [*ROOT.glob(path)]] == []
    assert all(found or "as below" in step for found, step in zip(named, RECIPES[kind], strict=True))


@pytest.mark.parametrize("kind", BUDGET)
def test_recipe_is_short(kind):
    """A step is a file; those that a command makes cost nothing."""
    steps = [step for step in RECIPES[kind] if not step.startswith(f"`{GENERATED}")]

    assert len(steps) <= BUDGET[kind]
