# /// script
# requires-python = ">=3.11"
# dependencies = ["nox[uv]>=2026.4"]
# ///
"""Every command of this project: ``nox`` is the gate, ``nox -s demo`` the main job, ``nox -l`` the list.

The header lets plain ``pip install nox`` suffice: nox reads it, brings uv, and runs this file with both. All packages
come from ``constraints.txt``, pinned by version and hash; what each session needs is named in ``pyproject.toml``.
"""

import os
import shutil
import signal
from pathlib import Path

import nox

nox.options.default_venv_backend = "uv"
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = True
nox.options.sessions = ["lint", "types", "unit", "dag_integrity", "e2e", "clients", "coverage"]

# A cancelled job ends as Ctrl-C does: nox then tells the session's command to end, and waits for it.
signal.signal(signal.SIGTERM, signal.default_int_handler)

ROOT = Path(__file__).parent
#: For commands that are modules of the tests.
TESTS = {"PYTHONPATH": os.pathsep.join([str(ROOT / "tests"), *filter(None, [os.environ.get("PYTHONPATH")])])}

#: The pages that are made from the code, each by a module that prints it.
PAGES = {"docs/quality-rules.md": "tmdb_pipeline.quality.rules.page"}
#: Options of pytest that a path follows which is not to be run.
TAKES_PATH = ("--ignore", "--ignore-glob", "--deselect", "--basetemp", "--junit-xml", "--junitxml", "--rootdir", "-c")
#: Stopped by Ctrl-C, a command ends what it has started and says what is kept: more than nox's usual half a second.
UNHURRIED = {"interrupt_timeout": 20, "terminate_timeout": 10}


def install(session: nox.Session, *groups: str, extras: str = "", project: bool = True) -> None:
    """Install dependency groups, and the project with its extras, at the locked versions, bytecode compiled."""
    session.env["UV_COMPILE_BYTECODE"] = "1"
    pinned = ("--constraint", "constraints.txt", "--build-constraint", "constraints.txt")
    wanted = [option for group in groups for option in ("--group", group)]
    if project:
        wanted += ["--editable", f".[{extras}]" if extras else "."]
    session.install(*pinned, *wanted)


def narrowed(folder: str, posargs: list[str]) -> list[str]:
    """What to give to pytest: the folder of a session, or the paths in it that were named, and the options.

    Raises:
        ValueError: a path lies elsewhere.
    """
    named = [
        argument
        for before, argument in zip(["", *posargs], posargs, strict=False)
        if before not in TAKES_PATH and "/" in argument and _place(argument).is_relative_to(ROOT / "tests")
    ]
    if elsewhere := [path for path in named if not _place(path).is_relative_to(ROOT / folder)]:
        raise ValueError(f"{elsewhere[0]} is not in {folder}, which this session runs.")
    return list(posargs) if named else [folder, *posargs]


def _place(argument: str) -> Path:
    """Where a path leads, seen from the project; of a test within a file, where the file is."""
    return Path(os.path.normpath(ROOT / argument.partition("::")[0]))


def _chosen(session: nox.Session, folder: str) -> list[str]:
    try:
        return narrowed(folder, session.posargs)
    except ValueError as error:
        session.error(str(error))


def _forget_coverage(name: str) -> None:
    """Remove what an earlier run of a session has measured."""
    for stale in ROOT.glob(f".coverage.{name}*"):
        stale.unlink()


def pytest(session: nox.Session, folder: str, *args: str) -> None:
    """Run pytest with branch coverage, on a folder or what is named of it behind ``--``.

    The ``coverage`` session combines what all of them saw.
    """
    chosen = _chosen(session, folder)
    _forget_coverage(session.name)
    session.env["COVERAGE_FILE"] = str(ROOT / f".coverage.{session.name}")
    # Told to end, tests take down what they started, containers too: more than nox's usual half a second.
    patience = {"interrupt_timeout": 5, "terminate_timeout": 300}
    session.run("coverage", "run", "-m", "pytest", *args, *chosen, **patience)


@nox.session
def demo(session: nox.Session) -> None:
    """Run both DAGs against the fake TMDB: embedded SQLite, no Docker, no key. -- --date, --seed, --out choose."""
    install(session, extras="airflow,fake")
    session.run("tmdb-pipeline", "demo", *session.posargs, **UNHURRIED)


