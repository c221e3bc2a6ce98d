import gzip
import re
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tmdb_pipeline.language import Said
from tmdb_pipeline.tmdb import response
from tmdb_pipeline.tmdb.errors import BrokenResponse
from tmdb_pipeline.tmdb.response import ContradictoryPage, MoviePage, Response, unpack

REQUEST = "/movie/popular?page=1"


def answered(body):
    return Response(REQUEST, 200, None, datetime(2024, 1, 1, tzinfo=UTC), body)


@given(st.binary())
def test_gzip_is_unpacked_and_anything_else_left_alone(body):
    """A gzip body comes out as what was packed, and a body that is no gzip as it went in."""
    assume(not body.startswith(b"\xef\xbb\xbf"))

    assert unpack(gzip.compress(body, mtime=0), REQUEST) == body
    assert body.startswith((b"\x1f", b"\x28", b"\x78")) or unpack(body, REQUEST) is body


@pytest.mark.parametrize("pack", [bytes, partial(gzip.compress, mtime=0)], ids=["plain", "gzip"])
@pytest.mark.parametrize("coding", ["", "gzip", "br"])
def test_byte_order_mark_is_no_part_of_the_text(pack, coding):
    """JSON that a server marks as UTF-8 by a sign before it is the same JSON, packed or not; one mark is taken away."""
    assert unpack(pack(b"\xef\xbb\xbf{}"), REQUEST, coding) == b"{}"
    assert unpack(pack(b"\xef\xbb\xbf\xef\xbb\xbf"), REQUEST) == b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (gzip.compress(b"x" * 1000, mtime=0)[:-12], "cut off"),
        (gzip.compress(b"x" * 1000, mtime=0)[:10] + b"\xff" * 20, "damaged"),
    ],
)
def test_broken_gzip_is_a_broken_answer(body, what):
    """A gzip stream that is cut off or damaged is named as such, with the request."""
    with pytest.raises(BrokenResponse, match=what) as raised:
        unpack(body, REQUEST)

    assert str(raised.value).startswith(REQUEST)


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=5), st.sampled_from([b"", b"\0", b"\0" * 100]))
def test_gzip_of_several_members_is_read_whole(parts, padding):
    """What was packed piece by piece comes out as all pieces in their order, whatever padding follows."""
    body = b"".join(gzip.compress(part, mtime=0) for part in parts) + padding

    assert unpack(body, REQUEST) == b"".join(parts)


@pytest.mark.parametrize(
    ("last", "what"),
    [(gzip.compress(b"1}", mtime=0)[:-1], "cut off"), (b"\x1f\x8b\x08\xff\xff", "damaged"), (b"\x1f\x8b", "cut off")],
)
def test_broken_member_of_several_is_a_broken_answer(last, what):
    """A good beginning does not make a response whole."""
    with pytest.raises(BrokenResponse, match=what):
        unpack(gzip.compress(b'{"a":', mtime=0) + last, REQUEST)


def test_gzip_bomb_of_several_members_is_refused(monkeypatch):
    """What is too long in all is refused, however short each member is; so are members without number."""
    member = gzip.compress(b"0" * 60, mtime=0)
    monkeypatch.setattr(response, "MAX_BODY", 100)

    with pytest.raises(BrokenResponse, match="unpacks to more than 100 bytes"):
        unpack(member * 2, REQUEST)
    with pytest.raises(BrokenResponse, match="more than 100 members"):
        unpack(gzip.compress(b"", mtime=0) * 101, REQUEST)


@pytest.mark.parametrize(
    ("body", "coding", "name"),
    [
        (zlib.compress(b'{"page": 1}'), "deflate", "deflate"),
        (zlib.compress(b'{"page": 1}'), "", "deflate"),
        (b"\x0b\x05\x80{}\x03", "br", "br"),
        (b"\x0b\x05\x80{}\x03", " BR ", "br"),
        (b"\x28\xb5\x2f\xfd\x04\x00", "zstd", "zstd"),
        (b"\x28\xb5\x2f\xfd\x04\x00", "", "zstd"),
        (b"\x1f\x9d\x90", "compress", "compress"),
        (b"\xcb\x48", "gzip, deflate", "deflate"),
    ],
)
def test_coding_that_we_did_not_ask_for_is_named(body, coding, name):
    """A body in another coding is no damaged JSON, and the message says which coding it is."""
    with pytest.raises(BrokenResponse, match=f"packed with {name}, which we did not ask for"):
        unpack(body, REQUEST, coding)


