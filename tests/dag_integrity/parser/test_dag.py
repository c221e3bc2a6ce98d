import re
from copy import copy
from datetime import UTC, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from dag_integrity.parser.arguments import Arguments
from dag_integrity.parser.dag import _searched, _serialise, _zone, describe_dag
from dag_integrity.parser.task import _seconds, _unbound, dead_callbacks


def test_dag_that_comes_back_changed_is_not_in_order(dagbag, monkeypatch):
    """A serialised DAG with other edges is told apart, though it is valid JSON by the schema."""
    from airflow.serialization.serialized_objects import DagSerialization

    monkeypatch.setattr(DagSerialization, "from_dict", lambda data: SimpleNamespace(task_dict={}))

    facts = describe_dag(dagbag.dags["tmdb_daily_collection"], Arguments())

    assert facts.serialization_error == "ValueError: its tasks or edges are not the same after serialisation"
    assert (facts.hash, facts.next_runs) == ("", [])


def test_owner_that_is_no_text_is_named(dagbag):
    """Airflow would fail on it only when it writes the DAG down."""
    dag = copy(dagbag.dags["tmdb_daily_collection"])
    dag.task_dict = {"work": SimpleNamespace(owner=["data-team"])}

    with pytest.raises(TypeError, match=re.escape("the owner ['data-team'] is no text")):
        _serialise(dag, brief=True)


def two(ds, **more):
    """Take a day that must be given."""


@pytest.mark.parametrize(
    ("arguments", "unbound"),
    [
        ({}, ["ds"]),
        ({"op_kwargs": {"ds": "2024-01-01"}}, []),
        ({"op_args": ["2024-01-01"]}, []),
        ({"op_kwargs": [{"ds": "2024-01-01"}, {"ds": "2024-01-02"}]}, []),
        ({"op_kwargs": 7}, []),
        ({"op_kwargs": []}, []),
    ],
)
def test_parameters_that_airflow_has_to_fill(arguments, unbound):
    """Only what the DAG file gives nothing to; where that is not known before the run, nothing is said."""
    assert list(_unbound(two, arguments)) == unbound


def test_copy_of_a_dag_is_described(dagbag):
    """A DAG that no call made has been given what it has, and comes after those that were made."""
    dag = dagbag.dags["tmdb_daily_collection"]
    arguments = Arguments()

    assert {"schedule", "max_active_runs", "catchup", "tags"} <= set(arguments.of(dag))
    assert "sla_miss_callback" not in arguments.of(dag)
    assert arguments.order(dag) == (0, "tmdb_daily_collection")
    assert arguments.place(dag) == ("", 0)


@pytest.mark.parametrize(
    ("zone", "name"), [(ZoneInfo("Asia/Seoul"), "Asia/Seoul"), (UTC, "UTC"), (SimpleNamespace(name="here"), "here")]
)
def test_zone_is_text(zone, name):
    """Also that of a timetable that Airflow will refuse: the check of the serialised form speaks of it."""
    assert _zone(SimpleNamespace(timezone=zone)) == name


def test_second_parse_is_brief(dagbag):
    """Only what another day may change is described again."""
    facts = describe_dag(dagbag.dags["tmdb_daily_collection"], Arguments(), brief=True)

    assert facts.hash == describe_dag(dagbag.dags["tmdb_daily_collection"], Arguments()).hash
    assert (facts.tasks, facts.next_runs) == ([], [])


@pytest.mark.parametrize(("value", "seconds"), [(timedelta(minutes=1), 60), (60, 60), (1.5, 1.5), (None, 0), ("1", 0)])
def test_durations_are_taken_as_airflow_takes_them(value, seconds):
    """People give seconds as numbers."""
    assert _seconds(value) == seconds


@pytest.mark.parametrize(
    ("given", "dead"),
    [(None, []), (print, []), ([print], []), ([print, "x"], ["on_failure_callback"]), ("x", ["on_failure_callback"])],
)
def test_callbacks_that_cannot_be_called(given, dead):
    """One or several."""
    assert dead_callbacks(SimpleNamespace(on_failure_callback=given)) == dead


def test_one_search_path_is_a_list():
    """Airflow takes a text as well."""
    assert _searched(SimpleNamespace(template_searchpath="/sql")) == ["/sql"]
    assert _searched(SimpleNamespace(template_searchpath=None)) == []
