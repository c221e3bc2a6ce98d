import json
from datetime import UTC, datetime

import msgspec
import pytest
from airflow_server import dag, run, task
from fake_docker import WELL, container
from rich.cells import cell_len

from tmdb_pipeline import clock
from tmdb_pipeline.alerts.alert import Alert, Kind
from tmdb_pipeline.alerts.ledger import Ledger
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Said
from tmdb_pipeline.ops.commands import status

DAILY, LOAD = "tmdb_daily_collection", "tmdb_warehouse_load"


class Morning(clock.SystemClock):
    """09:00 of 28 November 2026 in Seoul."""

    def now(self):
        return datetime(2026, 11, 28, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _world(stack, docker, airflow, monkeypatch):
    """A stack that is well, with two DAGs, of which one has run last night."""
    monkeypatch.setattr(status, "SystemClock", Morning)
    docker.says("exec .* alerts", "[]")
    airflow.answers |= {
        "GET dags": {"dags": [dag(DAILY, name="TMDB 일일 수집"), dag(LOAD, paused=True, name="TMDB 웨어하우스 적재")]},
        f"GET dags/{DAILY}": dag(DAILY, name="TMDB 일일 수집"),
        f"GET dags/{DAILY}/dagRuns": {"dag_runs": [run(DAILY)]},
        f"GET dags/{LOAD}/dagRuns": {"dag_runs": []},
        f"GET dags/{DAILY}/dagRuns/manual__1/taskInstances": {
            "task_instances": [
                task("generate_daily_summary", None, None, None, try_number=0),
                task("collect_popular_movies", task_display_name="인기 영화 수집"),
            ]
        },
    }


def alert(root, cause="The daily collection takes too long.", dag_id=DAILY):
    """Raise an alert on a data root."""
    said = Said(cause, cause)
    at = datetime(2026, 11, 27, 18, tzinfo=UTC)
    Ledger(Lake(str(root))).raise_(
        Alert(kind=Kind.RUN_SLOW, raised_at=at, subject=cause, dag_id=dag_id, cause=said, advice=said)
    )


def test_stack_that_is_well_is_shown(ops):
    """Services by what they say, DAGs with their last and next runs in Seoul, and alerts."""
    code, out, err = ops("status")

    assert (code, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert ["check", "+", "done", "2", "hours", "ago"] in lines
    assert ["scheduler", "+", "well", "2", "hours", "ago", "healthy"] in lines
    daily = ["daily", "TMDB", "일일", "수집", "today", "02:00", "success", "3", "min", "4", "s", "6", "h", "56", "min"]
    assert [*daily, "tomorrow", "02:00"] in lines
    assert ["load", "TMDB", "웨어하우스", "적재", "never", "never", "paused"] in lines
    assert out.endswith("No alert is open.\n")


def test_columns_stand_below_each_other(ops):
    """A Korean letter is two columns wide, and what comes behind a name still begins where its head does."""
    _, out, _ = ops("status")

    head, daily, load = (line for line in out.splitlines() if line.startswith(("DAG", "daily", "load")))
    assert cell_len(head[: head.index("last run")]) == cell_len(daily[: daily.index("today")])
    assert cell_len(head[: head.index("next run")]) == cell_len(load[: load.index("paused")])


@pytest.mark.parametrize("width", [80, 100, 120])
def test_nothing_is_wider_than_the_terminal(ops, monkeypatch, width):
    """Whoever has 80 columns reads whole lines."""
    monkeypatch.setenv("COLUMNS", str(width))

    _, out, _ = ops("status")

    assert max(cell_len(line.rstrip()) for line in out.splitlines()) <= width


def test_programs_get_one_document(ops):
    """With all that people see, moments with their zones."""
    code, out, err = ops("status", "--json")

    told = json.loads(out)
    assert (code, err, told["at"], told["alerts"], told["wrong"]) == (0, "", "2026-11-28T09:00:00+09:00", [], [])
    assert [(each["service"]["name"], each["service"]["verdict"]) for each in told["services"]] == [
        (name, "well") for name in ("api-server", "check", "postgres", "scheduler")
    ]
    assert [(each["name"], each["succeeded_at"]) for each in told["dags"]] == [
        ("daily", "2026-11-27T17:03:04Z"),
        ("load", None),
    ]


@pytest.mark.parametrize(
    ("containers", "said"),
    [
        ([], "The stack is not running: start it with tmdb-ops start."),
        ([container("api-server", "exited"), container("scheduler", "exited")], "The stack is not running: start"),
        ([*WELL[:3], container("scheduler", health="starting")], "Some services are still starting: look again"),
        (WELL[:3], "The stack runs in part: tmdb-ops start starts the rest."),
        ([*WELL[:3], container("scheduler", "exited")], "The stack runs in part"),
        ([*WELL[:3], container("scheduler", "restarting")], "See tmdb-ops logs scheduler, mend what it says, then run"),
    ],
)
def test_stack_that_is_not_well_is_said(ops, docker, containers, said):
    """With what to do, and a status of its own."""
    docker.runs(*containers)
    docker.says("logs", "the end\n")

    code, out, err = ops("status")

    assert (code, err) == (5, "")
    assert said in out


def test_service_that_is_unhealthy_says_why(ops, docker):
    """In its own words."""
    docker.runs(*WELL[:3], container("scheduler", health="unhealthy"))
    docker.says("inspect", json.dumps({"Log": [{"Output": "scheduler does not stir."}]}))

    code, out, _ = ops("status")

    assert code == 5
    assert "x not well" in out
    assert "scheduler does not stir." in out


def test_service_that_has_stopped_is_not_asked(ops, docker):
    """What the rest says is shown; Airflow is not waited for where its API server is away."""
    docker.runs(container("scheduler", "exited", exit_code=137))

    code, out, _ = ops("status")

    assert code == 5
    assert "ended with 137" in out
    assert "DAG" not in out.split()


def test_airflow_that_does_not_answer_is_said(ops, airflow):
    """Beside what is known all the same."""
    airflow.answers["GET dags"] = (503, {})

    code, out, _ = ops("status")

    assert code == 5
    assert "fails with status 503: run this again" in out
    assert "No alert is open." in out


def test_airflow_that_is_starting_is_not_called_away(ops, airflow, docker):
    """That it starts is said once, beside its service."""
    docker.runs(container("api-server", health="starting"), *WELL[1:])
    airflow.answers["GET dags"] = (503, {})

    code, out, _ = ops("status")

    assert (code, "503" in out, "~ starting" in out) == (5, False, True)


def test_alerts_that_cannot_be_read_are_said(ops, docker):
    """By an image that is older than this command, for instance."""
    docker.says("exec .* alerts", err="No module named tmdb_pipeline.ops", status=1)

    code, out, _ = ops("status")

    assert code == 5
    assert "The alerts cannot be read: python failed in the container of scheduler" in out


def test_open_alerts_are_shown(ops, tmp_path, monkeypatch):
    """When each was raised, what happened, and what to do."""
    monkeypatch.setenv("TMDB_DATA_ROOT", str(tmp_path / "lake"))
    alert(tmp_path / "lake")
    assert "1 open alert\ntoday 03:00  The daily collection takes too long." in ops("status")[1]

    alert(tmp_path / "lake", "The load has failed.", LOAD)
    assert "2 open alerts" in ops("status")[1]
    assert len(json.loads(ops("status", "daily", "--json")[1])["alerts"]) == 1


def test_alerts_come_from_the_scheduler(ops, docker, tmp_path):
    """Which has the data, where this machine has not."""
    alert(tmp_path / "lake")
    (kept,) = Ledger(Lake(str(tmp_path / "lake"))).open()
    docker.says("exec .* alerts", msgspec.json.encode([kept]).decode())

    assert json.loads(ops("status", "--json")[1])["alerts"][0]["kind"] == "run_slow"


def test_dag_is_shown_with_runs_and_tasks(ops, airflow):
    """Its tasks in the order in which they began."""
    airflow.answers[f"GET dags/{DAILY}/dagRuns"] = {
        "dag_runs": [run(DAILY, state="running", ended=None), run(DAILY, "manual__0", "failed")]
    }

    code, out, _ = ops("status", "daily")

    lines = [line.split() for line in out.splitlines()]
    assert code == 0
    assert lines[0] == ["TMDB", "일일", "수집", DAILY]
    assert ["manual__1", "today", "02:00", "running", "7", "h"] in lines
    assert ["manual__0", "today", "02:00", "failed", "3", "min", "4", "s"] in lines
    tasks = [line for line in lines if line and line[0] in {"collect_popular_movies", "generate_daily_summary"}]
    assert tasks == [
        ["collect_popular_movies", "인기", "영화", "수집", "success", "1", "1", "min"],
        ["generate_daily_summary", "waiting"],
    ]
    assert "service" not in out


def test_age_of_data_is_that_of_the_last_success(ops, airflow):
    """A run that has failed made none."""
    good = run(DAILY, "manual__0", ended="2026-11-25T17:00:00Z")
    airflow.answers[f"GET dags/{DAILY}/dagRuns"] = [{"dag_runs": [run(DAILY, state="failed")]}, {"dag_runs": [good]}]

    assert json.loads(ops("status", "daily", "--json")[1])["dags"][0]["succeeded_at"] == "2026-11-25T17:00:00Z"
    assert ("GET", f"dags/{DAILY}/dagRuns?limit=1&order_by=-end_date&state=success", None) in airflow.asked


def test_dag_that_has_never_run_says_how_to(ops, airflow):
    """A new user's first look."""
    airflow.answers[f"GET dags/{DAILY}/dagRuns"] = {"dag_runs": []}

    assert "It has never run: start a run with tmdb-ops trigger daily --wait." in ops("status", "daily")[1]


def test_dag_that_is_not_there_is_said(ops):
    """With those that are."""
    code, out, err = ops("status", "dayly")

    assert (code, out) == (2, "")
    assert err == "There is no DAG dayly: do you mean daily? There are daily, load.\n"


def test_airflow_elsewhere_needs_no_stack(ops, airflow, monkeypatch, tmp_path, docker):
    """From another machine there are no containers to look at, and no alerts; Docker is not asked."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMDB_AIRFLOW_URL", airflow.url)
    monkeypatch.setenv("TMDB_AIRFLOW_TOKEN", "eyJ.t")
    airflow.answers[f"GET dags/{DAILY}"] = dag(DAILY, next_run=None)

    code, out, _ = ops("status", "--json")

    told = json.loads(out)
    assert (code, told["services"], told["alerts"], len(told["dags"])) == (0, None, None, 2)
    assert "after its assets" in ops("status", "daily")[1]
    assert docker.asked == []
