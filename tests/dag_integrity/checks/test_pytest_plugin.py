import subprocess
import sys

import pytest
from msgspec.structs import replace

from dag_integrity import installed, lint, pytest_plugin
from dag_integrity.checks import CHECKS
from dag_integrity.loading import LoadError

pytest_plugins = ["pytester"]

INI = """
[pytest]
filterwarnings = error
dag_integrity_zone = Asia/Seoul
dag_integrity_pools = tmdb_api another
dag_integrity_skip = tags documentation
"""

SETTINGS = """
[tool.dag_integrity]
level = "advice"
fail-on = "advice"
"""
CHOSEN = len(CHECKS) - 2


@pytest.fixture
def dags(pytester, folders, own, monkeypatch):
    """A project with a folder of DAGs, which is parsed already; one of its two files has no owner."""
    owners = next(folder for path, folder in folders.items() if path.name == "owner")
    good = next(file for file in own.files if file.name == "tmdb_daily_collection.py")
    dags = pytester.mkdir("dags")
    files = [replace(found, folder=str(dags)) for found in (owners.files[0], good)]
    for file in files:
        (dags / file.name).write_text(file.source, encoding="utf-8")
    (dags / "helper.py").touch()
    (dags / "__init__.py").write_text("raise RuntimeError")
    monkeypatch.setattr(lint, "load", lambda path, limits: [replace(own, path=path, files=files)])
    pytester.makeini(INI)
    pytester.makepyprojecttoml(SETTINGS)
    return dags


