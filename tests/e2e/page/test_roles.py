"""What each role of Airflow may do, asked of a real API server; the table in ``docs/security.md`` says the same."""

from typing import Any, NamedTuple

import airflow_env
import pytest
import requests
from e2e.page.conftest import SENTINEL
from e2e.patience import PATIENCE

#: The people who have a role of Airflow's own, in the order of the columns on the page.
PEOPLE = ("viewer", "user", "op", "admin")
PAGE = (airflow_env.ROOT / "docs/security.md").read_text("utf-8").partition("## Roles")[2].partition("\n## ")[0]
DAG, TASK = "tmdb_weekly_comprehensive", "collect_horror_movies"
RUNS = f"dags/{DAG}/dagRuns"
TASKS = f"{RUNS}/there/taskInstances/{TASK}"


class Step(NamedTuple):
    """A request by somebody; what stands in braces is filled in."""

    method: str
    path: str
    body: dict[str, Any] | None = None
    by: str = "{who}"


CONNECTION = {"connection_id": "of_{who}", "conn_type": "http", "password": SENTINEL}
XCOM = f"{TASKS}/xcomEntries"
BACKFILL = {"dag_id": DAG, "from_date": "2024-03-01T00:00:00Z", "to_date": "2024-03-04T00:00:00Z"}
USER = {"username": "of_{who}", "email": "of@{who}", "first_name": "x", "last_name": "x"}
USER |= {"password": "x" * 12, "roles": [{"name": "Viewer"}]}
#: What may be done, in the words of the page, and requests that do it: all that is asked for stands in them, and each
#: makes what the next one needs. ``{who}`` is who asks.
RIGHTS = {
    "read DAGs, their code, runs, tasks, logs, XComs": (
        ("GET", "dags"),
        ("GET", f"dags/{DAG}/details"),
        ("GET", f"dagSources/{DAG}"),
        ("GET", f"{RUNS}/there/taskInstances"),
        ("GET", f"{TASKS}/logs/1"),
        ("GET", XCOM),
    ),
    "read pools, backfills, assets": (("GET", "pools"), ("GET", f"backfills?dag_id={DAG}"), ("GET", "assets")),
    "see the page of this project": (("GET", "/tmdb/page"),),
    "trigger, clear, mark and delete runs": (
        ("POST", RUNS, {"logical_date": None, "dag_run_id": "by_{who}"}),
        ("POST", f"dags/{DAG}/clearTaskInstances", {"dry_run": False, "dag_run_id": "by_{who}"}),
        ("PATCH", f"{RUNS}/by_{{who}}/taskInstances/{TASK}", {"new_state": "success"}),
        ("PATCH", f"{RUNS}/by_{{who}}", {"state": "failed"}),
        ("DELETE", f"{RUNS}/by_{{who}}"),
    ),
    "pause and unpause DAGs": (
        ("PATCH", f"dags/{DAG}", {"is_paused": False}),
        ("PATCH", f"dags/{DAG}", {"is_paused": True}),
    ),
    "delete DAGs with all their runs": (("DELETE", "dags/gone_of_{who}"),),
    "start, pause and cancel backfills": (
        ("POST", "backfills", BACKFILL, "admin"),
        ("PUT", "backfills/{backfill}/pause"),
        ("PUT", "backfills/{backfill}/cancel"),
        ("PUT", "backfills/{backfill}/cancel", None, "admin"),
        ("POST", "backfills", BACKFILL),
        ("PUT", "backfills/{backfill}/cancel", None, "admin"),
    ),
    "see, make, change and delete Connections": (
        ("POST", "connections", CONNECTION),
        ("GET", "connections/of_{who}"),
        ("PATCH", "connections/of_{who}", CONNECTION),
        ("DELETE", "connections/of_{who}"),
    ),
    "see, make, change and delete Variables": (
        ("POST", "variables", {"key": "of_{who}", "value": "x"}),
        ("GET", "variables/of_{who}"),
        ("PATCH", "variables/of_{who}", {"key": "of_{who}", "value": "y"}),
        ("DELETE", "variables/of_{who}"),
    ),
    "make, change and delete pools": (
        ("POST", "pools", {"name": "of_{who}", "slots": 1}),
        ("PATCH", "pools/of_{who}", {"pool": "of_{who}", "slots": 2, "include_deferred": False}),
        ("DELETE", "pools/of_{who}"),
    ),
    "make, change and delete XComs": (
        ("POST", XCOM, {"key": "of_{who}", "value": "x"}),
        ("PATCH", f"{XCOM}/of_{{who}}", {"value": "y"}),
        ("DELETE", f"{XCOM}/of_{{who}}"),
    ),
    "read the audit log": (("GET", "eventLogs"),),
    "see, make, change and delete users": (
        ("POST", "/auth/fab/v1/users", USER),
        ("GET", "/auth/fab/v1/users/of_{who}"),
        ("PATCH", "/auth/fab/v1/users/of_{who}", USER | {"last_name": "y"}),
        ("DELETE", "/auth/fab/v1/users/of_{who}"),
    ),
    "see, make, change and delete roles": (
        ("POST", "/auth/fab/v1/roles", {"name": "of_{who}", "actions": []}),
        ("GET", "/auth/fab/v1/roles/of_{who}"),
        ("PATCH", "/auth/fab/v1/roles/of_{who}", {"name": "of_{who}", "actions": []}),
        ("DELETE", "/auth/fab/v1/roles/of_{who}"),
    ),
}


