from pathlib import Path

import pytest
from mutation.run import SURVIVORS
from mutation.verdict import listed_in

SRC = Path(__file__).parents[3] / "src"
LISTED = listed_in(SURVIVORS.read_text("utf-8"))


@pytest.mark.parametrize("change", LISTED, ids=lambda change: change.function)
def test_listed_line_stands_in_its_module(change):
    """The list speaks of the code as it is, which the gate sees without trying a mutant."""
    modules = [module for module in SRC.rglob("*.py") if change.function.startswith(f"{dotted(module)}.")]

    assert [module for module in modules if change.line in " ".join(module.read_text("utf-8").split())]


def dotted(module):
    return ".".join(module.relative_to(SRC).with_suffix("").parts)
