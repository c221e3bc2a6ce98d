# /// script
# requires-python = ">=3.11"
# dependencies = ["nox[uv]==2026.10.20"]
# ///
"""Every command of this project: ``nox`` is the gate, ``nox -s demo`` the main job, ``nox -l`` the list.

The header lets plain ``pip install nox`` suffice: nox reads it, brings uv, and runs this file with both. All packages
come from ``constraints.txt``, pinned by version and hash; what each session needs is named in ``pyproject.toml``.
"""

import functools
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import nox
import nox._parallel

nox.options.default_venv_backend = "uv"
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = True
nox.options.sessions = ["gate"]

ROOT = Path(__file__).parent
#: What a change has to pass, the longest first; the coverage comes when all others have ended.
GATE = (
    *("stack", "command_line", "e2e", "unit", "warehouse", "clients", "dag_integrity", "types", "lint"),
    "coverage",
)
#: Tests that are run every night, and in the gate where a change concerns them (tests/changes.py).
STACK_FAULTS = "tests/e2e/stack/faults"
#: What the tests of whole runs need, and the types: each extra but those of the demo, and of a store on S3.
EVERYTHING = "airflow,alerts,exports,lineage,monitoring,ops,stack,warehouse"
#: What the tests of the library need, which is all but Airflow.
LIBRARY = "exports,monitoring,ops,warehouse"
#: How the coverage of a session of them all is called.
ALL_FAULTS = "stack_with_all_faults"
#: Versions of Airflow for which dag-integrity is tried every night, and the day of which their dependencies are.
OLDER_AIRFLOWS = {"3.0": ("3.0.6", "2025-09-10"), "3.1": ("3.1.8", "2026-03-20"), "3.2": ("3.2.2", "2026-07-01")}
#: Tells a session that it runs beside others.
SIDE_BY_SIDE = "GATE_SIDE_BY_SIDE"
#: What the probes of all sessions have seen, as data of coverage.py.
PROBED = ".coverage.probed"
#: For commands that are modules of the tests.
TESTS = {"PYTHONPATH": os.pathsep.join([str(ROOT / "tests"), *filter(None, [os.environ.get("PYTHONPATH")])])}

#: The pages that are made from the code, each by a module that prints it.
PAGES = {
    "docs/dag-checks.md": "dag_integrity.page",
    "docs/dags.md": "tmdb_pipeline.dags_page",
    "docs/metrics.md": "tmdb_pipeline.observability.metrics_page",
    "docs/quality-rules.md": "tmdb_pipeline.quality.rules.page",
    "docs/warehouse-checks.md": "tmdb_pipeline.warehouse.checks.page",
    "fake_tmdb/README.md": "fake_tmdb.readme",
}
#: Options of pytest that a path follows which is not to be run.
TAKES_PATH = ("--ignore", "--ignore-glob", "--deselect", "--basetemp", "--junit-xml", "--junitxml", "--rootdir", "-c")
#: Seconds that tests may take to take down what they have started, containers too, once they are told to end.
TAKING_DOWN = 300
#: Stopped by Ctrl-C, a command ends what it has started and says what is kept: more than nox's usual half a second.
UNHURRIED = {"interrupt_timeout": 20, "terminate_timeout": 10}

# Two seconds after it has told sessions that run side by side to end, nox would kill them. The header pins its version.
nox._parallel._TERMINATE_TIMEOUT = TAKING_DOWN + 30  # noqa: SLF001


