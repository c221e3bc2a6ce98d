"""Parse DAG folders in processes of their own, and bring back plain facts."""

import os
import site
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from dag_integrity.facts import DagFacts, Done, FileFacts, Folder, Job, Reading
from dag_integrity.surroundings import beside, skipped
from dag_integrity.targets import NothingToLintError, targets

#: What depends on the order of a set or dict of strings differs between these two.
HASH_SEEDS = ("1", "2")
#: Of a mapped task Airflow tells only what differs from the default; nobody asks for so many retries, but many for 0.
UNGIVEN_RETRIES = "1000"
#: Entries of a traceback that Airflow keeps: enough to see the file's own line.
DEPTH = "50"
#: Seconds for Airflow's own start, beside those for the files.
STARTING = 300

PARSER = "dag_integrity.parser"
OUT = "facts.jsonl"
PLUGINS = "AIRFLOW__CORE__PLUGINS_FOLDER"
#: What a file may look up in the environment.
GIVEN = ("AIRFLOW_VAR_", "AIRFLOW_CONN_")
_LINE = msgspec.json.Decoder(FileFacts | Reading | Done)


class LoadError(NothingToLintError):
    """The folder cannot be parsed at all; the message says why and what to do."""


@dataclass(frozen=True)
class Limits:
    """How files are parsed."""

    #: Seconds and megabytes that one file may take. Airflow's own limit is 30 s.
    seconds: float = 30
    megabytes: float = 4096
    variables: Mapping[str, str] = field(default_factory=dict)
    connections: Mapping[str, str] = field(default_factory=dict)
    stub_missing: bool = False


def load(*paths: Path, limits: Limits | None = None) -> list[Folder]:
    """Parse each folder twice, in two processes that run at the same time and differ in ``PYTHONHASHSEED``.

    Both processes see an empty Airflow of their own: the Variables and Connections that the limits and the environment
    give, default configuration, plugins only if ``AIRFLOW__CORE__PLUGINS_FOLDER`` names some, and a single folder as
    ``[core] dags_folder``. The second lives on another day.

    Raises:
        NothingToLintError: a path is missing or holds no DAG file, or the parser died.
    """
    limits = limits or Limits()
    meant = targets(paths)
    with tempfile.TemporaryDirectory(prefix="dag-integrity-") as home:
        processes = [_start(Path(home) / seed, seed, meant, limits) for seed in HASH_SEEDS]
        try:
            first, second = (
                _finished(process, Path(home) / seed / OUT, limits, meant)
                for seed, process in zip(HASH_SEEDS, processes, strict=True)
            )
        finally:
            for process in processes:
                process.kill()
                process.communicate()
    again = {(file.folder, file.name): file for file in second.files}
    files = [_compared(file, again[file.folder, file.name]) for file in first.files]
    return [_folder(path, files, first.done, partial=bool(chosen)) for path, chosen in meant.items()]


class _Parsed(NamedTuple):
    files: list[FileFacts]
    done: Done


def _folder(path: Path, files: Sequence[FileFacts], done: Done, *, partial: bool) -> Folder:
    mine = [file for file in files if file.folder == str(path)]
    lacking = [fault.missing for file in mine for fault in file.faults if fault.missing]
    return Folder(
        path=path,
        files=mine,
        megabytes=done.megabytes,
        airflow=done.airflow,
        partial=partial,
        skipped={} if partial else skipped(path, mine),
        beside=beside(path, lacking),
    )


def _start(home: Path, seed: str, meant: Mapping[Path, Sequence[Path]], limits: Limits) -> subprocess.Popen[str]:
    private = home / "private"
    for folder in (home, private, private / "home", private / "tmp"):
        folder.mkdir()
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("AIRFLOW") or name == PLUGINS or name.startswith(GIVEN)
    }
    environment = kept | {
        "AIRFLOW_HOME": str(home),
        # Part of the hash, so the same in both processes; and files of the folder may ask for it.
        "AIRFLOW__CORE__DAGS_FOLDER": str(next(iter(meant)) if len(meant) == 1 else home.parent),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__CORE__DEFAULT_TASK_RETRIES": UNGIVEN_RETRIES,
        "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": str(limits.seconds),
        "AIRFLOW__CORE__DAGBAG_IMPORT_ERROR_TRACEBACK_DEPTH": DEPTH,
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "CRITICAL",
        "HOME": str(private / "home"),
        "TMPDIR": str(private / "tmp"),
        "PYTHONUSERBASE": site.getuserbase(),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": seed,
    }
    job = Job(
        folders={str(folder): [str(file) for file in files] for folder, files in meant.items()},
        private=str(private),
        variables=dict(limits.variables),
        connections=dict(limits.connections),
        again=seed != HASH_SEEDS[0],
        stub_missing=limits.stub_missing,
        seconds=limits.seconds,
        megabytes=limits.megabytes,
    )
    (home / "job.json").write_bytes(msgspec.json.encode(job))
    command = [sys.executable, "-P", "-m", PARSER, str(home / OUT), str(home / "job.json")]
    return subprocess.Popen(  # noqa: S603 - this Python, and our own module
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    )


def _finished(
    process: subprocess.Popen[str], out: Path, limits: Limits, meant: Mapping[Path, Sequence[Path]]
) -> _Parsed:
    files = sum(len(chosen) or sum(1 for _ in folder.rglob("*")) for folder, chosen in meant.items())
    patience = STARTING + files * (limits.seconds + 5)
    try:
        _, complaint = process.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        raise LoadError(f"Parsing took longer than {patience:.0f} seconds and was ended{_last_read(out)}.") from None
    facts = _facts(out)
    if process.returncode or not (facts and isinstance(facts[-1], Done)):
        last = complaint.strip().rpartition("\n")[2] or "it said nothing"
        raise LoadError(f"The parser ended with code {process.returncode}{_last_read(out)}: {last}.")
    return _Parsed([fact for fact in facts if isinstance(fact, FileFacts)], facts[-1])


def _facts(out: Path) -> list[FileFacts | Reading | Done]:
    return [_LINE.decode(line) for line in out.read_bytes().splitlines()] if out.exists() else []


def _last_read(out: Path) -> str:
    read = [fact.name for fact in _facts(out) if isinstance(fact, Reading)]
    return f" while it read {read[-1]}: mend that file, or keep it out with .airflowignore" if read else ""


def _compared(file: FileFacts, again: FileFacts) -> FileFacts:
    """The file, with what its DAGs were in the other process; a DAG that was not there has nothing."""
    there = dict(_numbered(again.dags))
    dags = [
        replace(dag, hash_again=there[key].hash, start_date_again=there[key].start_date) if key in there else dag
        for key, dag in _numbered(file.dags)
    ]
    return replace(file, dags=dags, faults=file.faults or again.faults)


def _numbered(dags: Sequence[DagFacts]) -> Iterator[tuple[tuple[str, int], DagFacts]]:
    """Each DAG with its id, and its number among those of the same id."""
    seen: Counter[str] = Counter()
    for dag in dags:
        yield (dag.dag_id, seen[dag.dag_id]), dag
        seen[dag.dag_id] += 1
