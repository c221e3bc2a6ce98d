"""The work of the parser process, which writes to a file, line by line.

Airflow's own ``DagBag`` parses, each file in a child process, under a watch that lets nothing out. The processes are
our own, because the watch is for good, because Airflow reads its environment once, and because a DAG file may end them.
"""

import gc
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from dag_integrity.facts import Done, FileFacts, Job, Reading
from dag_integrity.parser import child
from dag_integrity.parser.airflow import files_of, version
from dag_integrity.parser.arguments import Arguments
from dag_integrity.parser.file import Parser, Seen
from dag_integrity.parser.imports import Imports, warm
from dag_integrity.parser.stubs.blame import Blame
from dag_integrity.parser.stubs.finder import Stubs
from dag_integrity.parser.watching.instead import Instead
from dag_integrity.parser.watching.lookups import Lookups
from dag_integrity.parser.watching.sleep import Sleep
from dag_integrity.parser.watching.truth import Truth
from dag_integrity.parser.watching.unset import Environment
from dag_integrity.parser.watching.watch import Watch

_REPORT = msgspec.json.Decoder(FileFacts)


def main(out: str, job: str) -> None:
    """Parse every DAG file of a job."""
    asked = msgspec.json.decode(Path(job).read_bytes(), type=Job)
    # Nothing of what Airflow's import makes goes away again, and looking for it takes an eighth of the time.
    gc.disable()
    parser = _ready(asked)
    parser.warm_up()
    gc.freeze()  # so that children share what is there
    gc.enable()
    most = 0.0
    with Path(out).open("wb") as stream:
        for folder, files in asked.folders.items():
            for fact, held in _parse_folder(folder, files, asked, parser):
                most = max(most, held)
                stream.write(msgspec.json.encode(fact) + b"\n")
                stream.flush()
        stream.write(msgspec.json.encode(Done(megabytes=most, airflow=version())) + b"\n")


def _ready(job: Job) -> Parser:
    watch = Watch([job.private])
    seen = Seen(
        arguments=Arguments(),
        imports=Imports(),
        watch=watch,
        lookups=Lookups(watch, job.variables, job.connections),
        environment=Environment(watch),
        sleep=Sleep(watch),
        stubs=Stubs(),
        blame=Blame(),
    )
    for one in (seen.arguments, seen.imports, seen.lookups, seen.environment, seen.sleep, Truth(watch)):
        one.install()
    if job.stub_missing:
        seen.stubs.install()
        seen.blame.install()
    Instead(watch, Path(job.private)).install()
    watch.install()
    return Parser(job, seen)


def _parse_folder(
    folder: str, chosen: list[str], job: Job, parser: Parser
) -> Iterator[tuple[Reading | FileFacts, float]]:
    harmless: set[str] = set()
    with parser.in_folder(folder):
        for path in sorted(chosen or files_of(folder)):
            yield Reading(folder, str(Path(path).relative_to(folder))), 0.0
            warm(path, harmless)
            began = time.perf_counter()
            ended = child.run(lambda path=path: parser.parse(path), seconds=job.seconds, megabytes=job.megabytes)  # type: ignore[misc]
            if ended.said:
                facts = _read(ended.said, path, parser)
                harmless |= parser.harmless(facts)
            else:
                facts = parser.failed(path, ended, time.perf_counter() - began)
            yield facts, ended.megabytes


def _read(said: bytes, path: str, parser: Parser) -> FileFacts:
    """What a child says of its file, of which Airflow takes values that are of no type that we know."""
    try:
        return _REPORT.decode(said)
    except msgspec.ValidationError as error:
        return parser.odd(path, error)
