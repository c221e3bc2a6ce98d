"""What happens when a DAG file is imported, as it is every few seconds."""

import re
from collections.abc import Iterator

from dag_integrity.check import At, Told, Where, of_file, of_folder, warning
from dag_integrity.config import Config
from dag_integrity.facts import FileFacts, Folder
from dag_integrity.source import imports_on_load, syntax_tree

#: Import errors that another check explains better.
OWNED = ("AirflowDagCycleException", "AirflowDagDuplicatedIdException", "ReachedOut")
#: Warnings that another check explains better.
OWNED_WARNINGS = re.compile("The SLA feature is removed|Setting email|This process .* is multi-threaded")


@of_file
def import_errors(file: FileFacts, _: Config) -> Iterator[Told]:
    """A file that Airflow cannot import has no DAGs, and the ones it had stop running.

    Bad: from airflow.operators.dummy import DummyOperator
    Good: from airflow.providers.standard.operators.empty import EmptyOperator
    Fine: Nowhere, but what only is not installed here is told by missing_packages.
    """
    for fault in file.faults:
        if fault.certain and not any(owned in fault.message for owned in OWNED):
            yield At(
                f"Airflow cannot import the file ({fault.message}): mend it, or its DAGs vanish.",
                fault.line,
                fault.path,
            )


@warning
@of_file
def missing_packages(file: FileFacts, _: Config) -> Iterator[Told]:
    """A file that lacks a package or a file here cannot be judged here.

    Bad: import acme_hooks, which no package here brings
    Good: lint in the environment of the DAGs, set PYTHONPATH, or judge on with --stub-missing
    Fine: Where the file is linted elsewhere, in its own environment.
    """
    for fault in file.faults:
        if fault.missing:
            yield At(
                f"{fault.missing} is not here, so the file is not judged ({fault.message}): "
                "bring it, correct the name, or lint with --stub-missing.",
                fault.line,
                fault.path,
            )


@warning
@of_file
def missing_configuration(file: FileFacts, _: Config) -> Iterator[Told]:
    """A file that fails because a Variable or a variable of the environment is not set here cannot be judged here.

    Bad: int(os.getenv("PAGES")), where PAGES is not set
    Good: int(os.getenv("PAGES", "5")), or PAGES=5 in the environment in which the file is linted
    Fine: Where the file is linted elsewhere, in its own environment.
    """
    for fault in file.faults:
        if fault.unset:
            yield At(
                f"{_capital(fault.unset)} is not set here, so the file is not judged ({fault.message}): "
                "set it where you lint, Variables and Connections in [tool.dag_integrity], or give a default.",
                fault.line,
                fault.path,
            )


@warning
@of_file
def not_judged(file: FileFacts, _: Config) -> Iterator[Told]:
    """A DAG at which these checks failed themselves is not in order, and not broken either.

    Bad: a timetable that raises an error when it is looked at
    Good: one that Airflow and others can look at
    Fine: Where the fault is one of dag-integrity, which deserves a report.
    """
    for dag_id, reason in file.unjudged.items():
        yield f"The DAG {dag_id} could not be judged ({reason}): mend it, or report it as a fault of dag-integrity."


@warning
@of_file
def warnings(file: FileFacts, _: Config) -> Iterator[Told]:
    """A deprecated import or argument works until the upgrade that removes it.

    Bad: from airflow.models import Variable
    Good: from airflow.sdk import Variable
    Fine: As long as the file must run under the older version, too.
    """
    own = (file.path, *file.modules)
    for warned in dict.fromkeys(file.warnings):
        found = re.match(r"(.+?):(\d+): (.*)", warned, re.DOTALL)
        if found and found[1].startswith(own) and found[1].endswith(".py") and not OWNED_WARNINGS.search(warned):
            said = " ".join(found[3].split())
            yield At(
                f"Parsing warns ({said}): mend it before the upgrade that makes it an error.", int(found[2]), found[1]
            )


@of_folder
def duplicate_dag_ids(folder: Folder, _: Config) -> Iterator[tuple[Where, Told]]:
    """Of two DAGs with one id in one file Airflow silently keeps one; of two in two files, whichever it reads first.

    Bad: DAG("movies") in movies.py, and DAG("movies") in copy_of_movies.py
    Good: an id of its own for each DAG
    Fine: Nowhere.
    """
    homes: dict[str, list[str]] = {}
    for file, dag in folder.dags():
        homes.setdefault(dag.dag_id, []).append(file.name)
    for file, dag in folder.dags():
        others = [name for name in homes[dag.dag_id] if name != file.name]
        where = f"{min(others)} has it too" if others else "this file has it more than once"
        if len(homes[dag.dag_id]) > 1:
            yield Where(file, dag), f"The id is not unique, {where}, and only one of them runs: rename one."


@warning
@of_file
def slow_parse(file: FileFacts, config: Config) -> Iterator[Told]:
    """A file that takes seconds is read again and again, and the others wait for it.

    Bad: time.sleep(3) at the top of the file
    Good: the same inside a task
    Fine: Where the machine was busy; [tool.dag_integrity] slow = 5 sets another limit.
    """
    if file.seconds > config.slow:
        yield f"Parsing takes {file.seconds:.1f} s, more than {config.slow:g} s: do the work inside a task."


@warning
@of_file
def heavy_imports(file: FileFacts, config: Config) -> Iterator[Told]:
    """A library of seconds and megabytes is paid for at each parse and in each task's process.

    Bad: import pandas at the top of the file
    Good: import pandas inside the task that needs it
    Fine: Where every task of the file needs it, and the parser is not short of memory.
    """
    for path, source in file.sources.items():
        for name, line in imports_on_load(syntax_tree(source)):
            if name in config.heavy:
                yield At(f"Importing this imports {name}: import it inside the task that needs it.", line, path)
                return
    for name in sorted(config.heavy & set(file.loaded)):
        yield f"Importing the file loads {name}, by way of another package: import that one inside the task."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
