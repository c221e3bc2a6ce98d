from types import SimpleNamespace

import pytest
from jinja2 import DictLoader, Environment

from dag_integrity.facts import Pull
from dag_integrity.parser.templates import Templates, strings, unrendered


def asked(text, **given):
    """What a template of a DAG asks for."""
    from airflow.sdk import DAG

    ((_, found),) = Templates(DAG("some", schedule=None, **given).get_template_env()).ask([text])
    return found


@pytest.mark.parametrize(
    ("text", "given", "unknown", "error"),
    [
        ("{{ ti.task_id }} {{ params.pages }} {{ macros.ds_add(ds, 1) }}", {}, {"ti", "params", "macros", "ds"}, ""),
        ("{{ root }}", {"user_defined_macros": {"root": "data"}}, set(), ""),
        ("{{ root }}", {}, {"root"}, ""),
        ("{{ x | ds }} {{ x | ts_nodash }}", {}, {"x"}, ""),
        ("{{ x | loud }}", {"user_defined_filters": {"loud": str.upper}}, {"x"}, ""),
        ("{{ x | loud }}", {}, set(), "No filter named 'loud'."),
        ("{% for name in names %}{{ name }}{% endfor %}", {}, {"names"}, ""),
        ("{% do [].append(1) %}", {}, set(), ""),
        ("no template at all", {}, set(), ""),
        ("{% if %}", {}, set(), "Expected an expression, got 'end of statement block'"),
    ],
)
def test_variables(text, given, unknown, error):
    """What neither Jinja, nor the DAG, nor the template itself defines, and templates that do not parse."""
    found = asked(text, **given)

    assert (found.variables, found.error) == (unknown, error)


@pytest.mark.parametrize(
    ("text", "params"),
    [
        ("{{ params.a }} {{ params['b'] }} {{ params[c] }}", {"a", "b"}),
        ("{{ params.items() }} {{ other.a }}", set()),
        ("{{ params.a | default(1) }} {{ params.b is defined }} {{ x | default(1) }}", set()),
        ("{{ params.a | upper }}", {"a"}),
    ],
)
def test_params(text, params):
    """Those that must be there: no methods of a dict, and none that the template is ready to miss."""
    assert asked(text).params == params


@pytest.mark.parametrize(
    ("text", "pull"),
    [
        ("{{ ti.xcom_pull('a') }}", Pull(["a"], whose=True, elsewhere=False)),
        ("{{ ti.xcom_pull(task_ids=['a', 'b']) }}", Pull(["a", "b"], whose=True, elsewhere=False)),
        ("{{ ti.xcom_pull(task_ids=['a', b]) }}", Pull(None, whose=True, elsewhere=False)),
        ("{{ ti.xcom_pull(task_ids=a) }}", Pull(None, whose=True, elsewhere=False)),
        ("{{ ti.xcom_pull(key='a') }}", Pull(None, whose=False, elsewhere=False)),
        ("{{ ti.xcom_pull(task_ids=None) }}", Pull(None, whose=False, elsewhere=False)),
        ("{{ ti.xcom_pull(**x) }}", Pull(None, whose=True, elsewhere=False)),
        ("{{ ti.xcom_pull('a', dag_id='b') }}", Pull(["a"], whose=True, elsewhere=True)),
        ("{{ ti.xcom_pull('a', 'b') }}", Pull(["a"], whose=True, elsewhere=True)),
    ],
)
def test_pulls(text, pull):
    """Whose XComs a template wants, as far as it is written there."""
    assert asked(text).pulls == [pull]


def test_what_is_no_pull_is_none():
    """Other calls, and other objects."""
    found = asked("{{ ti.xcom_push('a') }} {{ f() }} {{ ti.execution_date }} {{ row.execution_date }}")

    assert found.pulls == []
    assert found.removed == {"ti.execution_date"}


def test_same_text_is_parsed_once():
    """Four hundred DAGs of one factory share their templates."""
    templates = Templates(Environment(autoescape=True))
    (first, again) = templates.ask(["{{ a }}", "{{ a }}"])

    assert first[1] is again[1]


@pytest.mark.parametrize(("searched", "missing"), [([], ["no.sh"]), (["/nowhere/at/all"], [])])
def test_template_files(searched, missing):
    """Texts with the operator's ending that no file has; not where a folder of them is not here."""
    templates = Templates(Environment(loader=DictLoader({"a.sh": ""}), autoescape=True), searched)

    assert list(templates.missing(["a.sh", "no.sh", "no.txt"], (".sh",))) == missing
    assert list(templates.missing(["no.sh"], ())) == []


def test_templates_that_nobody_renders():
    """In arguments beside the template fields, at any depth; not in texts for people."""
    given = {"command": "{{ a }}", "queue": ["{{ a }}"], "doc_md": "{{ a }}", "name": "a }} {{", "n": 3}

    assert unrendered(given, ["command"]) == ["queue"]


def test_strings_are_found_at_any_depth():
    """Airflow renders strings in lists, tuples, sets and the values of dicts."""
    value = {"a": ["b", ("c", {"d": "e"})], 1: {"f"}, "g": 2, "h": SimpleNamespace()}

    assert list(strings(value)) == ["b", "c", "e", "f"]
