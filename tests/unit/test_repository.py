import ast
import json
import re
import runpy
import signal
import sys
import tomllib
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
import yaml

import fake_tmdb.command
import tmdb_pipeline.cli.program
from tmdb_pipeline.demo import watchdog

ROOT = Path(__file__).parents[2]
WORKFLOWS = {path.name: yaml.safe_load(path.read_text()) for path in sorted((ROOT / ".github/workflows").glob("*.yml"))}
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *ROOT.glob("fake_tmdb/*.md"), *ROOT.glob("src/*/*.md")]
)
TEXTS = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in PAGES}
NOXFILE = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECTS = [
    tomllib.loads(path.read_text(encoding="utf-8"))["project"]
    for path in (ROOT / "pyproject.toml", *ROOT.glob("*/pyproject.toml"), *ROOT.glob("src/*/pyproject.toml"))
]
PINNED = re.findall(r"^([a-z0-9-]+)==", (ROOT / "constraints.txt").read_text(), re.MULTILINE)


#: The sessions that a command names, before what is handed on to them.
NAMED = re.compile(r"nox -s ((?:\w+ ?)+)")


def sessions():
    """The names of the sessions in the noxfile."""
    functions = [node for node in NOXFILE.body if isinstance(node, ast.FunctionDef)]
    return {node.name for node in functions if any("session" in ast.unparse(mark) for mark in node.decorator_list)}


def called(workflow):
    """The sessions that a workflow runs, from its matrix and from its commands."""
    found = []
    for job in workflow["jobs"].values():
        matrix = job.get("strategy", {}).get("matrix", {})
        named = [*matrix.get("sessions", []), *(more["sessions"] for more in matrix.get("include", []))]
        commands = [step["run"] for step in job["steps"] if "nox -s" in step.get("run", "")]
        found += [name for command in commands if "$" not in command for name in NAMED.search(command)[1].split()]
        found += [name for names in named for name in names.split()]
    return set(found)


