"""Where the versions of Airflow differ."""

import sys
from types import SimpleNamespace

from dag_integrity.parser.airflow import bag_class, files_of, version


def test_files_and_parser_of_this_version(tmp_path):
    """The files are those that Airflow reads, and its parser is the one that reads them."""
    (tmp_path / "a.py").write_text("# airflow dag\n")
    (tmp_path / "helper.py").write_text("x = 1\n")

    assert list(files_of(str(tmp_path))) == [str(tmp_path / "a.py")]
    assert bag_class().__name__ == "DagBag"
    assert version().startswith("3.")


def test_files_and_parser_of_older_versions(monkeypatch):
    """Before 3.2 both lay elsewhere."""
    older = SimpleNamespace(list_py_file_paths=lambda folder: [f"{folder}/a.py"])
    for name in ("airflow.dag_processing.importers", "airflow.dag_processing.dagbag"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "airflow.utils.file", older)
    monkeypatch.setitem(sys.modules, "airflow.models.dagbag", SimpleNamespace(DagBag=dict))

    assert files_of("/dags") == ["/dags/a.py"]
    assert bag_class() is dict
