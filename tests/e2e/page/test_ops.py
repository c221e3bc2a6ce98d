"""``tmdb-ops`` against a real API server: what Airflow answers to each of its questions. No scheduler runs."""

import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
import requests
from e2e.patience import PATIENCE

from tmdb_pipeline.ops import program
from tmdb_pipeline.ops.airflow_api.access import Access
from tmdb_pipeline.ops.airflow_api.client import AirflowApi
from tmdb_pipeline.ops.commands import trigger

DAILY, HISTORY = "tmdb_daily_collection", "tmdb_popularity_history"
#: A day for which no other test triggers.
DAY = "2024-03-05"


@pytest.fixture
def ops(server, tmp_path, monkeypatch, capsys):
    """Run the command as somebody: its status, output and errors."""
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TMDB_AIRFLOW_URL", server.url)
    monkeypatch.setenv("TMDB_DATA_ROOT", str(tmp_path))
    monkeypatch.setenv("TMDB_LOCALE", "en")
    monkeypatch.delenv("TMDB_AIRFLOW_TOKEN", raising=False)

    def run(*arguments, who="admin", password=None):
        monkeypatch.setenv("TMDB_AIRFLOW_USER", who)
        monkeypatch.setenv("TMDB_AIRFLOW_PASSWORD", password or who)
        status = program.main(arguments)
        said = capsys.readouterr()
        return int(status), said.out, said.err

    return run


@pytest.fixture
def rest(server):
    """Ask the server as its administrator."""
    headers = {"Authorization": f"Bearer {server.tokens['admin']}"}

    def ask(method, path, **options):
        response = requests.request(method, f"{server.url}/api/v2/{path}", headers=headers, timeout=PATIENCE, **options)
        assert response.ok, response.text
        return response

    return ask


def test_status_tells_runs_by_what_airflow_keeps(ops):
    """Of every DAG, in the order of the registry; with a viewer's rights as well."""
    code, out, err = ops("status", "--json")

    told = json.loads(out)
    assert (code, err, told["services"], told["wrong"]) == (0, "", None, [])
    by_name = {dag["name"]: dag for dag in told["dags"]}
    assert list(by_name)[:2] == ["daily", "weekly"]
    assert by_name["load"]["runs"][0]["state"] == "success"
    assert by_name["load"]["succeeded_at"] == by_name["load"]["runs"][0]["end_date"]
    assert by_name["history"]["runs"][0]["state"] == "running"
    assert ops("status", "weekly", who="viewer")[0] == 0


def test_run_is_triggered_watched_and_done_again(ops, rest):
    """A date has one run; it ends as Airflow says, and may be cleared."""
    assert ops("unpause", "daily")[0] == 0
    code, out, _ = ops("trigger", "daily", "--date", DAY, "--json")
    run = json.loads(out)["run"]
    assert (code, run["logical_date"], run["state"]) == (0, f"{DAY}T02:00:00+09:00", "queued")
    place = f"dags/{DAILY}/dagRuns/{run['dag_run_id'].replace('+', '%2B')}"

    code, _, err = ops("trigger", "daily", "--date", DAY, "--again")
    assert (code, err.startswith(f"The run of daily for {DAY} is queued: wait for it")) == (7, True)
    rest("PATCH", place, json={"state": "failed"})
    code, out, _ = ops("wait", "daily", run["dag_run_id"])
    assert (code, "daily has failed after" in out) == (1, True)
    code, _, err = ops("trigger", "daily", "--date", DAY)
    there = f"There is a run of daily for {DAY} already, {run['dag_run_id']}, which has failed"
    assert (code, err.startswith(there)) == (7, True)
    assert ops("trigger", "daily", "--date", DAY, "--again")[0] == 0
    rest("PATCH", place, json={"state": "success"})
    assert ops("wait", "daily", run["dag_run_id"])[0] == 0

    code, _, err = ops("logs", "daily", "collect_popular_movies", "--run", run["dag_run_id"], "--try", "7")
    assert (code, "had no try 7 in" in err) == (2, True)
    rest("DELETE", place)
    assert ops("pause", "daily")[0] == 0


