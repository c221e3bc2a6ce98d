"""One digest of everything that a run leaves in the lake, and one of the warehouse: the same on every rung.

Files count byte for byte, with their names, hidden ones too. Only the fields below are left out, by name and place, for
they say when and by whom a file was written, and not what was collected. Of the warehouse every table and view counts,
row by row, without what says when and by which load a row came.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from fnmatch import fnmatchcase
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import orjson

from fake_tmdb.clock import Clock
from tmdb_pipeline import dags
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.language import Language, moment

DAILY, WEEKLY = dags.DAILY.id, dags.WEEKLY.id

#: What a catalogue of 20,000 movies with seed 7 must leave for Sunday, 2024-01-07. When a change alters the files,
#: the failing tests show the new value: put it here, and say in the changelog what has changed in the files.
EXPECTED = {
    DAILY: "0d146bf9942556e707cc8e042368bbb96dbb50d9d8b79115bdfd8008a1086bc9",
    WEEKLY: "eb4aa6961ca79f4720f5eb588d35c31b63df03e1e30425b35ed6db9372c2db4d",
}

#: The same for the tables of the warehouse, by the DAGs whose runs for that day are loaded.
EXPECTED_TABLES = {
    (DAILY,): "265885d62b64ade62e780fd4f03596416fbe404cca41ed723432f244d41b5701",
    (DAILY, WEEKLY): "f252fb3c27213934c85703c221f07ba4f79662bc10017f9593c4de00cff12a8a",
}

#: The day on which the fake answers, in seconds since 1970: noon in Seoul. Records are judged as of the day on which
#: they came, and by then every movie of the catalogue is out, so that the reports do not depend on the day of the test.
LATER = datetime(2028, 1, 8, 12, tzinfo=SEOUL).timestamp()

#: Fields that differ from run to run, by the files that hold them. A dot leads into an object.
IGNORED = {
    "raw/pages/*/*/*/page_*.json": ("collection", "date", "received_at", "sha256"),
    "raw/pages/*/*/*/checkpoint.json": ("collection", "dag_run_id", "began", "request_parameters.base_url"),
    "raw/movies/*/*.json": (
        "collection_info.base_url",
        "collection_info.pages_resumed",  # differs where a run had to begin again
        "collection_info.dag_run_id",
        "collection_info.start_time",
        "collection_info.end_time",
        "collection_info.duration_seconds",
    ),
    "raw/metadata/daily_summaries/*.json": (
        "dag_run_id",
        "execution_summary.start_time",
        "execution_summary.end_time",
        "execution_summary.duration_minutes",
        "execution_summary.duration_seconds",
    ),
    "raw/metadata/quality_reports/*.json": ("validated_at", "run.run_id"),
    "processed/weekly/*.json": ("consolidation_info.dag_run_id", "consolidation_info.consolidated_at"),
}

#: Keys that have a better name since ``EXPECTED`` was taken, by the files that hold them, with the name that they had.
#: What is digested has the old name, so that a name alone changes no digest.
RENAMED = {"raw/pages/*/*/*/checkpoint.json": {"request_parameters": "question"}}

#: Tables and views of the warehouse that count, and which of their rows: what a later load has replaced is history.
TABLES = {
    **dict.fromkeys(
        ("collection_runs", "collections", "export_ledger", "genres", "movie_genres", "movie_popularity"), ""
    ),
    **dict.fromkeys(("movies", "quarantined_records"), ""),
    "movie_observations": "WHERE known_until = 'infinity'",
    "movie_versions": "WHERE version_id IN (SELECT version_id FROM tmdb.fct_movie_day)",
    **dict.fromkeys(("bridge_movie_genre", "dim_movie", "fct_movie_day", "fct_movie_list_day", "movie_history"), ""),
}
#: Those that do not: how loads and checks went, the platform, and what a model says, not what is known of movies.
UNCOUNTED = {
    *("alembic_version_warehouse", "load_ledger", "platform_samples", "platform_task_runs", "quality_runs"),
    *("predictions", "prediction_scores"),
}
#: Columns that say when and by which run or load a row came, in whichever table.
IGNORED_COLUMNS = (
    "ended_at",
    "known_at",
    "known_until",
    "load_id",
    "loaded_at",
    "run_id",
    "started_at",
    "validated_at",
)

#: Whose file it is. The first pattern that fits decides.
OWNERS = {
    f"raw/pages/{DAILY}/*": DAILY,
    f"raw/pages/{WEEKLY}/*": WEEKLY,
    f"raw/metadata/quarantine/*/{DAILY}.jsonl": DAILY,
    f"raw/metadata/quarantine/*/{WEEKLY}.jsonl": WEEKLY,
    "raw/metadata/quality_reports/validation_report_weekly_*": WEEKLY,
    "raw/metadata/quality_reports/validation_report_*": DAILY,
    "raw/metadata/daily_summaries/*": DAILY,
    "raw/movies/daily/*": DAILY,
    "raw/movies/trending/*": DAILY,
    "raw/movies/genre/*": WEEKLY,
    "raw/movies/weekly/*": WEEKLY,
    "processed/weekly/*": WEEKLY,
}


#: Files that tell of the platform and of alerts, and not of what was collected: they are left out.
LEFT_OUT = ("raw/metadata/alerts/*", "raw/metadata/operations/*", "raw/metadata/platform/*")


def later_clock() -> Clock:
    """A clock for the fake that runs from ``LATER`` on."""
    return Clock.starting(LATER)


def digests(root: Path) -> dict[str, str]:
    """The digest of the files of each DAG under a data root, SHA-256 in hex.

    A file that belongs to no DAG stands under its own name, so that comparing the whole answer finds it. What people
    were told of runs that failed before is no part of it.
    """
    found = {}
    for dag_id, files in fingerprints(root).items():
        lines = "".join(f"{fingerprint}  {file}\n" for file, fingerprint in files.items())
        found[dag_id] = hashlib.sha256(lines.encode()).hexdigest()
    return found


def fingerprints(root: Path) -> dict[str, dict[str, str]]:
    """The same file by file, to see which one differs: the SHA-256 of each, by DAG and path under the data root."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        file = path.relative_to(root).as_posix()
        if any(fnmatchcase(file, pattern) for pattern in LEFT_OUT):
            continue
        owner = next((owner for pattern, owner in OWNERS.items() if fnmatchcase(file, pattern)), file)
        found.setdefault(owner, {})[file] = hashlib.sha256(_lasting(path, file)).hexdigest()
    return found


