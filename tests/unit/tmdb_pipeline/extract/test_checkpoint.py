from datetime import UTC, date, datetime, timedelta

import orjson
import pytest

from tmdb_pipeline.extract.checkpoint import RESUMABLE, Checkpoint
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.run import Run
from tmdb_pipeline.tmdb.response import Response

NOW = datetime(2024, 1, 1, 17, 0, tzinfo=UTC)
RUN = Run("tmdb_daily_collection", "manual__1", date(2024, 1, 2))
PARAMETERS = {"type": "daily_popular", "language": "ko-KR"}
FILE = paths.page_file(RUN, "popular", 1)
FOLDER = paths.pages_folder(RUN, "popular")


def body(number=1, first=1):
    """A whole page of a list of three, with numbers and letters that must stay as they are."""
    records = [{"id": first + at, "popularity": 0.0, "title": "\\u003c등대"} for at in range(20)]
    text = orjson.dumps({"page": number, "results": records, "total_pages": 3, "total_results": 60})
    return text.replace(b"\\\\u", b"\\u")


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path))


def response(number=1, first=1, **changes):
    given = {"received_at": NOW, "body": body(number, first), "dated": NOW - timedelta(minutes=1)} | changes
    return Response(f"/movie/popular?page={number}", 200, 'W/"e"', **given)


def begin(lake, run=RUN, parameters=PARAMETERS, now=NOW):
    return Checkpoint(lake, run, "popular", parameters, now)


def test_kept_page_stands_as_received(lake):
    """The file of a page holds TMDB's bytes unchanged, when they came, and what was asked, without a key."""
    begin(lake).keep(1, response(), None)

    page = lake.read_document(FILE, dict)
    assert body() in lake.read(FILE)
    assert b"\\u003c" in body()
    assert {key: page[key] for key in page.keys() - {"collection", "body", "sha256"}} == {
        "page": 1,
        "request": "/movie/popular?page=1",
        "status": 200,
        "etag": 'W/"e"',
        "date": "2024-01-02T01:59:00+09:00",
        "received_at": "2024-01-02T02:00:00+09:00",
        "contradiction": None,
    }


def before_checksums(lake):
    """A collection that a version began which wrote neither checksums nor dates nor contradictions."""
    state = {"collection": "c", "dag_run_id": "r", "began": NOW.isoformat(), "question": PARAMETERS, "complete": False}
    lake.write(f"{FOLDER}/checkpoint.json", orjson.dumps(state))


def kept_before_checksums(lake, number, text):
    page = {"collection": "c", "page": number, "request": "/movie/popular", "status": 200, "etag": None}
    page |= {"received_at": NOW.isoformat(), "body": orjson.Fragment(text)}
    lake.write(paths.page_file(RUN, "popular", number), orjson.dumps(page))


def test_collection_of_an_earlier_version_is_taken_up(lake):
    """What the version before checksums has kept is cached; a page of it that contradicts itself is asked for again."""
    before_checksums(lake)
    kept_before_checksums(lake, 1, body())
    kept_before_checksums(lake, 2, body(2).replace(b'"total_pages":3', b'"total_pages":1'))
    kept_before_checksums(lake, 3, body(2))

    cached = begin(lake).cached(5)

    assert list(cached) == [1]
    assert (cached[1].received_at, cached[1].dated) == (NOW, None)


def test_parameters_are_read_under_their_earlier_name_and_written_under_their_own(lake):
    """A checkpoint that calls them ``question`` is resumed for the same ones only, and calls them what they are."""
    file = f"{FOLDER}/checkpoint.json"
    begin(lake).keep(1, response(), None)
    written = lake.read(file)
    earlier = written.replace(b'"request_parameters"', b'"question"')
    assert earlier != written

    lake.write(file, earlier)
    assert list(begin(lake).cached(5)) == [1]
    assert lake.read(file) == written
    lake.write(file, earlier)
    assert begin(lake, parameters=PARAMETERS | {"language": "en-US"}).cached(5) == {}


def test_flipped_bit_is_noticed(lake, caplog):
    """Not one bit of a kept page can change without its being asked for again, be the result valid JSON or not."""
    begin(lake).keep(1, response(), None)
    whole = lake.read(FILE)

    def unnoticed(at):
        flipped = bytearray(whole)
        flipped[at] ^= 1
        lake.write(FILE, bytes(flipped))
        return begin(lake).cached(5) and orjson.loads(whole) != orjson.loads(flipped)

    assert [at for at in range(0, len(whole), 31) if unnoticed(at)] == []
    assert "its checksum is that of another content" in caplog.text


def test_page_in_the_place_of_another_is_noticed(lake, caplog):
    """A page's file that was copied over another's is not taken for that."""
    checkpoint = begin(lake)
    checkpoint.keep(1, response(), None)
    checkpoint.keep(2, response(2, 21), None)
    lake.write(FILE, lake.read(paths.page_file(RUN, "popular", 2)))

    cached = begin(lake).cached(5)

    assert list(cached) == [2]
    assert "page_001.json cannot be used (it is page 2)" in caplog.text


def test_contradictory_page_is_evidence_and_not_cached(lake):
    """A response that contradicts itself is kept with what is wrong with it, and its page asked for again."""
    begin(lake).keep(1, response(2), "it says that it is page 2")

    assert lake.read_document(FILE, dict)["contradiction"] == "it says that it is page 2"
    assert begin(lake).cached(5) == {}


