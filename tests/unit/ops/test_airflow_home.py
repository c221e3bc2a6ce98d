import pytest
from support import command_lines

from tmdb_pipeline.ops import airflow_home
from tmdb_pipeline.ops.airflow_home import AirflowHome, CommandFailed, Event
from tmdb_pipeline.settings import SettingsError

AT = "2026-11-22T01:53:43.118804Z"
LINES = f"""\
{AT} [info     ] [DAG TEST] starting task_id=collect map_index=-1 [airflow.sdk.definitions.dag] loc=dag.py:1501
{AT} [info     ] Task started                   [airflow.api_fastapi.routes.task_instances] loc=x.py:226 state=queued
{AT} [info     ] popular: page 1 of 5 received  [tmdb_pipeline.collection] loc=x.py:9
{AT} [warning  ] trouble [3] again              [tmdb_pipeline.tmdb.retry] loc=x.py:10
{AT} [info     ] not for people                 [airflow.models.dagrun] loc=x.py:10
a line of something else
{AT} [error    ] collect failed: no key         [tmdb_pipeline.orchestration.callbacks]
{AT} [info     ] [DAG TEST] end task task_id=collect map_index=-1 [airflow.sdk.definitions.dag] loc=dag.py:1563
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An Airflow home in which the command ``airflow`` is a script of the test's own."""
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "somebody's own")
    monkeypatch.setenv("TMDB_API_KEY", "somebody's own")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    script = tmp_path / "airflow.py"
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def make(body):
        script.write_text(f"import os, sys, time\n{body}\n", encoding="utf-8")
        return AirflowHome(tmp_path / "home", tmp_path / "dags", {"TMDB_REGION": "KR"}, tmp_path / "logs")

    return make


def test_what_people_want_to_see_is_picked_out_of_the_log(home, tmp_path):
    """Tasks beginning and ending, and our own messages with their level; the whole output goes to a file."""
    events = []

    home(f"print({LINES!r}, end='')").test("a_dag", "2024-01-01", events.append)

    assert [(event.kind, event.text) for event in events] == [
        ("started", "collect"),
        ("running", ""),
        ("info", "popular: page 1 of 5 received"),
        ("warning", "trouble [3] again"),
        ("error", "collect failed: no key"),
        ("ended", "collect"),
    ]
    assert all(isinstance(event, Event) and event.seconds >= 0 for event in events)
    assert (tmp_path / "logs" / "a_dag.log").read_text(encoding="utf-8") == LINES


def test_failed_run_says_what_failed(home):
    """The last error of ours is the sentence; without one, the file with the output is named."""
    with pytest.raises(CommandFailed, match=r"^collect failed: no key$"):
        home(f"print({LINES!r}); sys.exit(1)").test("a_dag", "2024-01-01", lambda event: None)
    with pytest.raises(CommandFailed, match=r"airflow db migrate failed: see .*migrate\.log"):
        home("sys.exit(3)").migrate()


def test_callers_own_airflow_and_tmdb_stay_out(home, tmp_path):
    """The command works in the empty home with the given settings only, and never reaches somebody's own database."""
    home("print({k: v for k, v in os.environ.items() if k.startswith(('AIRFLOW', 'TMDB'))})").migrate()

    seen = eval((tmp_path / "logs" / "migrate.log").read_text(encoding="utf-8"))  # noqa: S307 - printed just now
    assert seen["AIRFLOW_HOME"] == str(tmp_path / "home")
    assert seen["AIRFLOW__CORE__DAGS_FOLDER"] == str(tmp_path / "dags")
    assert seen["TMDB_REGION"] == "KR"
    assert "TMDB_API_KEY" not in seen
    assert "AIRFLOW__CORE__EXECUTOR" not in seen


@pytest.mark.parametrize(
    ("variables", "reached"),
    [
        ({}, "127.0.0.1"),
        ({"NO_PROXY": "intranet"}, "intranet,127.0.0.1"),
        ({"no_proxy": "localhost"}, "localhost,127.0.0.1"),
        ({"no_proxy": "localhost", "NO_PROXY": "intranet"}, "localhost,intranet,127.0.0.1"),
        ({"no_proxy": "localhost", "NO_PROXY": "*"}, "*"),
    ],
)
def test_no_proxy_stands_before_this_machine(home, monkeypatch, tmp_path, variables, reached):
    """Either spelling holds what both held and this machine; a lone asterisk, which means all, stays alone."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    home("print(os.environ['no_proxy'], os.environ['NO_PROXY'])").migrate()

    assert (tmp_path / "logs" / "migrate.log").read_text(encoding="utf-8") == f"{reached} {reached}\n"


@pytest.mark.parametrize(
    ("file", "why"), [("logs", "File exists"), ("", "Not a directory"), ("logs/migrate.log/x", "Is a directory")]
)
def test_folder_that_cannot_hold_logs_is_a_sentence(tmp_path, file, why):
    """Whatever stands in the way of the output of a command, nothing is started and the line says what to choose."""
    in_the_way = tmp_path / "out" / file
    in_the_way.parent.mkdir(parents=True, exist_ok=True)
    in_the_way.touch()
    logs = tmp_path / "out" / "logs"

    with pytest.raises(SettingsError) as refused:
        AirflowHome(tmp_path / "home", tmp_path / "dags", {}, logs).migrate()

    assert str(refused.value) == f"No log can be written to {logs}: {why}. Choose another folder with --out."


@pytest.mark.parametrize("body", ["", "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"])
def test_command_left_early_is_ended(home, monkeypatch, tmp_path, body):
    """When the watcher gives up the command is interrupted, and killed if it does not listen."""
    monkeypatch.setattr(airflow_home, "_GRACE", 0.1)

    def give_up(event):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        home(f"{body}\nprint({LINES!r}, flush=True); time.sleep(60)").test(tmp_path.name, "2024-01-01", give_up)

    assert f"dags test {tmp_path.name}" not in command_lines()
