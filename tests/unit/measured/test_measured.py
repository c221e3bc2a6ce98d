"""The coverage by probes is that of coverage.py, which traces."""

import ast
import base64
import json
import os
import re
import subprocess
import sys
import sysconfig
from contextlib import suppress
from functools import partial
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import coverage
import pytest
from measured import child, loader
from measured.child import VARIABLE
from measured.convert import NotByProbes, arcs, convert
from measured.hits import PREFIX
from measured.probes import with_probes
from measured.sources import Sources

ROOT = Path(__file__).parents[3]
SHOP = '''"""A module with every statement that has a block."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext


class Shelf:
    """Holds things."""

    size = 3

    @property
    def double(self):
        """Twice as many."""
        return 2 * self.size


def sign(number):
    if number < 0:
        return "minus"
    elif number > 0:
        return "plus"
    return "zero"


def first_even(numbers):
    for number in numbers:
        if number % 2 == 0:
            break
    else:
        return None
    return number


def countdown(number):
    while number > 0:
        number -= 1
    return number


def named(thing):
    match thing:
        case int():
            return "a number"
        case [] | ():
            found = "nothing"
        case [one] if one:
            found = "one"
        case str() | _:
            found = "some"
    return found


def unnamed(thing):
    match thing:
        case 1:
            thing = 2
        case 3:
            thing = 4


def tried(function):
    try:
        found = function()
    except ValueError:
        found = "a value"
    except (
        KeyError,
        IndexError,
    ):
        found = "a place"
    else:
        found = "all well"
    finally:
        with nullcontext():
            pass
    return found


async def listened():
    async def numbers():
        yield 1

    total = 0
    async for number in numbers():
        total += number
    async with nullcontext():
        return total


def never():
    global NEVER
    while True:
        NEVER = 1
'''
TESTS = {
    "some of it": """
from shop import *

def test_some():
    assert Shelf().double == 6
    assert sign(-1) == "minus"
    assert first_even([1, 2]) == 2
    assert named(5) == "a number"
    assert unnamed(1) is None
    assert tried(lambda: 1) == "all well"
""",
    "in a child": """
import os
from shop import *

def end():
    sign(-1)
    os._exit(0)

def test_child():
    os.waitpid(os.fork() or end(), 0)
""",
    "in a process that runs a module": """
import os
import subprocess
import sys
from pathlib import Path

def test_module():
    found = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    subprocess.run([sys.executable, "-m", "other"], check=True, env=found)
""",
    "nearly all": """
import asyncio
import subprocess
import sys
from shop import *

def test_nearly_all():
    assert [sign(number) for number in (-1, 0, 1)] == ["minus", "zero", "plus"]
    assert [first_even([1]), first_even([2])] == [None, 2]
    assert countdown(2) == 0
    assert [named([]), named([1]), named([1, 2])] == ["nothing", "one", "some"]
    assert [unnamed(3), unnamed(5)] == [None, None]
    assert [tried([].pop), tried({}.popitem)] == ["a place"] * 2
    assert asyncio.run(listened()) == 1
    subprocess.run([sys.executable, __file__.replace("test_shop", "other")], check=True)
""",
}
#: One of them is run by a worker, as those of nox are.
BESIDE = {TESTS["nearly all"]: ["-p", "xdist", "-n", "1"]}
CONFIGURATION = """
[tool.pytest.ini_options]
pythonpath = ["."]

[tool.coverage.run]
branch = true
data_file = "{folder}/.coverage.one"
parallel = true
relative_files = true
source = ["{folder}"]
omit = ["{folder}/left_out.py"]
patch = ["subprocess", "fork", "_exit"]
"""


@pytest.fixture
def project(tmp_path):
    """A small project with tests, whose coverage is measured and reported in the folder."""
    for name, text in {
        "pyproject.toml": CONFIGURATION.format(folder=tmp_path),
        "shop.py": SHOP,
        "empty.py": "",
        "unused.py": "UNUSED = 1\n",
        "left_out.py": "LEFT_OUT = 1\n",
        "other.py": "import left_out\n\nif left_out:\n    print(1)\n",
    }.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def traced_outside(environment=os.environ):
    """The environment in which coverage.py traces what measures, where this process is measured: nothing else can."""
    outside = {name: value for name, value in environment.items() if name not in {"COVERAGE_FILE", VARIABLE}}
    return outside | ({"COVERAGE_PROCESS_CONFIG": environment[VARIABLE]} if VARIABLE in environment else {})


