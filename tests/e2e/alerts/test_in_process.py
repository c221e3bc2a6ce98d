"""What people are told of runs, by real servers on loopback: each thing once, whole, and when it is over."""

import logging
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from e2e.alerts.receivers import PASSWORD, WEBHOOK, black_hole, mail_connection, slack_connection, webhook
from mail_server import mail_server
from support import no_file_larger_than

from fake_tmdb.faults.fault import Fault
from tmdb_pipeline import dags, interrupts
from tmdb_pipeline.alerts.alert import Kind
from tmdb_pipeline.alerts.ledger import Ledger
from tmdb_pipeline.alerts.outbox import BUDGET
from tmdb_pipeline.cli import program
from tmdb_pipeline.movies import GENRES

DAILY, WEEKLY = dags.DAILY.id, dags.WEEKLY.id
SMALL = {DAILY: {"popular_pages": 1}, WEEKLY: {"genre_pages": 1, "top_rated_pages": 1}}
#: A Sunday at 02:00 in Seoul; each test has a week of its own.
_SUNDAYS = (datetime(2024, 6, 1, 17, 0, tzinfo=UTC) + timedelta(weeks=week) for week in count())


@pytest.fixture
def at():
    return next(_SUNDAYS)


@pytest.fixture
def slack(monkeypatch):
    with webhook() as (port, kept):
        monkeypatch.setenv("AIRFLOW_CONN_SLACK_OPS", slack_connection(port))
        yield kept


@pytest.fixture
def inbox(monkeypatch):
    with mail_server() as (port, kept):
        monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", mail_connection(port))
        yield kept


@pytest.fixture
def run(run_dag, lake, at, monkeypatch):
    """Run a DAG for a day of this test's own."""
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "http://airflow.example.org/prefix/")

    def run(dag_id=DAILY, days=0, **params):
        moment = at + timedelta(days=days)
        return str(run_dag(dag_id, logical_date=moment, run_conf=SMALL[dag_id] | params).state)

    return run


def bodies(message):
    return [message.get_body((kind,)).get_content() for kind in ("plain", "html")]


def test_eight_tasks_that_fail_are_one_message_and_the_next_success_another(run, lake, slack, inbox, tmdb, at):
    """Slack and mail each get one, in Korean: DAG, tasks, day, try, cause, advice, link; then one that it is over."""
    tmdb.fake.faults = [Fault(path="/discover/*", status=404)]
    assert run(WEEKLY) == "failed"

    day = f"{at.month}/{at.day + 1}"
    (mail,), (body,) = inbox.messages, slack.bodies
    assert mail["Subject"] == slack.texts[0] == f"[경보] TMDB 주간 종합 수집 실패 · {day}"
    assert inbox.recipients == [["team@example.org"]]
    for part in (*bodies(mail), str(body)):
        assert "TMDB에 요청한 주소가 없습니다." in part
        assert "TMDB_BASE_URL이 맞는지 확인한 뒤 실패한 태스크를 초기화(clear)해 주십시오." in part
        assert f"{at.year}년 {at.month}월 {at.day + 1}일 (일)" in part
        assert "1번째(마지막)" in part
        assert "http://airflow.example.org/prefix/dags/tmdb_weekly_comprehensive/runs/manual__" in part
        assert [genre.name for genre in GENRES if f"{genre.name} 영화 수집" not in part] == []
        assert "평점 상위 영화 수집" not in part
    (kept,) = Ledger(lake).open()
    assert kept.sent.keys() == {"slack", "mail"}
    assert len(kept.alert.task_ids) == 8

    tmdb.fake.faults = []
    assert run(WEEKLY, days=7) == "success"

    assert (
        slack.texts[1:]
        == [inbox.messages[1]["Subject"]]
        == [f"[해결] TMDB 주간 종합 수집 다시 성공({day} 데이터는 복구되지 않음)"]
    )
    assert "이 실행 자체는 복구되지 않았습니다." in bodies(inbox.messages[1])[0]
    assert Ledger(lake).open() == []


def busy(lake, tmdb, at):
    return lake.exclusive(f"raw/pages/{DAILY}/{at + timedelta(days=1):%Y%m%d}/popular", "popular")


def full(lake, tmdb, at):
    return no_file_larger_than(60_000)


def refused(lake, tmdb, at):
    tmdb.fake.faults = [Fault(path="/movie/popular", status=401, code=7)]
    return nullcontext()


def broken(lake, tmdb, at):
    tmdb.fake.faults = [Fault(path="/movie/popular", set={"results.0.vote_average": 11})]
    return nullcontext()


def passing(lake, tmdb, at):
    tmdb.fake.faults = [Fault(path="/movie/popular", page=1, reset=True, times=1)]
    return nullcontext()


