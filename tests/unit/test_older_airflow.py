"""What the DAGs of the tests are for an older Airflow."""

import ast

import older_airflow
import pytest

SOURCE = '''"""A DAG."""

from airflow.sdk import DAG, CronTriggerTimetable
from airflow.sdk import (
    TriggerRule as Rule,
    task,
)
from pathlib import Path

rule = Rule.ALL_DONE
'''


def test_moved_names_are_imported_from_where_they_are():
    """All else stays, and in its line."""
    text = older_airflow.translated(
        SOURCE, {"CronTriggerTimetable": "airflow.timetables.trigger", "TriggerRule": "rules"}
    )

    before, after = SOURCE.splitlines(), text.splitlines()
    assert after[2] == "from airflow.sdk import DAG; from airflow.timetables.trigger import CronTriggerTimetable"
    assert after[3:7] == ["from rules import TriggerRule as Rule; from airflow.sdk import task", "", "", ""]
    assert after[7:] == before[7:]


def test_nothing_has_moved_in_the_airflow_that_is_here():
    """All names are in its SDK; of what is nowhere there is none."""
    assert older_airflow.moved(lambda module, name: module == "airflow.sdk") == {}
    assert older_airflow.has("pathlib", "Path")
    assert not older_airflow.has("pathlib", "NoSuchPath")
    assert not older_airflow.has("no_such_module", "Path")


@pytest.mark.parametrize(("airflow", "deprecated"), [("3.0.6", False), ("3.1.8", True)])
def test_copy_has_the_good_and_the_broken_dags(tmp_path, airflow, deprecated):
    """But for what was no fault yet; the one that does not parse stays as it is."""
    older_airflow.copy(str(tmp_path / "copy"), airflow, has=lambda module, name: module != "airflow.sdk")

    broken = tmp_path / "copy/broken_dags"
    assert (broken / "warnings/deprecated_import.py").exists() == deprecated
    assert (broken / "warnings/python_warning.py").exists()
    assert (tmp_path / "copy/conftest.py").exists()
    assert "from airflow.timetables.trigger import CronTriggerTimetable" in (broken / "owner/airflow.py").read_text()
    with pytest.raises(SyntaxError):
        ast.parse((broken / "import_errors/syntax_error.py").read_text())


def test_latest_place_of_a_name_is_taken():
    """Airflow 3.1 has trigger rules in a place between those of 3.0 and 3.3."""
    assert (
        older_airflow.moved(lambda module, name: module != "airflow.sdk")["TriggerRule"] == "airflow.task.trigger_rule"
    )
