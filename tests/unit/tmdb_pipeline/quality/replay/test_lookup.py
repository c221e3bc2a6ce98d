import re
from dataclasses import replace
from datetime import date

import orjson
import pytest
from quarantines import BAD, GOOD, QUARANTINE, RUN, movie, reject

from tmdb_pipeline.dags import WEEKLY
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.quality.replay.address import Address
from tmdb_pipeline.quality.replay.errors import UnknownRecord
from tmdb_pipeline.quality.replay.lookup import find, title_of
from tmdb_pipeline.run import Run

RECORDS = [*GOOD, BAD, movie(12, title=None), movie(4711, id="4711"), ["no movie"], {"title": "없음"}]


def at(line):
    return Address(RUN.day, dag_id=RUN.dag_id, line=line)


def of(movie):
    return Address(RUN.day, movie=movie)


@pytest.fixture
def lake(tmp_path):
    return reject(tmp_path, RECORDS)


@pytest.mark.parametrize(("line", "record"), [*enumerate(RECORDS[2:], 1)])
def test_line_is_the_record_that_an_editor_shows_there(lake, line, record):
    """Lines are counted from 1; the record is there as it was, and so are its bytes."""
    found = find(lake, at(line))

    assert (found.entry.record, found.line, found.lines, found.name) == (record, line, 5, f"{QUARANTINE}:{line}")
    assert found.raw == orjson.dumps(record)
    assert found.raw in lake.read(QUARANTINE).split(b"\n")[line - 1]


def test_movie_of_one_record_is_enough(lake):
    """A date and the id of a movie that one record bears lead to it."""
    assert find(lake, of("12")).line == 2


def test_records_of_one_movie_are_listed(lake):
    """Where several records bear an id, each is listed by what leads to it, whatever stands in it."""
    first, *listed = find(lake, of("4711")).splitlines()

    assert first == "There are 2 records to choose from: give one by what stands first."
    assert listed == [
        f'  {lake.locate(QUARANTINE)}:1  4711 "새벽의 등대 4711"  vote_average.range',
        f'  {lake.locate(QUARANTINE)}:3  "4711" "새벽의 등대 4711"  id.type',
    ]


def test_quarantine_without_a_line_is_listed(lake):
    """A file, or a date with the quarantines of all DAGs, is a list to choose from; other files are none."""
    weekly = "raw/metadata/quarantine/20240107/tmdb_weekly_comprehensive.jsonl"
    lake.write(weekly, lake.read(QUARANTINE).split(b"\n")[0])
    lake.write("raw/metadata/quarantine/20240107/notes.txt", b"?")

    assert find(lake, Address(RUN.day, dag_id=RUN.dag_id)).startswith("There are 5 records to choose from")
    assert find(lake, Address(RUN.day, dag_id=WEEKLY.id)).startswith("There is 1 record to choose from")
    assert re.match(f"(?s)There are 6 records to choose from.*{weekly}:1", find(lake, Address(RUN.day)))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (at(6), r"tmdb_daily_collection\.jsonl has 5 lines, so there is no line 6\.$"),
        (
            of("5"),
            r"No quarantine of 2024-01-07 in \S+ holds a record of a movie 5: give another date or movie ",
        ),
        (
            Address(date(2024, 1, 8)),
            (
                r"No quarantine of 2024-01-08 in \S+ holds a record: give another date or movie "
                r"\(records were rejected on 2024-01-07\), or another place by --data-root\.$"
            ),
        ),
    ],
)
def test_record_that_is_not_there_is_told(lake, address, said):
    """The sentence says what there is instead."""
    with pytest.raises(UnknownRecord, match=said):
        find(lake, address)


def test_run_that_rejected_nothing_is_told(tmp_path):
    """An empty quarantine has no line at all, one with a record one."""
    with pytest.raises(UnknownRecord, match="is empty: its run has rejected no record"):
        find(reject(tmp_path / "empty", GOOD), at(1))
    with pytest.raises(UnknownRecord, match="has one line, so there is no line 2"):
        find(reject(tmp_path / "one", [BAD]), at(2))


def test_latest_dates_with_records_are_named(tmp_path):
    """Where a date has none, the latest ones that have are said, and of a date on which all went well nothing."""
    for day in range(1, 9):
        reject(tmp_path, [BAD] if day != 7 else GOOD, run=replace(RUN, day=date(2024, 1, day)))
    lake = Lake(str(tmp_path))
    lake.delete("raw/metadata/quarantine/20240106/tmdb_daily_collection.jsonl")

    with pytest.raises(UnknownRecord, match=r"on 2024-01-08, 2024-01-05, 2024-01-04, 2024-01-03, 2024-01-02\), or"):
        find(lake, Address(date(2024, 1, 9)))


def test_lake_without_a_rejected_record_is_told(tmp_path):
    """No date would help, but another place may."""
    with pytest.raises(UnknownRecord, match="no run that it knows has rejected any, so give another place by --data"):
        find(reject(tmp_path, GOOD), Address(RUN.day))


def test_quarantine_that_is_not_there_is_told(lake):
    """A date on which nothing ran has no quarantine."""
    with pytest.raises(LakeError, match=r"20240108/tmdb_daily_collection\.jsonl is not there"):
        find(lake, Address(date(2024, 1, 8), dag_id=RUN.dag_id, line=1))


def test_damaged_line_hides_no_other(lake):
    """A line that cannot be read is told with how it begins, nothing of it raw; the other lines are there."""
    first, second, *_ = lake.read(QUARANTINE).split(b"\n")
    lake.write(QUARANTINE, first + b"\n" + second[:70] + b"\x1b[2J\xff\n")

    assert find(lake, at(1)).entry.record == BAD
    with pytest.raises(
        LakeError, match=r"jsonl:2 is damaged or no line of a quarantine \(no JSON.*run its date"
    ) as told:
        find(lake, at(2))
    assert str(told.value).isprintable()
    assert 'It begins with {"rules":[{"rule":"title.missing"' in str(told.value)
    assert find(lake, of("4711")).line == 1
    with pytest.raises(UnknownRecord, match=r"holds a record of a movie 12: .*jsonl:2 is damaged"):
        find(lake, of("12"))


def test_quarantine_of_a_dag_that_there_is_no_more_is_read(lake):
    """Which DAGs there are is said by the files."""
    lake.write("raw/metadata/quarantine/20240106/old_dag.jsonl", lake.read(QUARANTINE).split(b"\n")[0] + b"\n")

    assert find(lake, Address(date(2024, 1, 6), movie="4711")).run == Run("old_dag", "", date(2024, 1, 6))


@pytest.mark.parametrize(
    ("record", "title"),
    [
        ({"id": 1, "title": "별\x1b]0;x\x07\u202e"}, '1 "별\\x1b]0;x\\x07\\u202e"'),
        ({}, "null null"),
        ("\x1b", '"\\x1b"'),
    ],
)
def test_title_is_printable_whatever_it_is(record, title):
    """What steers a terminal, or turns the direction of writing, is escaped."""
    assert title_of(record) == title
