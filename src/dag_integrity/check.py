"""A check: what it is called, why it is there, and what it finds in a folder.

A check is a function under one of the decorators here, in a module of ``dag_integrity.checks``. Its name is the check's
id, the first line of its docstring the reason; then come lines that begin with ``Bad:``, ``Good:`` and ``Fine:``, which
``--explain`` shows. It yields a message for each defect: what is wrong, a colon, what to do; as ``At`` where the defect
has a line of its own, otherwise it is where the file, the DAG or the task is made. Below ``@only_if`` it runs only
where the config says what is right; below ``@warning`` or ``@advice`` it is of that level, otherwise it finds errors.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from dag_integrity.config import Config, Level
from dag_integrity.facts import DagFacts, FileFacts, Folder, TaskFacts


class At(NamedTuple):
    """A message with its place."""

    message: str
    line: int
    #: Empty for the file itself.
    path: str = ""


Told = str | At


class Where(NamedTuple):
    """What a message is about."""

    file: FileFacts
    dag: DagFacts | None = None
    task: TaskFacts | None = None


@dataclass(frozen=True)
class Finding:
    """One defect: where it is, what is wrong, and what to do."""

    check: str
    #: The DAG file, relative to the folder.
    file: str
    #: Empty where the whole file is meant.
    dag_id: str
    #: Empty where the whole DAG is meant.
    task_id: str
    message: str
    #: Where it is to be mended, which may be in a module that the file imports.
    path: str = ""
    line: int = 1
    level: Level = Level.ERROR


def _always(_: Config) -> bool:
    return True


@dataclass(frozen=True)
class Check:
    """A named check; call it with a folder."""

    name: str
    #: Why it is there, in one line.
    reason: str
    _find: Callable[[Folder, Config], Iterator[tuple[Where, Told]]]
    #: Whether this config gives it something to do.
    asked: Callable[[Config], bool] = _always
    level: Level = Level.ERROR
    #: What it finds, what to write instead, and where it is fine as it is.
    bad: str = ""
    good: str = ""
    fine: str = ""

    def __call__(self, folder: Folder, config: Config) -> list[Finding]:
        """What is wrong with this folder; nothing where the config does not ask for this check."""
        if not self.asked(config):
            return []
        return [self.finding(where, told, config) for where, told in self._find(folder, config)]

    def finding(self, where: Where, told: Told, config: Config) -> Finding:
        """A message as a finding, at its place."""
        path, line = self._place(where, told)
        return Finding(
            check=self.name,
            file=where.file.name,
            dag_id=where.dag.dag_id if where.dag else "",
            task_id=where.task.task_id if where.task else "",
            message=told if isinstance(told, str) else told.message,
            path=path or where.file.path,
            line=line or 1,
            level=config.levels.get(self.name, self.level),
        )

    def _place(self, where: Where, told: Told) -> tuple[str, int]:
        if isinstance(told, At) and told.line:
            return told.path, told.line
        for thing in (where.task, where.dag):
            if thing and thing.line:
                return thing.path, thing.line
        return "", 1


def only_if(asked: Callable[[Config], bool]) -> Callable[[Check], Check]:
    """Let a check run only where the config is so."""
    return lambda check: replace(check, asked=asked)


def warning(check: Check) -> Check:
    """Say that what a check finds will break one day, or costs."""
    return replace(check, level=Level.WARNING)


def advice(check: Check) -> Check:
    """Say that a check holds a rule of the house."""
    return replace(check, level=Level.ADVICE)


def of_folder(find: Callable[[Folder, Config], Iterator[tuple[Where, Told]]]) -> Check:
    """A check that compares files; it yields what a message is about, and the message."""
    return _check(find, find)


def of_file(find: Callable[[FileFacts, Config], Iterator[Told]]) -> Check:
    """A check that looks at one file at a time; it yields messages."""
    return _check(
        find,
        lambda folder, config: ((Where(file), told) for file in folder.files for told in find(file, config)),
    )


def of_dag(find: Callable[[DagFacts, Config], Iterator[Told]]) -> Check:
    """A check that looks at one DAG at a time; it yields messages."""
    return _check(
        find,
        lambda folder, config: ((Where(file, dag), told) for file, dag in folder.dags() for told in find(dag, config)),
    )


def of_task(find: Callable[[TaskFacts, Config], Iterator[Told]]) -> Check:
    """A check that looks at one task at a time; it yields messages."""
    return _check(
        find,
        lambda folder, config: (
            (Where(file, dag, task), told)
            for file, dag in folder.dags()
            for task in dag.tasks
            for told in find(task, config)
        ),
    )


def _check(named: Callable[..., object], find: Callable[[Folder, Config], Iterator[tuple[Where, Told]]]) -> Check:
    text = (named.__doc__ or "").strip()
    reason, _, more = text.partition("\n")
    told = {key.lower(): value.strip() for key, value in re.findall(r"^\s*(Bad|Good|Fine): (.+)$", more, re.MULTILINE)}
    return Check(named.__name__, reason.strip(), find, **told)
