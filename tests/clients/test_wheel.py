"""Each distribution, built from a clean copy of the repository and installed from its wheel where nothing else is."""

import re
import shutil
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[2]
#: What the distributions are made of; each is built in a folder of it.
COPIED = ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "fake_tmdb", "src")
FOLDERS = {"tmdb-pipeline": ".", "fake-tmdb": "fake_tmdb", "dag-integrity": "src/dag_integrity"}
#: What must not come along.
FOREIGN = {
    "tmdb-pipeline": {"airflow", "dag_integrity", "fake_tmdb", "numpy", "pytest"},
    "fake-tmdb": {"airflow", "dag_integrity", "pytest", "requests", "tmdb_pipeline"},
    "dag-integrity": {"fake_tmdb", "numpy", "pytest", "tmdb_pipeline"},
}
DAGS = ROOT / "tests" / "dag_integrity"


def run(*command, **options):
    """Run a command that has to succeed, and return what it wrote."""
    ran = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="session")
def wheels(tmp_path_factory):
    """A wheel of each distribution, made from its sdist, which is made from a copy of what is in the repository."""
    folder = tmp_path_factory.mktemp("built")
    copy = folder / "copy"
    copy.mkdir()
    for path in (ROOT / name for name in COPIED):
        if path.is_dir():
            shutil.copytree(path, copy / path.name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, copy)
    build = (sys.executable, "-m", "hatchling", "build", "-d")
    wheels = {}
    for name, place in FOLDERS.items():
        run(*build, folder / name, "-t", "sdist", cwd=copy / place)
        (sdist,) = (folder / name).glob("*.tar.gz")
        run(
            "tar", "-xf", sdist, "-C", folder / name
        )  # Python's own wants a filter, which Debian's 3.11.2 does not know
        run(*build, folder / name, "-t", "wheel", cwd=sdist.with_name(sdist.name.removesuffix(".tar.gz")))
        (wheels[name],) = (folder / name).glob("*.whl")
    return wheels


@pytest.fixture(scope="session")
def environment(wheels, tmp_path_factory):
    """The folder of commands of an environment with a distribution, and with what else is given to uv."""
    uv = (sys.executable, "-m", "uv", "--quiet")

    @cache
    def made(name, *beside):
        folder = tmp_path_factory.mktemp("environment") / "venv"
        run(*uv, "venv", "--python", sys.executable, folder)
        install = (
            *uv,
            "pip",
            "install",
            "--python",
            folder / "bin" / "python",
            "--constraint",
            ROOT / "constraints.txt",
        )
        run(*install, wheels[name], *beside)
        return folder / "bin"

    return made


@pytest.mark.parametrize("name", FOLDERS)
def test_wheel_holds_the_package_and_nothing_else(wheels, name):
    """What stands in its folder but what only the repository needs, and its licence; nothing that stands beside it."""
    package = name.replace("-", "_")
    files = zipfile.ZipFile(wheels[name]).namelist()
    source = ROOT / ("fake_tmdb" if name == "fake-tmdb" else f"src/{package}")
    found = {str(path.relative_to(source.parent)) for path in source.rglob("*.*") if path.suffix != ".pyc"}
    wanted = found - {f"{package}/{name}" for name in ("README.md", "pyproject.toml")}

    assert {file.partition("/")[0].partition("-")[0] for file in files} == {package}
    assert {file for file in files if file.startswith(f"{package}/")} == wanted
    assert f"{package}/py.typed" in files
    assert [file for file in files if file.endswith("licenses/LICENSE")]


@pytest.mark.parametrize("name", FOLDERS)
def test_package_brings_what_it_needs_and_no_more(environment, name):
    """It can be imported, and what another distribution needs is not there."""
    package = name.replace("-", "_")
    look = f"import sys, {package}; from importlib.util import find_spec; print(*filter(find_spec, sys.argv[1:]))"

    assert run(environment(name) / "python", "-I", "-c", look, *FOREIGN[name]).strip() == ""


@pytest.mark.parametrize("name", FOLDERS)
def test_command_starts(environment, name):
    """The console script has the name of the distribution, and knows its version."""
    assert run(environment(name) / name, "--help").startswith(f"usage: {name} ")
    assert re.fullmatch(rf"{name} \d+\.\d+\.\d+\n", run(environment(name) / name, "--version"))


def test_pipeline_says_what_its_demo_needs(environment):
    """Without Airflow and the fake the demo is one message and status 2, and leaves nothing behind."""
    command = environment("tmdb-pipeline") / "tmdb-pipeline"

    told = subprocess.run([command, "demo"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (told.returncode, told.stdout) == (2, "")
    assert "run pip install '.[airflow,demo,warehouse]' ./fake_tmdb " in told.stderr
    assert told.stderr.count("\n") == 1


def test_operations_say_what_they_need(environment):
    """Without its extra, tmdb-ops is one message and status 2."""
    command = environment("tmdb-pipeline") / "tmdb-ops"

    told = subprocess.run([command, "status"], capture_output=True, text=True, check=False)

    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (2, "", 1)
    assert told.stderr.startswith("tmdb-ops needs what is not installed here: ")


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("fake-tmdb", ["serve"], r"fake-tmdb: The package \w+ is not installed here\. .*: pip install fake-tmdb\."),
        ("dag-integrity", ["."], r"dag-integrity: airflow, .* cannot be imported here, .* of your DAGs\."),
    ],
)
def test_command_without_its_dependencies_is_one_message(environment, name, arguments, said):
    """No console script ends in an error of an import."""
    command = environment(name, "--no-deps") / name

    told = subprocess.run([command, *arguments], capture_output=True, text=True, check=False)

    assert (told.returncode, told.stdout) == (2, "")
    assert re.fullmatch(said, told.stderr.strip())


def test_fake_answers(environment):
    """The command serves, on a port of its choice, what asks for a key."""
    command = [environment("fake-tmdb") / "fake-tmdb", "serve", "--port", "0", "--movies", "50"]

    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            ready, url = process.stdout.readline().rsplit(maxsplit=1)
            with pytest.raises(HTTPError, match="401"):
                urlopen(f"{url}/movie/popular")
        finally:
            process.terminate()
    assert ready == "fake-tmdb ready"


def test_the_example_of_the_fake_runs(environment, tmp_path):
    """With pytest and requests beside it, the wheel is all that the example in the README needs."""
    readme = (ROOT / "fake_tmdb" / "README.md").read_text(encoding="utf-8")
    (tmp_path / "test_example.py").write_text(
        re.findall(r"```python\n(.*?)```", readme, re.DOTALL)[0], encoding="utf-8"
    )

    told = run(environment("fake-tmdb", "pytest", "requests") / "python", "-m", "pytest", "-q", cwd=tmp_path)

    assert "1 passed" in told


@pytest.mark.parametrize(("folder", "status"), [("good_dags", 0), ("broken_dags/owner", 1)])
def test_checks_lint_a_folder(environment, tmp_path, folder, status):
    """The command and the plugin agree: nothing is found in good DAGs, and what is found is told with its reason."""
    commands = environment("dag-integrity", "pytest", "--compile-bytecode")  # which each parser would do anew
    shutil.copytree(DAGS / folder, tmp_path / "dags")

    settings = '[tool.dag_integrity]\nlevel = "advice"\nfail-on = "advice"\n'
    (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")

    for command in [("dag-integrity", "dags"), ("pytest", "--dag-integrity=dags")]:
        told = subprocess.run(
            [commands / command[0], *command[1:]], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert told.returncode == status, told.stdout + told.stderr
        assert ("Somebody must be asked when it breaks" in told.stdout) == bool(status)
