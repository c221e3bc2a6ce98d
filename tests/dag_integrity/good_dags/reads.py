"""Reads files of its own while it is parsed, and throws some output away: nothing is changed by that."""

import os
from datetime import timedelta
from pathlib import Path

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

FIRST_LINE = Path(__file__).read_text(encoding="utf-8").splitlines()[0]
descriptor = os.open(__file__, os.O_RDONLY)
with os.fdopen(descriptor, "rb") as source, open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - as many DAG files do
    nowhere.write(source.read())

with DAG(
    "good_reads",
    doc_md=__doc__,
    schedule=None,
    max_active_runs=1,
    tags=["good"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    BashOperator(task_id="work", bash_command="echo $WORDS", env={"WORDS": FIRST_LINE})