@pytest.mark.parametrize(
    ("fault", "params", "state", "told", "cause"),
    [
        (refused, {}, "failed", Kind.RUN_FAILED, "TMDB does not accept the key."),
        (full, {"popular_pages": 5}, "failed", Kind.RUN_FAILED, "The disk of the data root is full."),
        (busy, {}, "failed", Kind.RUN_FAILED, "Another process is collecting the same date."),
        (
            broken,
            {"fail_below_percent": 99, "warn_below_percent": 100},
            "failed",
            Kind.QUALITY_FAILED,
            "Too few records",
        ),
        (broken, {"warn_below_percent": 100}, "success", Kind.QUALITY_WARNED, "Only 9"),
        (passing, {}, "success", None, ""),
    ],
    ids=["refused key", "full disk", "same date twice", "quality fails", "quality warns", "passing trouble"],
)
def test_fault_is_the_alert_that_a_person_wants(
    run, lake, slack, tmdb, at, monkeypatch, fault, params, state, told, cause
):
    """Each fault that lasts is one message of its kind; one that passes is none; when it is over, that is another."""
    monkeypatch.setenv("TMDB_LOCALE", "en")
    with fault(lake, tmdb, at):
        assert run(**params) == state

    sent = [body["blocks"][1]["text"]["text"] for body in slack.bodies]
    assert [one.removeprefix("*Cause*\n").startswith(cause) for one in sent] == [True] * (told is not None)
    assert [kept.alert.kind for kept in Ledger(lake).open()] in ([told], [])

    tmdb.fake.faults = []
    before = len(slack.bodies)
    assert run(days=1) == "success"

    assert [text.split("]")[0] for text in slack.texts[before:]] == ["[Resolved"] * (told is not None)
    assert Ledger(lake).open() == []
    assert run(days=2) == "success"
    assert len(slack.bodies) == before + (told is not None)


@pytest.mark.parametrize("dead", ["slack", "mail"])
def test_dead_server_delays_no_run_and_no_other_alert(run, lake, tmdb, monkeypatch, dead, slack, inbox, caplog):
    """Whichever server never answers, the other is told at once and the run ends; once it is back, it is told, too."""
    variable = {"slack": "AIRFLOW_CONN_SLACK_OPS", "mail": "AIRFLOW_CONN_SMTP_DEFAULT"}[dead]
    connection = {"slack": slack_connection, "mail": mail_connection}[dead]
    tmdb.fake.faults = [Fault(path="/movie/popular", status=401, code=7)]
    with monkeypatch.context() as patch, black_hole() as port:
        patch.setenv(variable, connection(port))
        assert run() == "failed"

    assert BUDGET < 5
    assert (len(slack.bodies), len(inbox.messages)) == ((0, 1) if dead == "slack" else (1, 0))
    assert Ledger(lake).open()[0].sent.keys() == {"slack", "mail"} - {dead}
    monkeypatch.setattr("tmdb_pipeline.alerts.post.CLAIM", timedelta(0))

    assert run(days=1) == "failed"

    assert (len(slack.bodies), len(inbox.messages)) == (2, 2)


def test_no_secret_of_a_connection_is_in_a_log(run, slack, inbox, tmdb, caplog):
    """With everything at DEBUG, and servers that refuse, neither webhook nor password is written anywhere."""
    tmdb.fake.faults = [Fault(path="/movie/popular", status=401, code=7)]
    slack.status, inbox.refusals = 403, 1

    with caplog.at_level(logging.DEBUG):
        assert run() == "failed"

    assert "Slack refuses the message, with status 403: look at the Connection slack_ops." in caplog.text
    assert "The mail server refuses, with code 451: look at smtp_default." in caplog.text
    assert [secret for secret in (WEBHOOK, PASSWORD) if secret in caplog.text] == []


def test_command_sends_one_of_each(monkeypatch, slack, inbox, lake, capsys):
    """A person sees every kind arrive, by each channel, and that it is a test."""
    monkeypatch.setattr(interrupts, "listen", lambda: None)
    status = program.main(["alert-test"])

    assert status == 0
    assert len(slack.bodies) == len(inbox.messages) == len(Kind) + 1
    assert all("시험 발송" in str(body) for body in slack.bodies)
    assert (
        capsys.readouterr().out == f"slack: {len(Kind) + 1} alerts are sent.\nmail: {len(Kind) + 1} alerts are sent.\n"
    )
    assert Ledger(lake).open() == []


def test_command_says_what_is_missing_or_refused(monkeypatch, slack, capsys):
    """Each channel says for itself what is wrong; with none there is nothing to send by."""
    monkeypatch.setattr(interrupts, "listen", lambda: None)
    slack.status = 404
    assert program.main(["alert-test"]) == 1
    assert capsys.readouterr().out == (
        "There is no Connection smtp_default, so nobody is mailed.\n"
        f"slack: 0 of {len(Kind) + 1} alerts are sent. "
        "Slack refuses the message, with status 404: look at the Connection slack_ops.\n"
    )

    monkeypatch.delenv("AIRFLOW_CONN_SLACK_OPS")
    assert program.main(["alert-test"]) == 2
    assert "No alert can be sent: docs/alerts.md says how to set up Slack and mail." in capsys.readouterr().err
