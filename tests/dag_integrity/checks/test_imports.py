import pytest
from dag_facts import file_facts

from dag_integrity.checks import CHECKS
from dag_integrity.config import Config
from dag_integrity.facts import Folder


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
    ("error", "advice"),
    [
        ("NameError: name 'x' is not defined", "mend it, or its DAGs vanish."),
        ("ModuleNotFoundError: No module named 'airflow.operators.dummy'", "mend it, or its DAGs vanish."),
        ("ModuleNotFoundError: No module named 'airflow.providers.acme'", "or correct the name."),
        ("ModuleNotFoundError: No module named 'acme'", "or correct the name."),
    ],
)
def test_module_that_is_not_installed_here_may_be_elsewhere(tmp_path, error, advice):
    """What Airflow itself no longer has is to be mended; of anything else the person must say which it is."""
    (found,) = messages("import_errors", tmp_path, file_facts(import_error=f"Traceback\n  line 1\n{error}\n"))

    assert found.startswith(f"Airflow cannot import the file ({error}): ")
    assert found.endswith(advice)


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