@pytest.fixture
def noxfile(monkeypatch):
    """What the noxfile defines, with a stand-in for nox that only marks sessions."""
    nox = ModuleType("nox")
    nox.options, nox.Session, nox._parallel = SimpleNamespace(), object, ModuleType("nox._parallel")
    nox.session = lambda function=None, **options: function or (lambda session: session)
    nox.parametrize = lambda names, values, ids: lambda session: session
    monkeypatch.setitem(sys.modules, "nox", nox)
    monkeypatch.setitem(sys.modules, "nox._parallel", nox._parallel)
    monkeypatch.setattr(signal, "signal", lambda *handling: None)
    for name in ("GATE_SIDE_BY_SIDE", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    defined = runpy.run_path(str(ROOT / "noxfile.py"))
    # The data of the coverage that is being measured right now has to stay.
    defined["pytest"].__globals__["_forget_coverage"] = lambda name: None
    return defined


class Session:
    """What a session is given, and what it would have run."""

    def __init__(self, *posargs, name="unit", says="One of the stack's faults: said so.\n"):
        self.posargs, self.name, self.says, self.env, self.ran = list(posargs), name, says, {}, []
        self.cache_dir = Path("/nox/.cache")

    def install(self, *arguments):
        """Nothing is installed."""

    def log(self, sentence):
        """Nothing is shown."""

    def run(self, *command, silent=False, **options):
        self.ran.append(command)
        self.patience = [options.get("interrupt_timeout"), options.get("terminate_timeout")]
        self.given = options
        return self.says if silent else None

    def error(self, sentence):
        raise RuntimeError(sentence)


@pytest.mark.parametrize(
    "posargs",
    [
        ["tests/unit/tmdb_pipeline/tmdb/test_rate_limiter.py"],
        ["-x", "./tests/unit/tmdb"],
        [f"{ROOT}/tests/unit/tmdb_pipeline/tmdb/test_rate_limiter.py::test_x", "-n", "0"],
        ["tests/unit/mistyped.py"],
    ],
)
def test_named_paths_narrow_a_session(noxfile, posargs):
    """Paths behind -- are run instead of the session's folder, mistyped ones too, which pytest then complains of."""
    session = Session(*posargs)

    noxfile["unit"](session)

    assert session.ran == [("python", "tests/measured", "--numprocesses=3", "--dist=worksteal", *posargs)]


def test_unit_tests_use_the_cores_that_are_free(noxfile, monkeypatch):
    """By themselves they use several, and one where other sessions run beside them, of which the gate tells them."""
    gate, beside = Gate(unit="success"), Session()
    noxfile["gate"](gate)
    monkeypatch.setenv(*next(iter(gate.given["env"].items())))

    noxfile["unit"](beside)

    assert beside.ran == [("python", "tests/measured", "tests/unit")]


@pytest.mark.parametrize(
    "posargs",
    [[], ["-k", "throttle"], ["-k", "tests"], ["--ignore", "tests/unit/tmdb"], ["--deselect=tests/unit/x.py"]],
)
def test_options_narrow_no_folder(noxfile, posargs):
    """Without a path the session's folder is run, with the options behind --."""
    assert noxfile["narrowed"]("tests/unit", posargs) == ["tests/unit", *posargs]


def test_end_to_end_tests_leave_folders_to_sessions_of_their_own(noxfile):
    """Named, a path of theirs is run by either session."""
    alone, named = Session(name="e2e"), Session("tests/e2e/stack/test_stack.py", name="e2e")

    noxfile["e2e"](alone)
    noxfile["e2e"](named)

    left_out = [f"--ignore=tests/e2e/{name}" for name in ("command_line", "stack", "warehouse")]
    python = "/nox/everything/bin/python"
    assert alone.ran == [(python, "tests/measured", "tests/e2e", *left_out)]
    assert named.ran == [(python, "tests/measured", "tests/e2e/stack/test_stack.py")]
    assert alone.env["PATH"].startswith("/nox/everything/bin:")


@pytest.mark.parametrize("posargs", [[], ["--all"], ["-x", "--all"]])
@pytest.mark.parametrize(
    ("says", "left_out", "data"),
    [
        ("One of the stack's faults: said so.\n", ["--ignore=tests/e2e/stack/faults"], "stack"),
        ("All of the stack's faults: said so.\n", [], "stack_with_all_faults"),
    ],
)
def test_stack_goes_through_one_fault_or_all(noxfile, posargs, says, left_out, data):
    """What has changed decides it, or who asks for all; their coverage is told apart, for it need not be there."""
    session = Session(*posargs, name="stack", says=says)

    noxfile["stack"](session)

    asked = [option for option in posargs if option == "--all"]
    others = [option for option in posargs if option != "--all"]
    assert session.ran == [
        ("python", "-m", "changes", *asked),
        ("python", "tests/measured", "tests/e2e/stack", *left_out, *others),
    ]
    assert session.env["COVERAGE_FILE"] == str(ROOT / f".coverage.{data}")
    assert Path(ROOT / noxfile["STACK_FAULTS"]).is_dir()


@pytest.mark.parametrize(
    ("data", "left_out"),
    [
        (["stack", "unit"], ["--omit=tests/e2e/stack/faults/*"]),
        (["unit"], ["--omit=tests/e2e/stack/faults/*"]),
        (["stack", "stack_with_all_faults"], []),
    ],
)
@pytest.mark.parametrize(("ci", "demanded"), [("", []), ("true", ["--fail-under=100"])])
def test_coverage_of_faults_is_demanded_where_they_were_run(
    noxfile, tmp_path, monkeypatch, data, left_out, ci, demanded
):
    """The report leaves them out only where no session has tried them; in the gate all else is demanded whole."""
    monkeypatch.setitem(noxfile["coverage"].__globals__, "ROOT", tmp_path)
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    files = [tmp_path / f".coverage.{name}.machine.pid1" for name in data]
    for file in [*files, tmp_path / ".probes.coverage.unit.1"]:
        file.touch()
    session = Session(name="coverage")

    noxfile["coverage"](session)

    convert, combine, markdown, report = session.ran
    assert convert == ("python", "-m", "measured.convert", ".coverage.probed")
    assert combine[:4] == ("coverage", "combine", "--keep", "--data-file=.coverage")
    assert sorted(combine[4:]) == sorted(map(str, files))
    assert markdown == ("coverage", "report", *left_out, "--format=markdown", "--fail-under=0")
    assert report == ("coverage", "report", *left_out, *demanded)


def test_coverage_of_an_earlier_run_is_forgotten(noxfile, tmp_path, monkeypatch):
    """Of a session its own alone, with all faults or without."""
    monkeypatch.setitem(noxfile["coverage"].__globals__, "ROOT", tmp_path)
    for name in ("stack.machine.pid1", "stack_with_all_faults.machine.pid2", "unit.machine.pid3"):
        (tmp_path / f".coverage.{name}").touch()
        (tmp_path / f".probes.coverage.{name}").touch()

    noxfile["_forget_coverage"]("stack")

    assert {path.name for path in tmp_path.iterdir()} == {
        ".coverage.unit.machine.pid3",
        ".probes.coverage.unit.machine.pid3",
    }


class Gate(Session):
    """The gate's session, whose nox leaves a report of what became of the others, or none."""

    def __init__(self, *posargs, **results):
        super().__init__(*posargs, name="gate")
        self.results, self.logged = results, []

    def log(self, sentence):
        self.logged.append(sentence)

    def run(self, *command, **options):
        super().run(*command, **options)
        told = [{"name": name, "result": result, "duration": 61.5} for name, result in self.results.items()]
        Path(command[command.index("--report") + 1]).write_text(json.dumps({"sessions": told}))


@pytest.mark.parametrize(
    ("posargs", "names"), [([], None), (["unit", "lint"], ["unit", "lint"])], ids=["everything", "some"]
)
@pytest.mark.parametrize(("ci", "anew"), [("", []), ("true", ["--no-reuse-existing-virtualenvs"])])
def test_gate_runs_sessions_side_by_side(noxfile, monkeypatch, posargs, names, ci, anew):
    """One more at once than there are cores; the gate's environments are made anew, so that no old one hides a need."""
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    session = Gate(*posargs, unit="success")

    noxfile["gate"](session)

    (command,) = session.ran
    place = command.index("--report")
    assert command[:place] == (sys.executable, "-m", "nox", "--parallel", "3", "--allow-parallel", *anew)
    assert command[place + 2 :] == ("--session", *(names or noxfile["GATE"]))
    assert session.logged == ["unit          success   62 s"]


def test_gate_names_what_has_failed_at_its_end(noxfile):
    """Beside the seconds of all; one that failed keeps no other from being told."""
    session = Gate(stack="failed", unit="success", lint="aborted")

    with pytest.raises(RuntimeError, match=r"^Failed: stack, lint\.$"):
        noxfile["gate"](session)

    assert [line.split() for line in session.logged] == [
        ["stack", "failed", "62", "s"],
        ["unit", "success", "62", "s"],
        ["lint", "aborted", "62", "s"],
    ]


def test_nobody_is_killed_while_it_takes_things_down(noxfile):
    """Who is told to end waits longer than those whom it has told the same, down to the tests."""
    tests, gate = Session(name="e2e"), Gate()
    noxfile["e2e"](tests)
    noxfile["gate"](gate)

    side_by_side = noxfile["nox"]._parallel._TERMINATE_TIMEOUT
    assert sum(tests.patience) < side_by_side < gate.patience[1]
    assert gate.patience[0] <= 1  # it may not have heard of it yet


@pytest.mark.parametrize("outcome", [None, RuntimeError("It failed.")])
def test_summary_on_github_says_how_long_a_session_took(noxfile, tmp_path, monkeypatch, outcome):
    """A line for each, also for one that failed; nox shows the same at its end."""
    summary = tmp_path / "summary"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))

    def body(session):
        """What it does."""
        if outcome:
            raise outcome

    timed = noxfile["timed"](body)
    with pytest.raises(RuntimeError) if outcome else nullcontext():
        timed(Session(name="lint"))

    assert re.fullmatch(r"before\n\* lint: \d+ s\n", summary.read_text())
    assert timed.__doc__ == "What it does."


