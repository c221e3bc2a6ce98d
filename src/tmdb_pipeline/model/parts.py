"""The parts of features and labels in the lake, read back as a panel, with the digests of what was read."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tmdb_pipeline.features.build import Manifest, folder, latest
from tmdb_pipeline.features.definition import FEATURES, LABELS, View
from tmdb_pipeline.lake.exports.parquet import connection, require_library
from tmdb_pipeline.lake.exports.temporary import temporary_folder, writing
from tmdb_pipeline.model.errors import NotTrainable, TooFewDays
from tmdb_pipeline.model.learning.panel import panel_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tmdb_pipeline.features.permission import Permission
    from tmdb_pipeline.lake.store import Lake
    from tmdb_pipeline.model.learning.panel import Panel

#: Days back that are read at most.
HISTORY = 200


@dataclass(frozen=True)
class Read:
    """What was read of the lake.

    Attributes:
        panel: the rows, with labels where they are known.
        sources: each file, with its SHA-256.
        known_at: of each day with features, when the last collection that they are made of had been collected.
    """

    panel: Panel
    sources: dict[str, str]
    known_at: dict[date, datetime]


def read(lake: Lake, as_of: date, permission: Permission, *, days: int = HISTORY) -> Read:
    """Read the features of the days up to one, and the labels that were known by it.

    Args:
        lake: where they are.
        as_of: the day, in Seoul, whose end it is.
        permission: by which it may be done.
        days: how many.

    Raises:
        NotPermitted: a part was made by another permission.
        TooFewDays: there are no features in these days.
        NotTrainable: a part is not what its manifest says.
        LakeError: DuckDB is not installed, or a file cannot be read.
    """
    require_library()
    first = as_of - timedelta(days=days - 1)
    held = {view.name: found.days for view, found in latest(lake) if found and found.version == view.version}
    wanted = {
        view: [day for day in held.get(view.name, []) if first <= day <= as_of - timedelta(days=view.matures)]
        for view in (FEATURES, LABELS)
    }
    if not wanted[FEATURES]:
        raise TooFewDays(f"There are no features of {first} to {as_of}: `tmdb-pipeline features build` makes them.")
    sources: dict[str, str] = {}
    known_at: dict[date, datetime] = {}
    rows: dict[str, list[dict[str, Any]]] = {}
    for view, of_view in wanted.items():
        parts = []
        for day in of_view:
            manifest, file = _manifest(lake, view, day), f"{folder(view, day)}/part.parquet"
            permission.require_source(file, manifest.permission.source)
            parts.append(lake.read(file))
            sources[file] = hashlib.sha256(parts[-1]).hexdigest()
            if sources[file] != manifest.part_sha256:
                raise NotTrainable(f"{lake.locate(file)} is not what its manifest says: build {day} anew.")
            if view is FEATURES:
                known_at[day] = max(source.known_at for source in manifest.sources)
        rows[view.name] = _rows(view, parts)
    labels = {(row["movie_id"], row["day"]): row["label"] for row in rows[LABELS.name]}
    labelled = ({**row, "label": labels.get((row["movie_id"], row["day"]))} for row in rows[FEATURES.name])
    return Read(panel_of(labelled), sources, known_at)


def _manifest(lake: Lake, view: View, day: date) -> Manifest:
    return lake.read_document(f"{folder(view, day)}/manifest.json", Manifest)


def _rows(view: View, parts: Iterable[bytes]) -> list[dict[str, Any]]:
    """The rows of Parquet files with the columns of a view."""
    import duckdb  # noqa: PLC0415 - 68 MB that only exports and features need

    with ExitStack() as stack:
        place = stack.enter_context(temporary_folder())
        stack.enter_context(writing(duckdb.IOException))
        files = []
        for number, data in enumerate(parts):
            files.append(place / f"{number:04d}.parquet")
            files[-1].write_bytes(data)
        if not files:
            return []
        database = stack.enter_context(connection())
        found = database.execute("from read_parquet(?)", [[str(file) for file in files]])
        names = [column.name for column in view.columns]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