def _end(*_: object) -> None:
    """Let a cancelled job end as Ctrl-C does, and nobody interrupt what is then taken down."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
for _number in ENDING:
    if signal.getsignal(_number) is not signal.SIG_IGN:  # as it is behind nohup
        signal.signal(_number, _end)


def install(
    session: nox.Session,
    *groups: str,
    extras: str = "",
    project: bool = True,
    fake: bool = False,
    integrity: bool = False,
) -> None:
    """Install dependency groups and our distributions (the pipeline with extras), at the locked versions."""
    # Each of many processes would compile Airflow again. What is imported is a third of what an installer compiles.
    session.env["PYTHONDONTWRITEBYTECODE"] = ""
    pinned = ("--constraint", "constraints.txt", "--build-constraint", "constraints.txt")
    wanted = [option for group in groups for option in ("--group", group)]
    if project:
        wanted += ["--editable", f".[{extras}]" if extras else "."]
    wanted += ["--editable", "./fake_tmdb"] * fake + ["--editable", "./src/dag_integrity"] * integrity
    session.install(*pinned, *wanted)


def installed(session: nox.Session) -> str:
    """The Python of what the session ``everything`` has installed, whose commands come first on the session's path."""
    home = Path(session.cache_dir).parent / "everything"
    path = os.pathsep.join([str(home / "bin"), os.environ["PATH"]])
    session.env.update({"PATH": path, "VIRTUAL_ENV": str(home), "PYTHONDONTWRITEBYTECODE": ""})
    return str(home / "bin" / "python")