def measured(project, *command, environment=os.environ):
    """What is missing in each file of a project after its tests: the lines, and the ways on from a line."""
    # Whoever measures this process has a file of data of his own, and measures what is tested here as well.
    environment = traced_outside(environment) | {
        "COVERAGE_RCFILE": str(project / "pyproject.toml"),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": "tests",
    }
    for old in [*project.glob(".coverage.*"), *project.glob(".probes.*")]:
        old.unlink()
    run = partial(subprocess.run, env=environment, cwd=ROOT, check=True)
    run([sys.executable, *command, "-q", "-p", "no:cacheprovider", str(project / "test_shop.py")])
    found = coverage.Coverage(data_file=str(project / ".coverage"), config_file=environment["COVERAGE_RCFILE"])
    if [*project.glob(f"{PREFIX}.*")]:
        run([sys.executable, "-m", "measured.convert", str(project / ".coverage.probed")])
    found.combine([str(file) for file in project.glob(".coverage.*")])
    return {Path(path).name: missing(found, path) for path in found.get_data().measured_files()}


def missing(found, path):
    """What is reported to be missing in a file."""
    analysis = found._analyze(path)
    return sorted(analysis.missing), dict(analysis.missing_branch_arcs())


@pytest.mark.parametrize("test", TESTS.values(), ids=TESTS)
def test_probes_see_what_a_tracer_sees(project, test):
    """Whatever of a module has run, with its branches, or in a process that was started: the report is the same."""
    (project / "test_shop.py").write_text(test)
    unmeasured = {name: value for name, value in os.environ.items() if name != VARIABLE}

    traced = measured(project, "-m", "coverage", "run", "-m", "pytest", environment=unmeasured)
    probed = measured(project, "tests/measured", *BESIDE.get(test, []))
    of_a_module = measured(project, "tests/measured", "-m", "pytest")

    assert of_a_module["shop.py"] == traced["shop.py"] != ([], {})
    assert traced["other.py"] == (([], {3: [-1]}) if "other" in test else ([1, 3, 4], {3: [-1, 4]}))
    assert traced["test_shop.py"] == ([], {})
    assert traced["unused.py"] == ([1], {})
    assert probed == traced


def test_process_that_ends_at_once_keeps_what_it_has_seen(project):
    """As those do that were forked, by whichever way they end."""
    environment = traced_outside() | {
        "COVERAGE_RCFILE": str(project / "pyproject.toml"),
        "PYTHONPATH": "tests",
    }
    code = "import os, sys, measured.plugin; sys.path.append(sys.argv[1]); import shop; os._exit(3)"

    ended = subprocess.run([sys.executable, "-c", code, str(project)], env=environment, cwd=ROOT, check=False)

    (kept,) = project.glob(f"{PREFIX}.*.*")
    assert ended.returncode == 3
    assert list(json.loads(kept.read_text())) == [str(project / "shop.py")]


def test_loop_that_is_left_by_an_error_only_has_not_ended():
    """A tracer takes an error for the way out; of a loop that never comes to its end this is told."""
    text = "def f(numbers):\n    for number in numbers:\n        print(1 / number)\n"

    def ways(numbers):
        hits = {}
        tree = ast.parse(text)
        facts = with_probes(tree, "hits.setdefault('it', [0] * {count})")
        namespace = {"hits": hits}
        exec(compile(tree, "it", "exec"), namespace)  # noqa: S102 - it stands above
        with suppress(ZeroDivisionError):
            namespace["f"](numbers)
        assert len(facts) == len(hits["it"])
        return arcs(text, list(map(bool, hits["it"])), "it")

    assert (2, -1) not in ways([0])
    assert (2, -1) in ways([1])


def test_versions_of_a_file_are_not_mixed(tmp_path):
    """What two processes have seen of it counts together only where it was the same."""
    for number, hits in enumerate(("10", "010")):
        (tmp_path / f"{PREFIX}.coverage.{number}").write_text(json.dumps({"it.py": hits}))

    with pytest.raises(NotByProbes, match="has changed since it was measured"):
        convert(sorted(tmp_path.iterdir()), tmp_path / "data", Sources([], []))


