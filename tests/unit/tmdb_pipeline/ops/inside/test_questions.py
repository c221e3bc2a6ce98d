import io
import json
import runpy
from datetime import UTC, datetime

import msgspec
import pytest

from tmdb_pipeline.alerts.alert import Alert, Kind
from tmdb_pipeline.alerts.ledger import Ledger
from tmdb_pipeline.lake.operations import Action, Operation, Outcome, note, noted
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Said
from tmdb_pipeline.ops.inside import questions


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A data root with an alert that is open."""
    monkeypatch.setenv("TMDB_DATA_ROOT", str(tmp_path))
    said = Said("It is slow.", "느립니다.")
    alert = Alert(
        kind=Kind.TASK_SLOW, raised_at=datetime(2026, 11, 27, tzinfo=UTC), subject="x", cause=said, advice=said
    )
    Ledger(Lake(str(tmp_path))).raise_(alert)
    return tmp_path


def test_open_alerts_are_told(root, capsys):
    """As one JSON document."""
    assert questions.main(["alerts"]) == 0

    (told,) = json.loads(capsys.readouterr().out)
    assert (told["alert"]["kind"], told["alert"]["cause"]["en"]) == ("task_slow", "It is slow.")


def test_operations_are_told(root, capsys):
    """Of the days that are asked for; what is no day is said."""
    at = datetime(2026, 11, 27, 3, tzinfo=UTC)
    operation = Operation(at=at, who="lee", action=Action.LOAD, subject="x", outcome=Outcome.DONE)
    note(Lake(str(root)), operation)

    assert questions.main(["operations", "2026-11-27", "2026-11-28"]) == 0
    assert questions.main(["operations", "2026-11-28", "2026-11-28"]) == 0
    assert [len(json.loads(line)) for line in capsys.readouterr().out.splitlines()] == [1, 0]
    assert questions.main(["operations", "x", "y"]) == 1
    assert "x" in capsys.readouterr().err


def test_operation_is_noted(root, capsys, monkeypatch):
    """As whoever runs tmdb-ops says it; what is none is refused."""
    at = datetime(2026, 11, 27, 3, tzinfo=UTC)
    operation = Operation(at=at, who="lee@laptop", action=Action.ROTATE, subject="JWT_SECRET", outcome=Outcome.DONE)
    monkeypatch.setattr("sys.stdin", io.StringIO(msgspec.json.encode(operation).decode()))

    assert questions.main(["note"]) == 0
    assert noted(Lake(str(root)), at.date(), at.date()) == [operation]

    monkeypatch.setattr("sys.stdin", io.StringIO("{}"))
    assert questions.main(["note"]) == 1
    assert "missing required field `at`" in capsys.readouterr().err


def test_what_is_reached_is_told(root, capsys, monkeypatch):
    """As findings."""
    for name in ("TMDB_API_KEY", "TMDB_READ_TOKEN", "AIRFLOW_CONN_SMTP_DEFAULT", "AIRFLOW_CONN_SLACK_OPS"):
        monkeypatch.delenv(name, raising=False)

    assert questions.main(["doctor"]) == 0
    assert {each["verdict"] for each in json.loads(capsys.readouterr().out)} == {"warning"}


def test_key_that_is_not_in_use_is_tried(root, capsys, monkeypatch):
    """The one that is given, and not that of the environment; a slip is said as it is of any setting."""
    monkeypatch.setenv("TMDB_API_KEY", "0" * 32)
    monkeypatch.setattr("sys.stdin", io.StringIO(" Bearer x\n"))

    assert questions.main(["key"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["said"].startswith("TMDB_READ_TOKEN begins with the word Bearer")) == ("wrong", True)


@pytest.mark.parametrize("arguments", [[], ["nix"], ["alerts", "more"], ["operations", "2026-11-27"]])
def test_other_questions_are_refused(arguments, capsys):
    """And those that there are, are named."""
    assert questions.main(arguments) == 2
    assert capsys.readouterr().err.startswith("There is no such question: ask alerts")


def test_data_root_that_cannot_be_read_is_said(monkeypatch, capsys, tmp_path):
    """In the words of the lake."""
    (tmp_path / "raw").write_text("")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TMDB_DATA_ROOT", "nix://x")

    assert questions.main(["alerts"]) == 1
    assert "nix://x" in capsys.readouterr().err


def test_module_is_the_command(root, monkeypatch, capsys):
    """``python -m tmdb_pipeline.ops.inside alerts``, as it is run in a container."""
    monkeypatch.setattr("sys.argv", ["x", "alerts"])

    with pytest.raises(SystemExit) as ended:
        runpy.run_module("tmdb_pipeline.ops.inside", run_name="__main__")

    assert (ended.value.code, len(json.loads(capsys.readouterr().out))) == (0, 1)
