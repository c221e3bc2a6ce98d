"""A DAG's graph of tasks."""

from collections.abc import Iterator, Mapping, Sequence

from dag_integrity.check import At, Told, Where, of_dag, of_folder, warning
from dag_integrity.config import Config
from dag_integrity.facts import DagFacts, Folder, TaskFacts
from dag_integrity.source import branch_returns, syntax_tree, uncalled_tasks

#: Rules by which a task runs although what is before it failed.
SWALLOWING = {"all_done", "always", "one_done", "all_done_min_one_success", "all_done_setup_success", "dummy"}


@of_dag
def cycles(dag: DagFacts, _: Config) -> Iterator[Told]:
    """Tasks that wait for each other never run.

    Bad: a >> b >> a
    Good: a >> b
    Fine: Nowhere.
    """
    circle = find_cycle(dag.edges)
    if circle:
        yield f"The tasks wait for each other in a circle ({' -> '.join(circle)}): remove one of these edges."


@warning
@of_folder
def no_tasks(folder: Folder, _: Config) -> Iterator[tuple[Where, Told]]:
    """A DAG without tasks succeeds on schedule and does nothing.

    Bad: with DAG("movies"): pass
    Good: a task inside it
    Fine: Where its tasks come from what is not there at this parse.
    """
    for file, dag in folder.dags():
        if not dag.tasks and not any(any(uncalled_tasks(syntax_tree(text))) for text in file.sources.values()):
            yield (
                Where(file, dag),
                "The DAG has no tasks, so its runs succeed and do nothing: define its tasks inside it.",
            )


@of_folder
def branch_joins(folder: Folder, _: Config) -> Iterator[tuple[Where, Told]]:
    """A task that joins the paths of a branch and waits for all of them is skipped with the path not taken.

    Bad: branch >> [a, b] >> join
    Good: join with trigger_rule="none_failed_min_one_success"
    Fine: Where the branch always takes every path.
    """
    for file, dag in folder.dags():
        returns = [branch_returns(syntax_tree(text)) for text in file.sources.values()]
        for branch in dag.tasks:
            taken = [names for found in returns for names in found.get(branch.callable, [])]
            for told in _joins(dag, branch, [*branch.follows, *taken]) if branch.branches else ():
                yield Where(file, dag), told


def _joins(dag: DagFacts, branch: TaskFacts, together: Sequence[Sequence[str]]) -> Iterator[At]:
    tasks = {task.task_id: task for task in dag.tasks}
    paths = _paths(dag, branch, together)
    for join in sorted(set().union(*paths)):
        joined = [path for path in paths if join in path]
        before = [up for up, down in dag.edges.items() if join in down]
        of_some = [up for up in before if 0 < sum(up in path for path in joined) < len(joined)]
        if tasks[join].trigger_rule == "all_success" and of_some:
            yield At(
                f"{join} joins the paths of the branch {branch.task_id} but waits for all of them, so it is "
                "skipped with the path not taken: set trigger_rule='none_failed_min_one_success'.",
                tasks[join].line,
                tasks[join].path,
            )


@warning
@of_dag
def hidden_failures(dag: DagFacts, _: Config) -> Iterator[Told]:
    """A run is judged by its last tasks: one that runs whatever happened makes a success of any failure before it.

    Bad: load >> EmptyOperator(task_id="end", trigger_rule="all_done")
    Good: cleanup.as_teardown(), or a last task with the rule all_success beside it
    Fine: Where the last task itself fails if something before it failed.
    """
    tasks = {task.task_id: task for task in dag.tasks}
    hiding = {
        below
        for task_id, task in tasks.items()
        if not task.empty and not task.teardown and task.downstream and not _is_seen(task_id, tasks)
        for below in task.downstream
        if tasks[below].trigger_rule in SWALLOWING and not tasks[below].teardown
    }
    for task_id in sorted(hiding):
        task = tasks[task_id]
        yield At(
            f"{task_id} has the trigger rule {task.trigger_rule} and nothing else waits for what is before it, so a "
            "failure there is told as a success: make it a teardown, or add a last task that waits for success.",
            task.line,
            task.path,
        )


def _is_seen(task_id: str, tasks: Mapping[str, TaskFacts]) -> bool:
    """Whether the run fails if this task does."""
    waiting, seen = [task_id], {task_id}
    while waiting:
        below = [name for name in tasks[waiting.pop()].downstream if not tasks[name].teardown]
        if not below:
            return True
        waiting += (new := {name for name in below if tasks[name].trigger_rule not in SWALLOWING} - seen)
        seen |= new
    return False


def find_cycle(edges: Mapping[str, set[str]]) -> list[str]:
    """A circle in a graph of names, its first name repeated at the end; empty if there is none. Needs no Airflow."""
    done: set[str] = set()
    for start in sorted(edges):
        path: dict[str, None] = {}  # from the start to where the search stands, in order
        waiting = [iter([start])]
        while waiting:
            following = next(waiting[-1], None)
            if following is None:
                waiting.pop()
                if path:
                    done.add(path.popitem()[0])
            elif following in path:
                names = list(path)
                return [*names[names.index(following) :], following]
            elif following not in done:
                path[following] = None
                waiting.append(iter(sorted(edges.get(following, ()))))
    return []


def _paths(dag: DagFacts, branch: TaskFacts, together: Sequence[Sequence[str]]) -> list[set[str]]:
    """The tasks of each path that a branch may take.

    It takes a task group as a whole, however many heads that has, and what it names together at once.
    """
    paths: dict[str, set[str]] = {}
    groups = {task.task_id: task.groups for task in dag.tasks}
    for head in branch.downstream:
        entered = [group for group in groups[head] if group not in branch.groups]
        way = [entered[0]] if entered else [min(names) for names in together if head in names] or [head]
        for name in way:
            paths.setdefault(name, set()).update({head}, _below(dag.edges, head))
    return list(paths.values())


def _below(edges: Mapping[str, set[str]], task_id: str) -> set[str]:
    """Everything downstream of a task."""
    found: set[str] = set()
    waiting = [task_id]
    while waiting:
        new = edges[waiting.pop()] - found
        found |= new
        waiting += new
    return found
