import gzip

import orjson
import pytest

from fake_tmdb.faults.effects import changed_document, corrupted, instead
from fake_tmdb.faults.fault import Fault

BODY = b'{"page":2,"results":[{"id":1,"title":"A"},{"id":2,"title":"B"}],"total_pages":9}'
HEADERS = [(b"content-type", b"application/json"), (b"etag", b"x")]


@pytest.mark.parametrize(
    ("fault", "status", "start"),
    [
        (Fault(status=503), 503, b'{"success":false,"status_code":9,'),
        (Fault(status=429), 429, b'{"status_code":25,'),
        (Fault(code=46), 503, b'{"success":false,"status_code":46,'),
        (Fault(status=418), 418, b'{"success":false,"status_code":11,'),
        (Fault(status=502, body="html"), 502, b"<html>\r\n<head><title>502 Bad Gateway</title>"),
        (Fault(status=599, body="html"), 599, b"<html>\r\n<head><title>599 Error</title>"),
        (Fault(status=422, code=5, body="errors"), 422, b'{"errors":["Invalid parameters'),
        (Fault(revoke=True), 401, b'{"status_code":7,'),
    ],
)
def test_error_responses(fault, status, start):
    """A status comes with the body that TMDB or its CDN would send."""
    response = instead(fault)

    assert response is not None
    assert response.status == status
    assert response.body.startswith(start)


def test_empty_body_and_no_error():
    """A body can be empty; without a status there is no error response."""
    assert instead(Fault(status=500, body="empty")).body == b""
    assert instead(Fault(delay=1)) is None


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(empty=True), {"page": 2, "results": [], "total_pages": 9}),
        (Fault(short=1), {"page": 2, "results": [{"id": 1, "title": "A"}], "total_pages": 9}),
        (Fault(short=3), orjson.loads(BODY)),
        (Fault(set={"total_pages": 1, "new": "x"}), {"page": 2, "total_pages": 1, "new": "x"}),
        (Fault(set={"results.*.id": None}), {"results": [{"id": None, "title": "A"}, {"id": None, "title": "B"}]}),
        (Fault(set={"results.1.id": "2"}), {"results": [{"id": 1, "title": "A"}, {"id": "2", "title": "B"}]}),
        (Fault(set={"results.9.id": 0, "nothing.here": 0, "page.x": 0}), {"page": 2}),
        (Fault(remove=["results.*.title", "page", "absent"]), {"results": [{"id": 1}, {"id": 2}]}),
        (Fault(remove=["results.0"]), {"results": [{"id": 2, "title": "B"}]}),
        (
            Fault(rename={"results.*.title": "name", "absent": "x"}),
            {"results": [{"id": 1, "name": "A"}, {"id": 2, "name": "B"}]},
        ),
        (Fault(rename={"results.0": "x"}), {"page": 2}),
        (Fault(set={"*": 1}), {"page": 1, "results": 1, "total_pages": 1}),
    ],
)
def test_changed_documents(fault, expected):
    """Fields are set, removed and renamed where the dotted path says, and nowhere else."""
    changed = orjson.loads(changed_document(BODY, fault))

    assert {key: changed[key] for key in expected} == expected


@pytest.mark.parametrize("fault", [Fault(empty=True), Fault(short=1)], ids=lambda fault: fault.label)
@pytest.mark.parametrize("body", [b'{"id":1}', b"[1,2]", b'{"results":{"KR":1}}'])
def test_documents_without_a_list_of_results_are_left(body, fault):
    """A document without a list of results has none to leave out."""
    assert changed_document(body, fault) == body


def test_renaming_keeps_the_order():
    """A renamed field stays in its place."""
    assert changed_document(b'{"a":1,"b":2}', Fault(rename={"a": "z"})) == b'{"z":1,"b":2}'


def test_plain_and_compressed():
    """Without faults on the bytes the body is compressed as asked, and says so."""
    plain, compressed = (corrupted(BODY, HEADERS, Fault(), compressed=flag) for flag in (False, True))

    assert plain == (BODY, HEADERS)
    assert gzip.decompress(compressed[0]) == BODY
    assert (b"content-encoding", b"gzip") in compressed[1]


def test_mislabelled_gzip_both_ways():
    """Compressed bytes come without the header, or the header with plain bytes, whatever the client accepts."""
    for accepted in (False, True):
        unlabelled = corrupted(BODY, HEADERS, Fault(gzip="unlabelled"), compressed=accepted)
        mislabelled = corrupted(BODY, HEADERS, Fault(gzip="mislabelled"), compressed=accepted)

        assert gzip.decompress(unlabelled[0]) == BODY
        assert b"content-encoding" not in dict(unlabelled[1])
        assert mislabelled == (BODY, [*HEADERS, (b"content-encoding", b"gzip")])


def test_headers_and_type_are_replaced():
    """A header that a fault names stands once, with its value; so does the content type."""
    _, headers = corrupted(
        BODY, HEADERS, Fault(headers={"ETag": "y", "Retry-After": "3"}, content_type="a/b"), compressed=False
    )

    assert headers == [(b"etag", b"y"), (b"retry-after", b"3"), (b"content-type", b"a/b")]


def test_text_and_truncation():
    """A body can be any text, and is cut at its share."""
    assert corrupted(BODY, HEADERS, Fault(text="what?"), compressed=False)[0] == b"what?"
    assert corrupted(BODY, HEADERS, Fault(truncate=0.5), compressed=False)[0] == BODY[: len(BODY) // 2]


@pytest.mark.parametrize("body", [b"", b"<html></html>"])
def test_body_that_is_no_json_has_nothing_to_change(body):
    """A fault that also replaces the body leaves what it put there."""
    assert changed_document(body, Fault(remove=["results"], empty=True)) == body
