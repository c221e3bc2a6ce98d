"""Entry points of the exports: what comes over the wire, and the files in the lake."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from fuzz.entry import Entry
from fuzz.garbage import spoiled
from hypothesis import strategies as st

from tmdb_pipeline.extract.popularity_export.lines import ExportLines
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.exports import parquet
from tmdb_pipeline.lake.exports.export_file import read_export
from tmdb_pipeline.lake.exports.info import ExportInfo
from tmdb_pipeline.lake.exports.spool import Rows, Spool
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.tmdb.errors import BrokenResponse
from tmdb_pipeline.tmdb.exports.gzip_stream import gunzipped

DAY = date(2024, 1, 1)
LINE = b'{"adult":false,"id":7,"original_title":"\xeb\xb3\x84","popularity":1.25,"video":false}\n'


def collected(body: bytes, _stage: None) -> None:
    """Each line is a row of an id and a popularity that can be, or odd."""
    lines = ExportLines()
    rows = [row for block in lines.rows(gunzipped("/x.gz", [body])) for row in zip(*block, strict=True)]
    assert len(rows) + lines.odd_count == lines.count
    assert all(0 < number < 2**63 and 0 <= popularity < float("inf") for number, popularity, *_ in rows)


_LINES = st.sampled_from([1, 2, 50]).map(lambda count: LINE * count)
_PACKED = (spoiled(_LINES) | _LINES).map(lambda lines: gzip.compress(lines, mtime=0))


@contextmanager
def lake() -> Iterator[Lake]:
    """A lake for the file of an export."""
    with TemporaryDirectory() as root:
        yield Lake(root)


def _file() -> bytes:
    with TemporaryDirectory() as folder:
        spool = Spool(Path(folder) / "rows")
        numbers = range(1, 2001)
        popularity = np.random.default_rng(7).random(2000).tolist()
        spool.add(Rows([*numbers], popularity, [None, True] * 1000, [False] * 2000, numbers))

        def info() -> ExportInfo:
            return ExportInfo(
                day=DAY,
                address="x",
                sha256="x",
                size=1,
                last_modified=None,
                received_at=datetime(2024, 1, 1, tzinfo=UTC),
                lines=2000,
                movies=2000,
                odd_lines=0,
                odd=[],
                repeated_lines=0,
                repeated=[],
                rows_sha256=spool.digest.hexdigest(),
            )

        return parquet.write(spool.sorted(), info, Path(folder))


def export_read(data: bytes, stage: Lake) -> None:
    """What is read are the rows that were written."""
    stage.write(paths.export_file(DAY), data)
    batches = list(read_export(stage, DAY).batches())
    assert [number for batch in batches for number in batch.ids.tolist()] == [*range(1, 2001)]


ENTRIES = [
    Entry("export", _PACKED | spoiled(_PACKED), collected, (BrokenResponse,)),
    Entry(
        "export_file",
        st.deferred(lambda: spoiled(st.just(_file()))),
        export_read,
        (LakeError,),
        lake,
        seconds=30,
        gate=20,
    ),
]
