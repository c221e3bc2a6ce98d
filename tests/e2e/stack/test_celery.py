"""The stack scaled out: Redis and two workers in the place of the scheduler's own processes."""

from collections import Counter

import pytest
import requests
from e2e.digest import DAILY, EXPECTED, WEEKLY, digests
from e2e.stack.stack import AT_THREE


def test_weekly_run_on_two_workers(scaled_out, tmp_path):
    """Both workers do a part of the weekly run, and its files are those of every rung."""
    rest = scaled_out.rest
    workers = {container.attrs["Config"]["Hostname"] for container in scaled_out.containers("worker")}

    rest.trigger(WEEKLY, AT_THREE, "scaled-out")
    end = rest.wait_for_end(WEEKLY, "scaled-out")

    done = Counter(task["hostname"] for task in rest.tasks(WEEKLY, "scaled-out").values())
    journal = scaled_out.fake.journal()
    assert end == "success"
    assert set(rest.states(WEEKLY, "scaled-out").values()) == {"success"}
    assert len(workers) == 2
    assert done.keys() == workers
    assert digests(scaled_out.lake(tmp_path)) == {WEEKLY: EXPECTED[WEEKLY]}
    assert journal["count"] == 8 * 15 + 20
    assert journal["asked_twice"] == {}
    assert journal["peak_per_second"] <= 40
    assert "limits are not shared" not in scaled_out.logs()


def test_changed_password_is_taken_up(scaled_out):
    """The administrator's new password opens the stack, the old one no longer does, and nothing else was lost."""
    user, password = scaled_out.settings["ADMIN_USER"], scaled_out.settings["ADMIN_PASSWORD"]

    scaled_out.rest.sign_in(user, password)
    with pytest.raises(requests.HTTPError, match="401"):
        scaled_out.rest.sign_in(user, password.removeprefix("another-"))

    assert scaled_out.rest.scheduled_runs(DAILY) != []


def test_queue_and_workers_are_not_root(scaled_out):
    """Neither the queue nor a worker has a process of root."""
    containers = [*scaled_out.containers("redis"), *scaled_out.containers("worker")]
    users = {row[0] for container in containers for row in container.top(ps_args="-eo uid,pid,args")["Processes"]}

    assert len(containers) == 3
    assert "0" not in users


def test_token_is_nowhere_to_be_seen(scaled_out, sentinels):
    """The token is in no log of any service and of no task, also not in those of the workers."""
    logs = scaled_out.logs()

    assert "action: page 1 of 15 received" in logs
    assert "worker-1" in logs
    assert sentinels["token"] not in logs
