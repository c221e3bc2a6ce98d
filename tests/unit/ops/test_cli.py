import signal
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from fake_tmdb.catalogue import Catalogue
from tmdb_pipeline.lake import LakeError
from tmdb_pipeline.ops import cli, runs
from tmdb_pipeline.ops.account import DAILY, WEEKLY
from tmdb_pipeline.ops.airflow_home import CommandFailed
from tmdb_pipeline.settings import MissingKey

ROOT = Path(__file__).parents[3]


@pytest.fixture
def called(monkeypatch):
    """What the commands would have been called with, instead of running them."""
    calls = []
    monkeypatch.setattr(runs, "demo", lambda console, **options: calls.append(options))
    monkeypatch.setattr(
        runs, "collect", lambda console, dag_ids, **options: calls.append(options | {"dag_ids": dag_ids})
    )
    monkeypatch.chdir(ROOT)
    return calls


def test_demo_takes_its_options(called, tmp_path):
    """Date, seed, size, folder and the choice of no faults reach the demo."""
    status = cli.main(
        ["demo", "--date", "2024-01-01", "--seed", "9", "--movies", "500", "--no-faults", "--out", str(tmp_path)]
    )

    assert status == 0
    assert called == [
        {"day": date(2024, 1, 1), "seed": 9, "movies": 500, "faults": None, "out": tmp_path, "dags": ROOT / "dags"}
    ]


def test_day_is_today_in_seoul_if_none_is_given(called, monkeypatch):
    """In the evening of UTC it is already tomorrow in Seoul."""

    class Evening(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2024, 1, 1, 20, 0, tzinfo=UTC).astimezone(tz)

    monkeypatch.setattr(cli, "datetime", Evening)

    cli.main(["demo"])

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

    cli.main(["demo"])

    assert widths == [width]


@pytest.mark.parametrize(("which", "dags"), [("daily", [DAILY]), ("weekly", [WEEKLY]), ("both", [DAILY, WEEKLY])])
def test_collect_takes_its_dags(called, which, dags):
    """One DAG or both can be run against TMDB."""
    assert cli.main(["collect", which]) == 0
    assert called[0]["dag_ids"] == dags


@pytest.mark.parametrize("movies", [1, 5_000_000])
def test_demo_takes_every_size_that_the_fake_does(called, movies):
    """The smallest and the largest catalogue are both within the range."""
    assert cli.main(["demo", "--movies", str(movies)]) == 0
    assert called[0]["movies"] == movies


@pytest.mark.parametrize("movies", [0, 5_000_001])
def test_sizes_are_those_of_the_fake(movies):
    """The fake, from which nothing is imported, has the same range."""
    with pytest.raises(ValueError, match=f"1 to {cli._LARGEST:,} movies"):
        Catalogue(movies=movies)


@pytest.mark.parametrize("movies", ["-5", "0", "5000001", "many"])
def test_size_that_no_catalogue_has_is_refused(called, capsys, movies):
    """The refusal says what was given and which sizes there are, and nothing is started."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["demo", "--movies", movies])

    assert ended.value.code == 2
    assert f"'{movies}' is no size of a catalogue: give one from 1 to 5,000,000" in capsys.readouterr().err
    assert called == []


@pytest.mark.parametrize("arguments", [[], ["collect"], ["collect", "monthly"], ["demo", "--date", "today"]])
def test_bad_arguments_are_refused(arguments, capsys):
    """What cannot be understood is refused with the usage and status 2."""
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)

    assert ended.value.code == 2
    assert "usage: tmdb-pipeline" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (MissingKey(), 2, "No TMDB key is set"),
        (CommandFailed("collect failed: [/movie] no key"), 1, "collect failed: [/movie] no key"),
        (LakeError("the disk is full"), 1, "the disk is full"),
    ],
)
def test_trouble_is_one_line_and_a_status(monkeypatch, capsys, error, status, said):
    """Each trouble is told in a line without a traceback, and the status says of which kind it was."""

    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(runs, "demo", fail)
    monkeypatch.chdir(ROOT)

    assert cli.main(["demo"]) == status
    message = capsys.readouterr().err
    assert message.startswith(said)
    assert message.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "next_time"),
    [(["collect", "daily"], "run the same command again to go on."), (["demo"], "the next demo begins anew")],
)
def test_who_is_stopped_says_what_the_next_run_does(monkeypatch, capsys, arguments, next_time):
    """A collection is gone on with; a demo is not, because its fake is another one each time."""

    def stop(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, arguments[0], stop)
    monkeypatch.chdir(ROOT)

    assert cli.main(arguments) == 130
    message = capsys.readouterr().err
    assert message.startswith(f"Stopped. What was collected is kept; {next_time}")
    assert message.count("\n") == 1


@pytest.fixture
def handlers():
    """Sets signal handlers as a shell would before the command begins; puts back the old ones."""
    before = {}

    def handle(number, handler):
        before.setdefault(number, signal.signal(number, handler))

    yield handle
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_who_ends_the_command_stops_it_as_ctrl_c_does(called, handlers, number):
    """A cancelled job and a closed terminal end what the command started, too."""
    handlers(number, signal.SIG_DFL)
    cli.main(["demo"])

    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)


def test_logout_does_not_stop_what_nohup_started(called, handlers):
    """Under nohup the hangup is ignored from the start, and stays so."""
    handlers(signal.SIGHUP, signal.SIG_IGN)

    cli.main(["demo"])

    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_command_away_from_the_project_says_where_to_go(monkeypatch, tmp_path, capsys):
    """Without the DAG folder there is nothing to run, and the line says what to do."""
    monkeypatch.chdir(tmp_path)

    assert cli.main(["demo"]) == 2
    assert capsys.readouterr().err.startswith("There is no folder dags/ here: change to the folder of the project")
