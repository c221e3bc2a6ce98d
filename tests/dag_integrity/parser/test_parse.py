import json
import zipfile
from pathlib import Path

import pytest

from dag_integrity.config import Config
from dag_integrity.lint import lint
from dag_integrity.loading import load

FACTORY = """\
from pathlib import Path
from airflow.configuration import conf
from airflow.sdk import dag
for path in Path(conf.get("core", "dags_folder"), "conf").glob("*.yml"):
    globals()[path.stem] = dag(path.stem, schedule=None)(lambda: None)()
"""
#: Tells by its page and its tag what it sees of the process that parses it.
SEEN = """\
import json, os, sys
from airflow.sdk import dag
names = [name for name in sorted(os.environ) if name.startswith("AIRFLOW_") and name != "AIRFLOW_HOME"]
seen = {name: os.environ[name] for name in [*names, "PYTHONDONTWRITEBYTECODE", "PYTHONPATH"]}
home = os.listdir(os.environ["AIRFLOW_HOME"])
@dag(
    "seen",
    schedule=None,
    doc_md=json.dumps({"environ": seen, "path": sys.path, "home": home}),
    tags=[os.environ["PYTHONHASHSEED"]],
)
def seen(): ...
seen()
"""
#: Files that would take a parser with them, or that it could not look at.
DEADLY = {
    "leaves.py": "raise SystemExit(3)",
    "stops.py": "raise KeyboardInterrupt('Enough.')",
    "dies.py": "import os; os._exit(3)",
    "crashes.py": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "eats.py": "x = bytearray(10**12)",
    "forks.py": "import os; os.fork()",
    "refused.py": "from airflow.sdk import DAG; DAG('refused', nosuch=1)",
    "shy.py": """from airflow.sdk import DAG
class Shy(DAG):
    def __getattribute__(self, name):
        if name == "timetable" and __import__("sys")._getframe(1).f_globals["__name__"].startswith("dag_integrity"):
            raise RuntimeError("Do not look at me.")
        return super().__getattribute__(name)
shy = Shy("shy", schedule=None)""",
    "odd.py": """from airflow.sdk import DAG
from airflow.providers.standard.operators.empty import EmptyOperator
odd = DAG("odd", schedule=None)
EmptyOperator(task_id="work", dag=odd).pool = 5
""",
    "coded.py": """from airflow.sdk import DAG
coded = DAG("coded", schedule=None, doc_md="\\udc80")
""",
    "lazy.py": """import sys
class Lazy:
    @property
    def __file__(self):
        raise RuntimeError("Load me first.")
sys.modules["acme"] = Lazy()
import acme""",
}
#: Imports a module that lies beside it, and one whose source is nowhere.
IMPORTS = """\
import sys, types
sys.modules["nowhere"] = module = types.ModuleType("nowhere")
module.__file__ = "/nowhere/nowhere.py"
import beside, nowhere
"""
#: Hands on what it looks up.
LOOKED_UP = """\
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, Variable
page = Variable.get("page")
with DAG("looked_up", schedule=None, doc_md=page):
    BashOperator(task_id="work", bash_command="work", env={"PAGE": page})
"""
UNCALLED = "from airflow.sdk import dag\n@dag(schedule=None)\ndef forgotten(): ...\n"


@pytest.fixture(scope="module")
def surroundings():
    """Variables of somebody who lints a folder beside an Airflow of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW__CORE__DEFAULT_TIMEZONE", "Asia/Seoul")
        patch.setenv("AIRFLOW_VAR_PAGES", "3")
        patch.setenv("AIRFLOW__CORE__PLUGINS_FOLDER", "/nowhere/plugins")
        patch.setenv("PYTHONPATH", "/nowhere/beside")
        yield


@pytest.fixture(scope="module")
def stranger(surroundings, tmp_path_factory):
    """A folder with what nobody here would write, parsed alone as the command does: its files by name, its findings."""
    folder = tmp_path_factory.mktemp("stranger")
    (folder / "conf").mkdir()
    (folder / "conf" / "movies.yml").touch()
    (folder / "factory.py").write_text(FACTORY, encoding="utf-8")
    (folder / "seen.py").write_text(SEEN, encoding="utf-8")
    (folder / "looked_up.py").write_text(LOOKED_UP, encoding="utf-8")
    (folder / "marked.py").write_text(UNCALLED, encoding="utf-8-sig")
    for name in ("first_heavy.py", "second_heavy.py"):
        (folder / name).write_text("# airflow dag\nimport hypothesis.extra.numpy\n", encoding="utf-8")
    (folder / "nul.py").write_text("# airflow dag\n\0", encoding="utf-8")
    (folder / "deep.py").write_text(f"# airflow dag\nx = {'-' * 100_000}1\n", encoding="utf-8")
    (folder / "imports.py").write_text(f"# airflow dag\n{IMPORTS}", encoding="utf-8")
    (folder / "beside.py").write_text("import json\n", encoding="utf-8")
    for name, text in DEADLY.items():
        (folder / name).write_text(f"# airflow dag\n{text}\n", encoding="utf-8")
    with zipfile.ZipFile(folder / "pack.zip", "w") as pack:
        pack.writestr("first_broken.py", "# airflow dag\nfirst\n")
        pack.writestr("second_broken.py", "# airflow dag\nsecond\n")
    (parsed,) = load(folder)
    return {file.name: file for file in parsed.files}, lint(parsed, Config())


def test_folder_is_where_its_files_look_for_it(stranger):
    """A factory that reads files of the DAG folder finds them, and makes the same DAGs in both processes."""
    files, findings = stranger

    assert [dag.dag_id for dag in files["factory.py"].dags] == ["movies"]
    assert files["factory.py"].faults == []
    assert [found.file for found in findings if found.check == "stable_hash"] == ["seen.py"]


def test_parts_of_the_folders_are_parsed_the_same_alone(folders):
    """What is judged everywhere else came of the same parser, whose every line is measured here."""
    names = ["classic", "taskflow", "assets", "template_files", "innocent_imports"]
    good = next(path for path in folders if path.name == "good_dags")
    broken = [good.parent / "broken_dags" / name for name in ("result_at_parse", "variable_at_import", "other_dags")]

    for folder in load(*(good / f"{name}.py" for name in names), *broken):
        whole = {file.name: file for file in folders[folder.path].files}
        assert folder.files
        assert [[dag.dag_id for dag in file.dags] for file in folder.files] == [
            [dag.dag_id for dag in whole[file.name].dags] for file in folder.files
        ]


def test_file_sees_an_empty_airflow_of_its_own(stranger):
    """Of the surroundings only the plugins and Python's path get through; the rest is said, the same each time."""
    files, _ = stranger
    (seen,) = files["seen.py"].dags
    said = json.loads(seen.doc_md)

    assert said["environ"] == {
        "AIRFLOW__CORE__DAGS_FOLDER": files["seen.py"].folder,
        "AIRFLOW__CORE__DAGBAG_IMPORT_ERROR_TRACEBACK_DEPTH": "50",
        "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "30",
        "AIRFLOW__CORE__DEFAULT_TASK_RETRIES": "1000",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PLUGINS_FOLDER": "/nowhere/plugins",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "CRITICAL",
        "AIRFLOW_VAR_PAGES": "3",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": "/nowhere/beside",
    }
    assert "" not in said["path"]
    assert said["path"][-1] == files["seen.py"].folder
    assert "/nowhere/beside" in said["path"]


