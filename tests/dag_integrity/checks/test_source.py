import ast

import pytest

from dag_integrity import source


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import numpy.linalg, os", ["numpy", "os"]),
        ("from pandas.io import sql", ["pandas"]),
        ("from . import near", []),
        ("if x:\n    import numpy", ["numpy"]),
        ("class A:\n    import numpy", ["numpy"]),
        ("def f():\n    import numpy", []),
        ("async def f():\n    import numpy", []),
        ("if TYPE_CHECKING:\n    import numpy", []),
        ("if typing.TYPE_CHECKING:\n    import numpy", []),
    ],
)
def test_only_what_loads_counts_as_imported(code, found):
    """An import inside a function or for type checkers costs nothing at parse."""
    assert [name for name, _ in source.imports_on_load(ast.parse(code))] == found


def test_modules_are_named_in_every_way_that_they_may_be_meant():
    """``from a import b`` may import the module a.b, wherever it stands."""
    tree = ast.parse("import a.b\ndef f():\n    from c import d\nfrom . import e")

    assert list(source.imported_modules(ast.walk(tree))) == ["a.b", "c", "c.d"]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("@dag\ndef f(): ...", [("f", 2)]),
        ("@dag(schedule=None)\ndef f(): ...", [("f", 2)]),
        ("@sdk.dag(schedule=None)\ndef f(): ...", [("f", 2)]),
        ("@dag\ndef f(): ...\nf()", []),
        ("@dag\ndef f(): ...\nmade = f()", []),
        ("@task\ndef f(): ...", []),
        ("def f(): ...", []),
    ],
)
def test_dag_functions_that_are_never_called(code, found):
    """``@dag`` in any spelling, and the function's name nowhere else."""
    assert list(source.uncalled_dags(ast.parse(code))) == found


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("DAG('a')", [1]),
        ("x = [DAG('a'), DAG('b')]", [1, 1]),
        ("keep(DAG('a'))", [1]),
        ("x = DAG('a')", []),
        ("with DAG('a'):\n    pass", []),
        ("def f():\n    return DAG('a')", []),
        ("if available:\n    x = [DAG('a')]", []),
        ("x = tasks()", []),
    ],
)
def test_dags_that_nothing_holds(code, lines):
    """Only what certainly runs, and what no ``with`` registers, is taken for a lost DAG."""
    assert [line for _, line in source.unbound_dags(ast.parse(code))] == lines


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("with create_session() as s: ...", ["create_session"]),
        ("with session.create_session() as s: ...", ["create_session"]),
        ("@provide_session\ndef f(session=NEW_SESSION): ...", ["provide_session", "NEW_SESSION"]),
        ("import airflow.settings\nairflow.settings.Session()", ["settings.Session"]),
        ("from airflow import settings\nsettings.Session()", ["settings.Session"]),
        ("from airflow import settings as s, plugins_manager\ns.Session()", ["settings.Session"]),
        ("from airflow import plugins_manager\nsettings.Session()", []),
        ("from acme import settings\nsettings.Session()", []),
        ("acme.settings.Session()", []),
        ("airflow.acme.Session()", []),
        ("make().Session()", []),
        ("requests.Session()", []),
        ("from airflow.utils.session import create_session\ncreate_session()", ["create_session"]),
        ("from spark import create_session\ncreate_session()", []),
        ("def create_session(): ...\ncreate_session()", []),
        ("glue.create_session(Id=1)", []),
    ],
)
def test_sessions(code, names):
    """Every way to a session on Airflow's database, each name once; a session of HTTP is none."""
    assert sorted(name for name, _ in source.sessions(ast.parse(code))) == sorted(names)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("DAG(start_date=datetime.now())", ["datetime.now()"]),
        ("DAG(start_date=pendulum.today() - week)", ["pendulum.today() - week"]),
        ("x = {'start_date': days_ago(2), **more}", ["days_ago(2)"]),
        ("DAG(start_date=pendulum.datetime(2024, 1, 1))", []),
        ("DAG(end_date=datetime.now())", []),
    ],
)
def test_start_dates_by_the_clock(code, found):
    """A start date that asks a clock, as an argument or in a dict."""
    assert [text for text, _ in source.clock_starts(ast.parse(code))] == found


