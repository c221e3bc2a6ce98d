import gzip
import hashlib
import logging
import subprocess
import sys
from datetime import UTC, date, datetime
from random import Random

import duckdb
import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from raw_server import RawServer, response
from support import HeldClock, examples
from upath import UPath

from fake_tmdb.faults.fault import Fault
from tmdb_pipeline.extract.popularity_export.collect import collect_export
from tmdb_pipeline.extract.popularity_export.errors import TooFewLines, TooManyOddLines
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.exports.export_file import exports_held, read_export
from tmdb_pipeline.lake.exports.info import ExportInfo, OddLine, RepeatedId
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.settings import Settings
from tmdb_pipeline.tmdb.errors import BrokenResponse
from tmdb_pipeline.tmdb.exports.client import ExportClient
from tmdb_pipeline.tmdb.exports.errors import ExportNotThere

DAY = date(2024, 1, 1)
FILE = paths.export_file(DAY)
NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)
PATH = "/p/exports/*"
FIRST = ", the first in line 990: JSON is malformed: invalid character (byte 0)"


@pytest.fixture(params=["folder", "memory"])
def lake(request, tmp_path):
    """The same lake in a local folder and in an object store."""
    if request.param == "folder":
        yield Lake(str(tmp_path / "lake"))
    else:
        yield Lake("memory://bucket/prefix")
        UPath("memory://bucket").fs.store.clear()


@pytest.fixture
def client(settings, tmdb):
    """A client at noon of New Year's Day, when the fake has the export of that day."""
    tmdb.fake.clock.freeze(NOON.timestamp())
    with ExportClient(settings, clock=HeldClock(NOON), random=Random(7)) as made:
        yield made


def asked(tmdb):
    return [call.url for call in tmdb.fake.journal.calls()]


def sends(tmdb, *lines):
    """Let the fake's export have these lines."""
    text = "".join(f"{line if isinstance(line, str) else orjson.dumps(line).decode()}\n" for line in lines)
    tmdb.fake.faults = [Fault(path=PATH, text=text, gzip="unlabelled")]


def movie(number, popularity=1.0, **more):
    return {"adult": False, "id": number, "original_title": "x", "popularity": popularity, "video": False, **more}


def rows(lake, day=DAY):
    """The ids and popularity that a reader is given."""
    batches = list(read_export(lake, day).batches())
    return [pair for batch in batches for pair in zip(batch.ids.tolist(), batch.popularity.tolist(), strict=True)]


def test_every_movie_of_the_world_is_there_once(client, lake, tmdb):
    """What the fake's catalogue holds, but movies for adults, is in the file: each id once, with its popularity."""
    collected = collect_export(client, lake, DAY)

    world = tmdb.fake.catalogue
    shown = ~world.adult
    expected = sorted(
        zip(world.ids[shown].tolist(), (world.popularity[shown].astype(int) / 10_000).tolist(), strict=True)
    )
    assert rows(lake) == expected
    assert (collected.info.movies, collected.info.lines) == (len(expected), len(expected))
    assert collected.was_written


def test_flags_are_those_of_the_world(client, tmp_path, tmdb):
    """Videos and movies for adults are told apart in the file."""
    collect_export(client, Lake(str(tmp_path)), DAY)

    world = tmdb.fake.catalogue
    videos = world.ids[world.video & ~world.adult]
    found = duckdb.read_parquet(str(tmp_path / FILE)).filter("video").order("id").select("id", "adult")
    assert found.fetchall() == [(number, False) for number in sorted(videos.tolist())]


def test_file_says_how_it_came_about(client, lake, tmdb, settings):
    """Day, address, checksum, moments in Seoul's offset and counts stand in the file."""
    collected = collect_export(client, lake, DAY)

    packed = tmdb.fake.repository.files["export movie_ids True"]
    count = len(gzip.decompress(packed).splitlines())
    table = np.array(rows(lake), dtype=[("id", "<i8"), ("popularity", "<f8")])
    assert collected.file == "raw/exports/movie_ids/day=2024-01-01.parquet"
    assert read_export(lake, DAY).info == collected.info
    assert collected.info == ExportInfo(
        day=DAY,
        address=settings.base_url.removesuffix("/3") + "/p/exports/movie_ids_01_01_2024.json.gz",
        sha256=hashlib.sha256(packed).hexdigest(),
        size=len(packed),
        last_modified=datetime(2024, 1, 1, 7, 19, 28, tzinfo=UTC),
        received_at=NOON,
        lines=count,
        movies=count,
        odd_lines=0,
        odd=[],
        repeated_lines=0,
        repeated=[],
        rows_sha256=hashlib.sha256(table.tobytes()).hexdigest(),
    )
    assert collected.info.received_at.isoformat() == "2024-01-01T21:00:00+09:00"
    assert collected.info.last_modified.isoformat() == "2024-01-01T16:19:28+09:00"