@pytest.mark.parametrize("coding", ["deflate", "br", "zstd", "gzip", "identity", "x-gzip", "utf-8", "nonsense"])
@pytest.mark.parametrize("body", [b'{"page": 1}', b"\r\n [1]"])
def test_json_is_left_alone_whatever_its_header_claims(body, coding):
    """The body is the better witness: JSON with a header of any coding is JSON."""
    assert unpack(body, REQUEST, coding) is body


def test_gzip_bomb_is_refused(monkeypatch):
    """A response that unpacks to far more than TMDB ever sends is not unpacked to its end."""
    monkeypatch.setattr(response, "MAX_BODY", 100)

    with pytest.raises(BrokenResponse, match="unpacks to more than 100 bytes"):
        unpack(gzip.compress(b"0" * 101, mtime=0), REQUEST)


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "the response is empty"),
        (b"  \n", "the response is empty"),
        (b"<html><body>502</body></html>", "HTML where JSON was promised"),
        (b"\n<!DOCTYPE html>", "HTML where JSON was promised"),
        (b'{"page":1,"results":[', "no valid JSON, or cut off"),
        (b"\xff\xfe", "no valid JSON"),
        (b"NaN", "no valid JSON"),
    ],
)
def test_what_is_no_json_is_said_to_be_what_it_is(body, what):
    """Empty, HTML and cut off bodies each get their own message."""
    with pytest.raises(BrokenResponse, match=what):
        _ = answered(body).data


@pytest.mark.parametrize("body", [b"[]", b"null", b'"text"', b"3"])
def test_json_that_is_no_object_is_broken(body):
    """Every endpoint of ours answers an object; other JSON is refused."""
    with pytest.raises(BrokenResponse, match="not an object"):
        _ = answered(body).object


@pytest.mark.parametrize("depth", [252, 1000])
def test_page_that_no_file_could_hold_is_broken(depth):
    """JSON that can be read but, being nested too deeply, not be written again is refused before it stops a run."""
    record = b'{"a":' * depth + b"1" + b"}" * depth

    with pytest.raises(BrokenResponse, match="nests values too deeply"):
        _ = answered(b'{"page":1,"results":[' + record + b'],"total_pages":2,"total_results":21}').page


def test_page_of_a_million_records_is_broken():
    """A page with far more records than TMDB ever sends is refused."""
    records = b",".join([b"null"] * 1001)

    with pytest.raises(BrokenResponse, match="has 1001 records, where TMDB sends 20"):
        _ = answered(b'{"page":1,"results":[' + records + b'],"total_pages":2,"total_results":21}').page


def test_page_is_read_from_its_envelope():
    """A page gives its records and its totals."""
    page = answered(b'{"page":1,"results":[{"id":1}],"total_pages":2,"total_results":21}').page

    assert page == MoviePage(1, [{"id": 1}], 2, 21)


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"errors":["page must be greater than 0"]}',
        b'{"results":{},"total_pages":1,"total_results":0}',
        b'{"results":[],"total_pages":"1","total_results":0}',
        b'{"results":[],"total_pages":1,"total_results":true}',
    ],
)
def test_object_that_is_no_page_is_broken(body):
    """An object without the envelope of a movie list is refused rather than taken for an empty page."""
    with pytest.raises(BrokenResponse, match="not a page of movies"):
        _ = answered(body).page


def listed(number, count, total_pages, total_results):
    """A page of a list as ``MoviePage``, with so many records."""
    return MoviePage(number, [{"id": at} for at in range(count)], total_pages, total_results)


@pytest.mark.parametrize(
    ("page", "asked"),
    [
        (listed(1, 20, 57_004, 1_140_066), 1),
        (listed(500, 20, 57_004, 1_140_066), 500),
        (listed(1, 20, 500, 10_000), 1),
        (listed(1, 20, 500, 1_140_066), 1),
        (listed(1, 20, 1000, 20_000), 1),
        (listed(1, 0, 1, 0), 1),
        (listed(1, 0, 0, 0), 1),
        (listed(3, 0, 1, 0), 3),
        (listed(2, 1, 2, 21), 2),
        (listed(2, 20, 2, 40), 2),
        (listed(3, 0, 2, 40), 3),
    ],
)
def test_page_as_tmdb_sends_it_contradicts_nothing(page, asked):
    """Full pages, the last one, an empty one beyond it, an empty list, and totals above what can be read are sound."""
    assert page.contradiction(asked) is None


