"""What tasks and DAGs say of each other."""

from collections.abc import Iterator

from dag_integrity.check import At, Told, Where, of_dag, of_file, of_folder, warning
from dag_integrity.config import Config
from dag_integrity.facts import DagFacts, FileFacts, Folder
from dag_integrity.source import python_pulls, syntax_tree


@warning
@of_folder
def other_dags(folder: Folder, _: Config) -> Iterator[tuple[Where, Told]]:
    """A DAG, or a task in it, that another one starts or waits for and that does not exist, is waited for in vain.

    Bad: TriggerDagRunOperator(trigger_dag_id="lod_movies")
    Good: TriggerDagRunOperator(trigger_dag_id="load_movies")
    Fine: Where the other DAG lies in another folder.
    """
    known = {dag.dag_id: dag for _, dag in folder.dags()}
    whole = folder.is_whole
    for file, dag in folder.dags():
        for task in dag.tasks:
            other = known.get(task.other_dag)
            if task.other_dag and not other and whole:
                yield Where(file, dag, task), f"No DAG of the folder has the id {task.other_dag}: correct it."
            for name in task.other_tasks if other else ():
                if name not in {found.task_id for found in other.tasks}:  # type: ignore[union-attr]
                    yield Where(file, dag, task), f"{task.other_dag} has no task {name}: correct it."


@warning
@of_folder
def unmade_assets(folder: Folder, _: Config) -> Iterator[tuple[Where, Told]]:
    """A DAG that waits for an asset which no task makes never runs.

    Bad: schedule=[Asset("movies")], where no task has outlets=[Asset("movies")]
    Good: the same name, or address, on both sides
    Fine: Where the API, a watcher or another folder makes it.
    """
    made = {name for _, dag in folder.dags() for task in dag.tasks for name in task.outlets}
    if folder.is_whole and made:
        for file, dag in folder.dags():
            for name in sorted(set(dag.waits_for) - made):
                yield (
                    Where(file, dag),
                    f"No task of the folder makes the asset {name}, which starts the DAG: correct its name.",
                )


@of_dag
def xcom_references(dag: DagFacts, _: Config) -> Iterator[Told]:
    """An XCom of a task that does not exist, or has not run yet, is None.

    Bad: {{ ti.xcom_pull(task_ids="lod") }}
    Good: {{ ti.xcom_pull(task_ids="load") }}, where load is upstream
    Fine: Nowhere.
    """
    before = dag.before
    for task in dag.tasks:
        for pull in task.pulls:
            for name in () if pull.elsewhere else pull.task_ids or ():
                if told := _wrong(name, task.task_id, before):
                    yield At(told, task.line, task.path)


@of_file
def pulls_from_nobody(file: FileFacts, _: Config) -> Iterator[Told]:
    """Without task_ids, xcom_pull asks the task itself since Airflow 3, and gets None.

    Bad: ti.xcom_pull(key="rows")
    Good: ti.xcom_pull(task_ids="load", key="rows")
    Fine: In a task that has pushed it itself, which is not told.
    """
    tasks = {task.callable: dag.before for dag in file.dags for task in dag.tasks if task.callable}
    for path, source in file.sources.items():
        for pull in python_pulls(syntax_tree(source)):
            if pull.function in tasks and not pull.whose and not pull.elsewhere:
                yield At(
                    "xcom_pull does not say whose XCom it wants, so it gets its own, which is None: add task_ids.",
                    pull.line,
                    path,
                )
    for dag in file.dags:
        for task in dag.tasks:
            if any(not pull.whose and not pull.elsewhere for pull in task.pulls):
                yield At(
                    "A template pulls an XCom without task_ids, so it gets its own, which is None: add task_ids.",
                    task.line,
                    task.path,
                )


@of_file
def xcom_references_in_code(file: FileFacts, _: Config) -> Iterator[Told]:
    """Code that pulls the XCom of a task which does not exist, or has not run yet, gets None.

    Bad: ti.xcom_pull(task_ids="lod")
    Good: ti.xcom_pull(task_ids="load"), where load is upstream
    Fine: Nowhere.
    """
    for path, source in file.sources.items():
        for pull in python_pulls(syntax_tree(source)):
            users = [(dag, task) for dag in file.dags for task in dag.tasks if task.callable == pull.function]
            for name in () if pull.elsewhere else pull.task_ids or ():
                told = {_wrong(name, task.task_id, dag.before) for dag, task in users}
                if told and "" not in told:
                    yield At(min(told), pull.line, path)


def _wrong(name: str, task_id: str, before: dict[str, set[str]]) -> str:
    """What is wrong with pulling the XCom of a task; empty if nothing."""
    if "{" in name or name == task_id:
        return ""
    if name not in before:
        near = [found for found in before if found.rpartition(".")[2] == name]
        return f"There is no task {name} to pull an XCom from: {f'write {near[0]}' if near else 'correct the name'}."
    if name not in before[task_id]:
        return f"{name} is not upstream of {task_id}, so its XCom may not be there yet: add the edge."
    return ""
