"""A check: what it is called, why it is there, and what it finds in a folder.

A check is a function under one of the decorators here, in a module of ``dag_integrity.checks``. Its name is the check's
id and its docstring the reason, in one line; it yields a message for each defect: what is wrong, a colon, what to do.
Below ``@only_if`` it runs only where the config says what is right.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from dag_integrity.config import Config
from dag_integrity.facts import DagFacts, FileFacts, Folder, TaskFacts

#: File, DAG id, task id and message of each defect.
Find = Callable[[Folder, Config], Iterator[tuple[str, str, str, str]]]


@dataclass(frozen=True)
class Finding:
    """One defect: where it is, what is wrong, and what to do."""

    check: str
    #: Relative to the folder.
    file: str
    #: Empty where the whole file is meant.
    dag_id: str
    #: Empty where the whole DAG is meant.
    task_id: str
    message: str


def _always(_: Config) -> bool:
    return True


@dataclass(frozen=True)
class Check:
    """A named check; call it with a folder."""

    name: str
    #: Why it is there, in one line.
    reason: str
    _find: Find
    #: Whether this config gives it something to do.
    asked: Callable[[Config], bool] = _always

    def __call__(self, folder: Folder, config: Config) -> list[Finding]:
        """What is wrong with this folder; nothing where the config does not ask for this check."""
        return [Finding(self.name, *found) for found in self._find(folder, config)] if self.asked(config) else []


def only_if(asked: Callable[[Config], bool]) -> Callable[[Check], Check]:
    """Let a check run only where the config is so."""
    return lambda check: replace(check, asked=asked)


def of_folder(find: Callable[[Folder, Config], Iterator[tuple[str, str, str]]]) -> Check:
    """A check that compares files; it yields the file's name, the DAG's id and the message."""
    return _check(
        find,
        lambda folder, config: ((file, dag_id, "", message) for file, dag_id, message in find(folder, config)),
    )


def of_file(find: Callable[[FileFacts, Config], Iterator[str]]) -> Check:
    """A check that looks at one file at a time; it yields messages."""
    return _check(
        find,
        lambda folder, config: (
            (file.name, "", "", message) for file in folder.files for message in find(file, config)
        ),
    )


def of_dag(find: Callable[[DagFacts, Config], Iterator[str]]) -> Check:
    """A check that looks at one DAG at a time; it yields messages."""
    return _check(
        find,
        lambda folder, config: (
            (file.name, dag.dag_id, "", message) for file, dag in folder.dags() for message in find(dag, config)
        ),
    )


def of_task(find: Callable[[TaskFacts, Config], Iterator[str]]) -> Check:
    """A check that looks at one task at a time; it yields messages."""
    return _check(
        find,
        lambda folder, config: (
            (file.name, dag.dag_id, task.task_id, message)
            for file, dag in folder.dags()
            for task in dag.tasks
            for message in find(task, config)
        ),
    )


def _check(named: Callable[..., object], find: Find) -> Check:
    return Check(named.__name__, (named.__doc__ or "").strip(), find)
