import orjson
import pytest

from fake_tmdb.api.responses import failure, found, http_date
from fake_tmdb.api.statuses import STATUS, USUAL_CODE

RECORDED = {
    34: b'{"success":false,"status_code":34,"status_message":"The resource you requested could not be found."}',
    7: b'{"status_code":7,"status_message":"Invalid API key: You must be granted a valid key.","success":false}',
    22: b'{"success":false,"status_code":22,"status_message":"Invalid page: Pages start at 1 and max at 500. '
    b'They are expected to be an integer."}',
    17: b'{"success":false,"failure":true,"status_code":17,"status_message":"Session denied."}',
    25: b'{"status_code":25,"status_message":"Your request count (41) is over the allowed limit of 40."}',
}


@pytest.mark.parametrize("code", RECORDED)
def test_recorded_bodies(code):
    """Errors that were recorded have exactly those bytes."""
    assert failure(code).body == RECORDED[code]


@pytest.mark.parametrize("code", STATUS)
def test_every_code_has_its_status(code):
    """Each of the 47 codes gives its HTTP status and names itself."""
    response = failure(code)

    assert response.status == STATUS[code][0]
    assert orjson.loads(response.body)["status_code"] == code


def test_usual_codes_belong_to_their_status():
    """The code that a fault uses for a status is one of that status."""
    assert len(STATUS) == 47
    assert all(STATUS[code][0] == status for status, code in USUAL_CODE.items())


def test_documents_are_compact():
    """Bodies have no blanks, are UTF-8 without escapes, and keep floats."""
    assert found({"a": [1, 2.0], "b": "한"}, 5).body == '{"a":[1,2.0],"b":"한"}'.encode()


def test_http_date():
    """Dates in headers are in GMT."""
    assert http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT"
