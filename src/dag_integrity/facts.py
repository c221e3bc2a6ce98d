"""What is known about a DAG folder after parsing it: plain data, which checks read and no Airflow object is part of."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct


class Pull(Struct, frozen=True):
    """A call of ``xcom_pull`` in a template."""

    #: The ids of tasks that it names; None where it names none, or not by constants.
    task_ids: list[str] | None
    #: Whether it says whose XComs it wants, be it by a variable.
    whose: bool
    #: Whether it asks another DAG, or another run.
    elsewhere: bool


class TaskFacts(Struct, frozen=True, kw_only=True):
    """A task as Airflow parsed it."""

    task_id: str
    #: Where the DAG file, or a module of its own, makes it; empty and 0 where that is not known.
    path: str = ""
    line: int = 0
    #: Class of the operator.
    operator: str = ""
    #: Whether its class is only a stand-in for one that is not installed here.
    stub: bool = False
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
    #: Ids of tasks that it takes together, where its arguments say so.
    follows: list[list[str]] = []
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
    #: Names that they read from ``params`` and that neither the DAG nor the task has.
    unknown_params: list[str] = []
    #: Params that there are.
    params: list[str] = []
    #: ``xcom_pull`` in them.
    pulls: list[Pull] = []
    #: Attributes of ``ti`` and ``dag_run`` in them that Airflow 3 removed.
    removed_attributes: list[str] = []
    #: Values that Airflow takes for the name of a template file, and finds none.
    missing_files: list[str] = []
    #: Arguments that hold a template, and are not rendered.
    unrendered: list[str] = []
    #: Whether the task succeeds or fails for itself alone, as a teardown does.
    teardown: bool = False
    #: Callbacks of the task that cannot be called.
    dead_callbacks: list[str] = []
    #: Names of the assets that it makes.
    outlets: list[str] = []
    #: The DAG that it starts or waits for, and the tasks in it; empty where it does not, or by a template.
    other_dag: str = ""
    other_tasks: list[str] = []
    #: Parameters that nobody gives: neither the DAG file nor Airflow.
    ungiven: list[str] = []


class DagFacts(Struct, frozen=True, kw_only=True):
    """A DAG as Airflow parsed it."""

    dag_id: str
    #: Where the DAG file, or a module of its own, makes it; empty and 0 where that is not known.
    path: str = ""
    line: int = 0
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
    #: Whether it never runs by time, since it ends before it starts.
    never: bool = False
    #: Names of the assets that start it.
    waits_for: list[str] = []
    #: Callbacks of the DAG that cannot be called.
    dead_callbacks: list[str] = []

    @property
    def before(self) -> dict[str, set[str]]:
        """Task ids, each with the ids of everything upstream."""
        above: dict[str, set[str]] = {task.task_id: set() for task in self.tasks}
        for task in self.tasks:
            for below in task.downstream:
                above[below].add(task.task_id)
        for found in above.values():
            waiting = list(found)
            while waiting:
                new = above[waiting.pop()] - found
                found.update(new)
                waiting += new
        return above

    @property
    def starts_by_tasks(self) -> bool:
        """Whether every task has a start date of its own."""
        return bool(self.tasks) and all("start_date" in task.given for task in self.tasks)

    @property
    def edges(self) -> dict[str, set[str]]:
        """Task ids, each with the ids directly downstream."""
        return {task.task_id: set(task.downstream) for task in self.tasks}


class Reach(Struct, frozen=True):
    """What a DAG file reached for while it was parsed."""

    #: ``network``, ``database``, ``process``, ``file``, ``variable``, or ``truth`` of what a task returns.
    kind: str
    detail: str
    #: Where the DAG file, or a module of its own, does it; 0 where something else does.
    line: int
    path: str = ""


class ImportFault(Struct, frozen=True, kw_only=True):
    """Why Airflow cannot import a file."""

    #: What Airflow says, in one line.
    message: str
    #: Where the DAG file, or a module of its own, fails; 0 where that is not known.
    path: str = ""
    line: int = 0
    #: The module, name or file that lacks, where it may be there in another environment.
    missing: str = ""
    #: What is not set here and may be in another environment, such as "the environment variable HOST".
    unset: str = ""
    #: The stand-in of which it may come, as "acme.hooks.Hook".
    stand_in: str = ""
    #: Whether it may come of our refusing what the file reached for.
    refused: bool = False

    @property
    def certain(self) -> bool:
        """Whether the file would fail everywhere."""
        return not (self.missing or self.unset or self.stand_in or self.refused)


class FileFacts(Struct, frozen=True, kw_only=True, tag=True):
    """A DAG file and what came of parsing it."""

    folder: str
    #: Relative to the folder.
    name: str
    source: str
    #: Source of the modules that the file imports and that are no installed package, by path.
    modules: dict[str, str]
    faults: list[ImportFault]
    warnings: list[str]
    reaches: list[Reach]
    #: Packages that were loaded for this file, or would have been if no file before had loaded them.
    loaded: list[str]
    seconds: float
    megabytes: float
    dags: list[DagFacts]
    #: DAGs that could not be judged, each with the reason, for a fault of ours.
    unjudged: dict[str, str] = {}
    #: Modules that are only stand-ins for some that are not installed here.
    stubs: list[str] = []

    @property
    def path(self) -> str:
        """Where it lies."""
        return str(Path(self.folder) / self.name)

    @property
    def sources(self) -> dict[str, str]:
        """Its own source, and those of the modules that it imports, by path."""
        return {self.path: self.source, **self.modules}


class Job(Struct, frozen=True, kw_only=True):
    """What a parser is to do."""

    #: Each folder with the files in it that are meant; all that Airflow reads where there are none.
    folders: dict[str, list[str]]
    #: A folder of its own, for whatever a file writes.
    private: str
    variables: dict[str, str] = {}
    connections: dict[str, str] = {}
    #: Whether it is the second parse, on another day, whose DAGs are only compared.
    again: bool = False
    stub_missing: bool = False
    #: Seconds and megabytes that one file may take.
    seconds: float
    megabytes: float


class Reading(Struct, frozen=True, tag=True):
    """The parser begins with a file; the last one tells which file it ended with."""

    folder: str
    name: str


class Done(Struct, frozen=True, kw_only=True, tag=True):
    """The parser has come to its end."""

    #: Most memory that the process held.
    megabytes: float
    airflow: str = ""


class Folder(Struct, frozen=True, kw_only=True):
    """A DAG folder, parsed twice."""

    path: Path
    files: list[FileFacts]
    #: Most memory that the parser held.
    megabytes: float
    #: Python files that Airflow does not read, each with the reason.
    skipped: dict[str, str] = {}
    #: The version of Airflow that has parsed it.
    airflow: str = ""
    #: Whether only some of its files were asked for.
    partial: bool = False
    #: Folders to put on PYTHONPATH, each with the modules that lack and lie there.
    beside: dict[str, list[str]] = {}

    @property
    def is_whole(self) -> bool:
        """Whether every file was judged, so that what is not there is nowhere."""
        return not self.partial and not any(file.faults or file.unjudged for file in self.files)

    def dags(self) -> Iterator[tuple[FileFacts, DagFacts]]:
        """Every DAG with its file."""
        for file in self.files:
            for dag in file.dags:
                yield file, dag
