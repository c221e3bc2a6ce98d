import pytest
from dag_facts import file_facts

from dag_integrity.checks import CHECKS
from dag_integrity.config import Config
from dag_integrity.facts import Folder, ImportFault, Reach
from dag_integrity.lint import verdicts_of


def messages(check, tmp_path, *files):
    """What a check says of these files."""
    findings = CHECKS[check](Folder(path=tmp_path, files=list(files), megabytes=0), Config())
    return [finding.message for finding in findings]


@pytest.mark.parametrize(
    ("warned", "own"),
    [
        ("/dags/some.py:3: FutureWarning: old", True),
        ("/dags/near.py:3: FutureWarning: old", True),
        ("/dags/some.py/inside.py:3: FutureWarning: old", True),
        ("/dags/some.pyx:3: FutureWarning: old", False),
        ("/lib/site-packages/library.py:3: FutureWarning: old", False),
    ],
)
def test_warning_about_a_library_is_for_its_authors(tmp_path, warned, own):
    """Only what the file, a module of its own or a file of the zip does can be mended there."""
    found = messages("warnings", tmp_path, file_facts(warnings=[warned], modules={"/dags/near.py": ""}))

    assert found == ["Parsing warns (FutureWarning: old): mend it before the upgrade that makes it an error."] * own


@pytest.mark.parametrize(
    ("fault", "checks"),
    [
        (ImportFault(message="NameError: x"), ["import_errors"]),
        (ImportFault(message="ModuleNotFoundError: No module named 'acme'", missing="acme"), ["missing_packages"]),
        (ImportFault(message="TypeError: x", unset="the Variable pages"), ["missing_configuration"]),
        (ImportFault(message="TypeError: x", refused=True), []),
        (ImportFault(message="TypeError: x", stand_in="acme.Hook"), []),
        (ImportFault(message="AirflowDagCycleException: x"), []),
    ],
)
def test_what_only_lacks_here_is_no_error(tmp_path, fault, checks):
    """Nor is what fails since we refused it something or on a stand-in, nor what another check explains better."""
    found = [name for name in CHECKS if messages(name, tmp_path, file_facts(faults=[fault]))]

    assert found == checks


def test_missing_configuration_names_what_is_not_set(tmp_path):
    """By its kind and name, with what Python says."""
    fault = ImportFault(message="TypeError: x", unset="the environment variable HOST", path="/dags/a.py", line=3)

    assert messages("missing_configuration", tmp_path, file_facts(faults=[fault])) == [
        (
            "The environment variable HOST is not set here, so the file is not judged (TypeError: x): "
            "set it where you lint, Variables and Connections in [tool.dag_integrity], or give a default."
        )
    ]


def test_line_of_a_helper_is_one_verdict(tmp_path):
    """However many DAG files import it; the files are named with it."""
    helper = "from airflow.utils.session import create_session\nwith create_session() as session: ..."
    files = [file_facts(f"{number}.py", modules={"/dags/helper.py": helper}) for number in range(43)]
    folder = Folder(path=tmp_path, files=files, megabytes=0)

    (verdict,) = verdicts_of(CHECKS["orm_sessions"](folder, Config()))
    assert (verdict.path, verdict.line) == ("/dags/helper.py", 2)
    assert len(verdict.files) == 43


MADE = "@dag\ndef build(): ..."


@pytest.mark.parametrize(
    ("name", "files", "count"),
    [
        ("common/factory.py", [], 1),
        ("common/factory.py", [file_facts("use.py", source="from common.factory import build\nbuild()")], 0),
        ("common/__init__.py", [file_facts("use.py", source="from common import build\nbuild()")], 0),
        ("common/factory.py", [file_facts("use.py", modules={"/dags/near.py": "from .factory import build"})], 0),
        ("common/factory.py", [file_facts("use.py", source="from other import build\nbuild()")], 1),
        ("common/factory.py", [file_facts("use.py", source="from common.factory import another")], 1),
    ],
)
def test_factory_is_called_where_it_is_imported(tmp_path, name, files, count):
    """A function under ``@dag`` that another file imports is no DAG that somebody forgot."""
    assert len(messages("missing_dags", tmp_path, file_facts(name, source=MADE), *files)) == count


@pytest.mark.parametrize(
    ("looked_up", "told"),
    [
        ("Variable 'pages'", ", or in a template as {{ var.value.pages }}."),
        ("Variable 'pages', with a default", ", or in a template as {{ var.value.get('pages', ...) }}."),
        ("Variable 'pages' as JSON", ", or in a template as {{ var.json.pages }}."),
        ("Variable 'pages' as JSON, with a default", ", or in a template as {{ var.json.get('pages', ...) }}."),
        ("Variable 'pages.of-day'", ", or in a template as {{ var.value.get('pages.of-day', ...) }}."),
        ("Variable 'pages', changed", "inside a task."),
        ("Connection 'tmdb'", "inside a task."),
    ],
)
def test_variable_is_told_with_the_template_that_looks_it_up(tmp_path, looked_up, told):
    """With a default where it has one, or a Variable that is not there would fail the task."""
    (found,) = messages("variable_at_import", tmp_path, file_facts(reaches=[Reach("variable", looked_up, 1)]))

    assert found.startswith(f"The file reaches out while it is parsed ({looked_up}): look it up inside a task")
    assert found.endswith(told)


@pytest.mark.parametrize(
    ("source", "use"), [("ti.execution_date", "logical_date"), ("context['dag_run'].external_trigger", "run_type")]
)
def test_removed_attribute_is_told_with_what_there_is_instead(tmp_path, source, use):
    """Whether somebody triggered a run is told by its type, and no date."""
    (found,) = messages("removed_attributes", tmp_path, file_facts(source=f"def work(ti, **context):\n    {source}\n"))

    assert found.endswith(f"which Airflow 3 does not have: use {use}.")
