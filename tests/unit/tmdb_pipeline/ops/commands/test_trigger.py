import json

import pytest
from airflow_server import dag, run, task

DAILY, LOAD = "tmdb_daily_collection", "tmdb_warehouse_load"
RUN = "manual__2026-11-28T00:00:00+00:00"
RUNNING = run(DAILY, RUN, "running", ended=None)
QUEUED = run(DAILY, RUN, "queued", None, None)
SUCCESS, FAILED = run(DAILY, RUN), run(DAILY, RUN, "failed")


@pytest.fixture(autouse=True)
def _world(stack, airflow):
    """A stack whose Airflow has two DAGs, and starts a run of the first."""
    airflow.answers |= {
        "GET dags": {"dags": [dag(DAILY), dag(LOAD)]},
        f"GET dags/{DAILY}": dag(DAILY),
        f"GET dags/{LOAD}": dag(LOAD, next_run=None),
        f"POST dags/{DAILY}/dagRuns": QUEUED,
        f"POST dags/{LOAD}/dagRuns": run(LOAD, RUN, "queued", None, None),
        f"GET dags/{DAILY}/dagRuns/{RUN}": [QUEUED, RUNNING, SUCCESS],
        f"GET dags/{DAILY}/dagRuns/{RUN}/taskInstances": [
            {"task_instances": [task("collect", None, None, None)]},
            {"task_instances": [task("collect", "running", ended=None)]},
            {"task_instances": [task("collect")]},
        ],
    }


def bodies(airflow):
    return [body for method, path, body in airflow.asked if method == "POST" and path.endswith("dagRuns")]


def test_run_is_started_and_left(ops):
    """It is said how to see what becomes of it."""
    assert ops("trigger", "daily") == (
        0,
        f"Started daily, run {RUN}: see what happens with tmdb-ops wait daily {RUN}.\n",
        "",
    )


@pytest.mark.parametrize(
    ("name", "options", "body"),
    [
        ("daily", [], {"logical_date": None, "conf": {}}),
        ("daily", ["--date", "2026-11-27"], {"logical_date": "2026-11-27T02:00:00+09:00", "conf": {}}),
        ("load", ["--date", "2026-11-27"], {"logical_date": None, "conf": {"run_dates": ["2026-11-27"]}}),
    ],
)
def test_run_is_for_the_date_that_is_given(ops, airflow, name, options, body):
    """Of a DAG with a schedule it has the moment of that day; what assets start is told the date."""
    assert ops("trigger", name, *options)[0] == 0
    assert bodies(airflow) == [body]


def test_date_of_a_dag_of_others_is_its_midnight(ops, airflow):
    """In Seoul."""
    airflow.answers |= {"GET dags/theirs": dag("theirs"), "POST dags/theirs/dagRuns": run("theirs", RUN)}

    ops("trigger", "theirs", "--date", "2026-11-27")

    assert bodies(airflow)[0]["logical_date"] == "2026-11-27T00:00:00+09:00"


@pytest.mark.parametrize("day", ["2026-11-29", "2023-12-31", "soon"])
def test_wrong_date_begins_nothing(ops, airflow, day):
    """It is said before Airflow is asked."""
    code, out, err = ops("trigger", "daily", "--date", day)

    assert (code, out, err.count("\n"), airflow.asked) == (2, "", 1, [])


def test_unknown_dag_begins_nothing(ops):
    """It is said which there are."""
    assert ops("trigger", "nix")[::2] == (2, "There is no DAG nix: There are daily, load.\n")


def test_run_is_watched_to_its_end(ops):
    """A line for each change of a task; the status is that of the run."""
    code, out, err = ops("trigger", "daily", "--wait")

    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[:3] == [f"daily {RUN}", "  collect: running", "  collect: success (1 min)"]
    assert lines[-1] == "daily has succeeded in 3 min 4 s."


def test_run_is_drawn_at_a_terminal(ops, terminal, during, airflow):
    """What goes on is drawn anew, then the tasks stay; it is said that Ctrl-C is harmless."""
    airflow.answers[f"GET dags/{DAILY}/dagRuns/{RUN}"] = [QUEUED, RUNNING, (503, {}), RUNNING, SUCCESS]

    code, out, _ = ops("trigger", "daily", "--wait")

    assert code == 0
    assert "0 of 1 tasks are over" in out
    assert "Ctrl-C leaves the run alone." in out
    assert "Airflow does not answer just now; it is asked again." in out
    assert "daily has succeeded in 3 min 4 s." in out