def filled(value, names):
    """A request with names in the place of their marks."""
    if isinstance(value, dict):
        return {key: filled(each, names) for key, each in value.items()}
    return value.format(**names) if isinstance(value, str) else value


@pytest.fixture(scope="module")
def ask(server):
    """Do something as somebody: the response, which shows no password of a Connection, whoever asks."""

    def send(who, method, path, body=None):
        address = path if path.startswith("/") else f"/api/v2/{path}"
        headers = {"Authorization": f"Bearer {server.tokens[who]}"}
        answer = requests.request(method, f"{server.url}{address}", json=body, headers=headers, timeout=PATIENCE)
        assert SENTINEL not in answer.text
        return answer

    return send


@pytest.fixture(scope="module", autouse=True)
def _there(ask, postgres):
    """A run of which a task has been tried."""
    assert ask("admin", "POST", RUNS, {"logical_date": None, "dag_run_id": "there"}).ok
    tried = "UPDATE task_instance SET try_number = 1, state = 'failed' WHERE run_id = 'there' AND task_id = "
    postgres.rows("page_metadata", f"{tried}'{TASK}'")
    yield
    for run in ask("admin", "GET", RUNS).json()["dag_runs"]:
        if run["dag_run_id"] == "there" or run["run_type"] == "backfill":
            assert ask("admin", "DELETE", f"{RUNS}/{run['dag_run_id'].replace('+', '%2B')}").ok


def may(ask, who, steps):
    """Whether somebody may do all of it, or nothing of it. Where one of it is refused, so is the rest."""
    names, refused = {"who": who, "backfill": 0}, set()
    for step in (Step(*each) for each in steps):
        answer = ask(step.by.format(**names), step.method, step.path.format(**names), filled(step.body, names))
        if step.by == "admin":
            assert answer.ok or answer.status_code == 409, answer.text  # it is cancelled already
        else:
            assert answer.ok or answer.status_code == 403, f"{step}: {answer.status_code} {answer.text}"
            refused.add(not answer.ok)
        if answer.ok and step.method == "POST" and step.path == "backfills":
            names["backfill"] = answer.json()["id"]
    assert len(refused) == 1, f"{who} may do a part of it"
    return not refused.pop()


@pytest.mark.parametrize("right", RIGHTS)
def test_role_may_do_what_the_page_says(ask, right):
    """And is refused all else, with 403, before anything is looked up or changed."""
    found = {who: may(ask, who, RIGHTS[right]) for who in PEOPLE}

    assert found == told()[right]


def test_page_says_nothing_else():
    """Each line of it is tried, and all that is tried is told."""
    assert list(told()) == list(RIGHTS)


def told():
    """The table of the page: who may do what."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line[:1] == "|"]
    assert [head.lower() for head in rows[0][1:]] == list(PEOPLE)
    assert {cell for row in rows[2:] for cell in row[1:]} == {"yes", ""}
    return {row[0]: dict(zip(PEOPLE, (cell == "yes" for cell in row[1:]), strict=True)) for row in rows[2:]}
