import json
from datetime import UTC, datetime

import msgspec
import pytest

from tmdb_pipeline.lake.operations import Action, Operation, Outcome, note
from tmdb_pipeline.lake.store import Lake

DAILY = "tmdb_daily_collection"
LOADED = Operation(
    at=datetime(2026, 11, 27, 20, tzinfo=UTC),
    who="lee@laptop",
    action=Action.LOAD,
    subject="days",
    outcome=Outcome.DONE,
)


@pytest.fixture(autouse=True)
def _world(stack, docker, airflow, monkeypatch):
    """An event in Airflow, and an operation in the stack."""
    event = {"when": "2026-11-27T17:00:00Z", "event": "trigger_dag_run", "owner": "admin", "dag_id": DAILY}
    airflow.answers["GET eventLogs"] = {"event_logs": [{**event, "extra": '{"method": "POST"}'}], "total_entries": 1}
    docker.says("exec .* operations", msgspec.json.encode([LOADED]).decode())
    monkeypatch.delenv("TMDB_LOCALE", raising=False)


def test_both_logs_are_shown(ops, docker, airflow):
    """The newest first, in the language and the time of the reader; of the last thirty days."""
    code, out, err = ops("audit")

    assert (code, err) == (0, "")
    assert [line.split()[5:7] for line in out.splitlines()[1:]] == [["lee@laptop", "웨어하우스"], ["admin", "실행"]]
    assert docker.asked[-1].endswith("operations 2026-10-29 2026-11-28")
    assert any("after=2026-10-29T00%3A00%3A00%2B09%3A00" in path for _, path, _ in airflow.asked)


def test_language_is_that_of_the_stack(ops, stack):
    """As its .env says."""
    with (stack / ".env").open("a") as settings:
        settings.write("TMDB_LOCALE=en\n")

    assert "28 Nov 2026, 02:00  admin" in ops("audit")[1]


@pytest.mark.parametrize(
    ("options", "who"),
    [
        (["--who", "lee"], ["lee@laptop"]),
        (["--dag", "daily"], ["admin"]),
        (["--since", "2026-11-01"], ["lee@laptop", "admin"]),
    ],
)
def test_trail_is_narrowed(ops, options, who):
    """By who, by the DAG, by the day; for programs as a list."""
    assert [deed["who"] for deed in json.loads(ops("audit", *options, "--json")[1])] == who


def test_day_that_is_none_is_said(ops):
    """Before anything is asked."""
    assert ops("audit", "--since", "x")[::2] == (2, "'x' is no date: give one such as 2024-01-01.\n")


def test_data_root_of_this_machine_is_read(ops, docker, tmp_path, monkeypatch):
    """Then no container is asked."""
    monkeypatch.setenv("TMDB_DATA_ROOT", str(tmp_path))
    note(Lake(str(tmp_path)), LOADED)

    assert len(json.loads(ops("audit", "--json")[1])) == 2
    assert docker.asked == []


def test_airflow_elsewhere_is_asked_alone(ops, docker, airflow, monkeypatch):
    """What the commands there did is on another machine."""
    monkeypatch.setenv("TMDB_AIRFLOW_URL", airflow.url)
    monkeypatch.setenv("TMDB_AIRFLOW_TOKEN", "eyJ.t")

    assert [deed["who"] for deed in json.loads(ops("audit", "--json")[1])] == ["admin"]
    assert docker.asked == []
