import io
import re
import socket
import sys
from types import SimpleNamespace

import pytest

from deploy import check, health, init


@pytest.fixture(autouse=True)
def secrets(tmp_path, monkeypatch):
    """Passwords of the database and of the queue."""
    for name in ("postgres", "redis"):
        (tmp_path / f"{name}_password").write_text(f"of-{name}", encoding="utf-8")
    monkeypatch.setattr(health, "SECRETS", tmp_path)


class Database:
    """A driver and its connection in one: notes the question, and gives these rows."""

    def __init__(self, *rows):
        self.rows = rows
        self.closed = False

    def connect(self, **how):
        self.how = how
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closed = True

    def execute(self, question, values):
        self.question = question
        self.values = values
        return self

    def fetchone(self):
        return next(iter(self.rows), None)


@pytest.mark.parametrize("rows", [[], [(1,)]])
@pytest.mark.parametrize(
    ("service", "job"),
    [("scheduler", "SchedulerJob"), ("dag-processor", "DagProcessorJob"), ("triggerer", "TriggererJob")],
)
def test_a_service_is_well_while_its_job_stirs(monkeypatch, capsys, service, job, rows):
    """The job of this kind, on this host, has to have stirred within 30 seconds."""
    database = Database(*rows)
    monkeypatch.setitem(sys.modules, "psycopg", database)

    assert health.main([service]) == (0 if rows else 1)
    assert database.values == (job, socket.gethostname(), 30)
    assert database.how == {
        "host": "postgres",
        "user": "airflow",
        "dbname": "airflow",
        "password": "of-postgres",
        "connect_timeout": 5,
    }
    assert database.closed
    assert capsys.readouterr().out == ("" if rows else f"{service} does not stir.\n")


def test_a_database_that_cannot_be_asked_is_no_good_sign(monkeypatch, capsys):
    """Whatever goes wrong while asking counts as unwell, and is said."""
    monkeypatch.setitem(sys.modules, "psycopg", SimpleNamespace())

    assert health.main(["scheduler"]) == 1
    assert re.fullmatch(r"scheduler: .*connect.*\n", capsys.readouterr().out)


@pytest.mark.parametrize("pongs", [[], [{"celery@here": {"ok": "pong"}}]])
def test_a_worker_is_well_if_it_answers(monkeypatch, capsys, pongs):
    """This host's worker, and no other, is asked over the queue."""
    asked = {}

    def ping(**how):
        asked.update(how)
        return pongs

    def celery(broker):
        asked["broker"] = broker
        return SimpleNamespace(control=SimpleNamespace(ping=ping))

    monkeypatch.setitem(sys.modules, "celery", SimpleNamespace(Celery=celery))

    assert health.main(["worker"]) == (0 if pongs else 1)
    assert asked == {
        "broker": "redis://:of-redis@redis:6379/0",
        "destination": [f"celery@{socket.gethostname()}"],
        "timeout": 5,
        "limit": 1,
    }
    assert capsys.readouterr().out == ("" if pongs else "worker does not stir.\n")


@pytest.mark.parametrize(("status", "code"), [(200, 0), (204, 1)])
def test_the_api_server_is_well_if_it_answers(monkeypatch, status, code):
    """The API server's own page about health has to come."""

    class Response(io.BytesIO):
        pass

    answer = Response()
    answer.status = status
    asked = []
    monkeypatch.setattr(health, "urlopen", lambda *what, **how: asked.append((what, how)) or answer)

    assert health.main(["api-server"]) == code
    assert asked == [(("http://127.0.0.1:8080/api/v2/monitor/health",), {"timeout": 5})]
    assert answer.closed


def test_question_counts_only_this_host_and_the_last_seconds():
    """The question as a whole: it is only tried on Postgres in the full stack."""
    assert health._ALIVE.split() == [
        *("SELECT", "1", "FROM", "job", "WHERE", "job_type", "=", "%s", "AND", "state", "=", "'running'"),
        *("AND", "hostname", "LIKE", "%s", "||", "'%%'"),
        *("AND", "latest_heartbeat", ">", "now()", "-", "%s", "*", "interval", "'1", "second'"),
    ]


def test_secrets_lie_where_compose_puts_them(monkeypatch):
    """Each script of the stack reads them from the same folder."""
    monkeypatch.undo()

    assert {str(module.SECRETS) for module in (health, init, check)} == {"/run/secrets"}


@pytest.mark.parametrize("arguments", [[], ["sheduler"], ["worker", "scheduler"]])
def test_service_that_does_not_exist_is_a_message(capsys, arguments):
    """A mistyped name is told the names that there are."""
    assert health.main(arguments) == 1
    assert capsys.readouterr().out == (
        "There is no such service: give one of api-server, dag-processor, scheduler, triggerer, worker.\n"
    )
