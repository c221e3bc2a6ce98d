import re
from pathlib import Path

import pytest

from fake_tmdb import Fault
from fake_tmdb.faults.plan import read_plan
from fake_tmdb.faults.values import ALLOWED
from fake_tmdb.http import control

pytest_plugins = ["pytester"]

HERE = Path(__file__).parent
README = (HERE.parents[2] / "fake_tmdb" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`(test_\w+\.py::test_\w+)`", README))))
def test_the_fidelity_table_names_tests_that_exist(named):
    """Each behaviour in the table is held by a test of that name."""
    file, _, function = named.partition("::")

    assert any(f"def {function}(" in path.read_text(encoding="utf-8") for path in HERE.rglob(file))


def test_the_plan_in_it_is_valid():
    """The example of a fault plan is one."""
    (plan,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)

    assert [fault.status for fault in read_plan(plan, "README")] == [503, 429, None, None]


def test_it_names_every_field_and_route():
    """No part of a fault and no control route is left out."""
    assert not [name for name in ALLOWED if name != "name" and f"`{name}`" not in README]
    assert not [path for _, path in control.ROUTES if f"{control.PREFIX}{path}" not in README]


def test_the_examples_run(pytester):
    """The test suite in it passes as it stands."""
    example, _ = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    pytester.makepyfile(example)

    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)
    assert Fault.__name__ in example
