"""Stand-ins for packages that are not installed: tried on a folder, since they stay for good."""

import pytest

from dag_integrity.config import Config
from dag_integrity.lint import chosen, lint
from dag_integrity.loading import Limits, load
from dag_integrity.parser.stubs import _Anything, _Base, _StubModule

FILES = {
    "operators.py": """
from airflow.providers.acme.operators.load import LoadOperator
from acme.hooks import Hook, connect
from airflow.sdk import DAG

class OwnOperator(LoadOperator):
    pass

hook = Hook("a").options.limit(3)
with connect() as rows, DAG("stubbed", schedule=None):
    first = LoadOperator(task_id="load", table="{{ params.nosuch }}", nosuch=rows)
    first >> OwnOperator(task_id="own") >> Hook.task.operator("x")(lambda: None)() if False else None
    for row in rows:
        LoadOperator(task_id="never")
""",
    "decorated.py": """
import acme.decorators as decorators
from airflow.sdk import dag, task

@decorators.traced
def traced():
    return 1

@dag(schedule=None)
def decorated():
    @task
    def work():
        return traced()
    work()

decorated()
""",
    "core.py": "from airflow.sdk import DAG\nfrom airflow.operators.dummy import DummyOperator\n",
    "guarded.py": """
from airflow.sdk import DAG
try:
    from acme import __version__
except ImportError:
    guarded = DAG("guarded", schedule=None)
""",
}


@pytest.fixture(scope="module")
def stubbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stubbed")
    for name, text in FILES.items():
        (folder / name).write_text(text)
    (parsed,) = load(folder, limits=Limits(stub_missing=True, seconds=60))
    return {file.name: file for file in parsed.files}, parsed


def test_files_are_judged_without_their_packages(stubbed):
    """Operators make tasks, and whatever else is asked of what lacks is there."""
    files, _ = stubbed

    (dag,) = files["operators.py"].dags
    assert {(task.task_id, task.stub) for task in dag.tasks} == {("load", True)}
    assert [dag.dag_id for dag in files["decorated.py"].dags] == ["decorated"]
    assert files["operators.py"].stubs == ["acme", "acme.hooks", *files["operators.py"].stubs[2:]]


def test_of_a_stand_in_nothing_is_found(stubbed):
    """What its operator would render or take, nobody knows here."""
    _, parsed = stubbed

    found = {
        (finding.file, finding.check)
        for finding in lint(parsed, Config(), chosen(Config()))
        if finding.file != "core.py"
    }
    assert found <= {("guarded.py", "no_tasks")}


def test_airflow_itself_has_no_stand_ins(stubbed):
    """What Airflow does not have is nowhere."""
    files, _ = stubbed

    assert [fault.message for fault in files["core.py"].faults] == [
        "ModuleNotFoundError: No module named 'airflow.operators.dummy'"
    ]
    assert [dag.dag_id for dag in files["guarded.py"].dags] == ["guarded"]


@pytest.mark.parametrize(
    "made", [_StubModule("acme"), _Anything("Hook", (_Base,), {}), _Base()], ids=["module", "class", "object"]
)
def test_stand_in_has_whatever_is_asked_of_it(made):
    """Any name but those by which Python asks what a thing is."""
    assert made.limit.of.pages
    with pytest.raises(AttributeError):
        _ = made.__nosuch__


def test_stand_in_takes_and_gives_anything():
    """Called, it is a decorator or itself again; looped over, it is empty; entered, it is itself."""
    thing = _Base(1, more=2)

    assert thing(print) is print
    assert thing(1, 2) is thing
    assert list(thing) == []
    with thing as entered:
        assert entered is thing
