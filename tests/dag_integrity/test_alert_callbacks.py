"""What Airflow calls when runs and tasks have ended, without a run of Airflow: what is told of each."""

import errno
import logging
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException, AirflowSecretsBackendAccessDenied
from msgspec.structs import replace

from tmdb_pipeline import dags
from tmdb_pipeline.alerts.alert import Kind
from tmdb_pipeline.alerts.causes import FULL_DISK, KILLED
from tmdb_pipeline.alerts.ledger import Ledger
from tmdb_pipeline.extract.errors import PageFailed
from tmdb_pipeline.lake.errors import LakeError, RunInProgress
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.monitoring.durations.task_runs import TaskRun, keep
from tmdb_pipeline.orchestration.alerts import callbacks, failures, links, telling
from tmdb_pipeline.settings import Settings
from tmdb_pipeline.tmdb.errors import RefusedKey

DAILY = dags.DAILY.id
TASKS = [task.id for task in dags.DAILY.tasks]


@pytest.fixture
def ledger(monkeypatch, tmp_path):
    """The ledger of a lake, where there are no Connections."""

    def get_connection(conn_id):
        raise AirflowNotFoundException(conn_id)

    monkeypatch.setattr(BaseHook, "get_connection", staticmethod(get_connection))
    monkeypatch.setenv("TMDB_DATA_ROOT", str(tmp_path))
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(failures, "_here", {})
    return Ledger(Lake(str(tmp_path)))


class Ti:
    """A task instance as Airflow gives it to callbacks; ``states`` and ``pushed`` are what it would ask for."""

    def __init__(self, task_id=TASKS[0], states=None, pushed=None):
        self.dag_id, self.run_id, self.task_id, self.try_number = DAILY, "manual__1", task_id, 4
        self.states, self.pushed = states, {} if pushed is None else pushed

    def xcom_push(self, *, key, value):
        self.pushed[self.task_id] = value

    def xcom_pull(self, *, task_ids, key):
        return [self.pushed.get(task_id) for task_id in task_ids]

    def get_task_states(self, *, dag_id, run_ids):
        if self.states is None:
            raise NameError("SUPERVISOR_COMMS")
        return {self.run_id: self.states}


def context(ti=None, **more):
    at = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)
    given = {
        "dag": SimpleNamespace(dag_id=DAILY, task_ids=TASKS),
        "run_id": "manual__1",
        "dag_run": SimpleNamespace(logical_date=at, run_after=at),
        "ti": ti,
    }
    return {name: value for name, value in (given | more).items() if value is not None}


def test_failures_come_from_the_processes_of_the_tasks(ledger):
    """The callback of the DAG asks Airflow which tasks failed, and each has left why; one that was killed has not."""
    pushed = {}
    failures.note(context(Ti(TASKS[1], pushed=pushed), exception=RefusedKey("/movie", "no\nkey", "Set it.")))
    failures._here.clear()  # that was another process
    states = {TASKS[0]: "failed", TASKS[1]: "failed", TASKS[2]: "upstream_failed", TASKS[3]: "success"}

    callbacks.run_failed(context(Ti(TASKS[1], states, pushed), reason="task_failure"))

    (kept,) = ledger.open()
    assert kept.alert.task_ids == (TASKS[0], TASKS[1])
    assert (kept.alert.run_date, kept.alert.try_number) == (date(2026, 11, 27), 4)
    assert kept.alert.detail == "/movie: no key. Set it."
    assert kept.alert.cause.en.startswith("The process of the task was killed")


def test_failures_come_from_this_process_where_nobody_can_be_asked(ledger):
    """In ``dag.test()`` all tasks run here, and what an earlier run left is not told again."""
    failures.note(context(Ti(TASKS[0]), exception=RefusedKey("/movie", "no key")))
    callbacks.run_failed(context(Ti(TASKS[0]), reason="task_failure"))

    assert ledger.open()[0].alert.task_ids == (TASKS[0],)
    assert failures.failures_of(context(Ti(TASKS[0]))) == []


def test_failure_that_cannot_be_kept_changes_nothing(ledger, caplog):
    """In the DAG processor, which tells of tasks that were lost, no XCom can be pushed."""

    class Lost(Ti):
        def xcom_push(self, *, key, value):
            raise RuntimeError("Unhandled request")

    with caplog.at_level(logging.DEBUG, "tmdb_pipeline"):
        failures.note(context(Lost()))

    assert caplog.messages == [f"Why {TASKS[0]} failed is not kept: Unhandled request"]


