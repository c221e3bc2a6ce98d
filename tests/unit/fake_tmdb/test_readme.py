import re
import subprocess
import sys
from pathlib import Path

import pytest

from fake_tmdb import Fault
from fake_tmdb.api.routes import ENDPOINTS
from fake_tmdb.faults.fault import MATCHERS
from fake_tmdb.faults.kinds import KINDS
from fake_tmdb.faults.plan import read_plan
from fake_tmdb.http import control
from fake_tmdb.readme import TABLES, renewed

pytest_plugins = ["pytester"]

HERE = Path(__file__).parent
README = (HERE.parents[2] / "fake_tmdb" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`(test_\w+\.py::test_\w+)`", README))))
def test_the_fidelity_table_names_tests_that_exist(named):
    """Each behaviour in the table is tested by a test of that name."""
    file, _, function = named.partition("::")

    assert any(f"def {function}(" in path.read_text(encoding="utf-8") for path in HERE.rglob(file))


def test_the_plan_in_it_is_valid():
    """The example of a fault plan is one."""
    (plan,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)

    assert [fault.status for fault in read_plan(plan, "README")] == [503, 429, None, None]


def test_its_tables_are_those_of_the_code():
    """Endpoints and parts of a fault are told as they are declared; `nox -s pages` renews the tables."""
    assert renewed(README) == README
    assert set(re.findall(r"<!-- table of (\w+) -->", README)) == set(TABLES)


def test_it_can_be_printed():
    """The module prints the README as it should be."""
    command = [sys.executable, "-m", "fake_tmdb.readme"]

    assert subprocess.run(command, capture_output=True, check=True).stdout.decode() == README


def test_a_table_is_made_anew():
    """What stands between the marks is replaced, and nothing else."""
    made = renewed("before\n<!-- table of effects -->\nold\n<!-- end -->\nafter\n")

    assert made.startswith("before\n<!-- table of effects -->\n| What happens | Value | Meaning |\n")
    assert made.endswith("<!-- end -->\nafter\n")
    assert "\nold\n" not in made


@pytest.mark.parametrize("name", [*MATCHERS, *KINDS])
def test_a_part_of_a_fault_is_told_in_sentences(name):
    """What a part means is one or more whole sentences."""
    sentence = MATCHERS[name][1] if name in MATCHERS else KINDS[name].sentence

    assert re.fullmatch(r"[A-Z`].+[.`]", sentence)


@pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=lambda endpoint: endpoint.path)
def test_an_endpoint_is_told_in_a_message(endpoint):
    """What an endpoint serves is the first line of its docstring."""
    assert re.fullmatch(r"[A-Z].+\.", endpoint.sentence)


def test_it_names_every_control_route():
    """No control route is left out."""
    assert not [path for _, path in control.ROUTES if f"{control.PREFIX}{path}" not in README]


def test_the_examples_run(pytester):
    """The test suite in it passes as it stands."""
    example, _ = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    pytester.makepyfile(example)

    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)
    assert Fault.__name__ in example