@pytest.mark.parametrize(
    ("code", "keys"),
    [
        ("def f(**context):\n    context['ds']", ["ds"]),
        ("def f():\n    context = get_current_context()\n    context['ds']", ["ds"]),
        ("def f():\n    context = {'ds': 1}\n    context['ds']", []),
        ("def f(context):\n    context['ds'] = 1", []),
        ("context['ds']", []),
        ("self.context['ds']", ["ds"]),
        ("get_current_context()['ds']", ["ds"]),
        ("def f(**kwargs):\n    kwargs.get('ds', None)", ["ds"]),
        ("def f(ctx):\n    def g():\n        ctx.pop('ds')", ["ds"]),
        ("context[name]", []),
        ("context.get()", []),
        ("row['ds']", []),
        ("row.get('ds')", []),
        ("for context in rows:\n    context['ds']", []),
        ("async def f():\n    async for number, kwargs in rows:\n        kwargs.get('ds')", []),
        ("[context['ds'] for row in rows for context in row]", []),
        ("{ctx['ds']: 1 for ctx in rows}", []),
        ("def f(context):\n    for row in rows:\n        context['ds']", ["ds"]),
        ("for context in rows: ...\ndef f(**context):\n    context['ds']", ["ds"]),
    ],
)
def test_keys_read_from_the_context(code, keys):
    """Literal keys of what is called a context; a row of data may have a column of any name."""
    assert [read.key for read in source.context_reads(ast.parse(code))] == keys


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("def f(ti):\n    ti.execution_date", ["ti.execution_date"]),
        ("def f(**context):\n    ti = context['ti']\n    ti.execution_date", ["ti.execution_date"]),
        ("def f(**context):\n    ti = context.get('ti')\n    ti.execution_date", ["ti.execution_date"]),
        ("def f(rows):\n    ti = rows['ti']\n    ti.execution_date", []),
        ("def f():\n    ti.execution_date", []),
    ],
)
def test_attributes_read_from_what_airflow_gives(code, found):
    """A name counts where a function is given it, or takes it from the context."""
    assert [name for name, _ in source.attribute_reads(ast.parse(code))] == found


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("f'movies_{ds_nodash}.json'", 1),
        ("f'{root}/{ds}'", 1),
        ("f'{context[\"ds\"]}.csv'", 1),
        ("f'the day is {ds}'", 0),
        ("f'rows/day on {ds}'", 0),
        ("f\"delete from lake.events where day = '{ds}'\"", 0),
        ("f'{root}/movies_{ds}.json of {n}'", 1),
        ("f'movies_{day}.json'", 0),
        ("f'movies_{row[\"ds\"]}.json'", 0),
        ("'movies_{ds}.json'", 0),
        ("f'https://api.example/movies?date={ds}'", 0),
        ("f'mart.sales_{ds_nodash}'", 0),
        ("f'movies_{ds}?.json'", 0),
    ],
)
def test_file_names_by_utc_day_in_f_strings(code, count):
    """Something like a file name, with Airflow's day in it."""
    assert len(list(source.utc_file_names(ast.parse(code)))) == count


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("cp {{ ds }}.csv /data", ["{{ds}}.csv"]),
        ("s3://bucket/{{ ds_nodash | upper }}", ["s3://bucket/{{ds_nodash}}"]),
        ("python job.py --day {{ ds }}", []),
        ("data/{{ run_id }}.json", []),
        ("data_{{ ds }}/{{ run_id }}", ["data_{{ds}}/{{run_id}}"]),
        ("https://api.example/movies/{{ ds }}.json?page=1", ["https://api.example/movies/{{ds}}.json?page=1"]),
        ("https://api.example/movies.json?date={{ ds }}", []),
        ("mart.sales_{{ ds_nodash }}", []),
    ],
)
def test_file_names_by_utc_day_in_templates(template, words):
    """A path or a name with an extension, with Airflow's day in it; no query of a URL, and no name of a table."""
    assert list(source.utc_file_templates(template)) == words


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("@task(multiple_outputs=False)\ndef f(): ...", {"f"}),
        ("@task(multiple_outputs=False)\nasync def f(): ...", {"f"}),
        ("@task\ndef f(): ...", set()),
        ("@task(retries=1)\ndef f(): ...", set()),
        ("task(f, multiple_outputs=True)", {"f"}),
        ("task(multiple_outputs=True)(f)", {"f"}),
        ("f.override(multiple_outputs=False)()", {"f"}),
        ("task(f, retries=1)", set()),
        ("task(retries=1)(f)", set()),
    ],
)
def test_keywords_of_decorators(code, names):
    """Functions whose decorator says it explicitly, wherever it is called."""
    assert set(source.made_with(ast.parse(code), "multiple_outputs")) - {""} == names


@pytest.mark.parametrize("code", ["with DAG(", "a = '\0'", "x = " + "-" * 100_000 + "1", "(" * 1000])
def test_source_that_does_not_parse_has_an_empty_tree(code):
    """The check of import errors speaks of it; the others have nothing to say."""
    assert source.syntax_tree(code).body == []


@pytest.mark.parametrize("error", [SyntaxError, ValueError, RecursionError, MemoryError])
def test_whatever_python_says_of_a_source_it_has_a_tree(monkeypatch, error):
    """Which of these it is depends on the version of Python and on the machine."""

    def refuse(code):
        raise error

    monkeypatch.setattr(ast, "parse", refuse)

    assert source.syntax_tree(f"not asked before: {error}").body == []


def test_deep_source_is_no_problem():
    """A file may be deeper than Python's stack, as a long chain of elif or of method calls is."""
    chain = ast.Name("x")
    for _ in range(2000):
        chain = ast.Attribute(chain, "Session")
    tree = ast.Module([ast.Expr(chain), ast.Import([ast.alias("numpy")], lineno=2)], [])

    assert list(source.imports_on_load(tree)) == [("numpy", 2)]
    assert list(source.sessions(tree)) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("from common.factory import build, other as more", {("factory", "build"), ("factory", "other")}),
        ("from .factory import build", {("factory", "build")}),
        ("from . import factory\nfactory.build()", {("", "factory"), ("factory", "build")}),
        ("import common.factory\ncommon.factory.build()", {("common", "factory"), ("factory", "build")}),
        ("build()", set()),
    ],
)
def test_names_that_come_from_other_modules(code, found):
    """By the last part of the module's name, whichever way they are imported."""
    assert set(source.imported_names(ast.parse(code))) == found
