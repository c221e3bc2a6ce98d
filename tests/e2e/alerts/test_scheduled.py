"""Alerts of a real Airflow: a scheduler, its executor, a DAG processor and an API server, each a process of its own."""

import shutil
from contextlib import ExitStack, suppress
from datetime import UTC, datetime

import airflow_env
import psutil
import pytest
import requests
from e2e.alerts.receivers import PASSWORD, WEBHOOK, mail_connection, slack_connection, webhook
from e2e.commands import AirflowHome
from e2e.patience import PATIENCE, wait_for
from e2e.stack.airflow_rest import AirflowRest
from mail_server import mail_server
from support import free_port

from fake_tmdb.faults.fault import Fault
from tmdb_pipeline import dags
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.language import Language, short_day

DAILY, POPULAR = dags.DAILY.id, "collect_popular_movies"
#: No schedule, retries or pool, and a run is slow after half a minute: read by Airflow when it loads a DAG.
POLICY = """\
from datetime import timedelta

from airflow.sdk.definitions.timetables.simple import NullTimetable


def dag_policy(dag):
    dag.timetable = NullTimetable()
    for deadline in dag.deadline or []:
        deadline.interval = timedelta(seconds=30)


def task_policy(task):
    task.retries, task.pool = 0, "default_pool"
"""


@pytest.fixture(scope="module")
def told():
    """Who is told: Slack and a mailbox."""
    with webhook() as (webhook_port, slack), mail_server() as (mail_port, inbox):
        yield {"slack": slack, "inbox": inbox, "webhook_port": webhook_port, "mail_port": mail_port}


@pytest.fixture(scope="module")
def home(told, migrated_home, tmdb_server, tmp_path_factory):
    """An Airflow's home with one DAG and everything logged at DEBUG, in which nothing runs yet."""
    port = free_port()
    home = AirflowHome(
        tmp_path_factory.mktemp("scheduled"),
        tmdb_server,
        migrated=migrated_home,
        AIRFLOW__API__BASE_URL=f"http://127.0.0.1:{port}",
        AIRFLOW__API__HOST="127.0.0.1",
        AIRFLOW__API__PORT=str(port),
        AIRFLOW__API__SECRET_KEY="an-invented-secret-key-of-the-tests",
        AIRFLOW__API_AUTH__JWT_SECRET="an-invented-secret-of-the-tests-" * 2,
        AIRFLOW__CORE__EXECUTION_API_SERVER_URL=f"http://127.0.0.1:{port}/execution/",
        AIRFLOW__CORE__EXECUTOR="LocalExecutor",
        AIRFLOW__CORE__PARALLELISM="2",
        AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS="True",
        AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL="600",
        AIRFLOW__LOGGING__LOGGING_LEVEL="DEBUG",
        AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME="2",
        AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT="20",
        AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT="60",
        AIRFLOW_CONN_SLACK_OPS=slack_connection(told["webhook_port"]),
        AIRFLOW_CONN_SMTP_DEFAULT=mail_connection(told["mail_port"]),
    )
    folder = home.folder / "dags"
    folder.mkdir()
    shutil.copy(airflow_env.DAGS / f"{DAILY}.py", folder)
    home.environment["AIRFLOW__CORE__DAGS_FOLDER"] = str(folder)
    policy = home.folder / "config" / "airflow_local_settings.py"
    policy.parent.mkdir()
    policy.write_text(POLICY)
    return home


@pytest.fixture(scope="module")
def airflow(home):
    """Airflow, running: its REST API."""
    address = home.environment["AIRFLOW__API__BASE_URL"]
    with ExitStack() as running:
        commands = [running.enter_context(home.start("api-server"))]
        rest = AirflowRest(address)
        commands[0].wait_for(lambda: answers(address), "the API server answers")
        token = requests.get(f"{address}/auth/token", timeout=PATIENCE).json()["access_token"]
        rest._session.headers["Authorization"] = f"Bearer {token}"
        commands += [running.enter_context(home.start(service)) for service in ("scheduler", "dag-processor")]
        commands[2].wait_for(lambda: rest.ask("GET", f"dags/{DAILY}").status_code == 200, "the DAG is there")
        rest.unpause(DAILY)
        yield rest
        for command in reversed(commands):
            command.process.terminate()
        for command in commands:
            with suppress(psutil.TimeoutExpired):
                command.process.wait(60)


