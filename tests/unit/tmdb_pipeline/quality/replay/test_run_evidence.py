from datetime import date

import orjson
import pytest
from quarantines import BAD, GOOD, MOVIES, QUARANTINE, RECEIVED, REPORT, RUN, movie, reject

from tmdb_pipeline.quality.replay.address import Address
from tmdb_pipeline.quality.replay.lookup import find
from tmdb_pipeline.quality.replay.run_evidence import FileEvidence, file_evidence, report_evidence

RECORDS = [GOOD[0], BAD, GOOD[1]]


@pytest.fixture
def lake(tmp_path):
    return reject(tmp_path, RECORDS)


def looked_up(lake, line=1):
    found = find(lake, Address(RUN.day, dag_id=RUN.dag_id, line=line))
    report = report_evidence(lake, found)
    return report, file_evidence(lake, found, report)


def change(lake, file, **changes):
    lake.write(file, orjson.dumps(orjson.loads(lake.read(file)) | changes) + b"\n")


def test_run_is_what_its_report_says(lake):
    """Run, moment and verdict are the report's; the file holds the record and the day as of which it was judged."""
    report, file = looked_up(lake)

    assert report.run_id == "manual__1"
    assert report.sentence == ("Run manual__1, validated at 2024-01-06T02:00:00+09:00: passed, 2 of 3 movies passed.")
    assert file == FileEvidence("It stands in the file at movies[1].", RECEIVED.date())


@pytest.mark.parametrize("copies", [[movie(1), BAD | {"id": 1}], [BAD | {"id": 1}]])
def test_bad_copy_of_a_good_movie_is_found_among_the_copies(tmp_path, copies):
    """A record that is not in the movies of its file is the copy that was received at its place."""
    _, file = looked_up(reject(tmp_path, GOOD, copies=copies))

    assert file == FileEvidence(
        "It is a bad copy of a movie that is good there, so it stands in the copies of the file.", RECEIVED.date()
    )


def test_file_without_origins_tells_no_day(tmp_path):
    """A file of an earlier version holds the record all the same."""
    _, file = looked_up(reject(tmp_path, RECORDS, known=False))

    assert file == FileEvidence("It stands in the file at movies[1].", None)


@pytest.mark.parametrize("index", [0, 7, -1, None])
def test_other_record_in_the_file_is_told(lake, index):
    """A place that holds another record, or none, is no witness to the day."""
    change(lake, QUARANTINE, index=index)

    assert looked_up(lake)[1] == FileEvidence("The file does not hold the record any more.")


def test_file_of_another_run_is_told(lake):
    """A later run that has not come to its end has its file beside the earlier report and quarantine."""
    info = orjson.loads(lake.read(MOVIES))["collection_info"]
    change(lake, MOVIES, collection_info=info | {"dag_run_id": "manual__2"})

    assert looked_up(lake)[1] == FileEvidence("The file is of another run now, manual__2.")


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"movies": []}', b'{"movies": [], "collection_info": 3}'])
def test_file_that_cannot_be_used_is_told(lake, data):
    """A damaged file, and one that names no run, is said to be that, in one line."""
    lake.write(MOVIES, data)

    sentence = looked_up(lake)[1].sentence
    assert sentence.startswith("The file that was validated cannot be used: ")
    assert sentence.isprintable()


def test_file_and_report_that_are_gone_are_told(lake):
    """Both are said not to be there."""
    lake.delete(MOVIES)
    lake.delete(REPORT)

    report, file = looked_up(lake)

    assert report.run_id is None
    assert report.sentence.startswith("There is no report to read: ")
    assert "is not there" in report.sentence
    assert "is not there" in file.sentence


def test_file_is_read_without_a_report(lake):
    """What the file holds does not hang on the report; one that names no run is told."""
    change(lake, REPORT, run={})
    unnamed = looked_up(lake)
    lake.write(REPORT, b"?")
    damaged = looked_up(lake)

    assert unnamed[0].sentence.startswith("A run that its report does not name, validated at ")
    assert damaged[0].sentence.startswith("There is no report to read: ")
    assert [file.sentence for _, file in (unnamed, damaged)] == ["It stands in the file at movies[1]."] * 2


def test_dag_that_there_is_no_more_has_no_report(lake):
    """Where the reports of an unknown DAG lie nobody knows."""
    lake.write("raw/metadata/quarantine/20240106/old_dag.jsonl", lake.read(QUARANTINE))

    report = report_evidence(lake, find(lake, Address(date(2024, 1, 6), dag_id="old_dag", line=1)))

    assert report.sentence.startswith("There is no report to read: There is no DAG old_dag")