@pytest.mark.parametrize(
    ("tasks", "said"),
    [
        (
            [task("a", "failed", try_number=3), task("b", "upstream_failed")],
            "daily has failed after 3 min 4 s: a failed. See tmdb-ops logs daily a.",
        ),
        ([task("a")], "daily has failed after 3 min 4 s: see tmdb-ops status daily."),
    ],
)
def test_run_that_fails_is_said_with_what_failed(ops, airflow, tasks, said):
    """And where to look; the status is 1."""
    airflow.answers[f"GET dags/{DAILY}/dagRuns/{RUN}"] = FAILED
    airflow.answers[f"GET dags/{DAILY}/dagRuns/{RUN}/taskInstances"] = {"task_instances": tasks}

    code, out, err = ops("trigger", "daily", "--wait")

    assert (code, err) == (1, "")
    assert out.splitlines()[-1] == said


def test_retries_are_shown(ops, airflow):
    """A task that is tried again is no failure yet."""
    airflow.answers[f"GET dags/{DAILY}/dagRuns/{RUN}/taskInstances"] = [
        {"task_instances": [task("collect", "up_for_retry")]},
        {"task_instances": [task("collect", "running", ended=None, try_number=2)]},
        {"task_instances": [task("collect", try_number=2)]},
    ]

    lines = ops("trigger", "daily", "--wait")[1].splitlines()

    assert lines[1:4] == [
        "  collect: up for retry",
        "  collect: running (try 2)",
        "  collect: success (1 min, try 2)",
    ]


def test_program_gets_the_run_at_its_end(ops):
    """One document, and nothing before it."""
    code, out, _ = ops("trigger", "daily", "--wait", "--json")

    told = json.loads(out)
    assert (code, told["run"]["state"], told["tasks"][0]["task_id"]) == (0, "success", "collect")
    assert json.loads(ops("trigger", "daily", "--json")[1])["run"]["dag_run_id"] == RUN


def test_ctrl_c_leaves_the_run_alone(ops, during, airflow):
    """It is said how to come back, and nothing is asked of Airflow but what was."""

    def press():
        raise KeyboardInterrupt

    during.append(press)

    code, _, err = ops("trigger", "daily", "--wait")

    assert (code, err) == (130, f"The run goes on without you: come back with tmdb-ops wait daily {RUN}.\n")
    assert {method for method, _, _ in airflow.asked[3:]} == {"GET"}


def test_airflow_that_is_restarted_is_waited_for(ops, airflow):
    """For five minutes; then it is said that the run may go on."""
    airflow.answers[f"GET dags/{DAILY}/dagRuns/{RUN}"] = [RUNNING, *[(502, {})] * 9, SUCCESS]
    code, out, _ = ops("trigger", "daily", "--wait")
    assert (code, out.count("it is asked again")) == (0, 1)

    airflow.answers[f"GET dags/{DAILY}/dagRuns/{RUN}"] = [RUNNING, (502, {})]
    code, _, err = ops("trigger", "daily", "--wait")
    assert code == 6
    assert err.endswith(f"The run may go on: come back with tmdb-ops wait daily {RUN}.\n")


def test_paused_dag_is_not_waited_for(ops, airflow):
    """Its run would never begin: that is said first, and nothing is started."""
    airflow.answers[f"GET dags/{DAILY}"] = dag(DAILY, paused=True)

    code, _, err = ops("trigger", "daily", "--wait")

    assert (code, bodies(airflow)) == (2, [])
    assert err.startswith("daily is paused, so its run would wait for ever: run tmdb-ops unpause daily first, or give")


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_dag_that_is_paused_meanwhile_is_said(ops, airflow, options):
    """Once each time, with what lets it go on; a program is told beside its document."""
    paused, on = dag(DAILY, paused=True), dag(DAILY)
    airflow.answers[f"GET dags/{DAILY}"] = [on, paused, paused, on, paused, on]
    airflow.answers[f"GET dags/{DAILY}/dagRuns/{RUN}"] = [*[QUEUED] * 4, RUNNING, SUCCESS]

    code, out, err = ops("trigger", "daily", "--wait", *options)

    said = "daily is paused, so its run begins no more tasks: let it go on with tmdb-ops unpause daily.\n"
    assert (code, (err if options else out).count(said)) == (0, 2)


def test_run_of_a_paused_dag_is_waited_for_knowingly(ops, terminal, airflow):
    """Who comes back to it sees why nothing happens."""
    airflow.answers |= {
        f"GET dags/{DAILY}": [dag(DAILY, paused=True), dag(DAILY, paused=True), dag(DAILY)],
        f"GET dags/{DAILY}/dagRuns": {"dag_runs": [QUEUED]},
    }

    code, out, _ = ops("wait", "daily")

    assert (code, "let it go on with tmdb-ops unpause daily." in out) == (0, True)


