import json

import pytest
from airflow_server import dag, run, task

DAILY = "tmdb_daily_collection"
TASKS = f"GET dags/{DAILY}/dagRuns/manual__1/taskInstances"
EVENTS = [
    "a line that is no JSON",
    {"timestamp": "2026-11-27T17:00:00Z", "event": "::group::Pre task", "level": "info"},
    {"timestamp": "2026-11-27T17:00:01Z", "event": "Collected [100] movies.", "level": "info"},
    {
        "timestamp": "nix",
        "event": "Task failed",
        "level": "error",
        "error_detail": [{"exc_type": "LakeError", "exc_value": "The disk is full."}],
    },
]


@pytest.fixture(autouse=True)
def _world(stack, docker, airflow):
    docker.says("compose .*logs", "\x1b[2Kapi-server-1  | one | two\nscheduler-1   | three\n\n")
    airflow.answers |= {
        "GET dags": {"dags": [dag(DAILY)]},
        f"GET dags/{DAILY}": dag(DAILY),
        f"GET dags/{DAILY}/dagRuns": {"dag_runs": [run(DAILY)]},
        f"GET dags/{DAILY}/dagRuns/manual__1": run(DAILY),
        TASKS: {
            "task_instances": [
                task("validate_collected_data", "upstream_failed", None, None, try_number=0),
                task("collect_popular_movies", "failed", try_number=2),
                task("collect_trending_movies", began="2026-11-27T18:00:00Z"),
            ]
        },
        f"{TASKS}/collect_popular_movies/logs/2": {"content": EVENTS},
        f"{TASKS}/collect_trending_movies/logs/1": {"content": EVENTS[:1]},
    }


def test_services_are_shown_side_by_side(ops, docker):
    """With the name of each before its lines."""
    code, out, err = ops("logs")

    assert (code, err) == (0, "")
    assert out == "api-server-1  one | two\nscheduler-1   three\n              \n"
    assert docker.asked == ["compose --profile=* logs --no-color --tail=100"]


def test_one_service_is_shown(ops, docker):
    """As many lines as are asked for; for programs as a list."""
    code, out, _ = ops("logs", "scheduler", "-n", "5", "--json")

    assert (code, json.loads(out)[1]) == (0, {"service": "scheduler-1", "line": "three"})
    assert docker.asked[-1] == "compose --profile=* logs --no-color --tail=5 scheduler"


def test_nothing_logged_is_said(ops, docker):
    """Before the first start."""
    docker.says("compose .*logs")

    assert ops("logs")[1] == "Nothing is logged: the stack has not been started. tmdb-ops start does that.\n"


def test_name_of_nothing_is_said(ops):
    """With what there is."""
    code, _, err = ops("logs", "schedular")

    assert code == 2
    assert err.startswith("There is no service and no DAG schedular: services are api-server, check, postgres, sched")
    assert "monitoring, features, model" in err


def test_services_are_followed(ops, docker):
    """Line by line, as they come."""
    docker.says("compose .*logs --follow", "one\ntwo\n")

    assert ops("logs", "--follow", "scheduler")[:2] == (0, "one\ntwo\n")
    docker.says("compose .*logs --follow", err="no such service: scheduler\n", status=1)
    assert ops("logs", "--follow")[0] == 2


def test_ctrl_c_ends_what_is_followed(ops, docker, monkeypatch):
    """Quietly."""

    def press(*_, **__):
        raise KeyboardInterrupt

    docker.says("compose .*logs --follow", "one\n")
    monkeypatch.setattr("typer.echo", press)

    assert ops("logs", "--follow")[::2] == (130, "")


def test_task_that_failed_is_shown(ops):
    """Where none is named; times are in Seoul, and below an event are the errors that came with it."""
    code, out, err = ops("logs", "daily")

    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "collect_popular_movies  try 2, failed  manual__1",
        "a line that is no JSON",
        "02:00:01 info    Collected [100] movies.",
        "         error   Task failed",
        "         LakeError: The disk is full.",
    ]


def test_task_is_shown_by_either_name(ops, airflow):
    """Of the latest run, or of one; the last try, or one; the last lines, or all."""
    assert ops("logs", "daily", "트렌딩 영화 수집")[1].startswith("collect_trending_movies  try 1")
    told = json.loads(
        ops("logs", "daily", "collect_popular_movies", "--run", "manual__1", "--try", "2", "-n", "1", "--json")[1]
    )
    assert (told["try_number"], told["state"], [event["event"] for event in told["events"]]) == (
        2,
        "failed",
        ["Task failed"],
    )


def test_last_task_is_shown_where_none_failed(ops, airflow):
    """That is what goes on."""
    airflow.answers[TASKS] = {
        "task_instances": [task("a"), task("collect_trending_movies", began="2026-11-27T18:00:00Z")]
    }

    assert ops("logs", "daily")[1].startswith("collect_trending_movies  try 1")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["daily", "nix"],
            "There is no task nix in daily: there are collect_popular_movies, collect_trending_movies, ",
        ),
        (["daily", "validate_collected_data"], "validate_collected_data has not begun in manual__1, so it has no log"),
        (
            ["daily", "collect_popular_movies", "--try", "9"],
            "collect_popular_movies had no try 9 in manual__1: the last",
        ),
        (["daily", "--run", "nix"], "daily has no run nix: tmdb-ops status daily shows the last ones."),
        (["nix", "task"], "There is no DAG nix: There are daily."),
        (["daily", "--follow"], "The log of a task is not followed: see what it does with tmdb-ops wait."),
    ],
)
def test_slip_is_said(ops, arguments, said):
    """With what there is, or what to do."""
    code, _, err = ops("logs", *arguments)

    assert (code, err.startswith(said), err.count("\n")) == (2, True, 1)


def test_what_has_no_end_is_no_document(ops):
    """Programs are told, too."""
    code, _, err = ops("logs", "--follow", "--json")

    assert code == 2
    assert json.loads(err)["error"] == "What is followed has no end, as a document must: give --follow or --json."


def test_run_in_which_nothing_has_begun_is_said(ops, airflow):
    """It is queued, perhaps."""
    airflow.answers[TASKS] = {"task_instances": []}

    assert ops("logs", "daily")[2] == "No task of manual__1 has begun: see tmdb-ops wait daily manual__1.\n"


def test_dag_that_never_ran_is_said(ops, airflow):
    """With how to run it."""
    airflow.answers[f"GET dags/{DAILY}/dagRuns"] = {"dag_runs": []}

    assert ops("logs", "daily")[2] == "daily has never run: start a run with tmdb-ops trigger daily --wait.\n"


def test_shell_completes_services_and_dags():
    """Both are names that it takes."""
    from tmdb_pipeline.ops.commands.logs import _complete

    assert [name for name, _ in _complete("d")] == ["dag-processor", "daily"]
