import json

import pytest
from airflow_server import dag, run, task

from tmdb_pipeline.ops.commands.performance import bar

DAILY, LOAD = "tmdb_daily_collection", "tmdb_warehouse_load"
A_MINUTE, TEN = "2026-11-27T17:01:00Z", "2026-11-27T17:10:00Z"


@pytest.fixture(autouse=True)
def _world(stack, airflow):
    """Three runs that have ended, of which one failed, and one that goes on; a DAG that has never run."""
    earlier = "2026-11-26T17:00:00Z"
    tasks = f"GET dags/{DAILY}/dagRuns/{{}}/taskInstances"
    airflow.answers |= {
        "GET dags": {"dags": [dag(LOAD), dag(DAILY, name="TMDB 일일 수집")]},
        f"GET dags/{DAILY}": dag(DAILY, name="TMDB 일일 수집"),
        f"GET dags/{LOAD}": dag(LOAD),
        f"GET dags/{LOAD}/dagRuns": {"dag_runs": []},
        f"GET dags/{DAILY}/dagRuns": {
            "dag_runs": [
                run(DAILY, "d", "running", ended=None),
                run(DAILY, "c", began="2026-11-27T17:30:00Z", ended="2026-11-27T17:40:00Z"),
                run(DAILY, "b", "failed", ended=A_MINUTE),
                run(DAILY, "a", began=earlier, ended="2026-11-26T17:05:00Z"),
            ]
        },
        tasks.format("c"): {
            "task_instances": [
                task("collect", ended=TEN, try_number=3, task_display_name="수집"),
                task("validate"),
                task("late", "skipped", None, None),
            ]
        },
        tasks.format("b"): {"task_instances": [task("collect", "failed", ended=A_MINUTE)]},
        tasks.format("a"): {"task_instances": [task("collect", ended="2026-11-27T17:04:00Z")]},
    }


def test_dags_are_compared(ops):
    """A line for each: how many runs, what failed, what was tried again, how long, and a small chart of it."""
    code, out, err = ops("performance")

    assert (code, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert lines[1] == ["DAG", "name", "runs", "failed", "retries", "median", "last", "durations"]
    daily = ["daily", "TMDB", "일일", "수집", "3", "1", "2", "7", "min", "30", "s", "10", "min"]
    assert lines[2][:-1] == daily
    assert lines[2][-1] == "▅▂█"
    assert lines[3] == ["load", LOAD, "0"]


def test_dag_is_shown_run_by_run(ops):
    """The oldest first, each with a bar; then its tasks, the slowest first."""
    code, out, err = ops("performance", "daily")

    assert (code, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert lines[1] == ["TMDB", "일일", "수집", DAILY]
    assert lines[3] == ["yesterday", "02:00", "success", "5", "min", "█" * 15]
    assert ["today", "02:00", "failed", "1", "min", "███"] in lines
    assert ["today", "02:30", "success", "10", "min", "█" * 30] in lines
    assert "3 runs, 1 failed, 2 retries; a run that succeeds takes 7 min 30 s." in out
    assert ["collect", "수집", "4", "min", "10", "min", "2", "█" * 15] in lines
    assert ["validate", "validate", "1", "min", "1", "min", "███▊"] in lines


def test_narrow_terminal_shows_no_names(ops, monkeypatch):
    """What the command line calls them is what is needed."""
    monkeypatch.setenv("COLUMNS", "80")

    assert "수집" not in ops("performance")[1]
    assert max(len(line) for line in ops("performance", "daily")[1].splitlines()) <= 80


def test_dag_without_runs_says_how_to_start_one(ops):
    """A new user's first look."""
    assert "No run of it has ended: start one with tmdb-ops trigger load --wait." in ops("performance", "load")[1]


def test_dag_that_never_succeeded_has_no_usual_time(ops, airflow):
    """What failed early says nothing of how long it takes."""
    airflow.answers[f"GET dags/{DAILY}/dagRuns"] = {"dag_runs": [run(DAILY, "b", "failed", ended=A_MINUTE)]}

    assert "1 run, 1 failed, 0 retries.\n" in ops("performance", "daily")[1]


def test_program_gets_the_seconds(ops, airflow):
    """Of as many runs as it asks for."""
    code, out, _ = ops("performance", "daily", "--runs", "7", "--json")

    (told,) = json.loads(out)
    assert (code, told["median"], [each["run_id"] for each in told["runs"]]) == (0, 450.0, ["a", "b", "c"])
    assert told["tasks"][0] == {
        "task_id": "collect",
        "display_name": "수집",
        "runs": 3,
        "median": 240.0,
        "longest": 600.0,
        "retries": 2,
    }
    assert any(path.startswith(f"dags/{DAILY}/dagRuns?limit=7&") for _, path, _ in airflow.asked)


@pytest.mark.parametrize(
    ("value", "longest", "drawn"),
    [(8.0, 8.0, "████"), (1.0, 8.0, "▌"), (0.001, 8.0, "▏"), (0.0, 8.0, ""), (0.0, 0.0, "")],
)
def test_bar_is_as_long_as_its_value(value, longest, drawn):
    """What is not nothing can be seen."""
    assert bar(value, longest, 4) == drawn


def test_runs_of_no_time_are_drawn(ops, airflow):
    """Such as those of a DAG without tasks."""
    at = "2026-11-27T17:00:00Z"
    airflow.answers[f"GET dags/{DAILY}/dagRuns"] = {"dag_runs": [run(DAILY, "b", ended=at)]}
    airflow.answers[f"GET dags/{DAILY}/dagRuns/b/taskInstances"] = {"task_instances": []}

    assert ops("performance")[1].splitlines()[2].rstrip().endswith("▁")
    assert ops("performance", "daily")[0] == 0