def test_run_of_a_dag_that_is_paused_says_why_it_waits(ops, rest, monkeypatch):
    """Paused before, nothing is started; paused while somebody waits, it is said, and what lets it go on."""
    assert ops("pause", "daily")[0] == 0
    code, _, err = ops("trigger", "daily", "--date", DAY, "--wait")
    assert (code, err.startswith("daily is paused, so its run would wait for ever: run tmdb-ops unpause")) == (2, True)

    run = json.loads(ops("trigger", "daily", "--date", DAY, "--json")[1])["run"]["dag_run_id"]
    place = f"dags/{DAILY}/dagRuns/{run.replace('+', '%2B')}"
    acts = iter([{"is_paused": False}, {"is_paused": True}, None])

    class Clock(trigger.SystemClock):
        """While the command sleeps, somebody unpauses and pauses the DAG, and then ends the run."""

        def sleep(self, _):
            act = next(acts)
            rest("PATCH", f"dags/{DAILY}" if act else place, json=act or {"state": "success"})

    monkeypatch.setattr(trigger, "SystemClock", Clock)
    code, out, _ = ops("wait", "daily", run)
    assert (code, out.count("daily is paused, so its run begins no more tasks")) == (0, 2)
    rest("DELETE", place)


def test_token_that_expires_meanwhile_is_taken_anew(server):
    """Of a real token everything but its time is kept."""
    asked = AirflowApi(Access(server.url, "admin", "admin"))
    with asked:
        asked.dags()
        claims = jwt.decode(server.tokens["admin"], options={"verify_signature": False})
        claims["exp"] = datetime.now(UTC) - timedelta(hours=1)
        expired = jwt.encode(claims, "x" * 64, algorithm="HS512")
        headers = {"Authorization": f"Bearer {expired}"}
        refused = requests.get(f"{server.url}/api/v2/dags", headers=headers, timeout=PATIENCE)
        asked._session.headers.update(headers)

        assert (refused.status_code, asked.dag(DAILY).dag_id) == (401, DAILY)


def test_backfill_is_refused_or_shown_as_airflow_has_it(ops):
    """Dates are those of the schedule; a DAG that others start has none."""
    code, out, _ = ops("backfill", "history", "--from", "2024-03-01", "--to", "2024-03-03", "--dry-run")
    assert (code, out) == (0, "3 runs of history: 2024-03-01, 2024-03-02, 2024-03-03\n")

    code, _, err = ops("backfill", "load", "--from", "2024-03-01", "--dry-run")
    assert (code, err.startswith("load is started by other DAGs and has no dates of its own")) == (2, True)


def test_backfill_is_started_once(ops, rest):
    """The second is told that one is under way."""
    code, out, _ = ops("backfill", "history", "--from", "2024-03-01", "--yes", "--json")
    begun = json.loads(out)
    assert (code, len(begun["dates"])) == (0, 1)

    code, _, err = ops("backfill", "history", "--from", "2024-03-02", "--yes")
    assert (code, err) == (
        7,
        "A backfill of history is under way: wait until it has ended, see tmdb-ops status history.\n",
    )
    rest("PUT", f"backfills/{begun['backfill']['id']}/cancel")
    for run in rest("GET", f"dags/{HISTORY}/dagRuns?run_type=backfill").json()["dag_runs"]:
        rest("DELETE", f"dags/{HISTORY}/dagRuns/{run['dag_run_id'].replace('+', '%2B')}")


def test_performance_is_that_of_the_runs(ops):
    """Durations by what Airflow keeps."""
    (told,) = json.loads(ops("performance", "load", "--runs", "50", "--json")[1])

    assert (len(told["runs"]), {run["state"] for run in told["runs"]}) == (50, {"success"})
    assert 21 <= told["median"] <= 40


def test_audit_tells_who_did_it(ops):
    """The pause is somebody's deed."""
    ops("pause", "weekly")

    told = json.loads(ops("audit", "--who", "admin", "--dag", "weekly", "--json")[1])
    assert "pause" in told[0]["what"]["en"]


@pytest.mark.parametrize(
    ("arguments", "who", "said"),
    [
        (["pause", "daily"], "viewer", "does not let this user pause or unpause DAGs (403)"),
        (["trigger", "daily"], "viewer", "does not let this user trigger DAGs (403)"),
        (["audit"], "viewer", "does not let this user see its log (403)"),
        (["status", "daily"], "nobody", "does not let this user see this (403)"),
    ],
)
def test_who_may_not_is_told_so(ops, arguments, who, said):
    """In one sentence, with what to mend; nothing is changed."""
    code, _, err = ops(*arguments, who=who)

    assert (code, err.count("\n")) == (6, 1)
    assert said in err


def test_wrong_password_is_told(ops):
    """And not the password."""
    code, _, err = ops("status", "daily", password="wr0ng")

    assert code == 6
    assert "does not know this user or password (401): mend TMDB_AIRFLOW_USER and TMDB_AIRFLOW_PASSWORD" in err
    assert "wr0ng" not in err


def test_unknown_dag_is_told(ops):
    """With those that there are."""
    code, _, err = ops("trigger", "dayly")

    assert code == 2
    assert err.startswith("There is no DAG dayly: do you mean daily? There are daily, weekly")
