"""Tasks: their arguments, and the code that they run."""

from collections.abc import Iterator

from dag_integrity.check import At, Told, advice, of_file, of_task, only_if, warning
from dag_integrity.config import Config
from dag_integrity.facts import FileFacts, TaskFacts
from dag_integrity.source import made_with, sessions, syntax_tree


@advice
@of_task
def owner(task: TaskFacts, _: Config) -> Iterator[Told]:
    """Somebody must be asked when it breaks, and 'airflow' is nobody.

    Bad: default_args={"owner": "airflow"}
    Good: default_args={"owner": "data-team"}
    Fine: Where one team has every DAG.
    """
    if task.owner.strip() in {"", "airflow"} and not task.by_asset:
        yield "The task has no owner: name a team or person as owner in default_args."


@advice
@of_task
def retries(task: TaskFacts, _: Config) -> Iterator[Told]:
    """Left to configuration, a hiccup of the network may fail the run; 0 is fine if it is written down.

    Bad: BashOperator(task_id="load", bash_command="load")
    Good: BashOperator(task_id="load", bash_command="load", retries=3)
    Fine: Where the configuration says it for all DAGs.
    """
    if "retries" not in task.given and not task.by_asset and not task.empty:
        yield "How often the task is tried again is left to configuration: set retries, in default_args or here."


@advice
@of_task
def execution_timeout(task: TaskFacts, _: Config) -> Iterator[Told]:
    """A task that hangs holds its slot, and with max_active_runs=1 its DAG, for ever.

    Bad: BashOperator(task_id="load", bash_command="load")
    Good: BashOperator(task_id="load", bash_command="load", execution_timeout=timedelta(hours=1))
    Fine: Where the work has a limit of its own.
    """
    if not task.execution_timeout and not task.by_asset and not task.empty:
        yield "Nothing ends the task if it hangs: set execution_timeout, in default_args or here."


@only_if(lambda config: config.pools is not None)
@of_task
def pools(task: TaskFacts, config: Config) -> Iterator[Told]:
    """A task in a pool that does not exist is never scheduled, and only the scheduler's log says so.

    Bad: pool="tmdb_apy"
    Good: pool="tmdb_api"
    Fine: Where the settings name no pools, nothing is asked.
    """
    if task.pool not in {"default_pool", *(config.pools or ())}:
        yield f"The pool {task.pool} does not exist: create it, or correct the name."


@warning
@of_task
def email(task: TaskFacts, _: Config) -> Iterator[Told]:
    """Mail by arguments of the task is deprecated, and its subject shows an object.

    Bad: default_args={"email": ["team@example.org"], "email_on_failure": True}
    Good: on_failure_callback=SmtpNotifier(to="team@example.org")
    Fine: Until the version that removes it.
    """
    given = sorted({"email", "email_on_failure", "email_on_retry"} & set(task.given))
    if "email" in given:  # without it the others do nothing
        yield f"The task mails by {' and '.join(given)}, which goes away: use SmtpNotifier as on_failure_callback."


@advice
@of_file
def multiple_outputs(file: FileFacts, _: Config) -> Iterator[Told]:
    """Inferred from '-> dict', it writes one XCom for each key, and fails on keys that are no strings.

    Bad: @task def counts() -> dict[int, int]: ...
    Good: @task(multiple_outputs=False) def counts() -> dict[int, int]: ...
    Fine: Where the keys are few and known.
    """
    trees = map(syntax_tree, file.sources.values())
    explicit = {name for tree in trees for name in made_with(tree, "multiple_outputs")}
    split = {task.callable: task for dag in file.dags for task in dag.tasks if task.multiple_outputs}
    for name in sorted(split.keys() - explicit):
        yield At(
            f"{name} is annotated as a dict, so each key becomes an XCom of its own: "
            "say multiple_outputs=False (or True, if you mean it) in @task.",
            split[name].line,
            split[name].path,
        )


@of_file
def orm_sessions(file: FileFacts, _: Config) -> Iterator[Told]:
    """Workers of Airflow 3 have no metadata database; a test run does, so only reading the code tells.

    Bad: with create_session() as session: session.query(DagRun)
    Good: the REST API, or what the context has
    Fine: In plugins of the API server and in commands, which are no tasks.
    """
    for path, source in file.sources.items():
        for name, line in sessions(syntax_tree(source)):
            yield At(
                f"The code opens a session on Airflow's database ({name}): ask the REST API or the context.", line, path
            )
