import json

import pytest
from airflow_server import dag

DAILY, LOAD = "tmdb_daily_collection", "tmdb_warehouse_load"


@pytest.fixture(autouse=True)
def _world(stack, airflow):
    airflow.answers |= {
        "GET dags": {"dags": [dag(DAILY), dag(LOAD, paused=True)]},
        f"GET dags/{DAILY}": dag(DAILY),
        f"GET dags/{LOAD}": dag(LOAD, paused=True),
    }


def test_dags_are_paused(ops, airflow):
    """Each by its name; it is said how to undo that."""
    airflow.answers[f"PATCH dags/{DAILY}"] = dag(DAILY, paused=True)

    assert ops("pause", "daily") == (0, "daily is paused: tmdb-ops unpause daily lets it run again.\n", "")
    assert airflow.asked[-1] == ("PATCH", f"dags/{DAILY}", {"is_paused": True})


def test_dags_are_unpaused(ops, airflow):
    """All at once, if that is said; it is told when each runs next, and which was so already."""
    airflow.answers |= {f"PATCH dags/{DAILY}": dag(DAILY), f"PATCH dags/{LOAD}": dag(LOAD, next_run=None)}

    code, out, _ = ops("unpause", "--all")

    assert (code, out) == (0, "daily is scheduled already: it runs next tomorrow 02:00.\nload is scheduled.\n")
    changes = json.loads(ops("unpause", "daily", "load", "--json")[1])
    assert [change["has_changed"] for change in changes] == [False, True]


@pytest.mark.parametrize("arguments", [[], ["daily", "--all"]])
def test_which_dags_has_to_be_said(ops, arguments, airflow):
    """Neither none nor both."""
    code, _, err = ops("pause", *arguments)

    assert (code, airflow.asked) == (2, [])
    assert err == "Which DAGs is not said: name some, such as daily, or give --all, and not both.\n"


def test_slip_in_one_name_changes_none(ops, airflow):
    """All are found before any is changed."""
    assert ops("pause", "daily", "nix")[0] == 2
    assert {method for method, _, _ in airflow.asked} == {"GET", "POST"}
