import hashlib
import sys
from datetime import date, datetime
from random import Random

import duckdb
import msgspec
import numpy as np
import pytest
from support import no_file_larger_than
from upath import UPath

from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.exports.export_file import exports_held, read_export, write_export
from tmdb_pipeline.lake.exports.info import ExportInfo, OddLine, RepeatedId
from tmdb_pipeline.lake.exports.parquet import require_library
from tmdb_pipeline.lake.exports.spool import packed
from tmdb_pipeline.lake.store import Lake

DAY = date(2024, 1, 1)
FILE = paths.export_file(DAY)
SEOUL_NOON = datetime.fromisoformat("2024-01-01T17:00:00+09:00")
INFO = ExportInfo(
    day=DAY,
    address="https://files.example/it's.gz",
    sha256="0" * 64,
    size=10,
    last_modified=None,
    received_at=SEOUL_NOON,
    lines=4,
    movies=2,
    odd_lines=1,
    odd=[OddLine(2, "Expected `int`, it's")],
    repeated_lines=1,
    repeated=[RepeatedId(7, 3, 0.5)],
    rows_sha256="",
)


@pytest.fixture(params=["folder", "memory"])
def lake(request, tmp_path):
    """The same lake in a local folder and in an object store."""
    if request.param == "folder":
        yield Lake(str(tmp_path / "lake"))
    else:
        yield Lake("memory://bucket/prefix")
        UPath("memory://bucket").fs.store.clear()


def columns(first, count):
    """So many rows from an id on."""
    ids = np.arange(first, first + count)
    adult = np.ma.masked_array(ids % 2 == 0, ids % 3 == 0)
    return {"id": ids, "popularity": ids / 10_000, "adult": adult, "video": ids % 5 == 0}


def info_of(*ranges):
    digest = hashlib.sha256(b"".join(packed(found["id"], found["popularity"]) for found in ranges))
    return msgspec.structs.replace(INFO, rows_sha256=digest.hexdigest())


def written(lake, folder, *ranges):
    folder.mkdir(exist_ok=True)
    return write_export(lake, DAY, ranges, lambda: info_of(*ranges), folder)


def test_what_was_written_is_read(lake, tmp_path):
    """Ids and popularity come back in batches, rising, with what the file says of itself."""
    ranges = columns(1, 200_000), columns(200_001, 100_000)
    file = written(lake, tmp_path / "t", *ranges)

    export = read_export(lake, DAY)
    batches = list(export.batches())

    assert (export.file, export.info) == (file, info_of(*ranges))
    assert file == FILE
    assert [len(batch.ids) for batch in batches] == pytest.approx([122_880, 122_880, 54_240], rel=0.05)
    assert np.concatenate([batch.ids for batch in batches]).tolist() == list(range(1, 300_001))
    assert np.concatenate([batch.popularity for batch in batches]).tolist() == [i / 10_000 for i in range(1, 300_001)]
    assert batches[0].ids.dtype == np.int64
    assert batches[0].popularity.dtype == np.float64


def test_file_is_parquet_that_others_read(tmp_path):
    """Any reader of Parquet finds these columns, types and rows, with adult null where it is unknown."""
    written(Lake(str(tmp_path)), tmp_path / "t", columns(1, 6))

    found = duckdb.sql(f"from read_parquet('{tmp_path / FILE}')")

    assert (
        list(zip(found.columns, map(str, found.types), strict=True))
        == [
            ("id", "BIGINT"),
            ("popularity", "DOUBLE"),
            ("adult", "BOOLEAN"),
            ("video", "BOOLEAN"),
            ("day", "DATE"),  # from the name of the file's place
        ][: len(found.columns)]
    )
    assert [row[:4] for row in found.fetchall()] == [
        (1, 0.0001, False, False),
        (2, 0.0002, True, False),
        (3, 0.0003, None, False),
        (4, 0.0004, True, False),
        (5, 0.0005, False, True),
        (6, 0.0006, None, False),
    ]


def test_same_rows_are_the_same_bytes(tmp_path):
    """Nothing but rows and info goes into the bytes of a file, such as where it was made or when."""
    lake = Lake(str(tmp_path))
    rng = Random(7)
    rows = columns(1, 250_000) | {"popularity": np.array([rng.random() for _ in range(250_000)])}

    files = []
    for place in ("t", "u"):
        written(lake, tmp_path / place, rows)
        files.append(lake.read(FILE))

    assert files[0] == files[1]


