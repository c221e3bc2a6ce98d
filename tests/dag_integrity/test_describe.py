from types import SimpleNamespace

import pytest
from dag_integrity.integrity import describe


def test_dag_that_comes_back_changed_is_not_in_order(dagbag, monkeypatch):
    """A serialised DAG with other edges is told apart, though it is valid JSON by the schema."""
    from airflow.serialization.serialized_objects import DagSerialization

    monkeypatch.setattr(DagSerialization, "from_dict", lambda data: SimpleNamespace(task_dict={}))

    facts = describe.describe_dag(dagbag.dags["tmdb_daily_collection"], {})

    assert facts.serialization_error == "ValueError: its tasks or edges are not the same after serialisation"
    assert (facts.hash, facts.next_runs) == ("", [])


@pytest.mark.parametrize(
    ("templates", "macros", "unknown", "errors"),
    [
        (["{{ logical_date }} {{ ti.task_id }} {{ params.pages }} {{ macros.ds_add(ds, 1) }}"], set(), [], []),
        (["{{ root }}"], {"root"}, [], []),
        (["{{ root }}"], set(), ["root"], []),
        (["{% for name in names %}{{ name }}{% endfor %}"], set(), ["names"], []),
        (["{% do [].append(1) %}", "no template at all"], set(), [], []),
        (["{% if %}"], set(), [], ["'{% if %}': Expected an expression, got 'end of statement block'"]),
    ],
)
def test_templates(templates, macros, unknown, errors):
    """Variables that neither Airflow, nor the DAG, nor the template itself defines, and templates that do not parse."""
    assert describe._judge_templates(templates, macros) == (unknown, errors)


def test_strings_are_found_at_any_depth():
    """Airflow renders strings in lists, tuples, sets and the values of dicts."""
    assert list(describe._strings({"a": ["b", ("c", {"d": "e"})], 1: {"f"}, "g": 2, "h": None})) == ["b", "c", "e", "f"]
