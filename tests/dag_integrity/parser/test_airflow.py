"""Where the versions of Airflow differ."""

import sys
from types import SimpleNamespace

from dag_integrity.parser.airflow import bag_class, context_keys, files_of, operator_defaults, serialiser, version


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


def test_what_the_parser_asks_of_this_version():
    """Its serialiser, the names that a task's function is given, and what a mapped task has."""
    assert serialiser().__name__ == "DagSerialization"
    assert {"ti", "logical_date", "params"} <= context_keys()
    assert operator_defaults()["trigger_rule"] == "all_success"


def test_what_the_parser_asks_of_older_versions(monkeypatch):
    """Before 3.2 a class of DAGs serialises; before 3.1 two of these lay elsewhere, or were private."""
    from airflow.sdk.bases import operator
    from airflow.serialization import serialized_objects

    monkeypatch.delattr(serialized_objects, "DagSerialization")
    monkeypatch.setattr(serialized_objects, "SerializedDAG", dict, raising=False)
    monkeypatch.setitem(sys.modules, "airflow.sdk.definitions.context", None)
    monkeypatch.setitem(sys.modules, "airflow.utils.context", SimpleNamespace(KNOWN_CONTEXT_KEYS={"ti"}))
    monkeypatch.delattr(operator, "OPERATOR_DEFAULTS")
    monkeypatch.setattr(operator, "_PARTIAL_DEFAULTS", {"retries": 0}, raising=False)

    assert serialiser() is dict
    assert context_keys() == {"ti"}
    assert operator_defaults() == {"retries": 0}
