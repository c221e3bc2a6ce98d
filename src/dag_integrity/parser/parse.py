"""The work of the parser process, which writes to a file, line by line.

Airflow's own ``DagBag`` parses, one file after the other, under a watch that lets nothing out. A process of its own,
because the watch is for good, because Airflow reads its environment once, and because a DAG file may end the process.
"""

import ast
import resource
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from dag_integrity.facts import Done, FileFacts, Reading
from dag_integrity.parser.arguments import Arguments
from dag_integrity.parser.dag import describe_dag
from dag_integrity.parser.imports import Imports
from dag_integrity.parser.watch import Watch
from dag_integrity.source import executed, imported_modules, syntax_tree

#: Where the standard library and installed packages lie.
INSTALLED = tuple(sysconfig.get_paths()[kind] for kind in ("stdlib", "platstdlib", "purelib", "platlib"))


def main(out: str, *folders: str) -> None:
    """Parse every DAG file of these folders."""
    arguments, imports, watch = Arguments(), Imports(), Watch()
    arguments.install()
    imports.install()
    watch.install()
    with Path(out).open("wb") as stream:
        for folder in folders:
            for fact in _parse_folder(folder, arguments, imports, watch):
                stream.write(msgspec.json.encode(fact) + b"\n")
                stream.flush()
        stream.write(msgspec.json.encode(Done(megabytes=_megabytes())) + b"\n")


def _parse_folder(folder: str, arguments: Arguments, imports: Imports, watch: Watch) -> Iterator[Reading | FileFacts]:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.dag_processing.importers import get_importer_registry

    class Bag(DagBag):
        """Keeps every DAG that comes along, also those that Airflow refuses or drops for another of the same id."""

        def bag_dag(self, dag: Any) -> None:
            found.append(dag)
            super().bag_dag(dag)

    sys.path.append(folder)  # as Airflow does
    bag: Any = Bag(folder, collect_dags=False)
    for path in sorted(get_importer_registry().list_dag_files(folder)):
        name = str(Path(path).relative_to(folder))
        yield Reading(folder, name)
        found: list[Any] = []
        before, held, began = set(sys.modules), _megabytes(), time.perf_counter()
        with watch.parsing(path) as reaches:
            bag.process_file(path)
        seconds, held = time.perf_counter() - began, _megabytes() - held
        source = _text(path)
        modules = dict(_own_modules(source, {path}))
        loaded = {module.partition(".")[0] for module in set(sys.modules) - before}
        for text in [source, *modules.values()]:
            loaded |= imports.of(imported_modules(executed(syntax_tree(text))))
        errors = [error for where, error in bag.import_errors.items() if where == path or where.startswith(f"{path}/")]
        yield FileFacts(
            folder=folder,
            name=name,
            source=source,
            modules=modules,
            import_error="\n".join(errors),  # of each file in a zip
            warnings=list(bag.captured_warnings.get(path, ())),
            reaches=reaches,
            loaded=sorted(loaded),
            seconds=seconds,
            megabytes=held,
            dags=[
                describe_dag(dag, arguments.of(dag), by_asset=arguments.by_asset(dag))
                for dag in sorted(found, key=arguments.order)
            ],
        )
    sys.path.remove(folder)


def _own_modules(source: str, seen: set[str]) -> Iterator[tuple[str, str]]:
    """Path and source of each module that this source imports and that is no installed package, and of theirs."""
    for name in imported_modules(ast.walk(syntax_tree(source))):
        path = getattr(sys.modules.get(name), "__file__", None) or ""
        if path.endswith(".py") and path not in seen and not path.startswith(INSTALLED):
            seen.add(path)
            text = _text(path)
            yield path, text
            yield from _own_modules(text, seen)


def _text(path: str) -> str:
    return Path(path).read_text(encoding="utf-8-sig", errors="replace")


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
