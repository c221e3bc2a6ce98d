"""Stand-ins for packages that are not installed: tried on a folder, since they stay for good."""

import pytest

from dag_integrity.config import Config
from dag_integrity.lint import chosen, lint
from dag_integrity.loading import Limits, load
from dag_integrity.reports.text import notes

HEAD = "from acme import *\nfrom acme.hooks import Hook, connect, Table\nfrom airflow.sdk import DAG, task\n"
#: Files that are in order as far as anybody can know here.
GOOD = {
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
    @task.kubernetes(image="acme", namespace="movies")
    def work(pages, more=None):
        return traced()

    @task.kubernetes
    def plain():
        return {}

    @task.docker(image="acme", multiple_outputs=True)
    def both():
        return {}

    @task.acme
    def other():
        return {}

    work(traced()) >> [plain(), both(), other()]

decorated()
""",
    "mapped.py": """
from airflow.providers.acme.operators.load import LoadOperator
from airflow.sdk import DAG

class OwnOperator(LoadOperator):
    template_fields = ("table",)
    def __init__(self, table, **options):
        super().__init__(**options)
        self.table = table

with DAG("mapped", schedule=None):
    many = LoadOperator.partial(task_id="many", retries=2, pod="p").expand(cmds=[["a"], ["b"]])
    more = OwnOperator.partial(task_id="more", queue="q").expand_kwargs([{"table": "a"}])
    many >> more >> LoadOperator(task_id="last", table=many.output)
""",
    "between.py": """
from acme.groups import Group, link
from airflow.sdk import DAG, chain
from airflow.providers.standard.operators.empty import EmptyOperator

with DAG("between", schedule=None):
    a, b, c, d, e, f = (EmptyOperator(task_id=name) for name in "abcdef")
    group = Group("g", dag=None)
    a >> group >> b
    [a, c] >> group
    d << group << c
    group >> [e]
    chain(d, Group("h"), f)
    other = Group("i")
    e >> other >> Group("j") >> other >> f
    Group("k") << e
    [f] << Group("l") << [b]
""",
    "handed_on.py": """
from acme.callbacks import tell, Teller
from airflow.sdk import DAG
from airflow.providers.standard.operators.empty import EmptyOperator

with DAG("handed_on", schedule=None, default_args={"on_failure_callback": tell}, on_success_callback=[Teller()]):
    EmptyOperator(task_id="work", doc_md="It works.")
""",
    "registered.py": """
from acme.dags import register
from airflow.sdk import DAG
register(DAG("registered", schedule=None))
""",
    "guarded.py": """
from airflow.sdk import DAG
try:
    from acme import __version__
except ImportError:
    guarded = DAG("guarded", schedule=None)
""",
    "raised.py": """
from acme.errors import NotFoundError
from airflow.sdk import DAG
try:
    raise NotFoundError("x")
except NotFoundError:
    raised = DAG("raised", schedule=None)
""",
}
#: Files that fail on a stand-in, each with what follows the imports.
FAILING = {
    "operand.py": "pages = Hook.pages + 1",
    "attribute.py": "pages = Hook().__name__",
    "argument.py": "import json\npages = json.dumps({'hooks': [Hook()]})",
    "complaint.py": "DAG('complaint', schedule=Hook())",
    "text.py": "DAG(f'{Hook.name} movies', schedule=None)",
    "part.py": "day = f'{Hook.day}'.split(':')[1]",
    "empty.py": "tables = list(connect())\nfirst = tables[0]",
    "unnamed.py": "for table in Table.all():\n    last = table\nprint(last)",
    "starred.py": "print(from_acme)",
    "branch.py": "if not Hook.is_there():\n    raise ValueError('There is no hook.')\nelse:\n    raise ValueError('x')",
    "equal.py": "if Hook.version() != 2:\n    raise ValueError('This is not version 2.')",
    "raised.py": "class OwnError(Table.AcmeError):\n    pass\nraise OwnError('no')",
    "cause.py": "try:\n    int(Hook)\nexcept TypeError:\n    raise ValueError('x')",
    "derived.py": "class Own(Hook):\n    pass\nOwn().pages + 1",
    "handed_on.py": "def load(hook):\n    return len(hook)\nload(Hook())",
    "operator.py": "from acme.operators import LoadOperator\nLoadOperator(task_id='a', dag=None).nosuch.pages",
    "param.py": "DAG('param', schedule=None, params={'hook': Hook})",
    "type.py": "import acme.types\nint(acme.types)",
}
#: Files that fail with the package, too.
BROKEN = {
    "core.py": "from airflow.operators.dummy import DummyOperator",
    "removed.py": "DAG('removed', schedule_interval=Hook.daily)",
    "name.py": "print(nosuch)",
    "decorator.py": "task.kubernetse",
    "elsewhere.py": "hook = Hook()\nint('x')",
}


@pytest.fixture(scope="module")
def stubbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stubbed")
    for kind, files in {"good": GOOD, "failing": FAILING, "broken": BROKEN}.items():
        (folder / kind).mkdir()
        for name, text in files.items():
            head = HEAD.replace("from acme import *\n", "") if kind == "broken" else HEAD
            (folder / kind / name).write_text(text if kind == "good" else f"{head}{text}\n")
    (parsed,) = load(folder, limits=Limits(stub_missing=True, seconds=60))
    return {file.name: file for file in parsed.files}, parsed


def test_files_are_judged_without_their_packages(stubbed):
    """Operators make tasks, mapped or not, and whatever else is asked of what lacks is there."""
    files, _ = stubbed

    assert {name: file.faults for name, file in files.items() if name.startswith("good") and file.faults} == {}
    (dag,) = files["good/operators.py"].dags
    assert {(task.task_id, task.stub) for task in dag.tasks} == {("load", True)}
    assert files["good/operators.py"].stubs == ["acme", "acme.hooks", *files["good/operators.py"].stubs[2:]]
    (dag,) = files["good/mapped.py"].dags
    assert {(task.task_id, task.retries, task.stub) for task in dag.tasks} == {
        ("many", 2, True),
        ("more", 1000, True),
        ("last", 1000, True),
    }
    (dag,) = files["good/decorated.py"].dags
    assert [task.task_id for task in dag.tasks] == ["work", "plain", "both", "other"]
    assert [task.multiple_outputs for task in dag.tasks] == [False, False, True, False]
    assert "airflow.providers.cncf.kubernetes" in files["good/decorated.py"].stubs


def test_stand_in_among_tasks_links_those_around_it(stubbed):
    """As the group of tasks would that it stands in for, in whatever order it comes upon them."""
    files, _ = stubbed

    (dag,) = files["good/between.py"].dags
    assert dag.edges == {
        "a": {"b", "d", "e"},
        "b": {"f"},
        "c": {"b", "d", "e"},
        "d": {"f"},
        "e": {"f"},
        "f": set(),
    }


def test_of_a_stand_in_nothing_is_found(stubbed):
    """What its operator would render or take, nobody knows here."""
    _, parsed = stubbed

    found = {
        (finding.file, finding.check)
        for finding in lint(parsed, Config(), chosen(Config()))
        if not finding.file.startswith("broken")
    }
    assert found <= {("good/guarded.py", "no_tasks"), ("good/raised.py", "no_tasks")}


@pytest.mark.parametrize("name", FAILING)
def test_what_breaks_because_of_a_stand_in_is_not_judged(stubbed, name):
    """Whatever is raised by it, with it, or after it has answered for its package; the stand-in is named."""
    files, parsed = stubbed

    (fault,) = files[f"failing/{name}"].faults
    assert fault.stand_in.startswith("acme"), fault
    assert not fault.certain
    assert "Not judged, since they fail on a stand-in: failing/" in "\n".join(notes(parsed))


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_with_the_package_too_is_an_error(stubbed, name):
    """A stand-in beside it excuses nothing."""
    files, _ = stubbed

    assert [(fault.certain, fault.line > 0) for fault in files[f"broken/{name}"].faults] == [(True, True)]


def test_airflow_itself_has_no_stand_ins(stubbed):
    """What Airflow does not have is nowhere."""
    files, _ = stubbed

    assert [fault.message for fault in files["broken/core.py"].faults] == [
        "ModuleNotFoundError: No module named 'airflow.operators.dummy'"
    ]
    assert [dag.dag_id for dag in files["good/guarded.py"].dags] == ["guarded"]
