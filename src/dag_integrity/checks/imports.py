"""What happens when a DAG file is imported, as it is every few seconds."""

import re
from collections.abc import Iterator
from pathlib import PurePath

from dag_integrity.check import of_file, of_folder
from dag_integrity.config import Config
from dag_integrity.facts import FileFacts, Folder
from dag_integrity.source import imported_names, imports_on_load, syntax_tree, unbound_dags, uncalled_dags

#: Import errors that another check explains better.
OWNED = ("AirflowDagCycleException", "AirflowDagDuplicatedIdException", "ReachedOut")
#: Warnings that another check explains better.
OWNED_WARNINGS = re.compile("The SLA feature is removed|Setting email")
#: A module that may be there where the DAGs run; one of Airflow's core is nowhere.
NOT_INSTALLED = re.compile(r"No module named '(?!airflow\.(?!providers\.))")


@of_file
def import_errors(file: FileFacts, _: Config) -> Iterator[str]:
    """A file that Airflow cannot import has no DAGs, and the ones it had stop running."""
    if file.import_error and not any(owned in file.import_error for owned in OWNED):
        last = file.import_error.strip().splitlines()[-1]
        advice = "mend it, or its DAGs vanish"
        if NOT_INSTALLED.search(last):
            advice = "it is not installed here, so lint the folder in its own environment, or correct the name"
        yield f"Airflow cannot import the file ({last}): {advice}."


@of_folder
def missing_dags(folder: Folder, _: Config) -> Iterator[tuple[str, str, str]]:
    """A @dag function that nobody calls, or a DAG that no variable of the module holds, is silently not there."""
    sources = {source for file in folder.files for source in [file.source, *file.modules.values()]}
    imported = {pair for source in sources for pair in imported_names(syntax_tree(source))}
    for file in folder.files:
        if not file.import_error:
            yield from ((file.name, "", text) for text in _missing(file, imported))


@of_file
def warnings(file: FileFacts, _: Config) -> Iterator[str]:
    """A deprecated import or argument works until the upgrade that removes it."""
    own = tuple(path + end for path in [file.path, *file.modules] for end in (":", "/"))  # a zip holds files
    for warning in file.warnings:
        if warning.startswith(own) and not OWNED_WARNINGS.search(warning):
            yield f"Parsing warns ({warning.partition(': ')[2]}): mend it before the upgrade that makes it an error."


@of_folder
def duplicate_dag_ids(folder: Folder, _: Config) -> Iterator[tuple[str, str, str]]:
    """Of two DAGs with one id in one file Airflow silently keeps one; of two in two files, whichever it reads first."""
    homes: dict[str, list[str]] = {}
    for file, dag in folder.dags():
        homes.setdefault(dag.dag_id, []).append(file.name)
    for file, dag in folder.dags():
        others = [name for name in homes[dag.dag_id] if name != file.name]
        where = f"{min(others)} has it too" if others else "this file has it more than once"
        if len(homes[dag.dag_id]) > 1:
            yield file.name, dag.dag_id, f"The id is not unique, {where}, and only one of them runs: rename one."


@of_file
def network_at_import(file: FileFacts, _: Config) -> Iterator[str]:
    """Each parse would ask somebody else's server, and fail or hang with it."""
    yield from _reached(file, "network", "ask the network inside a task")


@of_file
def database_at_import(file: FileFacts, _: Config) -> Iterator[str]:
    """Each parse would open a database, and the real DAG processor refuses Airflow's own."""
    yield from _reached(file, "database", "open databases inside a task")


@of_file
def process_at_import(file: FileFacts, _: Config) -> Iterator[str]:
    """Each parse would start a process, every few seconds, in every DAG processor."""
    yield from _reached(file, "process", "start programs inside a task")


@of_file
def file_written_at_import(file: FileFacts, _: Config) -> Iterator[str]:
    """Parsing should change nothing: it happens everywhere, all the time, in no order."""
    yield from _reached(file, "file", "write inside a task")


@of_file
def variable_at_import(file: FileFacts, _: Config) -> Iterator[str]:
    """Variables and Connections are looked up in every secrets backend at each parse, with a default too."""
    yield from _reached(file, "variable", "look it up inside a task, or in a template as {{ var.value.name }}")


@of_file
def heavy_imports(file: FileFacts, config: Config) -> Iterator[str]:
    """A library of seconds and megabytes is paid for at each parse and in each task's process."""
    for source in [file.source, *file.modules.values()]:
        for name, line in imports_on_load(syntax_tree(source)):
            if name in config.heavy:
                where = f"line {line}" if source == file.source else f"line {line} of a module that it imports"
                yield f"Importing the file imports {name} ({where}): import it inside the task that needs it."
                return
    for name in sorted(config.heavy & set(file.loaded)):
        yield f"Importing the file loads {name}, by way of another package: import that one inside the task."


def _missing(file: FileFacts, imported: set[tuple[str, str]]) -> Iterator[str]:
    tree, path = syntax_tree(file.source), PurePath(file.path)
    module = path.parent.name if path.stem == "__init__" else path.stem
    for name, line in uncalled_dags(tree):
        if (module, name) not in imported:  # whoever imports it may call it
            yield f"Line {line}: {name} is a @dag that is never called, so there is no DAG: call {name}() at the end."
    if not file.dags:
        for _name, line in unbound_dags(tree):
            yield f"Line {line}: the DAG is bound to no variable of the module, so Airflow does not see it: bind it."


def _reached(file: FileFacts, kind: str, advice: str) -> Iterator[str]:
    for reach in file.reaches:
        if reach.kind == kind:
            where = f"Line {reach.line}" if reach.line else "Something that the file imports"
            yield f"{where} reaches out while the file is parsed ({reach.detail}): {advice}."
