"""What a task's templates ask for; Airflow renders them when the task runs, not before."""

from collections.abc import Iterator
from difflib import get_close_matches

from dag_integrity.check import At, Told, of_dag, of_task, only_if, warning
from dag_integrity.checks.removed import instead, utc_day
from dag_integrity.config import Config
from dag_integrity.facts import DagFacts, TaskFacts
from dag_integrity.source import utc_file_templates


@of_task
def template_syntax(task: TaskFacts, _: Config) -> Iterator[Told]:
    """A template that does not parse fails when the task runs, not before.

    Bad: bash_command="echo {{ ds"
    Good: bash_command="echo {{ ds }}"
    Fine: Nowhere.
    """
    for error in task.template_errors:
        yield f"A template does not parse ({error}): mend it."


@of_task
def template_variables(task: TaskFacts, _: Config) -> Iterator[Told]:
    """A variable that Airflow does not know, or no longer, fails when the task runs, not before.

    Bad: {{ execution_date }}
    Good: {{ logical_date }}
    Fine: Where the DAG's template_undefined forgives it, which is not told.
    """
    for name in task.unknown_variables:
        yield f"A template uses {name}, {instead(name)}"


@of_task
def template_files(task: TaskFacts, _: Config) -> Iterator[Told]:
    """A text that ends like a file of the operator's kind is taken for a template file, and fails if there is none.

    Bad: bash_command="/opt/x.sh"
    Good: bash_command="/opt/x.sh " (with a blank behind), which is a command
    Fine: Where the file comes beside the DAG only when it is deployed.
    """
    for name in task.missing_files:
        yield f"Airflow takes {name!r} for a template file, and there is none: put a blank behind, or correct the name."


@of_dag
def template_params(dag: DagFacts, _: Config) -> Iterator[Told]:
    """A param that the DAG does not have is undefined in a template, and fails when the task runs.

    Bad: {{ params.tabel }}, where params={"table": "movies"}
    Good: {{ params.table }}
    Fine: Where each run is given it by hand, on a DAG that no clock starts, which is not told.
    """
    for task in dag.tasks:
        for name in task.unknown_params:
            close = get_close_matches(name, task.params, 1)
            if dag.timed or close:
                told = f"write params.{close[0]}" if close else "add it to the params of the DAG"
                yield At(
                    f"A template uses params.{name}, which neither the DAG nor the task has: {told}.",
                    task.line,
                    task.path,
                )


@warning
@of_task
def unrendered_templates(task: TaskFacts, _: Config) -> Iterator[Told]:
    """A template in an argument that the operator does not render is handed on with its braces.

    Bad: PythonOperator(..., doc="{{ ds }}") is fine, BashOperator(..., cwd="/data/{{ ds }}") is not on some operators
    Good: the template in a field of template_fields
    Fine: Where the operator renders it by itself, or another program does.
    """
    if not task.stub:
        for name in task.unrendered:
            yield f"{task.operator} does not render {name}, so the template in it stays text: use one of its fields."


@only_if(lambda config: bool(config.other_zone))
@warning
@of_task
def utc_day_in_templates(task: TaskFacts, config: Config) -> Iterator[Told]:
    """A file named by {{ ds }} is named by the day in UTC, which is not always the day of the people.

    Bad: movies_{{ ds }}.json
    Good: movies_{{ logical_date.in_timezone("Asia/Seoul") | ds }}.json
    Fine: Where no zone is given, nothing is asked.
    """
    for word in sorted({word for template in task.templates for word in utc_file_templates(template)}):
        yield f"The name {word} {utc_day(config.other_zone)}"