def test_told_to_end_it_listens_no_more(noxfile, monkeypatch):
    """A second signal would leave running what the first one has begun to take down."""
    handled = {}
    monkeypatch.setattr(signal, "signal", lambda number, handler: handled.update({number: handler}))

    with pytest.raises(KeyboardInterrupt):
        noxfile["_end"]()

    assert handled == dict.fromkeys((signal.SIGINT, signal.SIGTERM, signal.SIGHUP), signal.SIG_IGN)


@pytest.mark.parametrize(("posargs", "kills"), [([], None), (["--all"], "100")])
def test_loads_are_killed_more_often_where_all_is_asked_for(noxfile, posargs, kills):
    """Every night a hundred times, in the gate as often as the test says."""
    session = Session(*posargs)

    noxfile["warehouse"](session)

    assert session.env.get("E2E_KILLS") == kills


@pytest.mark.parametrize("path", ["tests/e2e", "tests/unit/../e2e/test_digest.py", "tests/units/x.py", "tests/"])
def test_path_of_another_session_is_refused(noxfile, path):
    """A path that the session has not is not run beside all others: it is said which folder the session runs."""
    with pytest.raises(RuntimeError, match=f"^{re.escape(path)} is not in tests/unit, which this session runs"):
        noxfile["unit"](Session(path))


