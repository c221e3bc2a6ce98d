"""Checks on tasks: their arguments, their templates, and the code that they run."""

from collections.abc import Iterator

from dag_integrity.integrity.check import Policy, of_dag, of_file, of_task
from dag_integrity.integrity.facts import DagFacts, FileFacts, TaskFacts
from dag_integrity.integrity.source import (
    context_reads,
    made_with,
    sessions,
    syntax_tree,
    utc_file_names,
    utc_file_templates,
)

#: What Airflow 3 no longer gives to tasks and templates, and what to use.
REMOVED = {
    "execution_date": "logical_date",
    "next_execution_date": "data_interval_end",
    "prev_execution_date": "data_interval_start",
    "prev_execution_date_success": "prev_data_interval_start_success",
    "next_ds": "data_interval_end",
    "next_ds_nodash": "data_interval_end",
    "prev_ds": "data_interval_start",
    "prev_ds_nodash": "data_interval_start",
    "tomorrow_ds": "macros.ds_add(ds, 1)",
    "tomorrow_ds_nodash": "macros.ds_add(ds, 1)",
    "yesterday_ds": "macros.ds_add(ds, -1)",
    "yesterday_ds_nodash": "macros.ds_add(ds, -1)",
    "triggering_dataset_events": "triggering_asset_events",
}
#: What a run without a logical date, as an asset or an API call starts it, does not have.
ABSENT = {
    "ds",
    "ds_nodash",
    "ts",
    "ts_nodash",
    "ts_nodash_with_tz",
    "logical_date",
    "data_interval_start",
    "data_interval_end",
}


@of_task
def owner(task: TaskFacts, _: Policy) -> Iterator[str]:
    """Somebody must be asked when it breaks, and 'airflow' is nobody."""
    if task.owner.strip() in {"", "airflow"} and not task.by_asset:
        yield "The task has no owner: name a team or person as owner in default_args."


@of_task
def retries(task: TaskFacts, _: Policy) -> Iterator[str]:
    """Left to configuration, a hiccup of the network may fail the run; 0 is fine if it is written down."""
    if "retries" not in task.given and not task.by_asset:
        yield "How often the task is tried again is left to configuration: set retries, in default_args or here."


@of_task
def execution_timeout(task: TaskFacts, _: Policy) -> Iterator[str]:
    """A task that hangs holds its slot, and with max_active_runs=1 its DAG, for ever."""
    if not task.execution_timeout and not task.by_asset and not task.empty:
        yield "Nothing ends the task if it hangs: set execution_timeout, in default_args or here."


@of_task
def pools(task: TaskFacts, policy: Policy) -> Iterator[str]:
    """A task in a pool that does not exist is never scheduled, and only the scheduler's log says so."""
    if policy.pools is not None and task.pool not in {"default_pool", *policy.pools}:
        yield f"The pool {task.pool} does not exist: create it, or correct the name."


@of_task
def email(task: TaskFacts, _: Policy) -> Iterator[str]:
    """Mail by arguments of the task is deprecated, and its subject shows an object."""
    given = sorted({"email", "email_on_failure", "email_on_retry"} & set(task.given))
    if "email" in given:  # without it the others do nothing
        yield f"The task mails by {' and '.join(given)}, which goes away: use SmtpNotifier as on_failure_callback."


@of_dag
def sla(dag: DagFacts, _: Policy) -> Iterator[str]:
    """An SLA is accepted and does nothing since Airflow 3."""
    if "sla_miss_callback" in dag.given or any("sla" in task.given for task in dag.tasks):
        yield "The SLA does nothing in Airflow 3: give the DAG deadline=DeadlineAlert(...) instead."


@of_task
def template_syntax(task: TaskFacts, _: Policy) -> Iterator[str]:
    """A template that does not parse fails when the task runs, not before."""
    for error in task.template_errors:
        yield f"A template does not parse ({error}): mend it."


@of_task
def template_variables(task: TaskFacts, _: Policy) -> Iterator[str]:
    """A variable that Airflow does not know, or no longer, fails when the task runs, not before."""
    for name in task.unknown_variables:
        yield f"A template uses {name}, {_instead(name)}"


@of_task
def callable_arguments(task: TaskFacts, _: Policy) -> Iterator[str]:
    """A callable that takes a variable which Airflow 3 removed gets its default, or fails, when it runs."""
    for name in sorted(REMOVED.keys() & set(task.parameters)):
        yield f"{task.callable} takes {name}, {_instead(name)}"


@of_file
def context_keys(file: FileFacts, _: Policy) -> Iterator[str]:
    """A key that Airflow 3 removed from the context is a KeyError when the task runs."""
    for key, line in context_reads(syntax_tree(file.source)):
        if key in REMOVED:
            yield f"Line {line} reads {key} from the context, {_instead(key)}"


@of_task
def utc_day_in_templates(task: TaskFacts, policy: Policy) -> Iterator[str]:
    """A file named by {{ ds }} is named by the day in UTC, which is not always the day of the people."""
    for word in sorted({word for template in task.templates for word in utc_file_templates(template)}):
        if policy.other_zone:
            yield f"The name {word} {_utc_day(policy.other_zone)}"


@of_file
def utc_day_in_code(file: FileFacts, policy: Policy) -> Iterator[str]:
    """A file named by ds in an f-string is named by the day in UTC, too."""
    for text, line in utc_file_names(syntax_tree(file.source)):
        if policy.other_zone:
            yield f"Line {line}: the name {text} {_utc_day(policy.other_zone)}"


@of_task
def logical_date(task: TaskFacts, _: Policy) -> Iterator[str]:
    """A run that an asset starts has no logical date, so a callable that demands one fails, and retries, and fails."""
    for name in sorted(ABSENT & set(task.required)):
        yield f"{task.callable} demands {name}, which a run without a logical date does not have: write {name}=None."


@of_file
def multiple_outputs(file: FileFacts, _: Policy) -> Iterator[str]:
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
def orm_sessions(file: FileFacts, _: Policy) -> Iterator[str]:
    """Workers of Airflow 3 have no metadata database; a test run does, so only reading the code tells."""
    for path, source in {"": file.source, **file.modules}.items():
        for name, line in sessions(syntax_tree(source)):
            where = f"line {line} of {path}" if path else f"line {line}"
            yield f"The code opens a session on Airflow's database ({name}, {where}): ask the REST API or the context."


def _utc_day(zone: str) -> str:
    return f"has the day in UTC, which for hours is not the day in {zone}: use the day of the logical date in {zone}."


def _instead(name: str) -> str:
    if name in REMOVED:
        return f"which Airflow 3 does not have: use {REMOVED[name]}."
    return "which Airflow does not know: correct the name, or add it to user_defined_macros."


CHECKS = (
    owner,
    retries,
    execution_timeout,
    pools,
    email,
    sla,
    template_syntax,
    template_variables,
    callable_arguments,
    context_keys,
    utc_day_in_templates,
    utc_day_in_code,
    logical_date,
    multiple_outputs,
    orm_sessions,
)
