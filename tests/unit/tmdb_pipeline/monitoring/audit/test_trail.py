import json
from datetime import UTC, datetime, timedelta

import pytest

from tmdb_pipeline.lake.operations import Action, Operation, Outcome
from tmdb_pipeline.language import Language
from tmdb_pipeline.monitoring.audit import words
from tmdb_pipeline.monitoring.audit.trail import Event, trail

NOW = datetime(2026, 11, 27, tzinfo=UTC)
SECRET = "s3cr3t-value"
#: An event as Airflow notes it, and what is told of it: what in both languages, and the subject.
EVENTS = {
    "triggered": (
        {"event": "trigger_dag_run", "dag_id": "a", "extra": {"conf": {"token": SECRET}, "method": "POST"}},
        ("asked to trigger", "실행 트리거 요청", "a"),
    ),
    "paused by the API": (
        {"event": "patch_dag", "dag_id": "a", "extra": {"is_paused": True, "method": "PATCH"}},
        ("asked to pause", "일시 중지 요청", "a"),
    ),
    "unpaused": (
        {"event": "patch_dag", "dag_id": "a", "extra": {"is_paused": "False", "method": "PATCH"}},
        ("asked to unpause", "일시 중지 해제 요청", "a"),
    ),
    "changed otherwise": (
        {"event": "patch_dag", "dag_id": "a", "extra": {"method": "PATCH"}},
        ("asked to change a DAG", "DAG 변경 요청", "a"),
    ),
    "paused by the scheduler": (
        {"event": "paused", "dag_id": "a", "owner": "scheduler", "extra": "[('dag_id', 'a'), ('is_paused', True)]"},
        ("paused", "일시 중지", "a"),
    ),
    "cleared": (
        {"event": "post_clear_task_instances", "dag_id": "a", "run_id": "r+1", "task_id": "t", "extra": None},
        ("asked to clear tasks", "태스크 초기화 요청", "a r+1 t"),
    ),
    "a Connection": (
        {
            "event": "patch_connection",
            "extra": {"connection_id": "smtp_default", "password": SECRET, "extra": {"to": SECRET}, "method": "PATCH"},
        },
        ("asked to change a Connection", "연결(Connection) 변경 요청", "smtp_default"),
    ),
    "a Variable": (
        {"event": "post_variable", "extra": {"key": "colour", "value": SECRET, "method": "POST"}},
        ("asked to make a Variable", "변수(Variable) 생성 요청", "colour"),
    ),
    "a Variable of the path": (
        {"event": "delete_variable", "extra": {"variable_key": "colour", "method": "DELETE"}},
        ("asked to delete a Variable", "변수(Variable) 삭제 요청", "colour"),
    ),
    "a pool": (
        {"event": "post_pool", "extra": {"name": "tmdb_api", "slots": 4, "method": "POST"}},
        ("asked to make a pool", "풀(Pool) 생성 요청", "tmdb_api"),
    ),
    "a key that names no thing": (
        {"event": "create_xcom_entry", "dag_id": "a", "extra": {"key": SECRET, "name": SECRET, "method": "POST"}},
        ("asked to make an XCom", "XCom 생성 요청", "a"),
    ),
    "a state": (
        {"event": "patch_dag_run", "dag_id": "a", "run_id": "r", "extra": {"state": "failed", "method": "PATCH"}},
        ("asked to set the state of a run", "실행 상태 변경 요청", "a r failed"),
    ),
    "several DAGs": (
        {"event": "patch_dags", "extra": {"dag_id_pattern": "tmdb%", "is_paused": True, "method": "PATCH"}},
        ("asked to pause", "일시 중지 요청", "tmdb%"),
    ),
    "a command": (
        {
            "event": "cli_connections_add",
            "extra": {"host_name": "h", "full_command": f"['/bin/airflow', 'connections', 'add', 'x', '{SECRET}']"},
        },
        ("ran airflow connections add", "airflow connections add 명령 실행", ""),
    ),
    "a command of one word": (
        {"event": "cli_cleanup", "extra": {"full_command": f"['airflow', 'cleanup', '--{SECRET}']"}},
        ("ran airflow cleanup", "airflow cleanup 명령 실행", ""),
    ),
    "a command whose words nobody knows": (
        {"event": "cli_dag_pause", "dag_id": "a", "extra": None},
        ("ran airflow dag pause", "airflow dag pause 명령 실행", "a"),
    ),
    "a newer deed": (
        {"event": "patch_weather", "extra": {"method": "PATCH", "wind": SECRET}},
        ("asked for patch_weather", "patch_weather 요청", ""),
    ),
}
#: Events that are nobody's deed.
NOBODYS = [
    {"event": "running", "dag_id": "a", "task_id": "t"},
    {"event": "success", "extra": {"method": "whatever"}},
    {"event": "stuck in queued reschedule", "extra": "Task was in queued state for too long"},
    {"event": "missing partition key", "extra": "[1"},
    {"event": "something of its own", "extra": ["method"]},
    {"event": "get_task_instances_batch", "extra": {"method": "POST"}},
    {"event": "cli_scheduler", "extra": {"full_command": "['airflow', 'scheduler']"}},
    {"event": "cli_dag_list_dags", "extra": {"full_command": "['airflow', 'dags', 'list']"}},
    {"event": "cli_check", "extra": {"full_command": "['airflow', 'jobs', 'check', '--job-type', 'SchedulerJob']"}},
]


