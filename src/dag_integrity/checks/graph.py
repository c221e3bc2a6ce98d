"""A DAG's graph of tasks."""

from collections.abc import Iterator, Mapping

from dag_integrity.check import of_dag
from dag_integrity.config import Config
from dag_integrity.facts import DagFacts, TaskFacts


@of_dag
def cycles(dag: DagFacts, _: Config) -> Iterator[str]:
    """Tasks that wait for each other never run."""
    circle = find_cycle(dag.edges)
    if circle:
        yield f"The tasks wait for each other in a circle ({' -> '.join(circle)}): remove one of these edges."


@of_dag
def no_tasks(dag: DagFacts, _: Config) -> Iterator[str]:
    """A DAG without tasks succeeds on schedule and does nothing."""
    if not dag.tasks:
        yield "The DAG has no tasks, so its runs succeed and do nothing: define or call its tasks inside it."


@of_dag
def branch_joins(dag: DagFacts, _: Config) -> Iterator[str]:
    """A task that joins the paths of a branch and waits for all of them is skipped with the path not taken."""
    rules = {task.task_id: task.trigger_rule for task in dag.tasks}
    for branch in dag.tasks:
        paths = _paths(dag, branch) if branch.branches else []
        for join in sorted(set().union(*paths)):
            joined = [path for path in paths if join in path]
            before = [up for up, down in dag.edges.items() if join in down]
            of_some = [up for up in before if 0 < sum(up in path for path in joined) < len(joined)]
            if rules[join] == "all_success" and of_some:
                yield (
                    f"{join} joins the paths of the branch {branch.task_id} but waits for all of them, so it is "
                    "skipped with the path not taken: set trigger_rule='none_failed_min_one_success'."
                )


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


def _paths(dag: DagFacts, branch: TaskFacts) -> list[set[str]]:
    """The tasks of each path that a branch may take; it takes a task group as a whole, however many heads that has."""
    paths: dict[str, set[str]] = {}
    groups = {task.task_id: task.groups for task in dag.tasks}
    for head in branch.downstream:
        entered = [group for group in groups[head] if group not in branch.groups]
        paths.setdefault([*entered, head][0], set()).update({head}, _below(dag.edges, head))
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