def test_every_session_of_tests_takes_paths(noxfile):
    """All sessions that call pytest narrow alike."""
    for name, folder in (
        *((name, f"tests/{name}") for name in ("unit", "dag_integrity", "e2e", "clients")),
        ("explore", "tests/unit"),
        ("command_line", "tests/e2e/command_line"),
        ("stack", "tests/e2e/stack"),
        ("warehouse", "tests/e2e/warehouse"),
    ):
        session = Session(f"{folder}/test_x.py")
        noxfile[name](session)
        assert folder not in session.ran[-1]
        assert session.ran[-1][-1] == f"{folder}/test_x.py"


def test_benchmark_that_does_not_exist_is_refused(noxfile):
    """A mistyped name fails before anything is installed, and those that there are are named."""
    with pytest.raises(
        RuntimeError,
        match=r"^There is no benchmark nosuch: give one of client, dag_integrity, export, fake, living, model, ",
    ):
        noxfile["bench"](Session("nosuch"))


@pytest.mark.parametrize(
    ("posargs", "scripts"),
    [
        (
            [],
            [
                "client",
                "dag_integrity",
                "export",
                "fake",
                "living",
                "model",
                "monitoring",
                "parse",
                "stack",
                "validator",
                "warehouse",
            ],
        ),
        (["fake", "--large"], ["fake"]),
    ],
)
def test_benchmarks_run_by_name(noxfile, posargs, scripts):
    """All of them, or the one that is named, with its options."""
    session = Session(*posargs)

    noxfile["bench"](session)

    assert session.ran == [("python", str(ROOT / f"benchmarks/bench_{name}.py"), *posargs[1:]) for name in scripts]


def test_extras_that_sessions_install_are_declared():
    """The installer only warns of an extra that there is not, and a session then lacks what it needs."""
    noxfile, project = ((ROOT / name).read_text(encoding="utf-8") for name in ("noxfile.py", "pyproject.toml"))
    asked = {extra for extras in re.findall(r'extras="([^"]+)"', noxfile) for extra in extras.split(",")}
    declared = tomllib.loads(project)["project"]["optional-dependencies"]

    assert asked <= declared.keys()


