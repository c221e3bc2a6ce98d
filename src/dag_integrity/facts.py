"""What is known about a DAG folder after parsing it: plain data, which checks read and no Airflow object is part of."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct


class TaskFacts(Struct, frozen=True, kw_only=True):
    """A task as Airflow parsed it."""

    task_id: str
    owner: str
    pool: str
    trigger_rule: str
    #: Seconds; 0 where nothing ends the task.
    execution_timeout: float
    retries: int
    #: Seconds.
    retry_delay: float
    #: Names of the arguments that the DAG file gives, by itself or through ``default_args``.
    given: list[str]
    downstream: list[str]
    #: Ids of the task groups that it is in, the outermost first.
    groups: list[str]
    #: Whether the operator chooses which of its downstream tasks run.
    branches: bool
    #: Whether it does nothing; the scheduler sets it to done, and no worker runs it.
    empty: bool
    #: Whether ``@asset`` makes it, which takes no argument of an operator.
    by_asset: bool
    multiple_outputs: bool
    #: Name of the task's callable; of its parameters that the DAG file gives nothing to, those without default, all.
    callable: str
    required: list[str]
    parameters: list[str]
    #: Names of arguments that some class of the operator takes.
    accepted: list[str]
    #: Every string that Airflow will render with Jinja.
    templates: list[str]
    #: Those that do not parse, each with Jinja's complaint.
    template_errors: list[str]
    #: Variables in them that neither Airflow nor the DAG defines.
    unknown_variables: list[str]


class DagFacts(Struct, frozen=True, kw_only=True):
    """A DAG as Airflow parsed it."""

    dag_id: str
    #: Whether ``@asset`` makes it, which takes few of the arguments of ``DAG``.
    by_asset: bool
    #: Names of the arguments that the DAG file gives to ``DAG`` or ``@dag``.
    given: list[str]
    default_args: list[str]
    doc_md: str
    tags: list[str]
    catchup: bool
    max_active_runs: int
    #: Class of ``schedule=`` as written: ``str`` for a cron string.
    schedule: str
    timetable: str
    crons: list[str]
    zones: list[str]
    #: Whether time starts it, and not only an asset or a person.
    timed: bool
    #: ISO 8601, UTC; empty where there is none.
    start_date: str
    #: The same in the other process.
    start_date_again: str = ""
    #: Whether the start date lay in the future when the file was parsed.
    future: bool
    #: Whether the start date is written without a zone.
    naive: bool
    tasks: list[TaskFacts]
    #: Hash of the serialised DAG without its start date, which a check of its own watches; empty if not serialisable.
    hash: str
    hash_again: str = ""
    #: What is wrong with the serialised form; empty if nothing.
    serialization_error: str
    #: The first three times at which time starts it, ISO 8601 in its own zone.
    next_runs: list[str]

    @property
    def edges(self) -> dict[str, set[str]]:
        """Task ids, each with the ids directly downstream."""
        return {task.task_id: set(task.downstream) for task in self.tasks}


class Reach(Struct, frozen=True):
    """What a DAG file reached for while it was parsed."""

    #: ``network``, ``database``, ``process``, ``file`` or ``variable``.
    kind: str
    detail: str
    #: Line of the DAG file, 0 if it did not come from there.
    line: int


class FileFacts(Struct, frozen=True, kw_only=True, tag=True):
    """A DAG file and what came of parsing it."""

    folder: str
    #: Relative to the folder.
    name: str
    source: str
    #: Source of the modules that the file imports and that are no installed package, by path.
    modules: dict[str, str]
    #: What Airflow says; empty if it says nothing.
    import_error: str
    warnings: list[str]
    reaches: list[Reach]
    #: Packages that were loaded for this file, or would have been if no file before had loaded them.
    loaded: list[str]
    seconds: float
    megabytes: float
    dags: list[DagFacts]

    @property
    def path(self) -> str:
        """Where it lies."""
        return str(Path(self.folder) / self.name)


class Reading(Struct, frozen=True, tag=True):
    """The parser begins with a file; the last one tells which file it died of."""

    folder: str
    name: str


class Done(Struct, frozen=True, kw_only=True, tag=True):
    """The parser has come to its end."""

    #: Most memory that the process held.
    megabytes: float


class Folder(Struct, frozen=True, kw_only=True):
    """A DAG folder, parsed twice."""

    path: Path
    files: list[FileFacts]
    #: Most memory that the parser held.
    megabytes: float

    def dags(self) -> Iterator[tuple[FileFacts, DagFacts]]:
        """Every DAG with its file."""
        for file in self.files:
            for dag in file.dags:
                yield file, dag
