import re
import shlex
from datetime import datetime, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from zoneinfo import ZoneInfo

import airflow_env
from e2e.digest import DAILY, EXPECTED, EXPECTED_TABLES, WEEKLY, digests
from e2e.leftovers import LABEL, owner
from e2e.stack.stack import LOAD, SERVICES, UNDISTURBED

from tmdb_pipeline.dags import DAGS, PERMITTED, POOL


def test_every_service_is_well(stack):
    """All services are healthy, what only prepares has ended well, and the sweep would find all of it."""
    found = {container.labels["com.docker.compose.service"]: container for container in stack.containers()}

    assert found.keys() == {*SERVICES, "check", "init"}
    for service in SERVICES:
        assert found[service].attrs["State"]["Health"]["Status"] == "healthy", service
    for service in ("check", "init"):
        assert found[service].attrs["State"]["ExitCode"] == 0, service
    labelled = {"filters": {"label": f"{LABEL}={owner()}"}}
    assert set(found.values()) <= set(stack.engine.containers.list(all=True, **labelled))
    assert f"{stack.compose.project}_default" in [network.name for network in stack.engine.networks.list(**labelled)]
    volumes = {volume.name for volume in stack.engine.volumes.list(**labelled)}
    assert {f"{stack.compose.project}_{name}" for name in ("data", "logs", "postgres")} <= volumes


def test_dags_and_pool_are_there(stack):
    """Every DAG, those that a fake permits too, is read without an error and paused, and the pool has its slots."""
    dags = {dag["dag_id"]: dag["is_paused"] for dag in stack.rest.get("dags")["dags"]}

    assert dags == dict.fromkeys((spec.id for spec in (*DAGS, *PERMITTED)), True)
    assert stack.rest.get("importErrors")["import_errors"] == []
    assert stack.rest.get("pools/tmdb_api")["slots"] == POOL.slots


def test_only_waiting_is_shorter_than_in_production(stack):
    """Tasks are tried as often as in production, and wait for it as the tests' cluster policy says."""
    spec = spec_from_file_location("policy", Path(__file__).parent / "policy" / "airflow_local_settings.py")
    policy = module_from_spec(spec)
    spec.loader.exec_module(policy)  # runpy would do without the probes that measure

    for dag_id, retries in ((DAILY, 3), (WEEKLY, 2)):
        for task in stack.rest.get(f"dags/{dag_id}/tasks")["tasks"]:
            assert task["retries"] == retries
            assert timedelta(seconds=task["retry_delay"]["seconds"]) == policy.RETRY_DELAY


def test_dags_test_inside_the_network(stack, tmp_path):
    """The command that the README tells runs a DAG against the fake, without the scheduler, with the same files."""
    readme = (airflow_env.ROOT / "README.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^\$ docker compose (run .* airflow dags test .*)$", readme, re.MULTILINE)

    ended = stack.compose(*shlex.split(command))

    found = digests(stack.lake(tmp_path))
    (run,) = stack.rest.runs(DAILY)
    stack.forget()
    assert "state=success" in ended.stdout
    assert run["state"] == "success"
    assert found == {DAILY: EXPECTED[DAILY]}


def test_schedule_starts_runs_by_itself(awake):
    """Unpaused, each DAG runs for its last moment in Seoul: daily at 02:00, on Sundays at 03:00, by nobody's order."""
    moments = {}
    for dag_id in (DAILY, WEEKLY):
        (run,) = awake.rest.scheduled_runs(dag_id)
        moments[dag_id] = datetime.fromisoformat(run["logical_date"]).astimezone(ZoneInfo("Asia/Seoul"))

    assert (moments[DAILY].hour, moments[DAILY].minute) == (2, 0)
    assert (moments[WEEKLY].isoweekday(), moments[WEEKLY].hour, moments[WEEKLY].minute) == (7, 3, 0)


def test_schedules_keep_out_of_the_tests(awake):
    """No further run comes by itself, whatever the hour: it would take the place of a run that a test has started."""
    for dag_id in (DAILY, WEEKLY):
        assert awake.rest.get(f"dags/{dag_id}")["next_dagrun_run_after"] is None


def test_both_dags_triggered_over_rest(undisturbed, tmp_path):
    """Triggered for a fixed date, both succeed at the first try and leave the files that every rung leaves.

    They ask for each page once and slowly enough, and publish their figures.
    """
    rest = undisturbed.rest

    for dag_id, number in ((DAILY, 4), (WEEKLY, 13)):
        assert list(rest.states(dag_id, UNDISTURBED).values()) == ["success"] * number
        assert list(rest.tries(dag_id, UNDISTURBED).values()) == [1] * number
    assert digests(undisturbed.lake(tmp_path)) == EXPECTED
    journal = undisturbed.fake.journal()
    assert journal["count"] == 5 + 1 + 8 * 15 + 20
    assert {call["outcome"] for call in journal["calls"]} == {200}
    assert journal["asked_twice"] == {}
    assert journal["unmatched"] == []
    assert journal["peak_per_second"] <= 40
    events = {event["name"]: event for event in rest.get("assets/events", order_by="timestamp")["asset_events"]}
    daily, weekly = events["tmdb_daily_movies"], events["tmdb_weekly_movies"]
    assert (daily["source_dag_id"], daily["source_run_id"]) == (DAILY, UNDISTURBED)
    assert (weekly["source_dag_id"], weekly["source_run_id"]) == (WEEKLY, UNDISTURBED)
    which = {"run_id": UNDISTURBED, "run_date": "2024-01-07"}
    assert daily["extra"] == {"dag_id": DAILY, **which, **rest.returned(DAILY, UNDISTURBED, "generate_daily_summary")}
    assert daily["extra"]["collection_summary"]["total_collected"] > 100
    assert weekly["extra"] == {"dag_id": WEEKLY, **which, **rest.returned(WEEKLY, UNDISTURBED, "end_weekly_collection")}
    assert weekly["extra"]["quality_summary"]["verdict"] == "passed"


def test_assets_bring_both_runs_into_the_warehouse(undisturbed):
    """The runs' assets start the load, which signs in as who may load: the tables that every rung leaves."""
    runs = undisturbed.rest.runs(LOAD)

    assert {run["run_type"] for run in runs} == {"asset_triggered"}
    assert undisturbed.table_digest() == EXPECTED_TABLES[DAILY, WEEKLY]