def test_pages_are_renewed(noxfile, tmp_path, monkeypatch):
    """The session writes each generated page, just as the module prints it; all that call themselves so are listed."""
    session = Session()
    monkeypatch.setitem(noxfile["pages"].__globals__, "ROOT", tmp_path)
    monkeypatch.setattr(session, "run", lambda *command, **options: f"{command}\nTMDB 영화\n")
    for page in noxfile["PAGES"]:
        (tmp_path / page).parent.mkdir(exist_ok=True)

    noxfile["pages"](session)

    for page, module in noxfile["PAGES"].items():
        assert (tmp_path / page).read_text(encoding="utf-8") == f"{('python', '-m', module)}\nTMDB 영화\n"
    assert [name for name, text in TEXTS.items() if "Generated from the code by" in text] == sorted(noxfile["PAGES"])


@pytest.mark.parametrize("name", ["demo", "collect"])
def test_stopped_commands_get_time_to_clean_up(noxfile, name, monkeypatch):
    """After Ctrl-C nox waits longer than a command grants to what it has started."""
    patience = {}
    session = Session()
    monkeypatch.setattr(session, "run", lambda *command, **options: patience.update(options))

    noxfile[name](session)

    assert min(patience.values()) > 2 * watchdog.GRACE
    assert patience.keys() == {"interrupt_timeout", "terminate_timeout"}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflows_call_sessions_that_exist(name):
    """Every session that a workflow runs is one of the noxfile."""
    names = called(WORKFLOWS[name])

    assert names
    assert names <= sessions()


def test_github_runs_the_gate(noxfile):
    """What ``nox`` runs on a laptop is what the workflow runs, no more and no less."""
    assert called(WORKFLOWS["ci.yml"]) == set(noxfile["GATE"])
    assert noxfile["nox"].options.sessions == ["gate"]


def test_the_required_check_waits_for_every_job():
    """No job can fail without the one check that the branch protection asks for."""
    jobs = WORKFLOWS["ci.yml"]["jobs"]
    last = jobs.pop("required-checks-pass")

    assert set(last["needs"]) == set(jobs)
    assert last["if"] == "always()"
    assert set(last["steps"][0]["env"].values()) == {f"${{{{ needs.{job}.result }}}}" for job in jobs}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflows_hold_no_secret_and_no_right(name):
    """A workflow begins with no permission, asks at most to read, pins actions by commit, and uses no secret."""
    workflow = WORKFLOWS[name]
    text = (ROOT / ".github/workflows" / name).read_text(encoding="utf-8")

    assert workflow["permissions"] == {}
    assert [job["permissions"] for job in workflow["jobs"].values()] == [
        {"contents": "read"} if "steps" in job and any("uses" in step for step in job["steps"]) else {}
        for job in workflow["jobs"].values()
    ]
    assert "secrets." not in text
    assert set(re.findall(r"uses: \S+@(\S+) # v[\d.]+$", text, re.MULTILINE)) == set(
        re.findall(r"uses: \S+@([0-9a-f]{40})\b", text)
    )
    assert len(re.findall(r"uses:", text)) == len(re.findall(r"uses: \S+@[0-9a-f]{40} # v[\d.]+$", text, re.MULTILINE))


def test_workflows_test_every_python_that_is_promised():
    """The classifiers name just the versions that the workflow tests."""
    promised = [name.rpartition(" ")[2] for name in PYPROJECT["project"]["classifiers"] if ":: 3." in name]

    assert WORKFLOWS["ci.yml"]["jobs"]["gate"]["strategy"]["matrix"]["python"] == promised


@pytest.mark.parametrize("page", TEXTS)
def test_pages_name_sessions_that_exist(page):
    """Every ``nox -s`` that a page tells a reader to type is a session of the noxfile."""
    assert set(re.findall(r"nox -s (\w+)", TEXTS[page])) <= sessions()


COMMANDS = {"tmdb-pipeline": tmdb_pipeline.cli.program.main, "fake-tmdb": fake_tmdb.command.main}


@pytest.mark.parametrize("page", TEXTS)
def test_pages_name_commands_that_exist(page):
    """Every command of ours that a page shows is one that the command line knows."""
    shown = re.findall(r"(?:^\$ |^    |`)(tmdb-pipeline|fake-tmdb) ([a-z-]+)\b(?! http)", TEXTS[page], re.MULTILINE)

    for program, command in shown:
        with pytest.raises(SystemExit, match="0"):
            COMMANDS[program]([command, "--help"])


