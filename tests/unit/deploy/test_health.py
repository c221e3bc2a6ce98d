import io
import socket
import sys
from types import SimpleNamespace

import pytest

from deploy import health


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
        self.values = values
        return self

    def fetchone(self):
        return next(iter(self.rows), None)


@pytest.mark.parametrize("rows", [[], [(1,)]])
@pytest.mark.parametrize(
    ("service", "job"),
    [("scheduler", "SchedulerJob"), ("dag-processor", "DagProcessorJob"), ("triggerer", "TriggererJob")],
)
def test_a_service_is_well_while_its_job_stirs(monkeypatch, service, job, rows):
    """The job of this kind, on this host, has to have stirred within 30 seconds."""
    database = Database(*rows)
    monkeypatch.setitem(sys.modules, "psycopg", database)

    assert health.main([service]) == (0 if rows else 1)
    assert database.values == (job, socket.gethostname(), 30)
    assert database.how["password"] == "of-postgres"
    assert database.closed


def test_a_database_that_cannot_be_asked_is_no_good_sign(monkeypatch, capsys):
    """Whatever goes wrong while asking counts as unwell, and is said."""
    monkeypatch.setitem(sys.modules, "psycopg", SimpleNamespace())

    assert health.main(["scheduler"]) == 1
    assert capsys.readouterr().out.startswith("scheduler: ")


@pytest.mark.parametrize("pongs", [[], [{"celery@here": {"ok": "pong"}}]])
def test_a_worker_is_well_if_it_answers(monkeypatch, pongs):
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
    assert asked["broker"] == "redis://:of-redis@redis:6379/0"
    assert asked["destination"] == [f"celery@{socket.gethostname()}"]


@pytest.mark.parametrize(("status", "code"), [(200, 0), (204, 1)])
def test_the_api_server_is_well_if_it_answers(monkeypatch, status, code):
    """The API server's own page about health has to come."""

    class Answer(io.BytesIO):
        pass

    answer = Answer()
    answer.status = status
    monkeypatch.setattr(health, "urlopen", lambda url, timeout: answer)

    assert health.main(["api-server"]) == code


@pytest.mark.parametrize("arguments", [[], ["sheduler"], ["worker", "scheduler"]])
def test_service_that_does_not_exist_is_a_sentence(capsys, arguments):
    """A mistyped name is told the names that there are."""
    assert health.main(arguments) == 1
    assert capsys.readouterr().out == (
        "There is no such service: give one of api-server, dag-processor, scheduler, triggerer, worker.\n"
    )
