import runpy
import signal
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from tmdb_pipeline.demo.airflow_home import AirflowHome, CommandFailed, Event
from tmdb_pipeline.demo.keeper import Keeper
from tmdb_pipeline.observability.messages import Retry
from tmdb_pipeline.orchestration.notifiers import announce_failure, announce_retry
from tmdb_pipeline.settings import SettingsError

AT = "2026-11-22T01:53:43.118804Z"
LINES = f"""\
{AT} [info     ] [DAG TEST] starting task_id=collect map_index=-1 [airflow.sdk.definitions.dag] loc=dag.py:1501
{AT} [info     ] Task started                   [airflow.api_fastapi.routes.task_instances] loc=x.py:226 state=queued
{AT} [info     ] popular: page 1 of 5 received  [tmdb_pipeline.extract.collect] loc=x.py:9
{AT} [warning  ] trouble [3] again              [tmdb_pipeline.tmdb.retry] loc=x.py:10
{AT} [info     ] not for people                 [airflow.models.dagrun] loc=x.py:10
a line of something else
{AT} [warning  ] Only 70 % passed               [tmdb_pipeline.orchestration.notifiers]
{AT} [error    ] collect of 2024-01-01 failed: no key [tmdb_pipeline.orchestration.notifiers]
{AT} [info     ] [DAG TEST] end task task_id=collect map_index=-1 [airflow.sdk.definitions.dag] loc=dag.py:1563
"""


@pytest.fixture
def home(tmp_path, monkeypatch, keeper):
    """An Airflow home in which the command ``airflow`` is a script of the test's own."""
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "somebody's own")
    monkeypatch.setenv("TMDB_API_KEY", "somebody's own")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    script = tmp_path / "airflow.py"
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def make(body, **options):
        script.write_text(f"import os, sys, time\n{body}\n", encoding="utf-8")
        return AirflowHome(
            tmp_path / "home", tmp_path / "dags", {"TMDB_REGION": "KR"}, tmp_path / "logs", keeper, **options
        )

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
        ("warning", "Only 70 % passed"),
        ("failed", "collect"),
        ("ended", "collect"),
    ]
    assert all(isinstance(event, Event) and event.seconds >= 0 for event in events)
    assert (tmp_path / "logs" / "a_dag.log").read_text(encoding="utf-8") == LINES


def failed(task, cause):
    """The line that is logged when a task fails."""
    return f"{AT} [error    ] {task} of 2024-01-01 failed: {cause} [tmdb_pipeline.orchestration.notifiers]\n"


def test_failed_run_says_what_failed(home, tmp_path):
    """Each cause is said once, with the tasks that it has stopped, and where the whole output is."""
    lines = failed("popular", "no key.") + failed("trending", "no key.") + failed("genre", "a full disk.")

    with pytest.raises(CommandFailed) as caught:
        home(f"print({lines!r}); sys.exit(1)").test("a_dag", "2024-01-01", lambda event: None)

    assert str(caught.value) == "popular and trending failed: no key. genre failed: a full disk."
    assert caught.value.causes == {"popular": "no key.", "trending": "no key.", "genre": "a full disk."}
    assert caught.value.log == tmp_path / "logs" / "a_dag.log"


def test_failed_command_names_its_output(home):
    """Where no task of ours has failed, the file with the output is named."""
    with pytest.raises(CommandFailed, match=r"airflow db migrate failed: see .*migrate\.log") as caught:
        home("sys.exit(3)").migrate()

    assert caught.value.causes == {}


@pytest.fixture
def context():
    """What Airflow gives to a callback of a task that failed for the second of four times."""
    policy = SimpleNamespace(evaluate=lambda *arguments: SimpleNamespace(retry_delay=None))
    task = SimpleNamespace(retry_policy=policy, retry_delay=timedelta(minutes=5))
    at = datetime(2024, 1, 1, 3, 0, 0, 400_000, tzinfo=UTC)
    ti = SimpleNamespace(task_id="collect", task=task, try_number=2, max_tries=3, end_date=at)
    return {"ti": ti, "dag_run": SimpleNamespace(logical_date=at), "exception": ValueError("a disk [/full]\n of x=1")}