def table_query() -> str:
    """A statement that gives a line for each table and view of the warehouse: its name, its rows, their SHA-256."""
    ignored = ",".join(IGNORED_COLUMNS)
    rows = "string_agg(row, E'\\n' ORDER BY row COLLATE \"C\")"
    digest = f"encode(sha256(convert_to(coalesce({rows}, ''), 'UTF8')), 'hex')"
    values = f"(to_jsonb(t) - '{{{ignored}}}'::text[])::text AS row"
    return " UNION ALL ".join(
        f"SELECT '{name} ' || count(*) || ' ' || {digest} FROM (SELECT {values} FROM tmdb.{name} AS t {chosen}) AS rows"  # noqa: S608
        for name, chosen in sorted(TABLES.items())
    )


def table_digest(lines: Iterable[str]) -> str:
    """The digest of the warehouse, SHA-256 in hex, from what ``table_query`` gives."""
    return hashlib.sha256("".join(f"{line}\n" for line in sorted(lines)).encode()).hexdigest()


def ignored(file: str, data: bytes) -> Iterator[tuple[str, Any, bytes]]:
    """Each ignored field of a JSON file: its name, its value, and both as our JSON is written."""
    fields = next((fields for pattern, fields in IGNORED.items() if fnmatchcase(file, pattern)), ())
    document = orjson.loads(data) if fields else {}
    for field in fields:
        *outer, name = field.split(".")
        value = reduce(getitem, outer, document)[name]
        yield name, value, b'"%b": %b' % (name.encode(), orjson.dumps(value))


def shown_time(text: str) -> str:
    """A moment in ISO 8601 as a page shows it to Korean readers."""
    return f'<time datetime="{text}">{moment(datetime.fromisoformat(text), Language.KO)}</time>'


def _lasting(path: Path, file: str) -> bytes:
    """The bytes of a file with the values of the ignored fields blotted out."""
    data = path.read_bytes()
    if fnmatchcase(file, "raw/metadata/quality_reports/*.html"):  # made from the JSON beside it, whose values it shows
        report = orjson.loads(path.with_suffix(".json").read_bytes())
        blots = {
            shown_time(report["validated_at"]).encode(): b"<time>~</time>",
            f"<dd>{report['run']['run_id']}</dd>".encode(): b"<dd>~</dd>",
        }
    else:
        blots = {written: b'"%b": ~' % name.encode() for name, _, written in ignored(file, data)}
    for pattern, names in RENAMED.items():
        if fnmatchcase(file, pattern):
            blots |= {f'"{name}": {{'.encode(): f'"{earlier}": {{'.encode() for name, earlier in names.items()}
    for written, blot in blots.items():
        if written not in data:
            raise ValueError(f"{file} does not hold {written.decode()} where it should.")
        data = data.replace(written, blot)
    return data