def test_day_that_is_there_is_not_asked_for(client, lake, tmdb):
    """A second collection of a day asks nothing and says what is there."""
    first = collect_export(client, lake, DAY)

    second = collect_export(client, lake, DAY)

    assert (second.file, second.info, second.was_written) == (first.file, first.info, False)
    assert len(asked(tmdb)) == 1


def test_day_that_is_asked_for_again_is_replaced_only_by_another_export(client, lake, tmdb):
    """Asked for again, the same export leaves the file as it is to the byte, and another one replaces it."""
    collect_export(client, lake, DAY)
    before = lake.read(FILE)

    same = collect_export(client, lake, DAY, again=True)
    untouched = lake.read(FILE)
    sends(tmdb, movie(7, 2.5))
    other = collect_export(client, lake, DAY, again=True)

    assert (same.was_written, untouched == before, len(asked(tmdb))) == (False, True, 3)
    assert other.was_written
    assert rows(lake) == [(7, 2.5)]


@pytest.mark.usefixtures("client")
def test_same_export_is_the_same_bytes(settings, tmp_path):
    """In two lakes the file of a day that came at the same moment is the same, byte for byte."""
    lakes = [Lake(str(tmp_path / name)) for name in ("a", "b")]
    for lake in lakes:
        with ExportClient(settings, clock=HeldClock(NOON)) as client:
            collect_export(client, lake, DAY)

    assert lakes[0].read(FILE) == lakes[1].read(FILE)


def test_odd_lines_are_named_and_left_out(client, lake, tmdb, caplog):
    """Of 1,000 lines ten may be odd or repeated: they are named, nothing of them is in the file, the rest is."""
    caplog.set_level(logging.INFO)
    good = [movie(number, number / 8) for number in range(1, 991)]
    odd = ["<html>", movie(-1), movie(2000, -0.5), [movie(2001)], {"id": 2002}, ""]
    sends(tmdb, *odd, *good, *(movie(number, 9.0) for number in (7, 7, 990, 3)))

    info = collect_export(client, lake, DAY).info

    assert rows(lake) == [(number, number / 8) for number in range(1, 991)]
    assert (info.lines, info.movies, info.odd_lines, info.repeated_lines) == (1000, 990, 6, 4)
    assert info.odd[1] == OddLine(2, "Expected `int` >= 1 - at `$.id`")
    assert [found.line for found in info.odd] == [1, 2, 3, 4, 5, 6]
    assert info.repeated == [
        RepeatedId(3, 1000, 9),
        RepeatedId(7, 997, 9),
        RepeatedId(7, 998, 9),
        RepeatedId(990, 999, 9),
    ]
    assert (
        "The export of 2024-01-01: 990 movies from 1000 lines, of which 6 are odd and 4 repeat an id."
        in caplog.messages
    )


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            [*map(movie, range(1, 990)), *["<html>"] * 11],
            f"has 11 odd or repeated lines among 1000{FIRST}",
        ),
        ([*map(movie, range(1, 990)), *map(movie, range(1, 12))], "has 11 odd or repeated lines among 1000"),
        (
            [*map(movie, range(1, 990)), *["<html>"] * 6, *map(movie, range(1, 6))],
            f"has 11 odd or repeated lines among 1000{FIRST}",
        ),
    ],
)
def test_too_many_odd_lines_replace_no_file(client, lake, tmdb, lines, message):
    """With more than 1 % odd or repeated lines the export is refused by name, and what was there stays."""
    collect_export(client, lake, DAY)
    before = lake.read(FILE)
    sends(tmdb, *lines)

    with pytest.raises(TooManyOddLines) as raised:
        collect_export(client, lake, DAY, again=True)

    assert str(raised.value) == (
        f"The export of 2024-01-01 {message}; no file was written, and an earlier one stays. "
        "Look at them; has TMDB changed their form? Else run again."
    )
    assert lake.read(FILE) == before


def test_export_without_lines_is_refused(client, lake, tmdb):
    """A well-formed gzip of nothing is no export."""
    sends(tmdb)

    with pytest.raises(TooFewLines, match="has no lines at all; no file was written"):
        collect_export(client, lake, DAY)

    assert exports_held(lake) == []


@pytest.mark.parametrize("count", [49, 50])
def test_export_is_held_against_the_one_before(client, lake, tmdb, count):
    """Fewer than half of the lines of the last earlier day that is held are refused; later days do not matter."""
    for day, lines in ((date(2023, 12, 20), 60), (date(2023, 12, 30), 100)):
        sends(tmdb, *map(movie, range(1, lines + 1)))
        collect_export(client, lake, day)
    sends(tmdb, *map(movie, range(1, count + 1)))

    if count == 50:
        assert collect_export(client, lake, DAY).info.lines == 50
        return
    with pytest.raises(TooFewLines) as raised:
        collect_export(client, lake, DAY)

    assert str(raised.value) == (
        "The export of 2024-01-01 has 49 lines, fewer than half of the 100 of 2023-12-30; no file was written, and an "
        "earlier one stays. Run again later; if it is right, remove the file of that day first."
    )
    assert exports_held(lake) == [date(2023, 12, 20), date(2023, 12, 30)]