@pytest.fixture(autouse=True)
def _no_other_plugin(monkeypatch):
    """Load no plugin but ours in this process, which has its own."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


def run(pytester, *arguments):
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", *arguments, plugins=[pytest_plugin])


def test_each_file_is_a_test_for_each_check(dags, pytester):
    """The folder is added to what is collected: a test fails, and says what is wrong, where, and why it is checked."""
    pytester.makepyfile("def test_mine(): ...")

    ran = run(pytester, "--dag-integrity=dags", "test_each_file_is_a_test_for_each_check.py")

    ran.assert_outcomes(passed=2 * CHOSEN, failed=1)  # one of mine passes, and one of theirs fails
    ran.stdout.fnmatch_lines(
        [
            "*airflow.py: owner*",
            "*airflow.py:19: The task has no owner: name a team or person as owner in *. [[]owner_airflow: work[]]",
            CHECKS["owner"].reason,
        ]
    )
    assert "helper.py" not in ran.stdout.str()


def test_folder_is_collected_once(dags, pytester):
    """Where pytest comes upon the folder anyway, nothing is added."""
    run(pytester, "--dag-integrity=dags").assert_outcomes(passed=2 * CHOSEN - 1, failed=1)


@pytest.mark.parametrize("ini", ["norecursedirs = dags", "addopts = --ignore=dags"])
def test_folder_that_is_passed_over_is_an_error(dags, pytester, ini):
    """Where pytest is told to pass over the folder, nothing would be linted: that is no success."""
    pytester.makeini(f"[pytest]\n{ini}\n")
    pytester.makepyfile("def test_mine(): ...")

    ran = run(pytester, "--dag-integrity=dags")

    ran.stderr.fnmatch_lines(["ERROR: pytest passed over */dags: name it alone, or look at norecursedirs *"])
    assert ran.ret == pytest.ExitCode.USAGE_ERROR


def test_folder_is_found_from_below_the_root(dags, pytester, monkeypatch):
    """An option that stands in the configuration is meant from there."""
    pytester.makeini(f"{INI}addopts = --dag-integrity=dags\n")
    monkeypatch.chdir(pytester.mkdir("below"))

    run(pytester).assert_outcomes(passed=2 * CHOSEN - 1, failed=1)


def test_other_tests_in_the_folder_run_alone(dags, pytester):
    """Whoever names a file of tests in the folder means that file."""
    (dags / "__init__.py").unlink()
    (dags / "test_near.py").write_text("def test_mine(): ...", encoding="utf-8")

    run(pytester, "--dag-integrity=dags", "dags/test_near.py").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("path", "outcomes"),
    [("dags/airflow.py::owner", {"failed": 1}), ("dags/tmdb_daily_collection.py::owner", {"passed": 1})],
)
def test_one_can_be_run_alone(dags, pytester, path, outcomes):
    """A path into the folder narrows the run, as with any test."""
    run(pytester, "--dag-integrity=dags", path).assert_outcomes(**outcomes)


def test_settings_are_those_of_the_command(dags, pytester):
    """Another zone is found, and what is skipped or not asked is no test."""
    pytester.makeini("[pytest]\ndag_integrity_zone = UTC\ndag_integrity_skip = owner")

    ran = run(pytester, "--dag-integrity=dags", "-v")

    ran.stdout.fnmatch_lines(["*tmdb_daily_collection.py::zone FAILED*"])
    assert not {name for name in ("pools", "owner", "utc_day_in_code") if f"::{name} " in ran.stdout.str()}


def test_what_is_not_bad_enough_is_told_at_the_end(dags, pytester):
    """Unless a setting says otherwise, advice and warnings fail nothing."""
    pytester.makepyprojecttoml('[tool.dag_integrity]\nlevel = "advice"\n')

    ran = run(pytester, "--dag-integrity=dags")

    ran.assert_outcomes(passed=2 * CHOSEN)
    ran.stdout.fnmatch_lines(["*DAG integrity: what fails nothing*", "*The task has no owner: *(owner)"])


def test_wrong_settings_are_an_error(dags, pytester):
    """One sentence with the file."""
    pytester.makepyprojecttoml("[tool.dag_integrity]\nnosuch = 1\n")

    ran = run(pytester, "--dag-integrity=dags")

    ran.stderr.fnmatch_lines(["ERROR: *contains unknown field `nosuch`*"])
    assert ran.ret == pytest.ExitCode.USAGE_ERROR


def test_folder_is_there_for_rules_of_ones_own(dags, pytester):
    """The fixture is the parsed folder as plain facts."""
    pytester.makepyfile("""
        def test_ids(dag_folder):
            assert {dag.dag_id for _, dag in dag_folder.dags()} == {"owner_airflow", "tmdb_daily_collection"}
    """)

    run(pytester, "--dag-integrity=dags", "-k", "test_ids").assert_outcomes(passed=1, deselected=2 * CHOSEN)


def test_without_a_folder_its_fixture_says_how_to_name_one(pytester):
    """A test that asks for the folder fails, and is not skipped."""
    pytester.makepyfile("def test_ids(dag_folder): ...")

    ran = run(pytester)

    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["*The fixture dag_folder needs a folder: run pytest with --dag-integrity=PATH."])


def test_folder_that_cannot_be_linted_is_an_error(dags, pytester, monkeypatch):
    """One sentence, no traceback, and no success."""

    def refuse(path, limits):
        raise LoadError("The parser ended.")

    monkeypatch.setattr(lint, "load", refuse)

    ran = run(pytester, "--dag-integrity=dags")

    ran.stdout.fnmatch_lines(["The parser ended."])
    assert "Traceback" not in ran.stdout.str()
    assert ran.ret == pytest.ExitCode.INTERRUPTED


def test_folder_that_is_not_there_is_an_error(pytester):
    """A misspelt path is no success."""
    ran = run(pytester, "--dag-integrity=nowhere")

    ran.stderr.fnmatch_lines(["ERROR: There is no file or folder */nowhere: check the path."])
    assert ran.ret == pytest.ExitCode.USAGE_ERROR


def test_check_that_does_not_exist_is_an_error(dags, pytester):
    """A misspelt name is told with those that there are."""
    pytester.makeini("[pytest]\ndag_integrity_skip = tag owner\n")

    ran = run(pytester, "--dag-integrity=dags")

    ran.stderr.fnmatch_lines(["ERROR: dag_integrity_skip names tag, which is no check: give some of import_errors, *"])
    assert ran.ret == pytest.ExitCode.USAGE_ERROR


def test_missing_package_is_an_error(dags, pytester, monkeypatch):
    """Where Airflow is not installed, one message says so."""
    monkeypatch.setattr(installed, "find_spec", lambda name: None if name == "airflow" else True)

    ran = run(pytester, "--dag-integrity=dags")

    ran.stderr.fnmatch_lines(["ERROR: airflow cannot be imported here, *"])
    assert ran.ret == pytest.ExitCode.USAGE_ERROR


def test_plugins_cost_nothing_until_they_are_used(pytester, monkeypatch):
    """Both of our plugins are loaded wherever they are installed, and what they need is not."""
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    pytester.makepyfile("""
        import sys

        def test_modules(pytestconfig):
            plugins = pytestconfig.pluginmanager
            assert plugins.has_plugin("dag_integrity") and plugins.has_plugin("fake_tmdb")
            needed = {"airflow", "jinja2", "msgspec", "rich", "httptools", "numpy", "orjson", "uvicorn", "yaml"}
            assert not sys.modules.keys() & needed
    """)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-p", "no:anyio"]

    ran = subprocess.run([*command, pytester.path], capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout
