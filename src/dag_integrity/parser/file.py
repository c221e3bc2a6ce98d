"""One DAG file as facts; runs in the child process that parses it."""

import ast
import resource
import sys
import time
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from dag_integrity.facts import DagFacts, FileFacts, ImportFault, Job, Reach
from dag_integrity.parser.airflow import bag_class
from dag_integrity.parser.arguments import Arguments
from dag_integrity.parser.child import Ended
from dag_integrity.parser.dag import describe_dag
from dag_integrity.parser.faults import Met, fault_of
from dag_integrity.parser.imports import Imports
from dag_integrity.parser.places import is_own
from dag_integrity.parser.stubs.blame import Blame
from dag_integrity.parser.stubs.finder import Stubs
from dag_integrity.parser.watching.lookups import Lookups
from dag_integrity.parser.watching.sleep import Sleep
from dag_integrity.parser.watching.unset import Environment
from dag_integrity.parser.watching.watch import Watch
from dag_integrity.source.imports import imported_modules
from dag_integrity.source.tree import executed, syntax_tree

#: How much later the second parse is, so that the day and the month are other ones.
LATER = timedelta(days=32)


@dataclass(frozen=True)
class Seen:
    """What is known of the files that a process parses, by those that look on."""

    arguments: Arguments
    imports: Imports
    watch: Watch
    lookups: Lookups
    environment: Environment
    sleep: Sleep
    stubs: Stubs
    blame: Blame


class Parser:
    """Parses files, each in a child of the process that made it ready."""

    def __init__(self, job: Job, seen: Seen) -> None:
        self._job, self._seen = job, seen
        self._folder = ""
        self._bag: Any = None
        self._found: list[Any] = []

    @contextmanager
    def in_folder(self, folder: str) -> Iterator[None]:
        """Be ready for the files of a folder."""
        found = self._found
        base: Any = bag_class()

        class Bag(base):  # type: ignore[misc]
            """Keeps every DAG that comes along, also those that Airflow refuses."""

            def bag_dag(self, dag: Any, *args: Any, **options: Any) -> None:
                found.append(dag)
                super().bag_dag(dag, *args, **options)

        self._folder, self._bag = folder, Bag(folder, collect_dags=False)
        sys.path.append(folder)  # as Airflow does
        try:
            yield
        finally:
            sys.path.remove(folder)

    def warm_up(self) -> None:
        """Load what Airflow loads with the first DAG that it serialises, for all children to come."""
        from airflow.sdk import DAG

        dag = DAG("warm", schedule="@daily")
        describe_dag(dag, self._seen.arguments)
        self._seen.arguments.forget()

    def parse(self, path: str) -> bytes:
        """The facts of a file, as JSON; where ours fails, that is the fact."""
        try:
            return msgspec.json.encode(self._facts(path), enc_hook=str)  # a placeholder is a text of its own kind
        except Exception as error:  # noqa: BLE001 - a fault of ours is no end of the judgement
            return msgspec.json.encode(self._unjudged(path, error))

    def failed(self, path: str, ended: Ended, seconds: float) -> FileFacts:
        """The facts of a file that has ended its process."""
        message = f"the file {ended.how} while it was parsed"
        return self._file(path, faults=[ImportFault(message=message, path=path)], seconds=seconds)

    def odd(self, path: str, error: Exception) -> FileFacts:
        """The facts of a file with a value that is none of those that a DAG can have."""
        return self._unjudged(path, error)

    def harmless(self, facts: FileFacts) -> set[str]:
        """Installed modules that a file imports and that did nothing else meanwhile."""
        if facts.reaches or facts.faults:
            return set()
        wanted = imported_modules(executed(syntax_tree(facts.source)))
        return {name for name in wanted if name.partition(".")[0] in facts.loaded}

    def _facts(self, path: str) -> FileFacts:
        bag = self._bag
        before, held, began = set(sys.modules), _megabytes(), time.process_time()
        with self._seen.watch.parsing(path) as reaches, self._on_another_day():
            ended = ""
            try:
                bag.process_file(path)
            except BaseException as error:  # noqa: BLE001 - SystemExit too
                ended = f"{type(error).__name__}: {error}"
        # Of the processor alone, and what the file sleeps: other programs cost it time as well.
        seconds, held = time.process_time() - began + self._seen.sleep.seconds, _megabytes() - held
        errors = [str(error) for error in bag.import_errors.values()] + [ended] * bool(ended)
        faults = [
            fault_of(error, path, met=self._met(error, reaches), limits=self._job, folder=self._folder)
            for error in errors
        ]
        sources = _members(path) if zipfile.is_zipfile(path) else {path: _text(path)}
        modules = {name: text for source in sources.values() for name, text in _own_modules(source, set(sources))}
        loaded = {module.partition(".")[0] for module in set(sys.modules) - before}
        for text in [*sources.values(), *modules.values()]:
            loaded |= self._seen.imports.of(imported_modules(executed(syntax_tree(text))))
        dags, unjudged = self._describe()
        return self._file(
            path,
            source=sources.pop(path, ""),
            modules=sources | modules,
            faults=faults,
            warnings=list(bag.captured_warnings.get(path, ())),
            reaches=reaches,
            loaded=sorted(loaded),
            seconds=seconds,
            megabytes=held,
            dags=dags,
            unjudged=unjudged,
            stubs=sorted(self._seen.stubs.made),
        )

    def _met(self, error: str, reaches: Iterable[Reach]) -> Met:
        return Met(
            stand_in=self._seen.blame.of(error),
            unset=[*self._seen.lookups.unset, *self._seen.environment.unset],
            refused=any(reach.kind not in {"variable", "truth"} for reach in reaches),
        )

    def _file(self, path: str, **facts: Any) -> FileFacts:
        nothing: dict[str, Any] = {"modules": {}, "faults": [], "warnings": [], "reaches": [], "loaded": [], "dags": []}
        known = nothing | {"source": "", "seconds": 0.0, "megabytes": 0.0} | facts
        if "source" not in facts and not zipfile.is_zipfile(path):
            known["source"] = _text(path)
        return FileFacts(folder=self._folder, name=str(Path(path).relative_to(self._folder)), **known)

    def _unjudged(self, path: str, error: Exception) -> FileFacts:
        return self._file(path, unjudged={Path(path).stem: f"{type(error).__name__}: {error}"})

    def _describe(self) -> tuple[list[DagFacts], dict[str, str]]:
        dags: list[DagFacts] = []
        unjudged: dict[str, str] = {}
        for dag in self._seen.arguments.all_of(self._found):
            try:
                dags.append(describe_dag(dag, self._seen.arguments, brief=self._job.again))
            except Exception as error:  # noqa: BLE001 - a fault of ours is no end of the judgement
                unjudged[str(getattr(dag, "dag_id", "?"))] = f"{type(error).__name__}: {error}"
        return dags, unjudged

    @contextmanager
    def _on_another_day(self) -> Iterator[None]:
        if not self._job.again:
            yield
            return
        import time_machine

        with time_machine.travel(time.time() + LATER.total_seconds(), tick=True):
            yield


def _members(path: str) -> dict[str, str]:
    """The sources in a zip that Airflow takes for DAG files or that lie beside them, by path."""
    with zipfile.ZipFile(path) as pack:
        return {
            f"{path}/{name}": pack.read(name).decode("utf-8-sig", errors="replace")
            for name in pack.namelist()
            if name.endswith(".py") and "/" not in name
        }


def _own_modules(source: str, seen: set[str]) -> Iterator[tuple[str, str]]:
    """Path and source of each module that this source imports and that is no installed package, and of theirs."""
    for name in imported_modules(ast.walk(syntax_tree(source))):
        path = getattr(sys.modules.get(name), "__file__", None) or ""
        if path.endswith(".py") and path not in seen and is_own(path):
            seen.add(path)
            text = _text(path)
            yield path, text
            yield from _own_modules(text, seen)


def _text(path: str) -> str:
    with suppress(OSError):
        return Path(path).read_text(encoding="utf-8-sig", errors="replace")
    return ""


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