@pytest.mark.parametrize("page", TEXTS)
def test_pages_link_to_what_exists(page):
    """Every relative link of a page, and every path of the project in its code marks, leads somewhere."""
    folder = (ROOT / page).parent
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", TEXTS[page]) if "://" not in link]
    paths = re.findall(
        r"`((?:src|tests|dags|docs|fake_tmdb|benchmarks|cassettes|\.ci|\.github)/[\w./-]*)`", TEXTS[page]
    )

    assert [link for link in links if not (folder / link).exists()] == []
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_everything_is_pinned_and_nothing_is_addressed():
    """The lock has every package that the project asks for by name, and names no index."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    wanted = [
        *(name for project in PROJECTS for name in project["dependencies"]),
        *(name for names in PYPROJECT["project"]["optional-dependencies"].values() for name in names),
        *(name for names in PYPROJECT["dependency-groups"].values() for name in names),
        *PYPROJECT["build-system"]["requires"],
    ]
    names = {re.match(r"[\w-]+", name)[0].lower() for name in wanted}

    assert names <= set(PINNED)
    assert text.count("--hash=sha256:") >= len(PINNED)
    assert "://" not in text


def test_sessions_are_explained():
    """Every session has a docstring, since ``nox -l`` shows it."""
    functions = {node.name: node for node in NOXFILE.body if isinstance(node, ast.FunctionDef)}

    assert [name for name in sessions() if not ast.get_docstring(functions[name])] == []


def test_exclusions_from_coverage_carry_their_reason():
    """Whoever takes a line out of the coverage says why on that line."""
    bare = re.compile(r"# pragma: no (cover|branch)(?! - \w)")
    files = [
        path
        for folder in PYPROJECT["tool"]["coverage"]["run"]["source"]
        for path in sorted((ROOT / folder).rglob("*.py"))
    ]

    assert files
    assert [str(path) for path in files if bare.search(path.read_text(encoding="utf-8"))] == []


def clocks_read(path):
    """The calls in a file that ask the machine what time it is."""
    forbidden = {
        *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "pendulum.now", "pendulum.today"),
        *("time.time", "time.time_ns", "time.localtime", "time.gmtime"),
    }
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    stamped = [call for call in calls if ast.unparse(call.func) == "gzip.compress" and not call.keywords]  # no mtime=0
    asked = [call for call in calls if ".".join(ast.unparse(call.func).split(".")[-2:]) in forbidden]
    return [f"{path.name}:{call.lineno}" for call in calls if call in asked or call in stamped]


def test_unit_tests_read_no_wall_clock():
    """What a test says today it says tomorrow: no unit test asks for the date or the time."""
    assert [found for path in sorted((ROOT / "tests/unit").rglob("*.py")) for found in clocks_read(path)] == []


def test_a_wall_clock_is_seen(tmp_path):
    """The search above finds what it is for."""
    path = tmp_path / "test_x.py"
    lines = ["datetime.now()", "gzip.compress(b'')", "dt.datetime.now(UTC)", "gzip.compress(b'', mtime=0)"]
    path.write_text("\n".join(lines), encoding="utf-8")

    assert clocks_read(path) == ["test_x.py:1", "test_x.py:2", "test_x.py:3"]


def test_no_sentence_looks_like_a_token():
    """Airflow takes what begins with eyJ for a token, and prints stars where our sentence was."""
    texts = [
        node.value
        for path in sorted((ROOT / "src").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]

    assert [text for text in texts if "eyJ" in text and " " in text] == []


def test_pip_is_never_given_what_only_uv_can_take():
    """Pip demands a hash of everything once one constraint has one, and of a folder there is none."""
    code = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py")}
    told = [
        (name, line)
        for name, text in (TEXTS | code).items()
        for line in text.splitlines()
        if "constraints.txt" in line and "pip install" in line and "uv pip install" not in line
    ]

    assert told == []
