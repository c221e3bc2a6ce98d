from datetime import datetime

import orjson
import pytest
from quarantines import BAD, GOOD, PAGE, QUARANTINE, RUN, movie, reject, write_page

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.quality.replay.address import Address
from tmdb_pipeline.quality.replay.lookup import find
from tmdb_pipeline.quality.replay.page_evidence import page_evidence
from tmdb_pipeline.quality.values.json_values import tagged

BYTES = "The record in the page is byte for byte the one in the quarantine."
VALUES = "The record in the page is the one in the quarantine, its JSON only written another way."
LATER = datetime(2024, 1, 8, 3, 0, tzinfo=SEOUL)


@pytest.fixture
def lake(tmp_path):
    return reject(tmp_path, [GOOD[0], BAD, GOOD[1]])


@pytest.fixture
def evidence(lake):
    return lambda: page_evidence(lake, find(lake, Address(RUN.day, dag_id=RUN.dag_id, line=1)))


def rewrite(lake, **changes):
    """The line of the quarantine with these changes."""
    lake.write(QUARANTINE, orjson.dumps(orjson.loads(lake.read(QUARANTINE)) | changes) + b"\n")


def test_record_is_found_in_its_page(evidence):
    """The page is what TMDB sent, and the record stands there with the same bytes between its neighbours."""
    found = evidence()

    assert (found.sentence, found.same, found.file, found.index) == (BYTES, True, PAGE, 1)
    assert found.page.request == "/movie/popular?language=ko-KR&region=KR&page=2"
    assert [*found.neighbours()] == [(0, '1 "새벽의 등대 1"'), (2, '2 "새벽의 등대 2"')]


@pytest.mark.parametrize("index", [0, 2])
def test_record_at_the_end_has_one_neighbour(tmp_path, index):
    """Before the first and behind the last record there is none."""
    records = [*GOOD]
    records.insert(index, BAD)
    lake = reject(tmp_path, records)

    found = page_evidence(lake, find(lake, Address(RUN.day, dag_id=RUN.dag_id, line=1)))

    assert [at for at, _ in found.neighbours()] == [1]


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        (orjson.dumps(BAD, option=orjson.OPT_INDENT_2), VALUES),
        (orjson.dumps(BAD).replace(b"11.0", b"1.10e1"), VALUES),
        (orjson.dumps(BAD).replace("새".encode(), b"\\uc0c8"), VALUES),
        (orjson.dumps(dict(reversed(BAD.items()))), VALUES),
    ],
)
def test_same_record_in_other_bytes_is_the_same(lake, evidence, record, sentence):
    """Blanks, escapes, the order of fields and the form of numbers are no other record, and are told all the same."""
    write_page(lake, [], body=b'{"results":[{},%b]}' % record)

    assert (evidence().sentence, evidence().same) == (sentence, True)


@pytest.mark.parametrize("field", [{"vote_average": 11}, {"adult": 0}, {"id": 4712}, {"new": None}])
def test_other_record_is_another(lake, evidence, field):
    """A difference that JSON knows is told, with what stands there and when its page came."""
    write_page(lake, [GOOD[0], BAD | field], received_at=LATER)

    assert not evidence().same
    assert [*evidence().neighbours()] == []
    title = f'{field.get("id", 4711)} "새벽의 등대 4711"'
    assert evidence().sentence == (
        f"At index 1 of the page stands another record now: {title}. The page was received at "
        "2024-01-08T03:00:00+09:00, so a later run has probably replaced it."
    )


def test_shorter_page_holds_it_no_more(lake, evidence):
    """A later run's page may end before the place."""
    write_page(lake, [GOOD[0]])

    assert evidence().sentence.startswith("The page holds 1 records now, none at index 1. The page was received at ")


def test_page_that_is_gone_is_told(lake, evidence):
    """A later run removes the pages that it has not."""
    lake.delete(PAGE)

    found = evidence()

    assert found.sentence == "The page is not there any more: it was removed since."
    assert (found.same, found.page, found.file, [*found.neighbours()]) == (False, None, PAGE, [])


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b'{"collection": 1}', b"\xff"],
)
def test_damaged_page_is_told(lake, evidence, data):
    """What is no page is said to be none."""
    lake.write(PAGE, data)

    assert evidence().sentence.startswith("The page cannot be read: ")
    assert evidence().page is None


@pytest.mark.parametrize("body", [b"[1]", b'{"results": 3}', b'{"results": "\\u001b[2J"}', b"{}"])
def test_page_without_records_is_told(lake, evidence, body):
    """A response that is no list of records holds none."""
    write_page(lake, [], body=body)

    assert evidence().sentence.startswith("The page cannot be read: ")
    assert evidence().sentence.isprintable()


def test_page_that_somebody_changed_is_told(lake, evidence):
    """The checksum is that of what came; a page of a version that wrote none is believed."""
    data = lake.read(PAGE)
    lake.write(PAGE, data.replace(b"/backdrop.jpg", b"/backdrops.jpg", 1))
    changed = evidence().sentence
    page = orjson.loads(data)
    del page["sha256"]
    lake.write(PAGE, orjson.dumps(page))

    assert changed == f"{BYTES} Its checksum is that of another content: somebody has changed the file."
    assert evidence().sentence == BYTES


def test_earlier_response_for_the_page_is_found(lake, evidence):
    """What was replaced inside of one collection stands beside the page, and is where the record came from."""
    earlier = PAGE.replace(".json", ".earlier-2.json")
    write_page(lake, [movie(9), movie(8)], file=PAGE.replace(".json", ".earlier-1.json"))
    lake.write(earlier, lake.read(PAGE))
    write_page(lake, [movie(9), movie(8)])

    assert (evidence().file, evidence().sentence) == (earlier, BYTES)


def test_contradiction_of_the_page_is_told(lake, evidence):
    """A page that was wrong when it came says how."""
    write_page(lake, [GOOD[0], BAD], contradiction="the response has 2 movies\x1b")

    assert evidence().sentence == f"{BYTES} The page was found wrong when it came: the response has 2 movies\\x1b."


def test_record_without_origin_has_no_page(lake, evidence):
    """A file of an earlier version does not say where its records came from."""
    rewrite(lake, where=None)

    found = evidence()

    assert found.sentence.startswith("The quarantine does not say where TMDB sent it: ")
    assert (found.file, found.page, found.same) == (None, None, False)


def test_place_outside_of_the_data_root_is_not_read(lake, evidence):
    """What a quarantine names is looked for under the data root and nowhere else."""
    rewrite(lake, where={"file": "../../etc/passwd", "index": 0})

    assert "leads out of the data root" in evidence().sentence


def test_described_record_is_not_compared(lake, evidence):
    """What JSON cannot carry stands in no page; what the quarantine says instead is no record."""
    rewrite(lake, exact=False, record=tagged({"x": float("nan")}))

    assert evidence().sentence == "The quarantine only describes the record, so the page cannot be compared with it."
    assert not evidence().same
