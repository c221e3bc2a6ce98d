from datetime import UTC, date, datetime, timedelta

import orjson
import pytest

from tmdb_pipeline import layout
from tmdb_pipeline.checkpoint import RESUMABLE, Checkpoint
from tmdb_pipeline.lake import Lake
from tmdb_pipeline.layout import Run
from tmdb_pipeline.tmdb.answer import Answer

NOW = datetime(2024, 1, 1, 17, 0, tzinfo=UTC)
RUN = Run("tmdb_daily_collection", "manual__1", date(2024, 1, 2))
QUESTION = {"type": "daily_popular", "language": "ko-KR"}
BODY = b'{"page":1,"results":[{"id":1,"popularity":0.0,"title":"\xec\x95\xa1"}],"total_pages":3,"total_results":60}'
FILE = layout.page_file(RUN, "popular", 1)


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path))


def answer(body=BODY):
    return Answer("/movie/popular?page=1", 200, 'W/"e"', NOW, body)


def begin(lake, run=RUN, question=QUESTION, now=NOW):
    return Checkpoint(lake, run, "popular", question, now)


def test_kept_page_stands_as_received(lake):
    """The file of a page holds TMDB's bytes unchanged, when they came, and what was asked, without a key."""
    begin(lake).keep(1, answer())

    page = lake.read_json(FILE, key="body")
    assert BODY in lake.read(FILE)
    assert {key: page[key] for key in ("page", "request", "status", "etag", "received_at")} == {
        "page": 1,
        "request": "/movie/popular?page=1",
        "status": 200,
        "etag": 'W/"e"',
        "received_at": "2024-01-01T17:00:00+00:00",
    }


@pytest.mark.parametrize("run", [RUN, Run(RUN.dag_id, "manual__2", RUN.day)])
def test_unfinished_collection_is_taken_up(lake, run):
    """A later try, of the same run or of another of its date, holds the pages that came before."""
    begin(lake).keep(1, answer())

    held = begin(lake, run=run, now=NOW + timedelta(hours=1)).held(5)

    assert list(held) == [1]
    assert held[1].page == answer().page
    assert held[1].received_at == NOW


def test_completed_collection_is_not_taken_up_but_stays(lake):
    """After completion the date is collected anew; until a page is replaced the old one stays as evidence."""
    checkpoint = begin(lake)
    checkpoint.keep(1, answer())
    checkpoint.complete(1)

    held = begin(lake).held(5)

    assert held == {}
    assert lake.exists(FILE)


def test_new_collection_looks_up_no_page(lake, monkeypatch):
    """A collection that begins anew holds nothing and asks the store for nothing, a request a page at an S3 one."""
    earlier = begin(lake)
    earlier.keep(1, answer())
    earlier.complete(1)
    checkpoint = begin(lake)
    looked_up = []
    monkeypatch.setattr(Lake, "exists", lambda self, path: looked_up.append(path))

    held = checkpoint.held(500)

    assert held == {}
    assert looked_up == []


def test_pages_of_the_collection_before_are_not_mixed_into_one_that_is_taken_up(lake):
    """An unfinished collection is resumed from its own pages, though those of a completed one still lie beside them."""
    earlier = begin(lake)
    for number in (1, 2):
        earlier.keep(number, answer())
    earlier.complete(2)
    begin(lake).keep(1, answer())

    held = begin(lake).held(5)

    assert list(held) == [1]


def test_pages_beyond_a_shorter_collection_go_when_it_is_complete(lake):
    """A collection that has fewer pages than the one before leaves none of its pages behind."""
    earlier = begin(lake)
    for number in (1, 2, 3):
        earlier.keep(number, answer())
    earlier.complete(3)
    later = begin(lake)
    later.keep(1, answer())

    later.complete(1)

    assert lake.files(layout.pages_folder(RUN, "popular")) == ["checkpoint.json", "page_001.json"]


@pytest.mark.parametrize(
    ("question", "age"),
    [
        (QUESTION | {"language": "en-US"}, timedelta(0)),
        (QUESTION, RESUMABLE),
        (QUESTION, -timedelta(seconds=1)),
    ],
    ids=["another question", "too old", "from the future"],
)
def test_what_does_not_fit_is_not_taken_up(lake, question, age):
    """Pages of another question, older than TMDB's own cache, or from a clock that was wrong, are not mixed in."""
    begin(lake).keep(1, answer())

    assert begin(lake, question=question, now=NOW + age).held(5) == {}


@pytest.mark.parametrize(
    "damage",
    [
        lambda page: b"",
        lambda page: orjson.dumps(page)[:40],
        lambda page: orjson.dumps({key: value for key, value in page.items() if key != "status"}),
        lambda page: orjson.dumps(page | {"received_at": "yesterday"}),
        lambda page: orjson.dumps(page | {"body": {"results": 3}}),
    ],
    ids=["empty", "half", "field missing", "bad time", "no page"],
)
def test_damaged_page_is_asked_for_again(lake, damage, caplog):
    """A page file that somebody or something damaged is left out with a warning; the others are held."""
    checkpoint = begin(lake)
    checkpoint.keep(1, answer())
    checkpoint.keep(2, answer())
    lake.write(FILE, damage(lake.read_json(FILE, key="body")))

    held = begin(lake).held(5)

    assert list(held) == [2]
    assert "page_001.json cannot be used" in caplog.text


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"collection": 1}', b'{"collection":"x","complete":false,"question":{},"began":3}']
)
def test_damaged_checkpoint_begins_anew(lake, content):
    """A checkpoint that cannot be read costs its pages and nothing else."""
    begin(lake).keep(1, answer())
    lake.write(f"{layout.pages_folder(RUN, 'popular')}/checkpoint.json", content)

    assert begin(lake, question={}).held(5) == {}