def test_days_after_are_no_measure(client, lake, tmdb):
    """An earlier day may have fewer lines than a later one that is held, as in a backfill from the end."""
    sends(tmdb, *map(movie, range(1, 101)))
    collect_export(client, lake, DAY)
    sends(tmdb, movie(7))

    assert collect_export(client, lake, date(2023, 12, 31)).info.lines == 1
    assert exports_held(lake) == [date(2023, 12, 31), DAY]


def test_old_lines_say_nothing_of_adult(client, tmp_path, tmdb):
    """Lines without ``adult``, as before 2018, are whole, and the file does not know."""
    old = {key: value for key, value in movie(7).items() if key != "adult"}
    sends(tmdb, old, movie(8, adult=True))

    collect_export(client, Lake(str(tmp_path)), DAY)

    found = duckdb.read_parquet(str(tmp_path / FILE)).select("id", "adult")
    assert found.fetchall() == [(7, None), (8, True)]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(path=PATH, truncate=0.6), BrokenResponse),
        (Fault(path=PATH, status=403, body="xml"), ExportNotThere),
    ],
)
def test_export_that_does_not_come_leaves_the_lake_as_it_was(client, lake, tmdb, fault, error):
    """Neither a part of an export nor a missing one makes a file."""
    tmdb.fake.faults = [fault]

    with pytest.raises(error):
        collect_export(client, lake, DAY)

    assert lake.files(paths.EXPORTS_FOLDER) == []


def test_try_that_was_cut_leaves_no_rows(client, lake, tmdb):
    """After a try that ended in mid-file the file is that of the whole one, with nothing counted twice."""
    tmdb.fake.faults = [Fault(path=PATH, truncate=0.9, nth=[1, 2])]

    info = collect_export(client, lake, DAY).info

    assert (info.repeated_lines, info.odd_lines, info.movies) == (0, 0, len(rows(lake)))
    assert len(asked(tmdb)) == 3


def test_missing_library_is_told_before_anything_is_asked(client, lake, tmdb, monkeypatch):
    """Without the extra nothing is asked."""
    monkeypatch.setitem(sys.modules, "duckdb", None)

    with pytest.raises(LakeError, match=r"tmdb-pipeline\[exports\]"):
        collect_export(client, lake, DAY)

    assert asked(tmdb) == []


def test_damaged_file_is_collected_anew_on_demand(client, lake, tmdb):
    """A file that is damaged is named, and asking again replaces it."""
    lake.write(FILE, b"no Parquet")

    with pytest.raises(LakeError, match="ask for the export of its day again"):
        collect_export(client, lake, DAY)
    collected = collect_export(client, lake, DAY, again=True)
    whole = lake.read(FILE)
    # The footer of a file may be whole and its rows not.
    lake.write(FILE, whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:])
    mended = collect_export(client, lake, DAY, again=True)

    assert (collected.was_written, mended.was_written) == (True, True)
    assert len(rows(lake)) == collected.info.movies


@examples(10)
@given(
    st.lists(st.tuples(st.one_of(st.integers(1, 40), st.integers(2**17 - 9, 2**17 + 9)), st.floats(0, 1e6)), min_size=1)
)
def test_whatever_is_exported_is_read_again(tmp_path_factory, movies):
    """Of any export, each id is read once, with the popularity of its first line, or too many repeat and none is."""
    body = gzip.compress(b"".join(orjson.dumps(movie(*pair)) + b"\n" for pair in movies), mtime=0)
    lake = Lake(str(tmp_path_factory.mktemp("lake")))
    first = dict(reversed(movies))
    with (
        RawServer(response(body)) as server,
        ExportClient(Settings(base_url=server.url), clock=HeldClock(NOON)) as client,
    ):
        if len(movies) - len(first) > len(movies) / 100:
            with pytest.raises(TooManyOddLines):
                collect_export(client, lake, DAY)
            assert exports_held(lake) == []
            return
        collect_export(client, lake, DAY)

    assert rows(lake) == sorted(first.items())


def test_import_brings_nothing_heavy():
    """DAG files import the module at every parse: neither DuckDB nor numpy nor requests comes with it."""
    code = (
        "import sys; import tmdb_pipeline.extract.popularity_export.collect; "
        "print(sorted({'duckdb', 'numpy', 'requests'} & {*sys.modules}))"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout == "[]\n"
