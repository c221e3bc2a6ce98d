"""Tasks: their arguments, and the code that they run."""

from collections.abc import Iterator

from dag_integrity.check import of_file, of_task, only_if
from dag_integrity.config import Config
from dag_integrity.facts import FileFacts, TaskFacts
from dag_integrity.source import made_with, sessions, syntax_tree


@of_task
def owner(task: TaskFacts, _: Config) -> Iterator[str]:
    """Somebody must be asked when it breaks, and 'airflow' is nobody."""
    if task.owner.strip() in {"", "airflow"} and not task.by_asset:
        yield "The task has no owner: name a team or person as owner in default_args."


@of_task
def retries(task: TaskFacts, _: Config) -> Iterator[str]:
    """Left to configuration, a hiccup of the network may fail the run; 0 is fine if it is written down."""
    if "retries" not in task.given and not task.by_asset:
        yield "How often the task is tried again is left to configuration: set retries, in default_args or here."


@of_task
def execution_timeout(task: TaskFacts, _: Config) -> Iterator[str]:
    """A task that hangs holds its slot, and with max_active_runs=1 its DAG, for ever."""
    if not task.execution_timeout and not task.by_asset and not task.empty:
        yield "Nothing ends the task if it hangs: set execution_timeout, in default_args or here."


@only_if(lambda config: config.pools is not None)
@of_task
def pools(task: TaskFacts, config: Config) -> Iterator[str]:
    """A task in a pool that does not exist is never scheduled, and only the scheduler's log says so."""
    if task.pool not in {"default_pool", *(config.pools or ())}:
        yield f"The pool {task.pool} does not exist: create it, or correct the name."


@of_task
def email(task: TaskFacts, _: Config) -> Iterator[str]:
    """Mail by arguments of the task is deprecated, and its subject shows an object."""
    given = sorted({"email", "email_on_failure", "email_on_retry"} & set(task.given))
    if "email" in given:  # without it the others do nothing
        yield f"The task mails by {' and '.join(given)}, which goes away: use SmtpNotifier as on_failure_callback."


@of_file
def multiple_outputs(file: FileFacts, _: Config) -> Iterator[str]:
    """Inferred from '-> dict', it writes one XCom for each key, and fails on keys that are no strings."""
    trees = map(syntax_tree, [file.source, *file.modules.values()])
    explicit = {name for tree in trees for name in made_with(tree, "multiple_outputs")}
    split = {task.callable for dag in file.dags for task in dag.tasks if task.multiple_outputs}
    for name in sorted(split - explicit):
        yield (
            f"{name} is annotated as a dict, so each key becomes an XCom of its own: "
            "say multiple_outputs=False (or True, if you mean it) in @task."
        )


@of_file
def orm_sessions(file: FileFacts, _: Config) -> Iterator[str]:
    """Workers of Airflow 3 have no metadata database; a test run does, so only reading the code tells."""
    for path, source in {"": file.source, **file.modules}.items():
        for name, line in sessions(syntax_tree(source)):
            where = f"line {line} of {path}" if path else f"line {line}"
            yield f"The code opens a session on Airflow's database ({name}, {where}): ask the REST API or the context."
