"""Parse DAG folders in processes of their own, and bring back plain facts."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from dag_integrity.facts import Done, FileFacts, Folder, Reading

#: What depends on the order of a set or dict of strings differs between these two.
HASH_SEEDS = ("1", "2")
#: Seconds for one process and all folders.
PATIENCE = 600
#: Seconds for one file. Airflow's own limit is 30; a busy machine of ours is no defect of a DAG.
LONGEST_IMPORT = 120
#: Of a mapped task Airflow tells only what differs from the default; nobody asks for so many retries, but many for 0.
UNGIVEN_RETRIES = "1000"

PARSER = "dag_integrity.parser"
OUT = "facts.jsonl"
PLUGINS = "AIRFLOW__CORE__PLUGINS_FOLDER"
_LINE = msgspec.json.Decoder(FileFacts | Reading | Done)


class LoadError(Exception):
    """The folder cannot be parsed at all; the message says why and what to do."""


def load(*folders: Path, patience: float = PATIENCE) -> list[Folder]:
    """Parse each folder twice, in two processes that run at the same time and differ in ``PYTHONHASHSEED``.

    Both processes see an empty Airflow of their own: no Variables, no Connections, default configuration, plugins only
    if ``AIRFLOW__CORE__PLUGINS_FOLDER`` names some, and a single folder as ``[core] dags_folder``.

    Raises:
        LoadError: a folder is missing or holds no DAG file, or the parser died.
    """
    paths = [checked(folder) for folder in folders]
    with tempfile.TemporaryDirectory(prefix="dag-integrity-") as home:
        processes = [_start(Path(home) / seed, seed, paths) for seed in HASH_SEEDS]
        try:
            first, second = (
                _finished(process, Path(home) / seed / OUT, patience)
                for seed, process in zip(HASH_SEEDS, processes, strict=True)
            )
        finally:
            for process in processes:
                process.kill()
                process.communicate()
    again = {(file.folder, file.name): file for file in second.files}
    files = [_compared(file, again[file.folder, file.name]) for file in first.files]
    return [
        Folder(
            path=path,
            files=[file for file in files if file.folder == str(path)],
            megabytes=first.done.megabytes,
        )
        for path in paths
    ]


class _Parsed(NamedTuple):
    files: list[FileFacts]
    done: Done


def checked(folder: Path) -> Path:
    """The absolute path of a folder that may hold DAG files.

    Raises:
        LoadError: there is no such folder, or no Python file in it.
    """
    if not folder.exists():
        raise LoadError(f"There is no folder {folder}: check the path.")
    if not folder.is_dir():
        raise LoadError(f"{folder} is a file: name the folder that it lies in.")
    if not any(folder.rglob("*.py")):
        raise LoadError(f"{folder} holds no Python file: check the path.")
    return folder.resolve()


def _start(home: Path, seed: str, folders: Sequence[Path]) -> subprocess.Popen[str]:
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW") or name == PLUGINS}
    environment = kept | {
        "AIRFLOW_HOME": str(home),
        # Part of the hash, so the same in both processes; and files of the folder may ask for it.
        "AIRFLOW__CORE__DAGS_FOLDER": str(folders[0] if len(folders) == 1 else home.parent),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__CORE__DEFAULT_TASK_RETRIES": UNGIVEN_RETRIES,
        "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": str(LONGEST_IMPORT),
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "CRITICAL",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": seed,
    }
    command = [sys.executable, "-P", "-m", PARSER, str(home / OUT), *map(str, folders)]
    return subprocess.Popen(  # noqa: S603 - this Python, and our own module
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    )


def _finished(process: subprocess.Popen[str], out: Path, patience: float) -> _Parsed:
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
    there = dict(enumerate(again.dags))
    dags = [
        replace(dag, hash_again=there[place].hash, start_date_again=there[place].start_date) if place in there else dag
        for place, dag in enumerate(file.dags)
    ]
    return replace(file, dags=dags, import_error=file.import_error or again.import_error)