@pytest.mark.parametrize(
    ("error", "kinds"),
    [
        (None, (KILLED,)),
        ("lost", (KILLED,)),
        (RunInProgress("x"), ("RunInProgress", "LakeError")),
        (PageFailed("popular", 3, 2, 5, RefusedKey("/movie", "no")), ("RefusedKey", "TmdbError")),
        (OSError(errno.ENOSPC, "full"), (FULL_DISK, "OSError")),
    ],
)
def test_kinds_of_an_error(error, kinds):
    """An error is told by its type, that of a page by its cause's, and none at all by that the task was lost."""
    assert failures.kinds_of(error) == kinds


def test_full_disk_is_found_behind_what_it_caused():
    """The lake says that a file cannot be written; people are told that the disk is full."""
    error = LakeError("cannot be written")
    error.__cause__ = OSError(errno.EDQUOT, "quota")

    assert failures.kinds_of(error) == (FULL_DISK, "LakeError")


def test_run_that_was_ended_by_its_limit_says_so(ledger):
    """A run of which no task is known to have failed, and that took too long, is told as that."""
    callbacks.run_failed(context(Ti(TASKS[0], dict.fromkeys(TASKS, "skipped")), reason="timed_out"))

    assert ledger.open()[0].alert.cause.en == "The run took longer than it may, and was ended."


def test_run_of_which_airflow_knows_little_is_told_all_the_same(ledger):
    """Without a task Airflow gives no run either: the alert has no date."""
    known = context()
    del known["dag_run"]

    callbacks.run_failed(known | {"reason": "task_failure"})

    (kept,) = ledger.open()
    assert (kept.alert.run_date, kept.alert.task_ids, kept.alert.try_number) == (None, (), None)


def slow(state):
    return {
        "dag_run": {
            "state": state,
            "dag_id": DAILY,
            "dag_run_id": "manual__1",
            "logical_date": None,
            "run_after": "2026-11-26T17:00:00Z",
            "queued_at": "2026-11-26T17:00:05Z",
        },
        "deadline": {},
    }


def test_run_that_is_slow_is_told_of_until_it_ends(ledger):
    """A run that is at work, or waits, at its deadline is told of; when it fails, that is told in its place."""
    callbacks.run_slow(slow("running"))

    (kept,) = ledger.open()
    assert (kept.alert.kind, kept.alert.run_id, kept.alert.run_date) == (Kind.RUN_SLOW, "manual__1", date(2026, 11, 27))
    assert kept.alert.cause.ko == "실행 시간이 1시간 이상이며 아직 끝나지 않았습니다."

    callbacks.run_failed(context(Ti(TASKS[0], {TASKS[0]: "failed"}), reason="task_failure"))
    assert [kept.alert.kind for kept in ledger.open()] == [Kind.RUN_FAILED]

    callbacks.run_succeeded(context(Ti()))
    assert ledger.open() == []


def test_slow_run_is_told_where_no_connection_may_be_looked_for(ledger, monkeypatch):
    """What a deadline calls gets no Connection from Airflow's database: the environment counts, and the rest waits."""

    def get_connection(conn_id):
        raise AirflowSecretsBackendAccessDenied(conn_id)

    monkeypatch.setattr(BaseHook, "get_connection", staticmethod(get_connection))

    callbacks.run_slow(slow("running"))

    assert [kept.alert.kind for kept in ledger.waiting()] == [Kind.RUN_SLOW]


def last_task(ended, **changes):
    """What the last task of the run has noted when it ended."""
    made = TaskRun(
        dag_id=DAILY,
        task_id=TASKS[-1],
        run_id="manual__1",
        run_date=date(2026, 11, 27),
        try_number=1,
        state="success",
        began=ended,
        ended=ended,
        cpu_seconds=1.0,
        peak_memory_bytes=1,
    )
    return replace(made, **changes)


#: When the run was queued, and an hour later: its deadline.
QUEUED = datetime(2026, 11, 26, 17, 0, 5, tzinfo=UTC)
DEADLINE = QUEUED + timedelta(hours=1)


@pytest.mark.parametrize(
    ("noted", "is_told"),
    [
        (last_task(DEADLINE), False),
        (last_task(DEADLINE, state="up_for_retry"), True),
        (last_task(DEADLINE, task_id=TASKS[0]), True),
        (last_task(DEADLINE, run_id="manual__2"), True),
        (last_task(QUEUED - timedelta(hours=1)), True),  # of a run that was cleared, and runs again
    ],
)
def test_run_that_ended_while_its_callback_waited_is_not_slow(ledger, tmp_path, noted, is_told):
    """What Airflow gives to the callback is how the run was at its deadline, which may be long ago."""
    keep(Lake(str(tmp_path)), noted)

    callbacks.run_slow(slow("running"))

    assert [kept.alert.kind for kept in ledger.open()] == [Kind.RUN_SLOW] * is_told


