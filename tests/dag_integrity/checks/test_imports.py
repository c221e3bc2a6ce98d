import pytest
from dag_facts import file_facts

from dag_integrity.checks import CHECKS
from dag_integrity.config import Config
from dag_integrity.facts import Folder, ImportFault
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
        (ImportFault(message="TypeError: x", ours=True), []),
        (ImportFault(message="AirflowDagCycleException: x"), []),
    ],
)
def test_what_only_lacks_here_is_no_error(tmp_path, fault, checks):
    """Nor is what fails since we refused it something, nor what another check explains better."""
    found = [name for name in CHECKS if messages(name, tmp_path, file_facts(faults=[fault]))]

    assert found == checks


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
