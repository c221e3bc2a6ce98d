from datetime import UTC
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from dag_integrity.parser.arguments import Arguments
from dag_integrity.parser.dag import _zone, describe_dag
from dag_integrity.parser.task import _check_templates, _strings, _unbound


def test_dag_that_comes_back_changed_is_not_in_order(dagbag, monkeypatch):
    """A serialised DAG with other edges is told apart, though it is valid JSON by the schema."""
    from airflow.serialization.serialized_objects import DagSerialization

    monkeypatch.setattr(DagSerialization, "from_dict", lambda data: SimpleNamespace(task_dict={}))

    facts = describe_dag(dagbag.dags["tmdb_daily_collection"], {})

    assert facts.serialization_error == "ValueError: its tasks or edges are not the same after serialisation"
    assert (facts.hash, facts.next_runs) == ("", [])


@pytest.mark.parametrize(
    ("templates", "given", "unknown", "errors"),
    [
        (["{{ logical_date }} {{ ti.task_id }} {{ params.pages }} {{ macros.ds_add(ds, 1) }}"], {}, [], []),
        (["{{ root }}"], {"user_defined_macros": {"root": "data"}}, [], []),
        (["{{ root }}"], {}, ["root"], []),
        (["{{ logical_date | ds }} {{ logical_date | ts_nodash }}"], {}, [], []),
        (["{{ run_id | loud }}"], {"user_defined_filters": {"loud": str.upper}}, [], []),
        (["{{ run_id | loud }}"], {}, [], ["'{{ run_id | loud }}': No filter named 'loud'."]),
        (["{% for name in names %}{{ name }}{% endfor %}"], {}, ["names"], []),
        (["{% do [].append(1) %}", "no template at all"], {}, [], []),
        (["{% if %}"], {}, [], ["'{% if %}': Expected an expression, got 'end of statement block'"]),
    ],
)
def test_templates(templates, given, unknown, errors):
    """What neither Airflow, nor the DAG, nor the template itself defines, and templates that do not parse."""
    from airflow.sdk import DAG

    environment = DAG("some", schedule=None, **given).get_template_env()

    assert _check_templates(templates, environment) == (unknown, errors)


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


@pytest.mark.parametrize(
    ("zone", "name"), [(ZoneInfo("Asia/Seoul"), "Asia/Seoul"), (UTC, "UTC"), (SimpleNamespace(name="here"), "here")]
)
def test_zone_is_text(zone, name):
    """Also that of a timetable that Airflow will refuse: the check of the serialised form speaks of it."""
    assert _zone(SimpleNamespace(timezone=zone)) == name


def test_strings_are_found_at_any_depth():
    """Airflow renders strings in lists, tuples, sets and the values of dicts."""
    assert list(_strings({"a": ["b", ("c", {"d": "e"})], 1: {"f"}, "g": 2, "h": None})) == ["b", "c", "e", "f"]
