"""When a DAG runs."""

from collections.abc import Iterator

from dag_integrity.check import of_dag, of_file, only_if
from dag_integrity.config import Config
from dag_integrity.facts import DagFacts, FileFacts
from dag_integrity.source import clock_starts, syntax_tree

#: What ``@once`` and ``@continuous`` are under every configuration.
FIXED = {"OnceTimetable", "ContinuousTimetable"}


@of_dag
def schedule(dag: DagFacts, _: Config) -> Iterator[str]:
    """What a cron string means is decided by configuration, and a DAG that says nothing never runs by itself."""
    if "schedule" not in dag.given:
        yield "The DAG does not say when it runs: give it a schedule, or schedule=None if it is only triggered."
    if dag.schedule in {"str", "timedelta", "relativedelta"} and dag.timetable not in FIXED:
        yield (
            f"The schedule is a bare {dag.schedule}, which configuration turns into one timetable or another: "
            "name the timetable, as in CronTriggerTimetable('0 2 * * *', timezone='Asia/Seoul')."
        )


@only_if(lambda config: config.zone is not None)
@of_dag
def zone(dag: DagFacts, config: Config) -> Iterator[str]:
    """A schedule in another zone runs at another hour, and on another day."""
    for found in dag.zones:
        if found != config.zone:
            yield f"The schedule is in {found}, not in {config.zone}: set timezone={config.zone!r} in the timetable."


@of_dag
def start_date(dag: DagFacts, _: Config) -> Iterator[str]:
    """Without a start date, or with one in no zone, the first run depends on configuration and on who unpauses when."""
    if dag.naive:
        yield "The start date is in no zone: write it as pendulum.datetime(2024, 1, 1, tz='Asia/Seoul')."
    if dag.timed and not dag.start_date and not dag.by_asset:
        yield "The DAG has a schedule and no start date: set start_date=pendulum.datetime(2024, 1, 1, tz='Asia/Seoul')."


@of_dag
def start_date_past(dag: DagFacts, _: Config) -> Iterator[str]:
    """A DAG that starts in the future waits in silence."""
    if dag.future:
        yield f"The DAG does not run before {dag.start_date}: set a start date in the past."


@of_file
def start_date_constant(file: FileFacts, _: Config) -> Iterator[str]:
    """A start date that moves with the clock makes a new version of the DAG at each parse, and runs that never come."""
    moving = [f"line {line}, {text}" for text, line in clock_starts(syntax_tree(file.source))]
    moving += [f"DAG {dag.dag_id}" for dag in file.dags if not moving and dag.start_date != dag.start_date_again]
    for where in moving:
        yield f"The start date moves with the clock ({where}): write a constant date."
