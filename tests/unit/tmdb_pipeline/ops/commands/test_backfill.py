import io
import json

import pytest
from airflow_server import dag

HISTORY, DAILY = "tmdb_popularity_history", "tmdb_daily_collection"
ASKED = ["backfill", "history", "--from", "2026-11-01", "--to", "2026-11-03"]


def dates(*days):
    return {"backfills": [{"logical_date": f"2026-11-{day:02}T09:30:00Z"} for day in days]}


@pytest.fixture(autouse=True)
def _world(stack, airflow):
    at = "2026-11-01T00:00:00Z"
    airflow.answers |= {
        f"GET dags/{HISTORY}": dag(HISTORY),
        f"GET dags/{DAILY}": dag(DAILY),
        "POST backfills/dry_run": dates(1, 2, 3),
        "POST backfills": {"id": 7, "dag_id": HISTORY, "from_date": at, "to_date": at},
    }


def begun(airflow):
    return [body for method, path, body in airflow.asked if (method, path) == ("POST", "backfills")]


def test_runs_are_started_for_whole_days_in_seoul(ops, airflow):
    """From the first minute of the first to the last of the last, one after the other."""
    code, out, err = ops(*ASKED, "--yes")

    assert (code, err) == (0, "")
    assert out == "Backfill 7 of history has begun: 3 runs. See tmdb-ops status history.\n"
    assert begun(airflow) == [
        {
            "dag_id": HISTORY,
            "from_date": "2026-11-01T00:00:00+09:00",
            "to_date": "2026-11-03T23:59:59+09:00",
            "reprocess_behavior": "none",
            "max_active_runs": 1,
        }
    ]


def test_dates_can_be_looked_at_first(ops, airflow):
    """Then nothing is started."""
    assert ops(*ASKED, "--dry-run")[1] == "3 runs of history: 2026-11-01, 2026-11-02, 2026-11-03\n"
    assert json.loads(ops(*ASKED, "--dry-run", "--json")[1])["backfill"] is None
    airflow.answers["POST backfills/dry_run"] = dates(*range(1, 25))
    assert ops(*ASKED, "--dry-run")[1].startswith(
        "24 runs of history: 2026-11-01, 2026-11-02, 2026-11-03, 2026-11-04, "
    )
    assert begun(airflow) == []


def test_nobody_is_asked_without_a_terminal(ops, airflow):
    """It is said what to give instead, and nothing is started."""
    code, _, err = ops(*ASKED)

    assert (code, begun(airflow)) == (2, [])
    assert err == "Nobody can be asked here whether to start 3 runs of history: give --yes.\n"


@pytest.mark.parametrize(("answer", "code", "number"), [("y\n", 0, 1), ("n\n", 130, 0), ("", 130, 0)])
def test_person_is_asked_at_a_terminal(ops, airflow, terminal, monkeypatch, answer, code, number):
    """With the dates before the eyes; no answer is none."""
    given = io.StringIO(answer)
    given.isatty = lambda: True
    monkeypatch.setattr("sys.stdin", given)

    found, out, _ = ops(*ASKED)

    assert (found, len(begun(airflow))) == (code, number)
    assert "2026-11-01, 2026-11-02, 2026-11-03" in out
    assert "Start 3 runs of history?" in out


def test_lists_of_the_past_cannot_be_had(ops, airflow, terminal, monkeypatch):
    """Of a collection it is said that each date gets what TMDB tells now."""
    given = io.StringIO("n\n")
    given.isatty = lambda: True
    monkeypatch.setattr("sys.stdin", given)

    assert (
        "TMDB tells what its lists are now: each date gets the lists of today."
        in (ops("backfill", "daily", "--from", "2026-11-27")[1])
    )


def test_nothing_to_run_is_said(ops, airflow):
    """Where all dates have run; one date is enough."""
    airflow.answers["POST backfills/dry_run"] = dates()

    code, out, _ = ops("backfill", "history", "--from", "2026-11-01", "--again", "failed", "--yes")

    assert (code, begun(airflow)) == (0, [])
    assert out == "There is no date of history to run between these: --again runs such as have run again.\n"


def test_paused_dag_holds_them(ops, airflow):
    """That is said, and how to let them go."""
    airflow.answers[f"GET dags/{HISTORY}"] = dag(HISTORY, paused=True)

    assert ops(*ASKED, "--yes")[1].endswith("They wait until tmdb-ops unpause history.\n")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ["--from", "2026-11-03", "--to", "2026-11-01"],
            "2026-11-01 is before 2026-11-03: give the earlier one by --from.",
        ),
        (["--from", "2026-11-01", "--again", "some"], "--again=some is not known: give none, failed or all."),
        (
            ["--from", "2026-12-01"],
            "2026-12-01 has not come yet in Seoul, where it is 2026-11-28: give a date that has",
        ),
        (["--to", "2026-11-01"], "Missing option '--from': tmdb-ops --help shows what there is."),
    ],
)
def test_slip_begins_nothing(ops, airflow, options, said):
    """Each in a sentence."""
    code, _, err = ops("backfill", "history", *options, "--yes")

    assert (code, airflow.asked) == (2, [])
    assert err.startswith(said)


def test_dag_that_others_start_has_no_dates(ops, airflow):
    """It is said what it takes instead."""
    load = "tmdb_warehouse_load"
    airflow.answers[f"GET dags/{load}"] = dag(load, next_run=None)
    airflow.answers["POST backfills/dry_run"] = (422, {"detail": "has a non-periodic schedule"})

    code, _, err = ops("backfill", "load", "--from", "2026-11-01")

    assert (code, err) == (
        2,
        "load is started by other DAGs and has no dates of its own: give it one with tmdb-ops trigger load --date.\n",
    )


def test_what_airflow_refuses_otherwise_is_said(ops, airflow):
    """In its words."""
    airflow.answers["POST backfills/dry_run"] = (422, {"detail": "No."})

    assert ops(*ASKED)[::2] == (2, "Airflow refuses it: No.\n")


def test_second_backfill_has_to_wait(ops, airflow):
    """Airflow takes one of a DAG at once."""
    airflow.answers["POST backfills"] = (409, {"detail": "There is already a running backfill"})

    assert ops(*ASKED, "--yes")[::2] == (
        7,
        "A backfill of history is under way: wait until it has ended, see tmdb-ops status history.\n",
    )