@nox.session
def collect(session: nox.Session) -> None:
    """Run DAGs against the real TMDB with the key from the environment: -- daily|weekly|both (--help)."""
    install(session, extras="airflow,s3")
    session.run("tmdb-pipeline", "collect", *session.posargs, **UNHURRIED)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, the floors of the house, Airflow's own rules, and the workflows; repairs nothing."""
    install(session, "lint", project=False)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("lint-imports", "--no-cache", env={"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])})
    session.run("zizmor", "--offline", "--pedantic", "--no-progress", ".github/workflows", silent=True)


@nox.session
def types(session: nox.Session) -> None:
    """Check types, strictly."""
    install(session, "types", extras="airflow,fake,stack")
    session.run("mypy")


@nox.session
def unit(session: nox.Session) -> None:
    """Test the library and the fake: no Airflow, no Docker, no network beyond loopback. -- -n 0 for a debugger."""
    install(session, "test", extras="fake")
    pytest(session, "tests/unit", "--numprocesses=3", "--dist=worksteal")


@nox.session
def dag_integrity(session: nox.Session) -> None:
    """Test the DAG files without running them; -- --dags PATH judges anybody's folder (--zone, --pool, --skip)."""
    install(session, "test", extras="airflow,fake")
    if any(argument.startswith("--dags") for argument in session.posargs):
        session.run("python", "-m", "dag_integrity.integrity", *session.posargs, env=TESTS)
        return
    pytest(session, "tests/dag_integrity")


@nox.session
def e2e(session: nox.Session) -> None:
    """Run both DAGs as a whole: in-process, from the command line, in the full stack, and through faults."""
    install(session, "test", "e2e", extras="airflow,fake,stack")
    pytest(session, "tests/e2e")


@nox.session
def clients(session: nox.Session) -> None:
    """Let client libraries that nobody here wrote read from the fake, and use the fake from its wheel alone."""
    install(session, "test", "clients", "build", extras="fake")
    session.run("python", "-m", "hatchling", "build", "-t", "wheel", "-d", session.create_tmp(), silent=True)
    (wheel,) = Path(session.create_tmp()).glob("*.whl")
    session.run("pytest", *_chosen(session, "tests/clients"), env={"FAKE_TMDB_WHEEL": str(wheel)})


@nox.session
def schemathesis(session: nox.Session) -> None:
    """Fuzz the fake along the OpenAPI description that it serves."""
    install(session, "schemathesis", extras="fake")
    session.run("python", "tests/clients/fuzz.py", *session.posargs)


@nox.session
def explore(session: nox.Session) -> None:
    """Search for counterexamples with fresh seeds and twenty times the examples; takes long. -- goes to pytest."""
    install(session, "test", extras="fake")
    explore = {"TMDB_HYPOTHESIS_PROFILE": "explore"}
    chosen = _chosen(session, "tests/unit")
    session.run("pytest", "-m", "hypothesis", "--hypothesis-show-statistics", *chosen, env=explore)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Send anything through every door of the project; -- [--seed N] [--inputs N] [ENTRY ...] repeats and narrows."""
    install(session, "test", extras="airflow,fake")
    session.run("python", "-m", "fuzz.run", *session.posargs, env=TESTS)


@nox.session
def mutation(session: nox.Session) -> None:
    """Break every module in every small way and see the tests fail; takes hours. -- [AREA] [--shard K/N] [--only X]."""
    install(session, "test", extras="airflow,fake")
    session.run("python", "-m", "mutation.run", *session.posargs, env=TESTS)


@nox.session
def record(session: nox.Session) -> None:
    """Record the cassettes anew, from the fake or from a TMDB with a key: -- [--only NAME] [--base-url URL]."""
    install(session, "test", extras="fake")
    session.run("python", "-m", "cassette_tools.record", *session.posargs, env=TESTS)


@nox.session
def coverage(session: nox.Session) -> None:
    """Combine the branch coverage of the test sessions and demand the threshold."""
    install(session, "test", project=False)
    session.run("coverage", "combine", "--keep", "--data-file=.coverage", *map(str, ROOT.glob(".coverage.*")))
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as out:
            session.run("coverage", "report", "--format=markdown", "--fail-under=0", stdout=out)
    # Without a Docker engine, as on some laptops, a part of the end-to-end tests is left out.
    demanded = ["--fail-under=100"] if os.environ.get("CI") else []
    session.run("coverage", "report", *demanded)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure side by side with alternatives; asserts nothing about time. -- client|fake|parse|validator [OPTIONS]."""
    scripts = {path.stem.removeprefix("bench_"): path for path in sorted((ROOT / "benchmarks").glob("bench_*.py"))}
    name, *options = session.posargs or [""]
    if name not in {"", *scripts}:
        session.error(f"There is no benchmark {name}: give one of {', '.join(scripts)}, and its options behind it.")
    install(session, "bench", "test", extras="airflow,fake")
    for script in [scripts[name]] if name else scripts.values():
        session.run("python", str(script), *options, success_codes=[0, 1])  # 1: slower than hoped for


@nox.session
def pages(session: nox.Session) -> None:
    """Renew the pages that are made from the code, after a change of what they tell."""
    install(session)
    for page, module in PAGES.items():
        told = session.run("python", "-m", module, silent=True)
        (ROOT / page).write_text(str(told), encoding="utf-8")


@nox.session(venv_backend="none")
def lock(session: nox.Session) -> None:
    """Pin every package again in constraints.txt, with hashes and without addresses."""
    options = ["--universal", "--python-version=3.11", "--generate-hashes", "--no-header", "--no-annotate"]
    options += ["--all-extras", *(f"--group={group}" for group in nox.project.load_toml()["dependency-groups"])]
    session.run("uv", "pip", "compile", *options, "pyproject.toml", "-o", "constraints.txt", *session.posargs)


@nox.session(venv_backend="none")
def clean(session: nox.Session) -> None:
    """Remove what sessions leave behind."""
    session.log("Removing results and caches")
    for pattern in (".coverage*", "demo-output", "e2e-results", "htmlcov", ".mypy_cache", ".ruff_cache", ".hypothesis"):
        for path in ROOT.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


if __name__ == "__main__":
    nox.main()
