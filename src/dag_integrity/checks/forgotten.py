"""What a file makes and then does not use."""

from collections.abc import Iterator
from pathlib import PurePath

from dag_integrity.check import At, Told, Where, of_file, of_folder, warning
from dag_integrity.config import Config
from dag_integrity.facts import DagFacts, FileFacts, Folder, TaskFacts
from dag_integrity.source import (
    called_callbacks,
    imported_names,
    syntax_tree,
    unbound_dags,
    uncalled_dags,
    uncalled_tasks,
)


@of_folder
def missing_dags(folder: Folder, _: Config) -> Iterator[tuple[Where, Told]]:
    """A @dag function that nobody calls, or a DAG that no variable of the module holds, is silently not there.

    Bad: @dag def movies(): ... and nothing behind it
    Good: movies() at the end of the file
    Fine: Where another file imports and calls it.
    """
    sources = {source for file in folder.files for source in file.sources.values()}
    imported = {pair for source in sources for pair in imported_names(syntax_tree(source))}
    for file in folder.files:
        if not file.faults:
            yield from ((Where(file), told) for told in _missing(file, imported))


@warning
@of_file
def missing_tasks(file: FileFacts, _: Config) -> Iterator[Told]:
    """A function under @task that the DAG never calls is no task of it.

    Bad: @task def load(): ... in a DAG that never says load()
    Good: load()
    Fine: Where it is kept for later.
    """
    for path, source in file.sources.items():
        for name, line in uncalled_tasks(syntax_tree(source)):
            yield At(
                f"{name} is a @task that the DAG never calls, so it never runs: call {name}(), or remove it.",
                line,
                path,
            )


@of_file
def dead_callbacks(file: FileFacts, _: Config) -> Iterator[Told]:
    """A callback that is called instead of handed over runs at each parse, and never when it is meant to.

    Bad: on_failure_callback=notify()
    Good: on_failure_callback=notify
    Fine: Where the function returns another function.
    """
    for path, source in file.sources.items():
        for key, name, line in called_callbacks(syntax_tree(source)):
            yield At(f"{key} is given what {name}() returns, which is nothing: write {key}={name}.", line, path)
    for dag in file.dags:
        things: list[DagFacts | TaskFacts] = [dag, *dag.tasks]
        for thing in things:
            for key in thing.dead_callbacks:
                yield At(
                    f"{key} cannot be called, so it fails when it is needed: give it a function.",
                    thing.line,
                    thing.path,
                )


def _missing(file: FileFacts, imported: set[tuple[str, str]]) -> Iterator[At]:
    for path, source in file.sources.items():
        if path in file.modules and not path.startswith(f"{file.path}/"):
            continue  # a module beside the file, which another file may use
        tree, place = syntax_tree(source), PurePath(path)
        module = place.parent.name if place.stem == "__init__" else place.stem
        for name, line in uncalled_dags(tree):
            if (module, name) not in imported:  # whoever imports it may call it
                yield At(
                    f"{name} is a @dag that is never called, so there is no DAG: call {name}() at the end.", line, path
                )
        if not (file.dags or file.unjudged or file.stubs):
            for _name, line in unbound_dags(tree):
                yield At(
                    "The DAG is bound to no variable of the module, so Airflow does not see it: bind it.", line, path
                )
