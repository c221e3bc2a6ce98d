"""Builds: the rows of a view for a day become its files in the lake, where that is permitted."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import msgspec

from tmdb_pipeline.features import part, rows
from tmdb_pipeline.features.definition import FEATURES, HORIZON, LABELS, TOP, VIEWS, Column, View
from tmdb_pipeline.features.errors import NotObserved
from tmdb_pipeline.features.observations import Observed, cutoff
from tmdb_pipeline.features.observer import Observer
from tmdb_pipeline.features.permission import Permission
from tmdb_pipeline.lake import document
from tmdb_pipeline.lake.document import DocumentError
from tmdb_pipeline.lake.store import Lake, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from duckdb import DuckDBPyConnection

ROOT = "features"


class Source(msgspec.Struct, frozen=True):
    """A collection that was read; ``quarantine_sha256`` is of what the quality gate rejected, or empty before it."""

    file: str
    sha256: str
    quarantine_sha256: str
    known_at: datetime


class Manifest(msgspec.Struct, kw_only=True):
    """What a part is and how it came about; nothing of when it was built, so that the same inputs are the same bytes.

    Attributes:
        seed: none is drawn by.
    """

    view: str
    version: str
    as_of: date
    cutoff: datetime
    code_version: str
    permission: Permission
    sources: list[Source]
    rows: int
    schema: tuple[Column, ...]
    statistics: dict[str, dict[str, Any]]
    part_sha256: str
    seed: int | None = None


class Latest(msgspec.Struct):
    """Where the newest part of a view lies, and of which days there is one of that version."""

    version: str
    as_of: date
    part: str
    days: list[date]


def build(lake: Lake, day: date, *, today: date, permission: Permission) -> tuple[list[Manifest], list[str]]:
    """Build the features of a day, and the labels that are known since then.

    Args:
        lake: where the collections are, and the files go.
        day: the run date, in Seoul.
        today: the day that it is.
        permission: by which it may be done (``permission.require_permission``).

    Returns:
        What was written, and why what was not.

    Raises:
        NotPermitted: a collection is not what the permission is for.
        NotObserved: no list of the day was known by its end.
        LakeError: the lake cannot be read or written.
    """
    ((written, left),) = build_days(lake, [day], today=today, permission=permission)
    if not written:
        raise NotObserved(*left)
    return written, left


def build_days(
    lake: Lake, days: Iterable[date], *, today: date, permission: Permission
) -> Iterator[tuple[list[Manifest], list[str]]]:
    """Build day after day as ``build`` does, the earliest first, and read each collection once.

    What a part is built of is kept first, so that it can be built again when the collection is another (``kept``).

    Of a day of which no list was known by its end nothing is written.

    Raises:
        NotPermitted: a collection is not what the permission is for.
        LakeError: DuckDB is not installed, or the lake cannot be read or written.
    """
    observer = Observer(lake, top=TOP)
    with part.opened() as database:

        def write(view: View, day: date, found: tuple[list[dict[str, Any]], list[Observed]]) -> Manifest:
            observer.keep(found[1])
            return _write(lake, view, day, found, permission=permission, database=database)

        for day in days:
            observed = observer.observe(day)
            for each in observed:
                permission.require_source(each.file, each.address)
            written, left = [], []
            before = day - timedelta(days=HORIZON)
            try:
                written.append(write(FEATURES, day, rows.features(observed, day)))
                written.append(write(LABELS, before, rows.labels(observed, before, today=today)))
            except NotObserved as unknown:
                left.append(str(unknown))
            yield written, left


def folder(view: View, day: date) -> str:
    """Where the files of a view of a day lie."""
    return f"{ROOT}/{view.name}/{view.version}/as_of={day:%Y%m%d}"


def manifests(lake: Lake, day: date) -> list[Manifest]:
    """What the parts of a day say of themselves, by today's definitions.

    Raises:
        NotObserved: there is none.
        LakeError: one cannot be read.
    """
    files = [f"{folder(view, day)}/manifest.json" for view in VIEWS]
    found = [lake.read_document(file, Manifest) for file in files if lake.exists(file)]
    if not found:
        raise NotObserved(f"There are no features of {day}: build them first.")
    return found


def latest(lake: Lake) -> list[tuple[View, Latest | None]]:
    """Each view, and where its newest part lies.

    Raises:
        LakeError: a pointer cannot be read.
    """
    return [(view, lake.read_document(file, Latest) if lake.exists(file := _pointer(view)) else None) for view in VIEWS]


def _write(
    lake: Lake,
    view: View,
    day: date,
    found: tuple[list[dict[str, Any]], list[Observed]],
    *,
    permission: Permission,
    database: DuckDBPyConnection,
) -> Manifest:
    """Write a part, then its manifest, and let the pointer lead there last."""
    made, used = found
    data = part.write(view, made, database)
    told = Manifest(
        view=view.name,
        version=view.version,
        as_of=day,
        cutoff=cutoff(day + timedelta(days=view.matures)),
        code_version=version("tmdb-pipeline"),
        permission=permission,
        sources=[Source(each.file, each.sha256, each.quarantine_sha256, each.known_at) for each in used],
        rows=len(made),
        schema=view.columns,
        statistics=part.statistics(view, made),
        part_sha256=hashlib.sha256(data).hexdigest(),
    )
    lake.write(f"{folder(view, day)}/part.parquet", data)
    lake.write(f"{folder(view, day)}/manifest.json", to_json(told))
    lake.change(_pointer(view), lambda before: _moved(before, view, day))
    return told


def _pointer(view: View) -> str:
    return f"{ROOT}/{view.name}/latest.json"


def _moved(before: bytes | None, view: View, day: date) -> bytes:
    """The pointer with a day more; it never goes back to an earlier day of its version."""
    try:
        held = document.read(before or b"", Latest)
    except DocumentError:
        held = None
    days = sorted({day, *(held.days if held and held.version == view.version else [])})
    return to_json(Latest(view.version, days[-1], f"{folder(view, days[-1])}/part.parquet", days))
