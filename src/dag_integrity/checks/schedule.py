"""When a DAG runs."""

from collections.abc import Iterator

from dag_integrity.check import At, Told, Where, advice, of_dag, of_folder, only_if, warning
from dag_integrity.checks.crons import oddity
from dag_integrity.config import Config
from dag_integrity.facts import DagFacts, Folder
from dag_integrity.source import clock_starts, syntax_tree

#: What ``@once`` and ``@continuous`` are under every configuration.
FIXED = {"OnceTimetable", "ContinuousTimetable"}


@advice
@of_dag
def schedule(dag: DagFacts, _: Config) -> Iterator[Told]:
    """What a cron string means is decided by configuration, and a DAG that says nothing never runs by itself.

    Bad: schedule="0 2 * * *"
    Good: schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul")
    Fine: Where the configuration is yours and stays as it is.
    """
    if "schedule" not in dag.given:
        yield "The DAG does not say when it runs: give it a schedule, or schedule=None if it is only triggered."
    if dag.schedule in {"str", "timedelta", "relativedelta"} and dag.timetable not in FIXED:
        yield (
            f"The schedule is a bare {dag.schedule}, which configuration turns into one timetable or another: "
            "name the timetable, as in CronTriggerTimetable('0 2 * * *', timezone='Asia/Seoul')."
        )


@warning
@of_dag
def cron_meaning(dag: DagFacts, _: Config) -> Iterator[Told]:
    """A cron string may mean something else than it looks like.

    Bad: schedule="* 2 * * *", which is every minute from 02:00 to 02:59
    Good: schedule="0 2 * * *"
    Fine: Where exactly that is meant.
    """
    for cron in dag.crons:
        for odd in oddity(cron):
            yield f"The schedule {cron} {odd}."
    if dag.never:
        yield "The DAG ends before it starts, so it never runs: correct start_date or end_date."


@only_if(lambda config: config.zone is not None)
@of_dag
def zone(dag: DagFacts, config: Config) -> Iterator[Told]:
    """A schedule in another zone runs at another hour, and on another day.

    Bad: CronTriggerTimetable("0 2 * * *", timezone="UTC"), where --zone says Asia/Seoul
    Good: CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul")
    Fine: Where no zone is given, nothing is asked.
    """
    for found in dag.zones:
        if found != config.zone:
            yield f"The schedule is in {found}, not in {config.zone}: set timezone={config.zone!r} in the timetable."


@advice
@of_dag
def start_date(dag: DagFacts, _: Config) -> Iterator[Told]:
    """Without a start date, or with one in no zone, the first run depends on configuration and on who unpauses when.

    Bad: start_date=datetime(2024, 1, 1)
    Good: start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul")
    Fine: On a DAG that no clock starts, and where every task has a date of its own.
    """
    if dag.naive and dag.timed:
        yield "The start date is in no zone: write it as pendulum.datetime(2024, 1, 1, tz='Asia/Seoul')."
    if dag.timed and not dag.start_date and not dag.by_asset and not dag.starts_by_tasks:
        yield "The DAG has a schedule and no start date: set start_date=pendulum.datetime(2024, 1, 1, tz='Asia/Seoul')."


@advice
@of_dag
def start_date_past(dag: DagFacts, _: Config) -> Iterator[Told]:
    """A DAG that starts in the future waits in silence.

    Bad: start_date=datetime(2099, 1, 1)
    Good: a date in the past
    Fine: Where it is meant to wait.
    """
    if dag.future and dag.timed:
        yield f"The DAG does not run before {dag.start_date}: set a start date in the past."


@warning
@of_folder
def start_date_constant(folder: Folder, _: Config) -> Iterator[tuple[Where, Told]]:
    """A start date that moves with the clock makes a new version of the DAG at each parse, and runs that never come.

    Bad: start_date=datetime.now()
    Good: start_date=datetime(2024, 1, 1)
    Fine: Nowhere.
    """
    for file, dag in folder.dags():
        if dag.start_date != dag.start_date_again and dag.hash_again:
            places = [
                At("", line, path) for path, text in file.sources.items() for _, line in clock_starts(syntax_tree(text))
            ]
            place = places[0] if places else At("", dag.line, dag.path)
            yield (
                Where(file, dag),
                place._replace(message="The start date moves with the clock: write a constant date."),
            )