def narrowed(folder: str, posargs: list[str], without: Sequence[str] = ()) -> list[str]:
    """What to give to pytest: the folder of a session, or the paths in it that were named, and the options.

    Where nothing is named, the folders ``without`` are left out.

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
    return list(posargs) if named else [folder, *(f"--ignore={other}" for other in without), *posargs]


def _place(argument: str) -> Path:
    """Where a path leads, seen from the project; of a test within a file, where the file is."""
    return Path(os.path.normpath(ROOT / argument.partition("::")[0]))


def _chosen(session: nox.Session, folder: str, without: Sequence[str] = ()) -> list[str]:
    try:
        return narrowed(folder, [argument for argument in session.posargs if argument != "--all"], without)
    except ValueError as error:
        session.error(str(error))


def _forget_coverage(name: str) -> None:
    """Remove what an earlier run of a session has measured."""
    for stale in ROOT.glob(f".*coverage.{name}*"):
        stale.unlink()


def _all_faults_were_run() -> bool:
    """Whether one of the sessions whose coverage lies here has tried all faults of the stack."""
    return any(ROOT.glob(f".coverage.{ALL_FAULTS}.*"))


def pytest(
    session: nox.Session, folder: str, *args: str, without: Sequence[str] = (), data: str = "", python: str = "python"
) -> None:
    """Run pytest with branch coverage (tests/measured), on a folder or what is named of it behind ``--``.

    The ``coverage`` session combines what all of them saw.
    """
    chosen = _chosen(session, folder, without)
    for name in {session.name, data or session.name}:
        _forget_coverage(name)
    session.env["COVERAGE_FILE"] = str(ROOT / f".coverage.{data or session.name}")
    patience = {"interrupt_timeout": 5, "terminate_timeout": TAKING_DOWN}
    session.run(python, "tests/measured", *args, *chosen, **patience)


def timed(function: Callable[[nox.Session], None]) -> Callable[[nox.Session], None]:
    """Let the summary of a job on GitHub say how long a session took, however it ended."""

    @functools.wraps(function)
    def session_with_its_time(session: nox.Session) -> None:
        began = time.monotonic()
        try:
            function(session)
        finally:
            if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
                with Path(summary).open("a", encoding="utf-8") as out:
                    out.write(f"* {session.name}: {time.monotonic() - began:.0f} s\n")

    return session_with_its_time


@nox.session(venv_backend="none")
def gate(session: nox.Session) -> None:
    """Run what a change has to pass, side by side: all of it, or the sessions that are named behind --."""
    jobs = (os.cpu_count() or 1) + 1  # some of them mostly wait
    options = ["--parallel", str(jobs), "--allow-parallel"]
    if os.environ.get("CI"):  # so that no environment of earlier hides what is missing now
        options += ["--no-reuse-existing-virtualenvs"]
    # At a terminal Ctrl-C reaches it as well, and it needs no second word.
    patience = {"interrupt_timeout": 1, "terminate_timeout": TAKING_DOWN + 60}
    with TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [sys.executable, "-m", "nox", *options, "--report", str(report)]
        beside = {SIDE_BY_SIDE: "yes"}
        session.run(*command, "--session", *(session.posargs or GATE), env=beside, success_codes=[0, 1], **patience)
        ended = json.loads(report.read_text(encoding="utf-8"))["sessions"]
    for one in ended:
        session.log(f"{one['name']:<13} {one['result']:<7} {one['duration']:4.0f} s")
    if failed := [one["name"] for one in ended if one["result"] != "success"]:
        session.error(f"Failed: {', '.join(failed)}.")


@nox.session
def demo(session: nox.Session) -> None:
    """Run every DAG against the fake TMDB: no Docker, no key. -- --date, --seed, --out choose, --psql opens tables."""
    install(session, extras="airflow,alerts,demo,exports,monitoring,warehouse", fake=True)
    if "--psql" in session.posargs:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # there, Ctrl-C is for psql
    session.run("tmdb-pipeline", "demo", *session.posargs, **UNHURRIED)


@nox.session
def collect(session: nox.Session) -> None:
    """Run DAGs against the real TMDB with the key from the environment: -- daily|weekly|all (--help)."""
    install(session, extras="airflow,alerts,s3,exports,monitoring,warehouse")
    session.run("tmdb-pipeline", "collect", *session.posargs, **UNHURRIED)


@nox.session
@timed
def lint(session: nox.Session) -> None:
    """Check style, the floors of the layout, Airflow's own rules, and the workflows; repairs nothing."""
    install(session, "lint", project=False)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("lint-imports", "--no-cache", env={"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])})
    session.run("zizmor", "--offline", "--pedantic", "--no-progress", ".github/workflows", silent=True)


@nox.session
def everything(session: nox.Session) -> None:
    """Install what the types and the tests of whole runs need: once for their sessions, which come next."""
    install(session, "test", "e2e", "types", extras=EVERYTHING, fake=True, integrity=True)


@nox.session(venv_backend="none", requires=["everything"])
@timed
def types(session: nox.Session) -> None:
    """Check types, strictly."""
    session.run(installed(session), "-m", "mypy")


@nox.session
@timed
def unit(session: nox.Session) -> None:
    """Test the library and the fake: no Airflow, no Docker, no network beyond loopback. -- -n 0 for a debugger."""
    install(session, "test", extras=LIBRARY, fake=True)
    # Each worker imports all tests. In the gate other sessions keep the other cores busy.
    workers = [] if os.environ.get(SIDE_BY_SIDE) else ["--numprocesses=3", "--dist=worksteal"]
    pytest(session, "tests/unit", *workers)


@nox.session
@timed
def dag_integrity(session: nox.Session) -> None:
    """Test the DAG files without running them; -- --dags PATH lints anybody's folder (--zone, --pool, --skip)."""
    install(session, "test", extras="airflow,alerts,exports,monitoring,warehouse", fake=True, integrity=True)
    if any(argument.startswith("--dags") for argument in session.posargs):
        session.run("dag-integrity", *session.posargs)
        return
    pytest(session, "tests/dag_integrity")


@nox.session
@nox.parametrize(("airflow", "day"), OLDER_AIRFLOWS.values(), ids=OLDER_AIRFLOWS)
def older_airflow(session: nox.Session, airflow: str, day: str) -> None:
    """Judge the good and the broken DAGs by an older Airflow."""
    session.install(f"apache-airflow=={airflow}", f"--exclude-newer={day}")
    session.install("babel", "msgspec", "numpy", "pytest", "time-machine")
    session.install("--no-deps", "--editable", ".", "--editable", "./src/dag_integrity")
    copy = str(Path(session.create_tmp()) / "dag_integrity")
    shutil.rmtree(copy, ignore_errors=True)
    session.run("python", "-c", f"import older_airflow; older_airflow.copy({copy!r}, {airflow!r})", env=TESTS)
    session.run("pytest", "-c", os.devnull, "--rootdir", copy, "--import-mode=importlib", copy, env=TESTS)


@nox.session(venv_backend="none", requires=["everything"])
@timed
def e2e(session: nox.Session) -> None:
    """Run both DAGs as a whole in this process, and through faults of TMDB and the machine; -- --all adds the rest."""
    python = installed(session)
    if "--all" in session.posargs:
        pytest(session, "tests/e2e", data=ALL_FAULTS, python=python)
    else:
        others = ("tests/e2e/command_line", "tests/e2e/stack", "tests/e2e/warehouse")
        pytest(session, "tests/e2e", without=others, python=python)


@nox.session(venv_backend="none", requires=["everything"])
@timed
def warehouse(session: nox.Session) -> None:
    """Load the warehouse on a real Postgres, in any order, interrupted, killed; -- --all kills a hundred times."""
    python = installed(session)
    if "--all" in session.posargs:
        session.env["E2E_KILLS"] = "100"
    pytest(session, "tests/e2e/warehouse", python=python)


@nox.session(venv_backend="none", requires=["everything"])
@timed
def simulate(session: nox.Session) -> None:
    """Run a year against the fake that lives, in minutes: -- [--days N] [--seed N] [--faults] [--page FILE]."""
    session.run(installed(session), "-W", "ignore", "-m", "simulation", *session.posargs, env=TESTS, **UNHURRIED)


@nox.session(venv_backend="none", requires=["everything"])
@timed
def command_line(session: nox.Session) -> None:
    """Run both DAGs by Airflow's commands, by ours and by those of the README, and stop them at any moment."""
    pytest(session, "tests/e2e/command_line", python=installed(session))


@nox.session
@timed
def stack(session: nox.Session) -> None:
    """Run both DAGs in the full stack, and through a fault: through all if a change concerns them, or with -- --all."""
    install(session, "test", "e2e", extras="ops", fake=True)  # Airflow is in the containers
    options = [option for option in session.posargs if option == "--all"]
    told = str(session.run("python", "-m", "changes", *options, env=TESTS, silent=True))
    session.log(told.strip())
    if told.startswith("All"):
        pytest(session, "tests/e2e/stack", data=ALL_FAULTS)
    else:
        pytest(session, "tests/e2e/stack", without=[STACK_FAULTS])


@nox.session
@timed
def clients(session: nox.Session) -> None:
    """Let client libraries that nobody here wrote read from the fake, and use each of our wheels alone."""
    install(session, "test", "clients", "build", "image", "audit", fake=True)
    session.run("pytest", *_chosen(session, "tests/clients"))


@nox.session
def audit(session: nox.Session) -> None:
    """Look for known faults in the packages of the lock, by the network; what is behind -- goes to pip-audit."""
    install(session, "audit", project=False)
    # Strict: a package that cannot be looked up is a fault as well.
    options = ("--requirement=constraints.txt", "--disable-pip", "--strict", "--progress-spinner=off")
    session.run("pip-audit", *options, *session.posargs)


@nox.session
def sbom(session: nox.Session) -> None:
    """Write what is in the lock, the wheels and the image of Airflow as CycloneDX, into sbom/, or -- FOLDER."""
    install(session, "audit", "build", "image", project=False)
    session.run("python", "tests/clients/sbom.py", *(session.posargs or ["sbom"]))


@nox.session
def schemathesis(session: nox.Session) -> None:
    """Fuzz the fake along the OpenAPI description that it serves."""
    install(session, "schemathesis", fake=True)
    session.run("python", "tests/clients/fuzz.py", *session.posargs)


@nox.session
def explore(session: nox.Session) -> None:
    """Search for counterexamples with fresh seeds and many more examples; takes long. -- goes to pytest."""
    install(session, "test", extras=LIBRARY, fake=True)
    explore = {"TMDB_HYPOTHESIS_PROFILE": "explore"}
    chosen = _chosen(session, "tests/unit")
    session.run("pytest", "-m", "hypothesis", "--hypothesis-show-statistics", *chosen, env=explore)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Send anything to every entry point; -- [--seed N] [--inputs N] [ENTRY ...] repeats and narrows."""
    install(session, "test", extras="airflow,exports,warehouse", fake=True, integrity=True)
    session.run("python", "-m", "fuzz.run", *session.posargs, env=TESTS)


@nox.session
def mutation(session: nox.Session) -> None:
    """Break every module in every small way and see the tests fail; takes hours. -- [AREA] [--shard K/N] [--only X]."""
    install(session, "test", "e2e", extras=EVERYTHING, fake=True, integrity=True)
    session.run("python", "-m", "mutation.run", *session.posargs, env=TESTS)


@nox.session
def record(session: nox.Session) -> None:
    """Record the cassettes anew, from the fake or from a TMDB with a key: -- [--only NAME] [--base-url URL]."""
    install(session, "test", fake=True)
    session.run("python", "-m", "cassette_tools.record", *session.posargs, env=TESTS)


@nox.session(allow_parallel=False)
def coverage(session: nox.Session) -> None:
    """Combine the branch coverage of the test sessions and demand the threshold."""
    install(session, "test", project=False)
    session.run("python", "-m", "measured.convert", PROBED, env=TESTS)
    data = [str(path) for path in ROOT.glob(".coverage.*")]
    session.run("coverage", "combine", "--keep", "--data-file=.coverage", *data)
    report = ["coverage", "report", *([] if _all_faults_were_run() else [f"--omit={STACK_FAULTS}/*"])]
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as out:
            session.run(*report, "--format=markdown", "--fail-under=0", stdout=out)
    # Without a Docker engine, as on some laptops, a part of the end-to-end tests is left out.
    demanded = ["--fail-under=100"] if os.environ.get("CI") else []
    session.run(*report, *demanded)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure side by side with alternatives; asserts nothing about time. -- NAME [OPTIONS]."""
    scripts = {path.stem.removeprefix("bench_"): path for path in sorted((ROOT / "benchmarks").glob("bench_*.py"))}
    name, *options = session.posargs or [""]
    if name not in {"", *scripts}:
        session.error(f"There is no benchmark {name}: give one of {', '.join(scripts)}, and its options behind it.")
    install(
        session, "bench", "test", "e2e", extras="airflow,warehouse,exports,monitoring,alerts", fake=True, integrity=True
    )
    for script in [scripts[name]] if name else scripts.values():
        session.run("python", str(script), *options, success_codes=[0, 1])  # 1: slower than hoped for


@nox.session
def pages(session: nox.Session) -> None:
    """Renew the pages that are made from the code, after a change of what they tell."""
    install(session, extras="warehouse", fake=True)
    for page, module in PAGES.items():
        told = session.run("python", "-m", module, silent=True)
        (ROOT / page).write_text(str(told), encoding="utf-8")


@nox.session(venv_backend="none")
def lock(session: nox.Session) -> None:
    """Pin every package again in constraints.txt, with hashes and without addresses."""
    options = ["--universal", "--python-version=3.11", "--generate-hashes", "--no-header", "--no-annotate"]
    options += ["--all-extras", *(f"--group={group}" for group in nox.project.load_toml()["dependency-groups"])]
    projects = ["pyproject.toml", "fake_tmdb/pyproject.toml", "src/dag_integrity/pyproject.toml"]
    session.run("uv", "pip", "compile", *options, *projects, "-o", "constraints.txt", *session.posargs)


@nox.session(venv_backend="none")
def clean(session: nox.Session) -> None:
    """Remove what sessions leave behind."""
    session.log("Removing results and caches")
    results = (".coverage*", ".probes*", "demo-output", "e2e-results", "htmlcov", "sbom", "simulation.html")
    for pattern in (*results, ".mypy_cache", ".ruff_cache", ".hypothesis"):
        for path in ROOT.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


if __name__ == "__main__":
    nox.main()
