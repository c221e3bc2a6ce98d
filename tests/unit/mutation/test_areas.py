import re
import shlex
from pathlib import Path

import pytest
import yaml
from mutation.areas import AREAS, Area, areas_in, module_name

ROOT = Path(__file__).parents[3]
FOUND = areas_in(AREAS.read_text("utf-8"))
FOLDERS = ["src", "fake_tmdb", "deploy", "dags"]
#: Nothing but a docstring stands in these.
EMPTY = {path for path in ROOT.glob("src/**/__init__.py") if path.read_text("utf-8").count("\n") == 1}


def test_every_module_belongs_to_one_area():
    """No module is left out of the nightly mutants, and none is tried twice."""
    modules = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if path not in EMPTY)
    covered = sorted(path for area in FOUND.values() for path in area.paths(ROOT) if path not in EMPTY)

    assert covered == modules != []


@pytest.mark.parametrize("area", FOUND.values(), ids=FOUND)
def test_patterns_name_what_exists(area):
    """Every pattern of an area finds modules, or tests, of today."""
    assert [pattern for pattern in [*area.modules, *area.tests] if not [*ROOT.glob(pattern)]] == []


def test_every_test_judges_an_area():
    """A new file of tests is given to the area whose modules it tests; a few are about the tests or the project."""
    alone = "architecture|changes|contributing|distributions|guard|readme_ko|repository|security_page|skips|support"
    alone += "|older_airflow|statsd_exporter|virtual_clock|wanted_alerts"
    about = rf"unit/(cassettes|fuzz|measured|mutation|strategies)/.*|unit/test_({alone})\.py"
    tests = {path for folder in ("unit", "dag_integrity") for path in (ROOT / "tests" / folder).rglob("test_*.py")}
    judging = {Path(found) for area in FOUND.values() for found in area.test_paths(ROOT)}
    idle = {path for path in tests if not judging & {path, *path.parents}}

    assert [path for path in sorted(idle) if not re.fullmatch(about, str(path.relative_to(ROOT / "tests")))] == []


def test_nightly_runs_every_area_as_a_whole():
    """The shards of the nightly workflow add up to all areas, each once."""
    jobs = yaml.safe_load((ROOT / ".github/workflows/nightly.yml").read_text("utf-8"))["jobs"]
    called = [shlex.split(line) for line in jobs["mutants"]["strategy"]["matrix"]["area"]]
    shards = {}
    for name, *options in called:
        shards.setdefault(name, []).append(options[1] if options else "1/1")

    assert set(shards) == set(FOUND)
    for found in shards.values():
        assert found == [f"{number}/{len(found)}" for number in range(1, len(found) + 1)]


def test_areas_are_read_by_name():
    """What an area does not say is empty."""
    areas = areas_in('[[area]]\nname = "shop"\nmodules = ["shop/*.py"]\ntests = ["tests"]\n')

    assert areas == {"shop": Area("shop", ("shop/*.py",), ("tests",))}


def test_paths_are_found_below_the_root(tmp_path):
    """Patterns of an area may meet: a module is found once, tests in the order of the patterns."""
    for name in ("a.py", "b.py", "c.txt"):
        (tmp_path / name).touch()
    area = Area("shop", ("*.py", "a.py"), ("b*", "a*"))

    assert area.paths(tmp_path) == [tmp_path / "a.py", tmp_path / "b.py"]
    assert area.test_paths(tmp_path) == [str(tmp_path / "b.py"), str(tmp_path / "a.py")]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("src/shop/till.py", "shop.till"),
        ("tests/checks/parse.py", "checks.parse"),
        ("deploy/init.py", "deploy.init"),
        ("dags/daily.py", "dags.daily"),
    ],
)
def test_modules_are_named_as_they_are_imported(path, name):
    """The folders src and tests are on the path of the tests, and so is the project itself."""
    assert module_name(ROOT / path, ROOT) == name
