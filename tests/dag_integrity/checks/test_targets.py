import pytest
from dag_facts import file_facts

from dag_integrity.surroundings import beside, skipped
from dag_integrity.targets import NothingToLintError, targets


@pytest.fixture
def project(tmp_path):
    """A project with a DAG folder, a module beside it, and what Airflow does not read."""
    for name, text in {
        "dags/a.py": "dag airflow",
        "dags/below/b.py": "dag airflow",
        "dags/helper.py": "nothing",
        "dags/ignored.py": "dag airflow",
        "dags/__pycache__/a.py": "",
        "plugins/acme.py": "",
        "include/other/__init__.py": "",
        "lone/c.py": "dag airflow",
        "zipped/d.zip": "",
        "empty/e.txt": "",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        (["dags"], {"dags": []}),
        (["dags/below/b.py"], {"dags": ["dags/below/b.py"]}),
        (["lone/c.py"], {"lone": ["lone/c.py"]}),
        (["dags/a.py", "dags/below/b.py"], {"dags": ["dags/a.py", "dags/below/b.py"]}),
        (["dags/a.py", "dags"], {"dags": []}),
        (["zipped"], {"zipped": []}),
        (["zipped/d.zip", "lone"], {"lone": [], "zipped": ["zipped/d.zip"]}),
    ],
)
def test_files_are_meant_in_their_folder(project, paths, found):
    """A file's folder is the nearest one called dags, else the one that it lies in; a whole folder has its files."""
    expected = {project / folder: [project / file for file in files] for folder, files in found.items()}

    assert targets([project / path for path in paths]) == expected


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nowhere", "There is no file or folder .*nowhere: check the path"),
        ("empty", "holds no Python file"),
        ("empty/e.txt", "is no Python file, zip or folder"),
    ],
)
def test_what_cannot_be_linted_is_one_sentence(project, path, said):
    """It names the path."""
    with pytest.raises(NothingToLintError, match=said):
        targets([project / path])


def test_files_that_airflow_passes_over_are_told(project):
    """With the reason: no words of a DAG file, or an .airflowignore."""
    told = skipped(project / "dags", [file_facts("a.py"), file_facts("below/b.py")])

    assert told == {
        "helper.py": "it does not have both words, dag and airflow",
        "ignored.py": ".airflowignore names it",
    }


def test_missing_modules_are_looked_for_nearby(project):
    """Beside the folder and in the usual ones; up to the root of the repository, and no further."""
    lacking = ["acme.hooks", "other", "nowhere", "airflow.providers.acme"]

    assert beside(project / "dags", lacking) == {
        str(project / "plugins"): ["acme"],
        str(project / "include"): ["other"],
    }
    (project / "dags" / ".git").mkdir()
    assert beside(project / "dags", lacking) == {}
