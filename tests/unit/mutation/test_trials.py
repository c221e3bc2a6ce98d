import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from mutation.areas import Area
from mutation.judges import Judges
from mutation.trials import chosen

TESTS = Path(__file__).parents[2]

TILL = '''
RATE = 10
LIMITS = {"least": 1}


def total(prices, rate=RATE):
    """The sum with tax."""
    return sum(prices) * (100 + rate)


def forever(n):
    while n > 0:
        n -= 1
    return n


def loose(n):
    return n > 5
'''

TEST = """
import subprocess
import sys
import time

import pytest

import till


# A number that keeps no processor busy while somebody counts with it for ever
class Unhurried(int):
    def __gt__(self, other):
        time.sleep(0.001)
        return int(self) > other

    def __add__(self, other):
        time.sleep(0.001)
        return Unhurried(int(self) + other)

    def __sub__(self, other):
        return self + -other


@pytest.fixture(scope="module")
def shared():
    return till.total([3])


def test_total():
    assert till.total([1, 2]) == 330


def test_shared(shared):
    assert shared == 330


def test_forever():
    assert till.forever(Unhurried(3)) == 0


def test_loose():
    assert till.loose(9)


def test_process():
    subprocess.run([sys.executable, "-c", "import till; assert till.LIMITS == {'least': 1}"], check=True)
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of a small project: a module and its tests, and the trials themselves with the one area."""
    root = tmp_path_factory.mktemp("shop")
    (root / "till.py").write_text(TILL)
    (root / "test_till.py").write_text(TEST)
    (root / "tests").mkdir()
    areas = '[[area]]\nname = "shop"\nmodules = ["till.py"]\ntests = ["test_till.py"]\nfirst = ["json"]\n'
    (root / "areas.toml").write_text(areas)
    return root


def run(project, *arguments):
    """Run the trials in the small project, as a command."""
    code = """
import pathlib, sys
from mutation import judges, trials
judges.LEAST = 8.0
trials.AREAS = pathlib.Path("areas.toml")
trials.main(sys.argv[1:])
"""
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(project), str(TESTS)])}
    return subprocess.run(
        [sys.executable, "-c", code, "shop", *arguments],
        cwd=project, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def outcomes(project):
    """All mutants of the small project, by what they become."""
    done = run(project, "1/1")
    assert done.stderr == ""
    return {tuple(said["change"][1:]): said for said in map(json.loads, done.stdout.splitlines())}


def test_what_a_test_notices_is_killed(outcomes):
    """A change of a function, of module-level data and of what only another process sees: each has its test."""
    assert outcomes["return sum(prices) * (100 + rate)", "return sum(prices) / (100 + rate)"]["killed"]
    assert outcomes["RATE = 10", "RATE = 11"]["killed"]
    assert outcomes["LIMITS = {'least': 1}", "LIMITS = {'least': 2}"]["killed"]


def test_what_no_test_notices_survives(outcomes):
    """The mutants that survive are just those that these tests cannot tell from the module."""
    assert {becomes for (_, becomes), said in outcomes.items() if not said["killed"]} == {
        "return n >= 5",
        "return n > 6",
    }


def test_a_mutant_that_loops_for_ever_is_killed(outcomes):
    """A test that no longer ends has noticed something."""
    assert outcomes["n -= 1", "n += 1"]["killed"]


def test_the_module_is_itself_again(project, outcomes):
    """After the trials nothing is changed any more."""
    assert (project / "till.py").read_text() == TILL
    assert {said["module"] for said in outcomes.values()} == {"till"}
    assert all(0 <= said["seconds"] < 60 for said in outcomes.values())


def test_tests_that_fail_by_themselves_judge_nothing(project):
    """A test that fails although nothing is changed ends the trials, with what pytest said."""
    (project / "test_till.py").write_text(TEST.replace("== 330", "== 331"))

    done = run(project, "1/1", "till.loose")

    (project / "test_till.py").write_text(TEST)
    assert done.returncode == 1
    assert done.stderr.startswith("The tests of shop fail although nothing is changed:")
    assert "331" in done.stderr


def test_shards_and_patterns_choose(project):
    """The shards of an area hold each mutant once; a pattern leaves those of some functions."""
    area = Area("shop", ("till.py",), ())
    everything = chosen(area, project, (1, 1), [])
    shards = [chosen(area, project, (number, 3), []) for number in (1, 2, 3)]

    assert sorted(mutant for shard in shards for mutant in shard) == sorted(everything)
    assert max(map(len, shards)) - min(map(len, shards)) <= 1
    assert {m.change.function for _, m in chosen(area, project, (1, 1), ["till.l*"])} == {"till.loose"}


JUDGES = Judges(
    seconds={"test_till.py::a": 2.0, "test_till.py::b": 1.0, "test_x.py::c": 0.5, "test_x.py::d": 0.4},
    shared={"test_till.py::a": 0.0, "test_till.py::b": 3.0, "test_x.py::c": 0.0, "test_x.py::d": 0.0},
    lines={"/till.py": {1: [""], 2: ["test_x.py::c", "test_till.py::a"], 3: ["test_till.py::b", ""]}},
    imported=[],
)


@pytest.mark.parametrize(
    ("lines", "tests"),
    [
        (range(2, 3), ["test_till.py::a", "test_x.py::c"]),
        (range(1, 3), ["test_till.py::a", "test_till.py::b", "test_x.py::d", "test_x.py::c"]),
        (range(3, 4), ["test_till.py::a", "test_till.py::b", "test_x.py::d", "test_x.py::c"]),
        (range(9, 10), ["test_till.py::a", "test_till.py::b", "test_x.py::d", "test_x.py::c"]),
    ],
)
def test_judges_of_a_line(lines, tests):
    """Those that run it, or all where it runs for several; first those beside the module, then by what they cost."""
    assert JUDGES.of(Path("/till.py"), lines) == tests


def test_patience_grows_with_the_tests():
    """Twenty seconds, and five times what the tests usually take, what they share counted once."""
    assert JUDGES.patience(["test_x.py::c"]) == 22.5
    assert JUDGES.patience(["test_till.py::b", "test_x.py::c"]) == 20 + 5 * 4.5