def said(caplog):
    """The last message that was logged, as Airflow prints it."""
    record = caplog.records[-1]
    return f"{AT} [{record.levelname.lower():9}] {record.getMessage():30} [{record.name}] loc=x.py:3\n"


@pytest.mark.parametrize("asked", [None, timedelta(minutes=15)])
def test_retry_is_told_with_its_cause_and_time(home, context, caplog, asked):
    """What the callback of the tasks says is understood: which task, why, which retry, and when it begins."""
    if asked:
        context["ti"].task.retry_policy.evaluate = lambda *arguments: SimpleNamespace(retry_delay=asked)
    announce_retry(context)
    events = []

    home(f"print({said(caplog)!r})").test("a_dag", "2024-01-01", events.append)

    (event,) = events
    at = datetime(2024, 1, 1, 3, 0, tzinfo=UTC) + (asked or timedelta(minutes=5))
    assert (event.kind, event.text, event.cause) == ("retry", "collect", "a disk [/full] of x=1.")
    assert event.retry == Retry(2, 3, at)


def test_failure_is_told_with_its_cause(home, context, caplog):
    """The same for a task that is not tried again."""
    announce_failure(context)
    events = []

    home(f"print({said(caplog)!r})").test("a_dag", "2024-01-01", events.append)

    assert [(event.kind, event.text, event.cause) for event in events] == [
        ("failed", "collect", "a disk [/full] of x=1")
    ]


def test_retries_are_set_without_touching_the_dags(home, tmp_path):
    """A number of retries becomes a policy of the temporary home, which Airflow applies to each task that it loads."""
    home("", retries=2).migrate()

    policy = runpy.run_path(str(tmp_path / "home" / "config" / "airflow_local_settings.py"))["task_policy"]
    task = SimpleNamespace(retries=3)
    policy(task)
    assert task.retries == 2


def test_retries_are_left_to_the_dags(home, tmp_path):
    """Without a number there is no policy."""
    home("").migrate()

    assert not (tmp_path / "home" / "config").exists()


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
def test_folder_that_cannot_hold_logs_is_one_message(tmp_path, keeper, file, why):
    """Whatever stands in the way of the output of a command, nothing is started and the line says what to choose."""
    in_the_way = tmp_path / "out" / file
    in_the_way.parent.mkdir(parents=True, exist_ok=True)
    in_the_way.touch()
    logs = tmp_path / "out" / "logs"

    with pytest.raises(SettingsError) as refused:
        AirflowHome(tmp_path / "home", tmp_path / "dags", {}, logs, keeper).migrate()

    assert str(refused.value) == f"No log can be written to {logs}: {why}. Choose another folder with --out."


def test_command_left_early_is_ended(home):
    """When the watcher gives up, the command does not outlive its keeper."""

    def give_up(event):
        raise KeyboardInterrupt

    airflow = home(f"print({LINES!r}, flush=True); time.sleep(60)")
    with pytest.raises(KeyboardInterrupt), Keeper() as airflow.keeper:
        airflow.test("a_dag", "2024-01-01", give_up)

    assert airflow._commands.returncode in {-signal.SIGINT, -signal.SIGKILL}


def test_commands_share_a_process(home, tmp_path):
    """Importing Airflow takes longer than most commands: it is done once."""
    airflow = home("print(os.getpid(), sys.argv[1:])")

    airflow.migrate()
    airflow.test("a_dag", "2024-01-01", print, {"run_dates": ["2024-01-01"]})

    first, second = ((tmp_path / "logs" / f"{name}.log").read_text().split(" ", 1) for name in ("migrate", "a_dag"))
    assert first[0] == second[0]
    assert first[1] == "['db', 'migrate']\n"
    assert second[1] == """['dags', 'test', 'a_dag', '2024-01-01', '--conf', '{"run_dates": ["2024-01-01"]}']\n"""


def test_process_that_dies_is_a_failed_command(home):
    """Killed in the middle of a command, as by a machine out of memory, it says no status; that is a failure, too."""
    with pytest.raises(CommandFailed, match=r"airflow db migrate failed: see .*migrate\.log"):
        home("os.kill(os.getpid(), 9)").migrate()