def test_airflow_that_refuses_meanwhile_leaves_the_run(ops, airflow):
    """How to come back is said then, too."""
    airflow.answers[f"GET dags/{DAILY}/dagRuns/{RUN}"] = [RUNNING, (403, {"detail": "x"})]

    code, _, err = ops("trigger", "daily", "--wait")

    assert (code, err.endswith(f"The run may go on: come back with tmdb-ops wait daily {RUN}.\n")) == (6, True)


def test_paused_dag_may_be_unpaused_or_not(ops, airflow):
    """By an option; without, it is said that the run waits."""
    airflow.answers |= {f"GET dags/{DAILY}": dag(DAILY, paused=True), f"PATCH dags/{DAILY}": dag(DAILY)}

    assert "daily is paused: its run" in ops("trigger", "daily")[1]
    assert "Started daily" in ops("trigger", "daily", "--unpause")[1]
    assert ("PATCH", f"dags/{DAILY}", {"is_paused": False}) in airflow.asked


@pytest.fixture
def taken(airflow):
    """There is a run of the date already."""
    airflow.answers |= {
        f"POST dags/{DAILY}/dagRuns": (409, {"detail": {"reason": "Unique constraint violation"}}),
        f"GET dags/{DAILY}/dagRuns": {"dag_runs": [SUCCESS]},
        f"POST dags/{DAILY}/dagRuns/{RUN}/clear": SUCCESS,
    }


def test_date_that_has_run_is_said(ops, taken):
    """With its run, and what can be done."""
    code, _, err = ops("trigger", "daily", "--date", "2026-11-27")

    assert code == 7
    assert err == (
        f"There is a run of daily for 2026-11-27 already, {RUN}, which has succeeded: look at it with tmdb-ops wait "
        f"daily {RUN}, or do it again with --again.\n"
    )


def test_date_that_has_run_may_be_done_again(ops, airflow, taken):
    """All of it."""
    airflow.answers[f"GET dags/{DAILY}/dagRuns/{RUN}"] = QUEUED

    assert ops("trigger", "daily", "--date", "2026-11-27", "--again")[0] == 0
    assert ("POST", f"dags/{DAILY}/dagRuns/manual__2026-11-28T00%3A00%3A00%2B00%3A00/clear", {"dry_run": False}) in (
        airflow.asked
    )


def test_run_under_way_is_not_done_again(ops, airflow, taken):
    """Two at once are one too many."""
    airflow.answers[f"GET dags/{DAILY}/dagRuns"] = {"dag_runs": [RUNNING]}

    code, _, err = ops("trigger", "daily", "--date", "2026-11-27", "--again")

    assert (code, err) == (
        7,
        f"The run of daily for 2026-11-27 is running: wait for it with tmdb-ops wait daily {RUN}.\n",
    )


@pytest.mark.parametrize("options", [[], ["--date", "2026-11-27"]])
def test_run_that_clashes_otherwise_is_said_by_airflow(ops, airflow, taken, options):
    """Such as one of the same second."""
    airflow.answers[f"GET dags/{DAILY}/dagRuns"] = {"dag_runs": []}

    code, _, err = ops("trigger", "daily", *options)

    assert (code, err) == (7, "Airflow has it already: Unique constraint violation.\n")


def test_wait_is_for_the_latest_run_or_one(ops, airflow):
    """What goes on is shown as if it had been started here."""
    airflow.answers[f"GET dags/{DAILY}/dagRuns"] = {"dag_runs": [RUNNING]}

    assert ops("wait", "daily")[0] == 0
    assert ops("wait", "daily", RUN)[0] == 0
    assert ops("wait", "daily", "nix")[::2] == (
        2,
        "daily has no run nix: tmdb-ops status daily shows the last ones.\n",
    )


def test_wait_for_what_never_ran_says_how_to_start(ops, airflow):
    """A new user's slip."""
    airflow.answers[f"GET dags/{DAILY}/dagRuns"] = {"dag_runs": []}

    assert ops("wait", "daily")[::2] == (
        2,
        "daily has never run: start a run with tmdb-ops trigger daily --wait.\n",
    )


def test_stack_that_is_not_there_is_said(ops, stack):
    """Where nothing listens at the port of the settings."""
    from support import free_port

    (stack / ".env").write_text(f"AIRFLOW_PORT={free_port()}\n")

    code, _, err = ops("trigger", "daily")

    assert code == 6
    assert "see tmdb-ops status, start it with tmdb-ops start, or mend AIRFLOW_PORT in .env.\n" in err


def test_password_that_is_refused_is_said(ops, airflow):
    """With what to mend, and not the password."""
    airflow.answers["POST /auth/token"] = (401, {"detail": "Invalid credentials"})

    code, _, err = ops("trigger", "daily")

    assert code == 6
    assert "does not know this user or password (401): mend ADMIN_PASSWORD in .env, and run tmdb-ops restart" in err
    assert "s3cr3t" not in err