@pytest.mark.parametrize(
    ("text", "passed", "message"),
    [
        ("a = 1\n", [True], "it.py has changed since it was measured. Run nox -s clean, and the tests again."),
        ("if a: b = 1\n", [True], "In line 1 of it.py a block begins. Give it a line of its own."),
        ("match a:\n    case 1: b = 1\n", [True], "In line 2 of it.py a block begins. Give it a line of its own."),
    ],
)
def test_what_probes_cannot_tell_is_said(text, passed, message):
    """A file of another version, and a block that has no line of its own."""
    with pytest.raises(NotByProbes, match=re.escape(message)):
        arcs(text, passed, "it.py")


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ("other.py first", str(ROOT / "other.py")),
        ("-X dev -W error -u /shop/other.py -m first", "/shop/other.py"),
        ("-m shop other.py", None),
        ("-mshop other.py", None),
        ("-c 1 other.py", None),
        ("- other.py", None),
        ("-u", None),
        ("-X", None),
    ],
)
def test_script_of_a_command_line(monkeypatch, arguments, found):
    """What Python itself takes for its script, however many options stand before it."""
    monkeypatch.chdir(ROOT)

    assert fresh(child).script(["python", *arguments.split()]) == found


def fresh(module):
    """The module once more, with probes: those who measure have been imported before anything has any."""
    spec = spec_from_file_location(f"fresh_{module.__name__}", module.__file__)
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_python_is_told_once_to_look(tmp_path, monkeypatch):
    """What stands in the environment's folder of packages is replaced when it is that of another clone."""
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path))
    file = tmp_path / "measured.pth"
    found = fresh(child)
    found.install()
    told = file.read_text()
    file.write_text("of another clone")
    found.install()
    made = file.stat().st_mtime_ns
    found.install()

    assert file.read_text() == told != "of another clone"
    assert file.stat().st_mtime_ns == made
    assert [*tmp_path.iterdir()] == [file]


@pytest.mark.parametrize(
    ("arguments", "traced"),
    [
        ("-c 1", False),
        ("it.py", True),
        ("-m pytest it.py", True),
        ("-mpytest", True),
        ("/bin/pytest it.py", True),
        ("/bin/airflow", False),
    ],
)
def test_process_is_measured_by_its_kind(tmp_path, monkeypatch, arguments, traced):
    """A script of ours is traced, and a session of tests; what else runs gets probes."""
    monkeypatch.chdir(tmp_path)
    begun = []
    config = {"source": [str(tmp_path)], "run_omit": [], "data_file": str(tmp_path / ".coverage")}
    written = base64.b64encode(json.dumps(config).encode()).decode()
    monkeypatch.setenv(VARIABLE, written)
    monkeypatch.setattr(sys, "orig_argv", ["python", *arguments.split()])
    monkeypatch.setattr("coverage.control._start_process_coverage", begun.append)
    found = fresh(child)
    monkeypatch.setattr(found.Measuring, "begin", lambda measuring: begun.append(measuring.sources.files()))
    (tmp_path / "it.py").touch()

    found.begin()

    assert begun == [f":data:{written}" if traced else [str(tmp_path / "it.py")]]


def test_code_is_compiled_for_others_once(tmp_path):
    """Only what lies in the folders that are named, and anew when it has changed."""
    (tmp_path / "src").mkdir()
    one, other = tmp_path / "src/one.py", tmp_path / "other.py"
    for file in (one, other):
        file.write_text("x = 1\n")
    found = fresh(loader)
    measuring = found.Measuring(Sources([str(tmp_path)], []), str(tmp_path / ".coverage"))

    for text in ("x = 1\n", "x = 1\n", "x = 2\n"):
        one.write_text(text)
        measuring.compile_all((f"{tmp_path}/src/",))

    kept = [*(tmp_path / found.COMPILED).iterdir()]
    for file in (one, other):
        assert measuring.code(str(file), file.read_bytes()) == found._compile(str(file), file.read_bytes())
    assert len(kept) == 2