@pytest.mark.parametrize(
    "again", [lambda lake, first: first, lambda lake, first: taken_up(lake)], ids=["same", "later"]
)
def test_second_response_stands_beside_the_first(lake, again):
    """A collection replaces nothing that it has received itself, not even where it is taken up later."""
    first = begin(lake)
    first.keep(1, response(), None)
    checkpoint = again(lake, first)

    checkpoint.keep(1, response(1, 50), None)
    checkpoint.keep(1, response(1, 80), None)
    checkpoint.complete()

    kept = {name: lake.read(f"{FOLDER}/{name}") for name in lake.files(FOLDER)}
    assert list(kept) == ["checkpoint.json", "page_001.earlier-1.json", "page_001.earlier-2.json", "page_001.json"]
    for name, first_id in [("page_001.earlier-1.json", 1), ("page_001.earlier-2.json", 50), ("page_001.json", 80)]:
        assert body(1, first_id) in kept[name]


def taken_up(lake):
    checkpoint = begin(lake)
    assert list(checkpoint.cached(5)) == [1]
    return checkpoint


def test_earlier_responses_go_with_their_collection(lake):
    """Once a later collection of the date is complete, what an earlier one kept beside its pages is replaced, too."""
    earlier = begin(lake)
    earlier.keep(1, response(), None)
    earlier.keep(1, response(1, 50), None)
    earlier.complete()
    lake.write(f"{FOLDER}/page_009.json", b"half")
    lake.write(f"{FOLDER}/page_notes.txt", b"a person's own")
    later = begin(lake)
    later.keep(1, response(), None)

    later.complete()

    assert lake.files(FOLDER) == ["checkpoint.json", "page_001.json", "page_notes.txt"]


@pytest.mark.parametrize("run", [RUN, Run(RUN.dag_id, "manual__2", RUN.day)])
def test_unfinished_collection_is_taken_up(lake, run):
    """A later try, of the same run or of another of its date, holds the pages that came before."""
    begin(lake).keep(1, response(), None)

    cached = begin(lake, run=run, now=NOW + timedelta(hours=1)).cached(5)

    assert list(cached) == [1]
    assert cached[1].page == response().page
    assert (cached[1].received_at, cached[1].dated) == (response().received_at, response().dated)


def test_completed_collection_is_not_taken_up_but_stays(lake):
    """After completion the date is collected anew; until a page is replaced the old one stays as evidence."""
    checkpoint = begin(lake)
    checkpoint.keep(1, response(), None)
    checkpoint.complete()

    cached = begin(lake).cached(5)

    assert cached == {}
    assert lake.exists(FILE)


def test_new_collection_looks_up_no_page(lake, monkeypatch):
    """A collection that begins anew holds nothing and asks the store for nothing, a request a page at an S3 one."""
    earlier = begin(lake)
    earlier.keep(1, response(), None)
    earlier.complete()
    checkpoint = begin(lake)
    looked_up = []
    monkeypatch.setattr(Lake, "exists", lambda self, path: looked_up.append(path))

    cached = checkpoint.cached(500)

    assert cached == {}
    assert looked_up == []


def test_pages_of_the_collection_before_are_not_mixed_into_one_that_is_taken_up(lake):
    """An unfinished collection is resumed from its own pages, though those of a completed one still lie beside them."""
    earlier = begin(lake)
    for number in (1, 2):
        earlier.keep(number, response(number, 20 * number), None)
    earlier.complete()
    begin(lake).keep(1, response(), None)

    cached = begin(lake).cached(5)

    assert list(cached) == [1]


def test_pages_beyond_a_shorter_collection_go_when_it_is_complete(lake):
    """A collection that has fewer pages than the one before leaves none of its pages behind."""
    earlier = begin(lake)
    for number in (1, 2, 3):
        earlier.keep(number, response(number, 20 * number), None)
    earlier.complete()
    later = begin(lake)
    later.keep(1, response(), None)

    later.complete()

    assert lake.files(paths.pages_folder(RUN, "popular")) == ["checkpoint.json", "page_001.json"]


@pytest.mark.parametrize(
    ("parameters", "age"),
    [
        (PARAMETERS | {"language": "en-US"}, timedelta(0)),
        (PARAMETERS, RESUMABLE),
        (PARAMETERS, -timedelta(seconds=1)),
    ],
    ids=["other parameters", "too old", "from the future"],
)
def test_what_does_not_fit_is_not_taken_up(lake, parameters, age):
    """Pages of other parameters, older than TMDB's own cache, or from a clock that was wrong, are not mixed in."""
    begin(lake).keep(1, response(), None)

    assert begin(lake, parameters=parameters, now=NOW + age).cached(5) == {}


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
@pytest.mark.parametrize("checksums", [True, False], ids=["ours", "of an earlier version"])
def test_damaged_page_is_asked_for_again(lake, damage, caplog, checksums):
    """A page file that somebody or something damaged is left out with a warning; the others are cached."""
    if not checksums:
        before_checksums(lake)
    checkpoint = begin(lake)
    checkpoint.keep(1, response(), None)
    checkpoint.keep(2, response(2, 21), None)
    lake.write(FILE, damage(lake.read_document(FILE, dict)))

    cached = begin(lake).cached(5)

    assert list(cached) == [2]
    assert "page_001.json cannot be used" in caplog.text


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b'{"collection": 1}', b'{"collection":"x","complete":false,"request_parameters":{},"began":3}'],
)
def test_damaged_checkpoint_begins_anew(lake, content):
    """A checkpoint that cannot be read costs its pages and nothing else."""
    begin(lake).keep(1, response(), None)
    lake.write(f"{paths.pages_folder(RUN, 'popular')}/checkpoint.json", content)

    assert begin(lake, parameters={}).cached(5) == {}
