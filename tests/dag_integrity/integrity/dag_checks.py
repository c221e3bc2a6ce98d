"""Checks on a DAG as a whole: its arguments, its graph, its serialised form."""

from collections.abc import Iterator, Mapping

from dag_integrity.integrity.check import Policy, of_dag
from dag_integrity.integrity.facts import DagFacts, TaskFacts

#: Arguments of DAG that people put into default_args, where they do nothing.
DAG_ARGUMENTS = {"catchup", "max_active_runs", "max_active_tasks", "schedule", "tags", "dagrun_timeout", "doc_md"}


@of_dag
def cycles(dag: DagFacts, _: Policy) -> Iterator[str]:
    """Tasks that wait for each other never run."""
    circle = find_cycle(dag.edges)
    if circle:
        yield f"The tasks wait for each other in a circle ({' -> '.join(circle)}): remove one of these edges."


@of_dag
def no_tasks(dag: DagFacts, _: Policy) -> Iterator[str]:
    """A DAG without tasks succeeds on schedule and does nothing."""
    if not dag.tasks:
        yield "The DAG has no tasks, so its runs succeed and do nothing: define or call its tasks inside it."


@of_dag
def ascii_ids(dag: DagFacts, _: Policy) -> Iterator[str]:
    """An id beyond ASCII parses, then breaks test runs and log paths; display names may be in any script."""
    for name in [dag.dag_id, *(task.task_id for task in dag.tasks)]:
        if not name.isascii():
            yield f"The id {name} is not ASCII: use an ASCII id, and show {name} as the display name."


@of_dag
def default_args(dag: DagFacts, _: Policy) -> Iterator[str]:
    """A key of default_args that no operator takes is silently ignored."""
    accepted = {name for task in dag.tasks for name in task.accepted}
    for key in dag.default_args:
        if dag.tasks and key not in accepted:
            advice = "give it to the DAG itself" if key in DAG_ARGUMENTS else "correct or remove it"
            yield f"No task of the DAG takes {key!r} from default_args, so it does nothing: {advice}."


@of_dag
def documentation(dag: DagFacts, _: Policy) -> Iterator[str]:
    """Whoever is woken at night by a DAG reads its page first."""
    if not dag.doc_md.strip() and not dag.by_asset:
        yield "The DAG has no documentation: give it doc_md=__doc__ and write the file's docstring."


@of_dag
def tags(dag: DagFacts, _: Policy) -> Iterator[str]:
    """A DAG without tags is not found among hundreds."""
    if not dag.tags:
        yield "The DAG has no tags: add tags=[...] with what people will filter by."


@of_dag
def catchup(dag: DagFacts, _: Policy) -> Iterator[str]:
    """Left to configuration, catchup may start one run for every day since the start date."""
    if dag.catchup:
        yield "The DAG catches up with every missed run since its start date: set catchup=False, and backfill by hand."
    elif dag.timed and "catchup" not in dag.given:
        yield "Whether the DAG catches up with missed runs is left to configuration: set catchup=False."


@of_dag
def max_active_runs(dag: DagFacts, _: Policy) -> Iterator[str]:
    """Left to configuration, sixteen runs may write the same files at once."""
    if "max_active_runs" not in dag.given and not dag.by_asset:
        yield "How many runs may be active at once is left to configuration: set max_active_runs."


@of_dag
def branch_joins(dag: DagFacts, _: Policy) -> Iterator[str]:
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


@of_dag
def serialization(dag: DagFacts, _: Policy) -> Iterator[str]:
    """The scheduler works with a JSON copy: a DAG that has none, or a changed one, does not run as written."""
    if dag.serialization_error:
        yield f"The DAG cannot be serialised ({dag.serialization_error}): the scheduler will not run it."


@of_dag
def stable_hash(dag: DagFacts, _: Policy) -> Iterator[str]:
    """A DAG that differs from parse to parse gets a new version each time, until the metadata database is full."""
    if dag.hash != dag.hash_again:
        yield (
            "Two parses give two different DAGs: look for the current time, randomness, the order of a set, or an "
            "object shown with its address, and make it constant."
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


CHECKS = (
    cycles,
    no_tasks,
    ascii_ids,
    default_args,
    documentation,
    tags,
    catchup,
    max_active_runs,
    branch_joins,
    serialization,
    stable_hash,
)
