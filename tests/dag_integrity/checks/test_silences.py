"""What looks like a fault, and is none or another check's; parsed as it stands, judged by all checks."""

import pytest

from dag_integrity.checks import CHECKS
from dag_integrity.config import Config, Level
from dag_integrity.lint import chosen, lint
from dag_integrity.loading import Limits, load

SOURCE = '''
from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, asset, task


def load(execution_date):
    """A parameter that Airflow took away is told as that, not as one that nobody gives."""


def helper(**kwargs):
    """Of no task, so what it is given is not Airflow's."""
    return kwargs["execution_date"]


def pull(ti):
    return ti.xcom_pull(task_ids=["pull", "{{ params.which }}"])


with DAG("silences", schedule=None):
    PythonOperator(task_id="load", python_callable=load)
    PythonOperator(task_id="pull", python_callable=pull)
    BashOperator(task_id="by_hand", bash_command="echo {{ params.given_by_hand }}")

with DAG("ended", schedule="0 2 * * *", start_date=datetime(2024, 1, 1), end_date=datetime(2024, 1, 2)):

    @task
    def never():
        """Nobody calls it."""

    first = BashOperator(task_id="first", bash_command="date")
    same = first.output == first.output


@asset(schedule=None)
def movies():
    return 1
'''


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("silences")
    (folder / "silences.py").write_text(SOURCE)
    return load(folder, limits=Limits(seconds=60))


def told(folder, check):
    assert check in CHECKS
    config = Config(level=Level.ADVICE)
    return [
        finding.line for parsed in folder for finding in lint(parsed, config, chosen(config)) if finding.check == check
    ]


@pytest.mark.parametrize(
    "check", ["missing_arguments", "context_keys", "xcom_references_in_code", "template_params", "result_at_parse"]
)
def test_what_looks_like_a_fault_is_silent(folder, check):
    """Each of these checks has something to look at here, and nothing to tell."""
    assert told(folder, check) == []


def test_fault_beside_it_is_told(folder):
    """The task that nobody calls, and the parameter that is no more."""
    lines = SOURCE.splitlines()

    assert told(folder, "missing_tasks") == [lines.index("    def never():") + 1]
    assert told(folder, "callable_arguments") != []
