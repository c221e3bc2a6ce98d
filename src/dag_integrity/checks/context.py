"""What a task takes from its context, in templates, arguments and code."""

from collections.abc import Iterator

from dag_integrity.check import of_file, of_task, only_if
from dag_integrity.config import Config
from dag_integrity.facts import FileFacts, TaskFacts
from dag_integrity.source import context_reads, syntax_tree, utc_file_names, utc_file_templates

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
def template_syntax(task: TaskFacts, _: Config) -> Iterator[str]:
    """A template that does not parse fails when the task runs, not before."""
    for error in task.template_errors:
        yield f"A template does not parse ({error}): mend it."


@of_task
def template_variables(task: TaskFacts, _: Config) -> Iterator[str]:
    """A variable that Airflow does not know, or no longer, fails when the task runs, not before."""
    for name in task.unknown_variables:
        yield f"A template uses {name}, {_instead(name)}"


@of_task
def callable_arguments(task: TaskFacts, _: Config) -> Iterator[str]:
    """A callable that takes a variable which Airflow 3 removed gets its default, or fails, when it runs."""
    for name in sorted(REMOVED.keys() & set(task.parameters)):
        yield f"{task.callable} takes {name}, {_instead(name)}"


@of_file
def context_keys(file: FileFacts, _: Config) -> Iterator[str]:
    """A key that Airflow 3 removed from the context is a KeyError when the task runs."""
    for key, line in context_reads(syntax_tree(file.source)):
        if key in REMOVED:
            yield f"Line {line} reads {key} from the context, {_instead(key)}"


@only_if(lambda config: bool(config.other_zone))
@of_task
def utc_day_in_templates(task: TaskFacts, config: Config) -> Iterator[str]:
    """A file named by {{ ds }} is named by the day in UTC, which is not always the day of the people."""
    for word in sorted({word for template in task.templates for word in utc_file_templates(template)}):
        yield f"The name {word} {_utc_day(config.other_zone)}"


@only_if(lambda config: bool(config.other_zone))
@of_file
def utc_day_in_code(file: FileFacts, config: Config) -> Iterator[str]:
    """A file named by ds in an f-string is named by the day in UTC, too."""
    for text, line in utc_file_names(syntax_tree(file.source)):
        yield f"Line {line}: the name {text} {_utc_day(config.other_zone)}"


@of_task
def logical_date(task: TaskFacts, _: Config) -> Iterator[str]:
    """A run that an asset starts has no logical date, so a callable that demands one fails, and retries, and fails."""
    for name in sorted(ABSENT & set(task.required)):
        yield f"{task.callable} demands {name}, which a run without a logical date does not have: write {name}=None."


def _utc_day(zone: str) -> str:
    return f"has the day in UTC, which for hours is not the day in {zone}: use the day of the logical date in {zone}."


def _instead(name: str) -> str:
    if name in REMOVED:
        return f"which Airflow 3 does not have: use {REMOVED[name]}."
    return "which Airflow does not know: correct the name, or add it to user_defined_macros."