def test_two_processes_order_their_sets_differently(stranger):
    """What depends on the order of a set differs between the two, because their hash seeds do."""
    files, _ = stranger
    (seen,) = files["seen.py"].dags

    assert seen.tags == ["1"]
    assert seen.hash
    assert seen.hash_again
    assert seen.hash != seen.hash_again


def test_byte_order_mark_hides_nothing(stranger):
    """A file that an editor of Windows saved is read as any other."""
    _, findings = stranger

    assert [found.check for found in findings if found.file == "marked.py"] == ["missing_dags"]


@pytest.mark.parametrize("name", ["nul.py", "deep.py"])
def test_file_that_python_cannot_read_is_a_finding(stranger, name):
    """It ends neither the parser nor the report on the other files."""
    _, findings = stranger

    assert [found.check for found in findings if found.file == name] == ["import_errors"]


def test_file_that_dies_costs_only_itself(stranger):
    """One that exits, one that kills its process, one that never ends, one that eats memory: each is a finding."""
    files, findings = stranger

    said = {found.file: found.message for found in findings if found.check == "import_errors"}
    assert "SystemExit: 3" in said["leaves.py"]
    assert "KeyboardInterrupt: Enough." in said["stops.py"]
    assert "the file ended the process with code 3 while it was parsed" in said["dies.py"]
    assert "the file was ended by SIGKILL while it was parsed" in said["crashes.py"]
    assert "the file needs more than" in said["eats.py"]
    assert [dag.dag_id for dag in files["factory.py"].dags] == ["movies"]


def test_file_that_forks_costs_only_itself(stranger):
    """It is refused, and told."""
    files, _ = stranger

    assert [(reach.kind, reach.line) for reach in files["forks.py"].reaches] == [("process", 2)]


def test_what_airflow_refused_in_the_making_is_no_dag(stranger):
    """A DAG whose arguments are wrong is an import error of the file, at its line."""
    files, findings = stranger

    assert files["refused.py"].dags == []
    assert [(found.check, found.line) for found in findings if found.file == "refused.py"] == [("import_errors", 2)]


def test_fault_of_ours_is_a_verdict_on_the_file(stranger):
    """What breaks our questions breaks nothing else."""
    files, findings = stranger

    for name in ("shy", "lazy", "odd", "coded"):
        assert list(files[f"{name}.py"].unjudged) == [name]
        assert [found.check for found in findings if found.file == f"{name}.py"] == ["not_judged"]


def test_placeholder_is_a_text_like_any_other(stranger):
    """In whatever a task is given."""
    files, _ = stranger

    (dag,) = files["looked_up.py"].dags
    assert (dag.doc_md, dag.tasks[0].templates, files["looked_up.py"].faults) == ("1", ["work", "1"], [])


def test_own_modules_are_read_where_they_lie(stranger):
    """With what they import in turn; one without a source has none to judge, and costs nothing."""
    files, _ = stranger

    texts = {Path(path).name: text for path, text in files["imports.py"].modules.items()}
    assert texts == {"beside.py": "import json\n", "nowhere.py": ""}


def test_package_that_another_brings_is_found_in_every_file(stranger):
    """Of two files that are the same, the second is no better because the first has loaded it already."""
    _, findings = stranger

    heavy = [(found.file, found.message) for found in findings if found.check == "heavy_imports"]
    said = "Importing the file loads numpy, by way of another package: import that one inside the task."
    assert sorted(heavy) == [("first_heavy.py", said), ("second_heavy.py", said)]


def test_errors_inside_a_zip_are_those_of_the_zip(stranger):
    """Airflow files them under the path inside the zip; none of them is lost, and each has its place."""
    files, findings = stranger

    places = {Path(fault.path).name: (fault.message, fault.line) for fault in files["pack.zip"].faults}
    assert places == {
        f"{name}_broken.py": (f"NameError: name '{name}' is not defined", 2) for name in ("first", "second")
    }
    assert [found.check for found in findings if found.file == "pack.zip"] == ["import_errors"] * 2