def answers(address):
    with suppress(requests.ConnectionError):
        return requests.get(f"{address}/api/v2/monitor/health", timeout=PATIENCE).ok
    return False


def kill(task_instance):
    """End the process of a task as a machine that runs out of memory does."""
    for process in psutil.process_iter(["cmdline"]):
        if f"airflow worker -- {task_instance}" in " ".join(process.info["cmdline"] or []):
            process.kill()


def written(home):
    """All logs, of services and of tasks."""
    yield from (file for file in home.folder.parent.glob("output-*"))
    yield from (file for file in (home.folder / "logs").rglob("*") if file.is_file())


def run(rest, run_id):
    rest.trigger(DAILY, None, run_id)
    return rest.wait_for_end(DAILY, run_id)


def subjects(told, run_id):
    """The messages that lead to a run, by Slack and by mail, each whole by its subject."""
    slack = [(text, str(body)) for text, body in zip(told["slack"].texts, told["slack"].bodies, strict=True)]
    mails = [(mail["Subject"], mail.get_body(("plain",)).get_content()) for mail in told["inbox"].messages]
    return [[(subject, body) for subject, body in sent if f"runs/{run_id}" in body] for sent in (slack, mails)]


def failures(told, run_id):
    """Those that say that it has failed: on a busy machine it may have been late before, which is told as well."""
    by_slack, by_mail = ([one for one in sent if "지연" not in one[0]] for sent in subjects(told, run_id))
    return by_slack and by_mail and [by_slack, by_mail]


def test_people_are_told_of_scheduled_runs_once_each(airflow, home, told, tmdb):
    """A run that fails, one that is slow and mends both, one whose task is killed; and no secret in any log."""
    today = short_day(datetime.now(UTC).astimezone(SEOUL).date(), Language.KO)

    tmdb.fake.faults = [Fault(path="/movie/popular", status=401, code=7)]
    assert run(airflow, "refused") == "failed"
    for ((subject, body),) in wait_for(lambda: failures(told, "refused"), "the first alert"):
        assert subject == f"[경보] TMDB 일일 수집 실패 · {today}"
        assert "TMDB가 키를 거부했습니다." in body
        assert "(collect_popular_movies)" in body
        assert f"{home.environment['AIRFLOW__API__BASE_URL']}/dags/{DAILY}/runs/refused" in body

    # Twice just short of the client's patience; by then the deadline of the run that failed has passed as well.
    tmdb.fake.faults = [Fault(path="/movie/popular", page=page, delay=28, times=1) for page in (1, 2)]
    assert run(airflow, "slow") == "success"
    wait_for(lambda: [len(sent) for sent in subjects(told, "slow")] == [2, 2], "the message that it is over")
    for (late, _), (over, body) in subjects(told, "slow"):
        assert late == f"[주의] TMDB 일일 수집 지연 · {today}"
        assert over == f"[해결] TMDB 일일 수집 지연 · {today}"
        assert f"TMDB 일일 수집 실패 · {today}" in body
        assert "조치할 것이 없습니다." in body  # it is of the date of the run that failed
    assert [len(sent) for sent in failures(told, "refused")] == [1, 1]

    tmdb.fake.journal.clear()
    tmdb.fake.faults = [Fault(path="/movie/popular", page=2, delay=120, times=1)]
    airflow.trigger(DAILY, None, "killed")
    wait_for(lambda: tmdb.fake.journal.pages("/movie/popular"), "the task has begun")
    kill(airflow.tasks(DAILY, "killed")[POPULAR]["id"])
    assert airflow.wait_for_end(DAILY, "killed") == "failed"
    for ((subject, body),) in wait_for(lambda: failures(told, "killed"), "the alert of the task that was killed"):
        assert subject == f"[경보] TMDB 일일 수집 실패 · {today}"
        assert "태스크 프로세스가 강제로 종료되었거나" in body

    logs = {file: file.read_text(errors="replace") for file in written(home)}
    assert any("[debug" in text for text in logs.values())
    assert [(file, secret) for file, text in logs.items() for secret in (WEBHOOK, PASSWORD) if secret in text] == []