@pytest.mark.parametrize(
    ("page", "asked", "what"),
    [
        (listed(2, 20, 5, 100), 3, "says that it is page 2, where page 3 was asked for"),
        (listed(1.0, 20, 5, 100), 1, "no page that has a number, where page 1 was asked for"),
        (listed("1", 20, 5, 100), 1, "no page that has a number"),
        (listed(None, 20, 5, 100), 1, "no page that has a number"),
        (listed(1, 20, 1, 900_000), 1, "counts 900,000 movies on 1 page"),
        (listed(1, 20, 499, 900_000), 1, "counts 900,000 movies on 499 pages"),
        (listed(1, 20, 6, 100), 1, "counts 100 movies on 6 pages"),
        (listed(1, 20, 501, 10_000), 1, "counts 10,000 movies on 501 pages"),
        (listed(1, 20, 0, 100), 1, "counts 100 movies on 0 pages"),
        (listed(1, 0, 2, 0), 1, "counts 0 movies on 2 pages"),
        (listed(1, 0, 0, -1), 1, "counts -1 movies on 0 pages"),
        (listed(3, 0, 5, 100), 3, r"has 0 movies, where by its own totals \(100 movies, 5 pages\) page 3 has 20"),
        (listed(3, 19, 5, 100), 3, "has 19 movies"),
        (listed(3, 21, 5, 100), 3, "has 21 movies"),
        (listed(5, 20, 5, 99), 5, "has 20 movies, where .* page 5 has 19"),
        (listed(6, 1, 5, 100), 6, "has 1 movie, where .* page 6 has 0"),
    ],
)
def test_page_that_cannot_be_the_whole_one_is_told_so(page, asked, what):
    """Another number, totals that do not fit each other, or other than the records that the totals promise."""
    assert re.search(what, page.contradiction(asked).en)


def test_contradictory_page_brings_its_response_along():
    """The error holds the response, since that may be the only copy of what is on it, and is worth another try."""
    response = answered(b'{"page":2,"results":[],"total_pages":1,"total_results":0}')

    with pytest.raises(ContradictoryPage, match="page 2, where page 1 was asked for") as raised:
        response.page_numbered(1)

    assert raised.value.response is response
    assert raised.value.said.ko == "1페이지를 요청했으나 응답은 2페이지라고 합니다"
    assert raised.value.transient
    assert response.page_numbered(2) is response.page


def test_contents_hold_for_the_moment_that_the_date_header_names():
    """What a response says holds for TMDB's moment; for ours only where TMDB names none."""
    dated = datetime(2024, 1, 5, tzinfo=UTC)

    assert replace(answered(b"{}"), dated=dated).as_of == dated
    assert answered(b"{}").as_of == datetime(2024, 1, 1, tzinfo=UTC)


def of_genres(*genres):
    return MoviePage(1, [{"genre_ids": ids} for ids in genres], 1, len(genres))


@pytest.mark.parametrize(
    ("page", "genre"),
    [
        (of_genres([28], [35]), None),
        (of_genres([35], [35, 28]), 35),
        (of_genres([35], [28]), 35),  # the index is older than the movies
        (of_genres({}, [], None), 35),
        (MoviePage(1, [None, 5], 1, 2), 35),
        (of_genres(), 35),
    ],
)
def test_page_of_the_genre_is_taken_with_a_few_that_changed(page, genre):
    """Movies without genres, or of which some have others by now, still are the list that was asked for."""
    assert page.other_genre(genre) is None


def test_page_of_another_genre_is_told_so():
    """A list of action movies is no response to the question for comedies, though everything in it fits."""
    assert of_genres([28], [28, 12], [35]).other_genre(35) == Said(
        "the response has 2 movies that are not of the genre 35, which was asked for",
        "요청한 장르(35)가 아닌 영화가 응답에 2편 있습니다",
    )
    response = answered(b'{"page":1,"results":[{"genre_ids":[28]}],"total_pages":1,"total_results":1}')
    with pytest.raises(ContradictoryPage, match="not of the genre 35"):
        response.page_numbered(1, genre_id=35)
    assert response.page_numbered(1, genre_id=28) is response.page
