from e2e.digest import DAILY, EXPECTED, digests
from e2e.stack.disturbed import POPULAR, RUN, alerts, held


def test_worker_killed(scaled_out, sentinels, tmp_path):
    """A worker's container is killed in mid-task: the other one takes the task up, after its heartbeats were missed."""
    scaled_out.forget()
    stack = held(scaled_out)
    hostname = stack.rest.tasks(DAILY, RUN)[POPULAR]["hostname"]
    (worker,) = [c for c in stack.containers("worker") if c.attrs["Config"]["Hostname"] == hostname]

    worker.kill()

    assert stack.rest.wait_for_end(DAILY, RUN) == "success"
    popular = stack.rest.tasks(DAILY, RUN)[POPULAR]
    assert popular["try_number"] == 2
    assert popular["hostname"] != hostname
    lake = stack.lake(tmp_path)
    assert digests(lake) == {DAILY: EXPECTED[DAILY]}
    assert alerts(lake) == []
    assert sentinels["token"] not in stack.logs()
