"""Sorting the rows of an export by id, beside the lake, in a memory that does not depend on how many there are.

Rows go to temporary files by ranges of their ids, and a file at a time is sorted. A full export has a dozen of them.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

from tmdb_pipeline.lake.exports.info import RepeatedId
from tmdb_pipeline.lake.exports.temporary import writing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy import float64, int64
    from numpy.typing import NDArray

#: Ids of a range. TMDB's are given one after the other, and most are in use.
RANGE = 2**17
#: The range that has no end: TMDB's ids are far from it.
_LAST = 127
#: So many repeated ids are named, all are counted.
NAMED = 20
_ROW = [("id", "<i8"), ("popularity", "<f8"), ("line", "<u4"), ("adult", "i1"), ("video", "i1")]
_UNKNOWN = 2


class Rows(NamedTuple):
    """Some rows of an export, column by column; ``lines`` are the numbers of their lines, ``adult`` may be unknown."""

    ids: list[int]
    popularity: list[float]
    adult: Sequence[bool | None]
    video: list[bool]
    lines: Sequence[int]


class Spool:
    """The rows of an export in temporary files.

    Attributes:
        movies: how many rows have been given out by ``sorted``.
        digest: the SHA-256 of these.
        repeated_lines: how many of them it left out, since an earlier line has their id.
        repeated: the first of these by id.
    """

    def __init__(self, folder: Path) -> None:
        """Begin anew in a folder of the spool's own: what an earlier one left there is removed.

        Raises:
            LakeError: the folder cannot be written.
        """
        self._folder = folder
        self.movies = 0
        self.digest = hashlib.sha256()
        self.repeated_lines = 0
        self.repeated: list[RepeatedId] = []
        with writing():
            folder.mkdir(exist_ok=True)
            for stale in folder.iterdir():
                stale.unlink()

    def add(self, rows: Rows) -> None:
        """Put rows to the others.

        Raises:
            LakeError: the temporary folder cannot be written.
        """
        import numpy as np  # noqa: PLC0415 - in tasks only

        made = np.empty(len(rows.ids), _ROW)
        made["id"], made["popularity"], made["line"], made["video"] = rows.ids, rows.popularity, rows.lines, rows.video
        made["adult"] = (
            [_UNKNOWN if adult is None else adult for adult in rows.adult] if None in rows.adult else rows.adult
        )
        place = np.minimum(made["id"] // RANGE, _LAST).astype(np.uint8)
        order = np.argsort(place, kind="stable")
        made, place = made[order], place[order]
        begins = np.flatnonzero(np.diff(place, prepend=-1))
        with writing():
            for begin, end in zip(begins, [*begins[1:], len(made)], strict=True):
                with (self._folder / f"{place[begin]:03d}").open("ab") as file:
                    file.write(made[begin:end].tobytes())

    def sorted(self) -> Iterator[dict[str, Any]]:
        """The columns of the rows, a range of ids at a time, sorted by id: each id once, as its first line has it.

        Yields:
            arrays: ``id`` (int64), ``popularity`` (float64), ``adult`` and ``video`` (bool, ``adult`` masked where it
            is unknown).
        """
        import numpy as np  # noqa: PLC0415 - as above

        for file in sorted(self._folder.iterdir()):
            rows = np.fromfile(file, _ROW)
            rows = rows[np.argsort(rows["id"], kind="stable")]
            again = np.zeros(len(rows), bool)
            again[1:] = rows["id"][1:] == rows["id"][:-1]
            repeated = rows[again]
            self.repeated_lines += len(repeated)
            for row in repeated[: NAMED - len(self.repeated)]:
                self.repeated.append(RepeatedId(int(row["id"]), int(row["line"]), float(row["popularity"])))
            rows = rows[~again]
            self.movies += len(rows)
            self.digest.update(packed(rows["id"], rows["popularity"]))
            yield {
                "id": np.ascontiguousarray(rows["id"]),
                "popularity": np.ascontiguousarray(rows["popularity"]),
                "adult": np.ma.masked_array(rows["adult"] == 1, rows["adult"] == _UNKNOWN),
                "video": rows["video"] == 1,
            }


def packed(ids: NDArray[int64], popularity: NDArray[float64]) -> bytes:
    """Rows as their digest takes them: of each the id and the popularity, 8 bytes each, little-endian."""
    import numpy as np  # noqa: PLC0415 - as above

    rows = np.empty(len(ids), _ROW[:2])
    rows["id"], rows["popularity"] = ids, popularity
    return rows.tobytes()