def event(event, owner="lee", extra=None, **fields):
    extra = json.dumps(extra) if isinstance(extra, dict | list) else extra
    return Event(when=NOW, event=event, owner=owner, extra=extra, **fields)


@pytest.mark.parametrize("name", EVENTS)
def test_deed_in_airflow_is_told_in_plain_words(name):
    """What was done and to what, in both languages, and nothing of what was sent, which may be secret."""
    given, (en, ko, subject) = EVENTS[name]

    (deed,) = trail([event(**given)], [])

    assert (deed.what.told(Language.EN), deed.what.told(Language.KO), deed.subject) == (en, ko, subject)
    assert (deed.at, deed.who, deed.dag_id) == (NOW, given.get("owner", "lee"), given.get("dag_id"))
    assert SECRET not in repr(deed)


@pytest.mark.parametrize("given", NOBODYS, ids=lambda given: given["event"])
def test_what_nobody_did_is_left_out(given):
    """What became of tasks, what Airflow noted by itself, and what only looks, is no deed."""
    assert trail([event(**given)], []) == []


@pytest.mark.parametrize("action", Action)
def test_every_operation_has_words(action):
    """What the commands of this project did is told as well, and that it failed."""
    done = Operation(at=NOW, who="lee@laptop", action=action, subject="2026-11-27", outcome=Outcome.DONE)
    failed = Operation(at=NOW, who="lee@laptop", action=action, subject="2026-11-27", outcome=Outcome.FAILED)

    (first,) = trail([], [done])
    (second,) = trail([], [failed])

    assert (first.who, first.what, first.subject) == ("lee@laptop", words.ACTIONS[action], "2026-11-27")
    assert second.what.en == f"{first.what.en}: failed"
    assert second.what.ko == f"{first.what.ko} 실패"


def test_both_logs_are_one_trail_newest_first():
    """Whoever asks what happened before the failure reads one list; parts of names and a DAG narrow it."""
    events = [event("trigger_dag_run", dag_id="a"), event("trigger_dag_run", dag_id="b", owner="Kim")]
    operation = Operation(
        at=NOW + timedelta(hours=1), who="lee@laptop", action=Action.RESTORE, subject="x", outcome=Outcome.DONE
    )

    assert [deed.who for deed in trail(events, [operation])] == ["lee@laptop", "lee", "Kim"]
    assert [deed.who for deed in trail(events, [operation], who="LEE")] == ["lee@laptop", "lee"]
    assert [deed.who for deed in trail(events, [operation], dag="b")] == ["Kim"]


def test_strange_names_are_printable():
    """Who calls himself something that a terminal would obey is shown escaped; who has no name is a question."""
    odd = event("trigger_dag_run", owner="\x1b[31m", dag_id="a\n")
    first, second = trail([odd, event("patch_dag", owner=None)], [])

    assert (first.who, first.subject, second.who) == ("\\x1b[31m", "a\\n", "?")
