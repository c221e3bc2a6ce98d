"""A DAG as a whole: its arguments and its serialised form."""

from collections.abc import Iterator

from dag_integrity.check import Told, advice, of_dag, warning
from dag_integrity.config import Config
from dag_integrity.facts import DagFacts

#: Arguments of DAG that people put into default_args, where they do nothing.
DAG_ARGUMENTS = {"catchup", "max_active_runs", "max_active_tasks", "schedule", "tags", "dagrun_timeout", "doc_md"}


@advice
@of_dag
def ascii_ids(dag: DagFacts, _: Config) -> Iterator[Told]:
    """An id beyond ASCII parses, then breaks test runs and log paths; display names may be in any script.

    Bad: dag_id="영화"
    Good: dag_id="movies", dag_display_name="영화"
    Fine: Where every tool around Airflow takes it.
    """
    for name in [dag.dag_id, *(task.task_id for task in dag.tasks)]:
        if not name.isascii():
            yield f"The id {name} is not ASCII: use an ASCII id, and show {name} as the display name."


@warning
@of_dag
def default_args(dag: DagFacts, _: Config) -> Iterator[Told]:
    """A key of default_args that no operator takes is silently ignored.

    Bad: default_args={"catchup": False}
    Good: DAG(..., catchup=False)
    Fine: Where code of your own reads the dict.
    """
    accepted = {name for task in dag.tasks for name in task.accepted}
    if not dag.tasks or any(task.stub for task in dag.tasks):
        return
    for key in dag.default_args:
        if key not in accepted:
            told = "give it to the DAG itself" if key in DAG_ARGUMENTS else "correct or remove it"
            yield f"No task of the DAG takes {key!r} from default_args, so it does nothing: {told}."


@advice
@of_dag
def documentation(dag: DagFacts, _: Config) -> Iterator[Told]:
    """Whoever is woken at night by a DAG reads its page first.

    Bad: DAG("movies")
    Good: DAG("movies", doc_md=__doc__), with a docstring in the file
    Fine: Where the documentation lies elsewhere.
    """
    if not dag.doc_md.strip() and not dag.by_asset:
        yield "The DAG has no documentation: give it doc_md=__doc__ and write the file's docstring."


@advice
@of_dag
def tags(dag: DagFacts, _: Config) -> Iterator[Told]:
    """A DAG without tags is not found among hundreds.

    Bad: DAG("movies")
    Good: DAG("movies", tags=["tmdb"])
    Fine: Where there are few DAGs.
    """
    if not dag.tags:
        yield "The DAG has no tags: add tags=[...] with what people will filter by."


@advice
@of_dag
def catchup(dag: DagFacts, _: Config) -> Iterator[Told]:
    """Left to configuration, catchup may start one run for every day since the start date.

    Bad: DAG("movies", schedule="@daily")
    Good: DAG("movies", schedule="@daily", catchup=False)
    Fine: Where every missed run is wanted.
    """
    if dag.catchup:
        yield "The DAG catches up with every missed run since its start date: set catchup=False, and backfill by hand."
    elif dag.timed and "catchup" not in dag.given:
        yield "Whether the DAG catches up with missed runs is left to configuration: set catchup=False."


@advice
@of_dag
def max_active_runs(dag: DagFacts, _: Config) -> Iterator[Told]:
    """Left to configuration, sixteen runs may write the same files at once.

    Bad: DAG("movies")
    Good: DAG("movies", max_active_runs=1)
    Fine: Where runs share nothing.
    """
    if "max_active_runs" not in dag.given and not dag.by_asset:
        yield "How many runs may be active at once is left to configuration: set max_active_runs."


@of_dag
def sla(dag: DagFacts, _: Config) -> Iterator[Told]:
    """An SLA is accepted and does nothing since Airflow 3.

    Bad: sla=timedelta(hours=1)
    Good: DAG(..., deadline=DeadlineAlert(...))
    Fine: Nowhere.
    """
    late = [task for task in dag.tasks if "sla" in task.given and not task.stub]
    if "sla_miss_callback" in dag.given or late:
        yield "The SLA does nothing in Airflow 3: give the DAG deadline=DeadlineAlert(...) instead."


@of_dag
def serialization(dag: DagFacts, _: Config) -> Iterator[Told]:
    """The scheduler works with a JSON copy: a DAG that has none, or a changed one, does not run as written.

    Bad: schedule=MyTimetable(), of a class that no plugin registers
    Good: the class in the plugins of a plugin
    Fine: Where the plugin is not to be seen from here: set AIRFLOW__CORE__PLUGINS_FOLDER.
    """
    if dag.serialization_error:
        yield f"The DAG cannot be serialised ({dag.serialization_error}): the scheduler will not run it."


@warning
@of_dag
def stable_hash(dag: DagFacts, _: Config) -> Iterator[Told]:
    """A DAG that differs from parse to parse gets a new version each time, until the metadata database is full.

    Bad: params={"day": Param(default=str(date.today()))}
    Good: {{ ds }} in a template, or the day asked for inside a task
    Fine: Nowhere.
    """
    if dag.hash != dag.hash_again:
        yield (
            "Two parses, on two days, give two different DAGs: look for the current time, randomness, the order of a "
            "set, or an object shown with its address, and make it constant."
        )