def test_reading_may_end_early(lake, tmp_path):
    """Who needs only the first batch leaves nothing behind."""
    written(lake, tmp_path / "t", columns(1, 200_000))

    batches = read_export(lake, DAY).batches()
    first = next(batches)
    batches.close()

    assert first.ids[0] == 1


@pytest.mark.parametrize("damage", ["cut", "foreign", "other", "no rows"])
def test_file_that_is_not_ours_is_named(lake, tmp_path, damage):
    """A cut file, another file, another Parquet file: each is named, and what to do."""
    written(lake, tmp_path / "t", columns(1, 200_000))
    if damage == "cut":
        lake.write(FILE, lake.read(FILE)[:-100])
    elif damage == "foreign":
        lake.write(FILE, b"no Parquet")
    elif damage == "other":
        other = tmp_path / "other.parquet"
        duckdb.sql("select 1 as id").write_parquet(str(other))
        lake.write(FILE, other.read_bytes())
    else:
        lake.write(FILE, b"")

    with pytest.raises(LakeError) as raised:
        read_export(lake, DAY)

    assert str(raised.value).startswith(f"{lake.locate(FILE)} is damaged or not a file of this pipeline (")
    assert str(raised.value).endswith("): ask for the export of its day again.")


@pytest.mark.parametrize("place", ["values", "header"])
def test_rows_that_are_damaged_are_named(lake, tmp_path, place):
    """Damage in the midst of a file is found when its rows are read."""
    written(lake, tmp_path / "t", columns(1, 200_000))
    data = bytearray(lake.read(FILE))
    (tmp_path / "x.parquet").write_bytes(data)
    found = duckdb.sql(f"from parquet_metadata('{tmp_path / 'x.parquet'}') where path_in_schema = 'popularity' limit 1")
    ((begin, size),) = found.select("data_page_offset, total_compressed_size").fetchall()
    if place == "values":
        data[begin + size // 2] ^= 1
    else:
        data[begin : begin + 50] = b"\xff" * 50
    lake.write(FILE, bytes(data))

    export = read_export(lake, DAY)
    with pytest.raises(LakeError, match="is damaged or not a file of this pipeline"):
        list(export.batches())


def test_missing_day_is_named(lake):
    """A day that was not collected is one message."""
    with pytest.raises(LakeError, match=r"day=2024-01-01\.parquet is not there: run the task that writes it first"):
        read_export(lake, DAY)


def test_days_that_are_held(lake):
    """Days are told by the files' names, sorted; other files are none."""
    for name in ("day=2024-03-01", "day=2023-12-31", "day=2024-13-45", "day=x", "week=2024-01-01"):
        lake.write(f"{paths.EXPORTS_FOLDER}/{name}.parquet", b"x")
    lake.write(f"{paths.EXPORTS_FOLDER}/day=2024-01-01.json", b"x")

    assert exports_held(lake) == [date(2023, 12, 31), date(2024, 3, 1)]


def test_empty_lake_holds_none(lake):
    """Without a folder there are no days."""
    assert exports_held(lake) == []


@pytest.mark.parametrize("library", ["duckdb", "numpy"])
def test_missing_library_is_one_message(monkeypatch, library):
    """Without the extra, the message names it."""
    monkeypatch.setitem(sys.modules, library, None)

    with pytest.raises(LakeError, match=r"a package is missing: pip install 'tmdb-pipeline\[exports\]'\.$"):
        require_library()


def test_full_disk_leaves_the_earlier_file(tmp_path):
    """Where there is no room for the file, the message says so, and what was there stays as it was."""
    lake = Lake(str(tmp_path / "lake"))
    written(lake, tmp_path / "t", columns(1, 10))
    before = lake.read(FILE)
    rows = columns(1, 200_000) | {"popularity": np.random.default_rng(7).random(200_000)}

    with no_file_larger_than(100_000), pytest.raises(LakeError, match="cannot be written"):
        written(lake, tmp_path / "u", rows)

    assert lake.read(FILE) == before
    assert lake.files(paths.EXPORTS_FOLDER) == [f"day={DAY}.parquet"]
