import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from dag_integrity import loading
from dag_integrity.loading import LoadError, load


@pytest.fixture
def a_folder(tmp_path):
    """A folder with one file that no parser will come to."""
    (tmp_path / "some_dag.py").write_text("# airflow dag\n", encoding="utf-8")
    return tmp_path


def test_missing_folder_is_named(tmp_path):
    """A path that is not there is said to be not there."""
    with pytest.raises(LoadError, match=r"There is no folder .*/nowhere: check the path\."):
        load(tmp_path / "nowhere")


def test_file_is_no_folder(a_folder):
    """Whoever names a file is told to name its folder."""
    with pytest.raises(LoadError, match=r"some_dag\.py is a file: name the folder that it lies in\."):
        load(a_folder / "some_dag.py")


def test_empty_folder_is_not_in_order(tmp_path):
    """Nothing to lint is no success."""
    with pytest.raises(LoadError, match=r"holds no Python file: check the path\."):
        load(tmp_path)


def test_parsing_does_not_go_on_for_ever(a_folder):
    """A parser that takes too long is ended, and the person is told."""
    with pytest.raises(LoadError, match=r"Parsing took longer than 0 seconds and was ended\."):
        load(a_folder, patience=0)


@pytest.mark.parametrize(
    ("parser", "message"),
    [
        ("no_such_parser", r"The parser ended with code 1: .*No module named no_such_parser\."),
        ("this", r"The parser ended with code 0: it said nothing\."),
    ],
)
def test_parser_that_does_not_do_its_work(a_folder, monkeypatch, parser, message):
    """A parser that fails, or ends without a result, is no success either, and its last words are passed on."""
    monkeypatch.setattr(loading, "PARSER", parser)

    with pytest.raises(LoadError, match=message):
        load(a_folder)


def test_file_that_ends_the_parser_is_named(tmp_path):
    """The command on a folder whose DAG file ends the process: code 2, and a message that names the file."""
    (tmp_path / "a_good_file.py").write_text("# airflow dag\n", encoding="utf-8")
    (tmp_path / "ends_all.py").write_text("import os  # airflow dag\nos._exit(3)\n", encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "dag_integrity", "--dags", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert " ".join(done.stdout.split()) == (
        "The parser ended with code 3 while it read ends_all.py: mend that file, "
        "or keep it out with .airflowignore: it said nothing."
    )
    assert done.returncode == 2


def test_dag_that_the_other_process_did_not_make_has_no_version_there(own):
    """Two parses that make different numbers of DAGs are not taken for the same, and an error of either counts."""
    file = own.files[0]
    alone = replace(file, dags=[replace(file.dags[0], hash_again="", start_date_again="")])

    compared = loading._compared(alone, replace(file, dags=[], import_error="NameError: x"))

    assert [(dag.hash_again, dag.start_date_again) for dag in compared.dags] == [("", "")]
    assert compared.import_error == "NameError: x"


@pytest.mark.usefixtures("folders")
@pytest.mark.parametrize("name", ["collected-movies", "parsed.log", "tasks.db", "airflow.db"])
def test_linting_changes_nothing(name):
    """What the broken files tried to write and open is not there."""
    assert not Path(name).exists()
