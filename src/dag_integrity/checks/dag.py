"""A DAG as a whole: its arguments and its serialised form."""

from collections.abc import Iterator

from dag_integrity.check import of_dag
from dag_integrity.config import Config
from dag_integrity.facts import DagFacts

#: Arguments of DAG that people put into default_args, where they do nothing.
DAG_ARGUMENTS = {"catchup", "max_active_runs", "max_active_tasks", "schedule", "tags", "dagrun_timeout", "doc_md"}


@of_dag
def ascii_ids(dag: DagFacts, _: Config) -> Iterator[str]:
    """An id beyond ASCII parses, then breaks test runs and log paths; display names may be in any script."""
    for name in [dag.dag_id, *(task.task_id for task in dag.tasks)]:
        if not name.isascii():
            yield f"The id {name} is not ASCII: use an ASCII id, and show {name} as the display name."


@of_dag
def default_args(dag: DagFacts, _: Config) -> Iterator[str]:
    """A key of default_args that no operator takes is silently ignored."""
    accepted = {name for task in dag.tasks for name in task.accepted}
    for key in dag.default_args:
        if dag.tasks and key not in accepted:
            advice = "give it to the DAG itself" if key in DAG_ARGUMENTS else "correct or remove it"
            yield f"No task of the DAG takes {key!r} from default_args, so it does nothing: {advice}."


@of_dag
def documentation(dag: DagFacts, _: Config) -> Iterator[str]:
    """Whoever is woken at night by a DAG reads its page first."""
    if not dag.doc_md.strip() and not dag.by_asset:
        yield "The DAG has no documentation: give it doc_md=__doc__ and write the file's docstring."


@of_dag
def tags(dag: DagFacts, _: Config) -> Iterator[str]:
    """A DAG without tags is not found among hundreds."""
    if not dag.tags:
        yield "The DAG has no tags: add tags=[...] with what people will filter by."


@of_dag
def catchup(dag: DagFacts, _: Config) -> Iterator[str]:
    """Left to configuration, catchup may start one run for every day since the start date."""
    if dag.catchup:
        yield "The DAG catches up with every missed run since its start date: set catchup=False, and backfill by hand."
    elif dag.timed and "catchup" not in dag.given:
        yield "Whether the DAG catches up with missed runs is left to configuration: set catchup=False."


@of_dag
def max_active_runs(dag: DagFacts, _: Config) -> Iterator[str]:
    """Left to configuration, sixteen runs may write the same files at once."""
    if "max_active_runs" not in dag.given and not dag.by_asset:
        yield "How many runs may be active at once is left to configuration: set max_active_runs."


@of_dag
def sla(dag: DagFacts, _: Config) -> Iterator[str]:
    """An SLA is accepted and does nothing since Airflow 3."""
    if "sla_miss_callback" in dag.given or any("sla" in task.given for task in dag.tasks):
        yield "The SLA does nothing in Airflow 3: give the DAG deadline=DeadlineAlert(...) instead."


@of_dag
def serialization(dag: DagFacts, _: Config) -> Iterator[str]:
    """The scheduler works with a JSON copy: a DAG that has none, or a changed one, does not run as written."""
    if dag.serialization_error:
        yield f"The DAG cannot be serialised ({dag.serialization_error}): the scheduler will not run it."


@of_dag
def stable_hash(dag: DagFacts, _: Config) -> Iterator[str]:
    """A DAG that differs from parse to parse gets a new version each time, until the metadata database is full."""
    if dag.hash != dag.hash_again:
        yield (
            "Two parses give two different DAGs: look for the current time, randomness, the order of a set, or an "
            "object shown with its address, and make it constant."
        )