def test_run_that_failed_while_its_callback_waited_is_not_slow(ledger, monkeypatch):
    """It was told to have failed by then, also where it is made up for meanwhile."""
    callbacks.run_failed(context(Ti(TASKS[0], {TASKS[0]: "failed"}), reason="task_failure"))
    now = datetime.now(UTC)
    queued = slow("running")
    queued["dag_run"]["queued_at"] = (now - timedelta(hours=1)).isoformat()

    callbacks.run_slow(queued)
    assert [kept.alert.kind for kept in ledger.open()] == [Kind.RUN_FAILED]

    callbacks.run_succeeded(context(Ti()))
    callbacks.run_slow(queued)
    assert ledger.open() == []


def test_run_of_which_nobody_can_say_whether_it_has_ended_is_told(ledger, tmp_path, monkeypatch, caplog):
    """A lake that cannot be read keeps no alert back."""
    (tmp_path / "raw").write_text("in the way")
    monkeypatch.setattr(callbacks, "successes", failing)

    callbacks.run_slow(slow("running"))

    assert [kept.alert.kind for kept in Ledger(Lake(str(tmp_path / "home" / telling.SPARE))).open()] == [Kind.RUN_SLOW]
    assert "Nobody can say whether manual__1 has ended: " in caplog.text


def failing(*_):
    raise LakeError("gone")


@pytest.mark.parametrize("state", ["failed", "success"])
def test_deadline_of_a_run_that_has_ended_is_no_news(ledger, state):
    """Airflow tells of the deadlines of runs that have failed, too."""
    callbacks.run_slow(slow(state))

    assert ledger.open() == []


@pytest.mark.parametrize("root", ["s3://no bucket", ""])
def test_setting_that_is_wrong_keeps_no_alert_from_being_sent(ledger, monkeypatch, root, caplog):
    """Where the data root, or a setting, is what is wrong, people are told all the same, and the log says why."""
    told = []
    monkeypatch.setattr(callbacks, "tell", lambda *what, **_: told.append(what))
    monkeypatch.setenv("TMDB_DATA_ROOT", root)
    monkeypatch.setenv("TMDB_CONNECTIONS", "0" if not root else "1")

    callbacks.run_failed(context(Ti(TASKS[0], {TASKS[0]: "failed"}), reason="task_failure"))
    callbacks.run_succeeded(context(Ti()))

    ((lake, settings, alert),) = told
    assert (lake, settings.locale, alert.kind) == (None, Settings().locale, Kind.RUN_FAILED)
    assert caplog.messages[0].startswith("Alerts are sent and not kept: ")


def test_mistake_of_ours_fails_no_task(monkeypatch, caplog):
    """Whatever goes wrong with an alert, the task goes on."""
    monkeypatch.setattr(telling, "find_channels", None)

    telling.deliver_waiting(None, Settings())

    assert caplog.messages == ["Alerts cannot be sent, because of a mistake in this program"]


def test_wrong_connection_is_said_when_something_is_to_be_sent(ledger, monkeypatch, tmp_path, caplog):
    """What was said at the start is said again where an alert cannot go out for it."""

    def get_connection(conn_id):
        raise ValueError(conn_id)

    monkeypatch.setattr(BaseHook, "get_connection", staticmethod(get_connection))

    telling.deliver_waiting(Lake(str(tmp_path)), Settings())

    assert [message.split(" cannot")[0] for message in caplog.messages] == [
        "The Connection slack_ops",
        "The Connection smtp_default",
    ]


@pytest.mark.parametrize(
    ("base", "link"),
    [
        (None, None),
        ("", None),
        ("/airflow", None),
        ("airflow.example.org", None),
        ("https://a.org/x/", "https://a.org/x/dags/d/runs/scheduled__2026-11-26T17%3A00%3A00%2B00%3A00"),
    ],
)
def test_link_leads_to_the_run(monkeypatch, base, link):
    """The page of a run is below the address that Airflow is given; without one there is no link that leads nowhere."""
    monkeypatch.delenv("AIRFLOW__API__BASE_URL", raising=False)
    if base is not None:
        monkeypatch.setenv("AIRFLOW__API__BASE_URL", base)

    assert links.run_link("d", "scheduled__2026-11-26T17:00:00+00:00") == link
