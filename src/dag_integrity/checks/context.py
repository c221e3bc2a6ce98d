"""What a task takes from its context, in arguments and code."""

from collections.abc import Iterator

from dag_integrity.check import At, Told, of_dag, of_file, of_task, only_if, warning
from dag_integrity.checks.removed import ABSENT, REMOVED, instead, utc_day
from dag_integrity.config import Config
from dag_integrity.facts import DagFacts, FileFacts, TaskFacts
from dag_integrity.source import attribute_reads, context_reads, syntax_tree, utc_file_names


@of_task
def callable_arguments(task: TaskFacts, _: Config) -> Iterator[Told]:
    """A callable that takes a variable which Airflow 3 removed gets its default, or fails, when it runs.

    Bad: def load(execution_date): ...
    Good: def load(logical_date=None): ...
    Fine: Where op_kwargs gives a value of that name, which is not told.
    """
    for name in sorted(REMOVED.keys() & set(task.parameters)):
        yield f"{task.callable} takes {name}, {instead(name)}"


@of_task
def missing_arguments(task: TaskFacts, _: Config) -> Iterator[Told]:
    """A parameter that neither the DAG file nor Airflow gives is a TypeError when the task runs.

    Bad: def load(table): ... and PythonOperator(python_callable=load)
    Good: PythonOperator(python_callable=load, op_kwargs={"table": "movies"})
    Fine: Nowhere.
    """
    for name in task.ungiven:
        if name not in REMOVED:
            yield f"{task.callable} demands {name}, which nobody gives it: give it by op_kwargs, or a default."


@of_file
def context_keys(file: FileFacts, _: Config) -> Iterator[Told]:
    """A key that Airflow 3 removed from the context is a KeyError when the task runs.

    Bad: context["execution_date"]
    Good: context["logical_date"]
    Fine: In code for Airflow 2 alone.
    """
    tasks = {task.callable for dag in file.dags for task in dag.tasks}
    for path, source in file.sources.items():
        reads = list(context_reads(syntax_tree(source)))
        asked = {(read.function, read.key) for read in reads}
        for read in reads:
            if read.key not in REMOVED or (read.function, REMOVED[read.key]) in asked:
                continue  # code that looks for the new name as well is ready for both
            if read.name != "kwargs" or read.function in tasks:
                yield At(f"The code reads {read.key} from the context, {instead(read.key)}", read.line, path)


@of_file
def removed_attributes(file: FileFacts, _: Config) -> Iterator[Told]:
    """An attribute that Airflow 3 took from the task instance or the run is an AttributeError when the task runs.

    Bad: ti.execution_date, or {{ ti.execution_date }}
    Good: context["logical_date"], or {{ logical_date }}
    Fine: Behind hasattr, which is not told.
    """
    for path, source in file.sources.items():
        for name, line in attribute_reads(syntax_tree(source)):
            yield At(f"The code reads {name}, which Airflow 3 does not have: use {_new(name)}.", line, path)
    for dag in file.dags:
        for task in dag.tasks:
            for name in task.removed_attributes:
                yield At(
                    f"A template reads {name}, which Airflow 3 does not have: use {_new(name)}.", task.line, task.path
                )


@only_if(lambda config: bool(config.other_zone))
@warning
@of_file
def utc_day_in_code(file: FileFacts, config: Config) -> Iterator[Told]:
    """A file named by ds in an f-string is named by the day in UTC, too.

    Bad: f"movies_{ds}.json"
    Good: f"movies_{logical_date.in_timezone('Asia/Seoul').to_date_string()}.json"
    Fine: Where no zone is given, nothing is asked.
    """
    for text, line in utc_file_names(syntax_tree(file.source)):
        yield At(f"The name {text} {utc_day(config.other_zone)}", line)


@of_dag
def logical_date(dag: DagFacts, _: Config) -> Iterator[Told]:
    """A run that an asset starts has no logical date, so a callable that demands one fails, and retries, and fails.

    Bad: def load(ds): ... in a DAG that an asset starts
    Good: def load(ds=None): ...
    Fine: Where time alone starts the DAG, which is not told.
    """
    if not dag.waits_for and "Asset" not in dag.timetable:
        return
    for task in dag.tasks:
        for name in sorted(ABSENT & set(task.required)):
            yield At(
                f"{task.callable} demands {name}, which a run that an asset starts does not have: write {name}=None.",
                task.line,
                task.path,
            )


def _new(name: str) -> str:
    """What there is in place of an attribute that Airflow 3 removed."""
    return "run_type" if name.endswith("external_trigger") else "logical_date"
