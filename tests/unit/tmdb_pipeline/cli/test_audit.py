import json
from datetime import UTC, datetime

import pytest
from raw_server import RawServer

from tmdb_pipeline import interrupts
from tmdb_pipeline.cli import program, requirements
from tmdb_pipeline.lake.operations import Action, Operation, Outcome, note
from tmdb_pipeline.lake.store import Lake


class Morning(datetime):
    """09:00 of 27 November 2026 in Seoul."""

    @classmethod
    def now(cls, tz=None):
        return datetime(2026, 11, 27, tzinfo=UTC).astimezone(tz)


@pytest.fixture(autouse=True)
def _world(monkeypatch, tmp_path):
    """A data root in which one operation is noted, and nothing set but where it is."""
    monkeypatch.setattr(interrupts, "listen", lambda: None)
    monkeypatch.setattr(requirements, "datetime", Morning)
    for name in ("TMDB_AIRFLOW_URL", "TMDB_AIRFLOW_USER", "TMDB_AIRFLOW_PASSWORD", "TMDB_AIRFLOW_TOKEN", "TMDB_LOCALE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TMDB_DATA_ROOT", str(tmp_path))
    at = datetime(2026, 11, 26, 17, tzinfo=UTC)
    downgraded = Operation(
        at=at, who="lee@laptop", action=Action.DOWNGRADE, subject="tmdb_warehouse base", outcome=Outcome.DONE
    )
    note(Lake(str(tmp_path)), downgraded)


@pytest.fixture
def airflow(monkeypatch):
    """An Airflow whose event log has one line, and which is told where it is and who asks."""

    def said(body):
        body = json.dumps(body).encode()
        return b"HTTP/1.1 200 x\r\nContent-Length: %d\r\n\r\n" % len(body) + body

    event = {"when": "2026-11-27T00:00:00Z", "event": "trigger_dag_run", "owner": "admin"}
    event |= {"dag_id": "tmdb_daily_collection", "extra": '{"method": "POST"}'}
    other = {**event, "when": "2026-11-25T00:00:00Z", "owner": "kim", "dag_id": "of_others"}
    with RawServer(said({"event_logs": [event, other], "total_entries": 2})) as server:
        monkeypatch.setenv("TMDB_AIRFLOW_URL", server.url.removesuffix("/3"))
        monkeypatch.setenv("TMDB_AIRFLOW_TOKEN", "eyJ.t")
        yield server


def test_both_logs_are_shown(airflow, capsys):
    """The newest first, in Seoul's time and in Korean, a line each."""
    assert program.main(["audit"]) == 0

    told = capsys.readouterr()
    head, first, second, _ = told.out.splitlines()
    assert head.split() == ["시각", "수행자", "작업", "대상"]
    assert first.split("  ")[0] == "2026년 11월 27일 오전 9:00"
    assert first.split()[-5:] == ["admin", "실행", "트리거", "요청", "tmdb_daily_collection"]
    assert second.startswith("2026년 11월 27일 오전 2:00")
    assert second.split()[5:] == ["lee@laptop", "웨어하우스", "다운그레이드", "tmdb_warehouse", "base"]
    assert told.err == ""
    assert "after=2026-10-28T00%3A00%3A00%2B09%3A00" in airflow.heads[0]


@pytest.mark.parametrize(
    ("options", "who"),
    [
        (["--who", "adm"], ["admin"]),
        (["--dag", "daily"], ["admin"]),
        (["--dag", "tmdb_daily_collection"], ["admin"]),
        (["--dag", "weekly"], []),
        (["--dag", "features"], []),
        (["--dag", "of_others"], ["kim"]),
        (["--since", "2026-11-27"], ["admin", "lee@laptop", "kim"]),
    ],
)
def test_trail_is_narrowed(airflow, capsys, options, who):
    """By day in Seoul, by who did it, and by the DAG, whose name on the command line will do; as JSON, all of it."""
    assert program.main(["audit", *options, "--json"]) == 0

    assert [deed["who"] for deed in json.loads(capsys.readouterr().out)] == who


def test_without_airflow_the_commands_are_shown(capsys, monkeypatch):
    """Where nobody says where Airflow is, that is said by the status too, and the rest is there; in one language."""
    monkeypatch.setenv("TMDB_LOCALE", "en")

    assert program.main(["audit"]) == 1

    told = capsys.readouterr()
    assert "27 Nov 2026, 02:00  lee@laptop  downgraded the warehouse  tmdb_warehouse base" in told.out
    assert told.err.startswith("Airflow was not asked, since TMDB_AIRFLOW_URL is not set: only what the commands")

    monkeypatch.delenv("TMDB_LOCALE")
    assert program.main(["audit"]) == 1
    assert capsys.readouterr().err.startswith("TMDB_AIRFLOW_URL이(가) 설정되지 않아 Airflow를 조회하지 못했습니다.")


def test_what_could_not_be_looked_up_is_not_called_nothing(capsys):
    """Where one log was not read and the other has nothing, nobody is told that nothing was done."""
    assert program.main(["audit", "--who", "nobody"]) == 1
    assert capsys.readouterr().out == ""

    assert program.main(["audit", "--who", "nobody", "--json"]) == 1
    assert capsys.readouterr().out == "[]\n"


def test_dag_that_nobody_knows_is_said(airflow, capsys):
    """A slip in its name is no empty trail."""
    assert program.main(["audit", "--dag", "dialy"]) == 2

    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == (
        "There is no DAG dialy here, and Airflow has noted nothing of one since 2026-10-28: see its page of DAGs.\n"
    )


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "Nobody did anything that is noted."),
        ("", "기록된 작업이 없습니다."),
    ],
)
def test_nothing_is_said_to_be_nothing(airflow, capsys, monkeypatch, locale, said):
    """An empty trail is a sentence."""
    monkeypatch.setenv("TMDB_LOCALE", locale)

    assert program.main(["audit", "--who", "nobody"]) == 0

    assert capsys.readouterr().out == f"{said}\n"


def test_airflow_that_refuses_is_said_after_what_the_commands_did(capsys, monkeypatch):
    """What is there is shown, the status says that something is missing."""
    with RawServer(b"HTTP/1.1 401 x\r\nContent-Length: 0\r\n\r\n") as server:
        monkeypatch.setenv("TMDB_AIRFLOW_URL", server.url.removesuffix("/3"))
        monkeypatch.setenv("TMDB_AIRFLOW_TOKEN", "eyJ.t")
        assert program.main(["audit"]) == 1

    told = capsys.readouterr()
    assert "lee@laptop" in told.out
    assert told.err.startswith(
        "Airflow의 기록을 읽지 못해 이 프로젝트의 명령 기록만 확인할 수 있습니다. 상세: Airflow at"
    )
    assert "does not let this user see its log (401): mend TMDB_AIRFLOW_TOKEN" in told.err


def test_nobody_who_asks_is_said_before_anything(capsys, monkeypatch):
    """An address without a user is a slip, and status 2."""
    monkeypatch.setenv("TMDB_AIRFLOW_URL", "http://127.0.0.1:1")

    assert program.main(["audit"]) == 2
    assert capsys.readouterr().err.startswith("TMDB_AIRFLOW_URL is set, and not who asks")
