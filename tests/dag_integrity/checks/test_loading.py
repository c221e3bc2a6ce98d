import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from dag_facts import dag_facts, file_facts

from dag_integrity import loading
from dag_integrity.facts import ImportFault
from dag_integrity.loading import Limits, LoadError, load
from dag_integrity.targets import NothingToLintError

DAG = "from airflow.sdk import DAG\nDAG('{}', schedule=None)\n"


@pytest.fixture
def a_folder(tmp_path):
    """A folder with one file that no parser will come to."""
    (tmp_path / "some_dag.py").write_text("# airflow dag\n", encoding="utf-8")
    return tmp_path


def test_missing_folder_is_named(tmp_path):
    """A path that is not there is said to be not there."""
    with pytest.raises(NothingToLintError, match=r"There is no file or folder .*/nowhere: check the path\."):
        load(tmp_path / "nowhere")


def test_file_and_zip_are_parsed_alone(tmp_path):
    """As files of their folder, which is told to be seen in part; a folder that holds only a zip is one."""
    (tmp_path / "dags").mkdir()
    (tmp_path / "zips").mkdir()
    for name in ("one", "two"):
        (tmp_path / "dags" / f"{name}.py").write_text(f"# airflow dag\nbind = 1\n{DAG.format(name)}")
    with zipfile.ZipFile(tmp_path / "zips" / "pack.zip", "w") as pack:
        pack.writestr("inside.py", f"{DAG.format('inside').replace('DAG(', 'inside = DAG(')}@task\ndef f(: ...\n")

    zipped, part = load(tmp_path / "dags" / "one.py", tmp_path / "zips")

    assert [(file.name, file.faults) for file in part.files] == [("one.py", [])]
    assert (part.partial, part.skipped, part.is_whole) == (True, {}, False)
    (file,) = zipped.files
    assert [Path(fault.path).name for fault in file.faults] == ["inside.py"]
    assert list(file.modules) == [f"{file.path}/inside.py"]
    assert not zipped.partial


def test_parsing_does_not_go_on_for_ever(a_folder, monkeypatch):
    """A parser that takes too long as a whole is ended, and the person is told."""
    monkeypatch.setattr(loading, "STARTING", -1000)

    with pytest.raises(LoadError, match=r"Parsing took longer than .* seconds and was ended\."):
        load(a_folder, limits=Limits(seconds=1))


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


def test_file_at_which_the_parser_ended_is_named(tmp_path):
    """Whatever it was that ended it."""
    (tmp_path / "out").write_bytes(b'{"type":"Reading","folder":"/dags","name":"a.py"}\n')

    said = loading._last_read(tmp_path / "out")
    assert said == " while it read a.py: mend that file, or keep it out with .airflowignore"


def test_command_judges_on_behind_a_file_that_ends_its_process(tmp_path):
    """The command on a folder whose DAG file ends the process: a verdict on that file, and the others are judged."""
    (tmp_path / "good.py").write_text(DAG.format("good").replace("DAG(", "good = DAG("), encoding="utf-8")
    (tmp_path / "ends_all.py").write_text("import os  # airflow dag\nos._exit(3)\n", encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "dag_integrity", str(tmp_path), "--select", "import_errors"],
        capture_output=True,
        text=True,
        check=False,
    )

    said = " ".join(done.stdout.split())
    assert "1 error import_errors Airflow cannot import the file (the file ended the process with code 3 while" in said
    assert "Judged: 1 file, 1 DAG, " in said
    assert done.returncode == 1


def test_dag_that_the_other_process_did_not_make_has_no_version_there():
    """Two parses that make different numbers of DAGs are not taken for the same, and an error of either counts."""
    made = [dag_facts("a", hash="1"), dag_facts("b", hash="2")]
    other = [dag_facts("b", hash="3", start_date="x")]
    fault = ImportFault(message="NameError: x")

    compared = loading._compared(file_facts(dags=made), file_facts(dags=other, faults=[fault]))

    assert [(dag.hash_again, dag.start_date_again) for dag in compared.dags] == [("", ""), ("3", "x")]
    assert compared.faults == [fault]


def test_dags_of_one_id_are_compared_in_their_order():
    """The second with the second, whatever is made between them."""
    made = [dag_facts("a", hash="1"), dag_facts("a", hash="2")]
    other = [dag_facts("b", hash="0"), dag_facts("a", hash="3"), dag_facts("a", hash="4")]

    compared = loading._compared(file_facts(dags=made), file_facts(dags=other))

    assert [dag.hash_again for dag in compared.dags] == ["3", "4"]


@pytest.mark.usefixtures("folders")
@pytest.mark.parametrize("name", ["collected-movies", "parsed.log", "tasks.db", "airflow.db"])
def test_linting_changes_nothing(name):
    """What the broken files tried to write and open is not there."""
    assert not Path(name).exists()
