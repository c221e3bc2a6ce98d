import gzip
import http.client
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import orjson
import pytest
import requests
import urllib3
from hypothesis import given
from hypothesis import strategies as st

from tmdb_pipeline.tmdb.diagnosis import network_trouble, refusal, retry_after
from tmdb_pipeline.tmdb.errors import BadRequest, NotFound, RateLimited, RefusedKey, Unavailable

REQUEST = "/movie/popular?page=3"
NOW = datetime(2024, 1, 1, 12, 0, tzinfo=UTC)


def refused(status, body=b"", headers=None, secrets=()):
    return refusal(REQUEST, status, headers or {}, body, NOW, secrets=secrets)


@pytest.mark.parametrize(
    ("status", "error", "transient"),
    [
        (400, BadRequest, False),
        (404, NotFound, False),
        (405, BadRequest, False),
        (408, Unavailable, True),
        (422, BadRequest, False),
        (425, Unavailable, True),
        (429, RateLimited, True),
        (500, Unavailable, True),
        (502, Unavailable, True),
        (503, Unavailable, True),
        (504, Unavailable, True),
        (204, BadRequest, False),
        (300, BadRequest, False),
        (302, BadRequest, False),
        (399, BadRequest, False),
    ],
)
def test_status_decides_the_type(status, error, transient):
    """Each status becomes the error that says whether to try again, and the sentence holds status and request."""
    found = refused(status)

    assert type(found) is error
    assert found.transient is transient
    assert str(status) in str(found)
    assert str(found).startswith(REQUEST)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            b'{"status_code":7,"status_message":"Invalid API key: You must be granted a valid key.","success":false}',
            "Invalid API key: You must be granted a valid key",
        ),
        (b'{"errors":["page must be less than or equal to 500"]}', "page must be less than or equal to 500"),
        (gzip.compress(b'{"status_message":"packed"}', mtime=0), "packed"),
    ],
)
def test_sentence_repeats_what_tmdb_says(body, said):
    """Both shapes of error bodies that TMDB has had are read, packed or not."""
    assert said in str(refused(401, body))


@pytest.mark.parametrize(
    "body",
    [
        *(b"<html>", b"", b"[1]", b'{"other":1}', b'{"status_message":3}', b'{"status_message":" . "}'),
        *(b'{"errors":[]}', b'{"errors":' + b"[" * 1000 + b"]" * 1000 + b"}", b"\x1f\x8bdamaged"),
    ],
)
def test_unreadable_error_body_is_left_out(body):
    """Whatever else stands in an error body does no harm and is not repeated."""
    assert str(refused(503, body)) == "/movie/popular?page=3: TMDB is in trouble (503)."


def test_message_stays_on_one_line():
    """Line breaks in what TMDB says cannot pass for lines of our log."""
    body = orjson.dumps({"status_message": "bad\n2026-01-01 [error] forged\r\n.."})

    assert "(503: bad 2026-01-01 [error] forged)" in str(refused(503, body))


def test_wait_of_a_server_in_trouble_is_read():
    """A 503 may say when to come back."""
    assert refused(503, headers={"Retry-After": "30"}).retry_after == 30


def test_long_message_is_shortened():
    """A message of any length leaves a sentence that a log can take."""
    assert len(str(refused(400, orjson.dumps({"status_message": "x" * 100_000})))) < 400


def echo(wrap):
    """An error body that quotes the request line, packed or escaped somehow."""
    return wrap(b'{"status_message":"No route for GET /3/movie?api_key=sentinel%2F1 or sentinel/1 HTTP/1.1"}')


@pytest.mark.parametrize(
    "wrap",
    [
        lambda body: body,
        lambda body: gzip.compress(body, mtime=0),
        lambda body: body.replace(b"/1", rb"\/1"),
        lambda body: body.replace(b"sentinel", rb"\u0073entinel"),
        lambda body: body.replace(b'"No', b'"' + b"x" * 162 + b"No"),
    ],
    ids=["plain", "gzip", "escaped slash", "escaped letter", "cut in the midst of the key"],
)
def test_secrets_are_struck_out_however_they_come(wrap):
    """A body that quotes the key gives a sentence without it, and without its beginning."""
    sentence = str(refused(400, echo(wrap), secrets={"sentinel/1", "sentinel%2F1"}))

    assert "No route for GET /3/movie?api_key=" in sentence
    assert "sent" not in sentence


@pytest.mark.parametrize("status", [401, 403])
def test_refused_key_says_what_to_check(status):
    """A key that TMDB itself refuses is an error that names both variables and the Connection."""
    error = refused(status, b'{"status_code":7,"status_message":"Invalid API key.","success":false}')

    assert type(error) is RefusedKey
    assert all(name in str(error) for name in ("TMDB_READ_TOKEN", "TMDB_API_KEY", "tmdb_default"))


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("body", [b"", b"<html>Access denied</html>", b'{"message":"Forbidden"}'])
def test_firewall_on_the_way_is_not_taken_for_tmdb(status, body):
    """Without a word of TMDB's own nobody is sent to look for another key; the error is hopeless all the same."""
    error = refused(status, body)

    assert type(error) is BadRequest
    assert str(error) == (
        f"/movie/popular?page=3: we are not let through ({status}), and this answer is not TMDB's own. "
        "Does a firewall or proxy on the way block us, and is the base URL right?"
    )


@pytest.mark.parametrize(("status", "said"), [(299, False), (300, True), (308, True), (399, True), (400, False)])
def test_redirect_is_called_one(status, said):
    """A base URL that redirects is named as the thing to mend."""
    sentence = (
        f"/movie/popular?page=3: the base URL redirects ({status}), and a key is never carried elsewhere. "
        "Set TMDB_BASE_URL to the address of TMDB itself."
    )

    assert (str(refused(status)) == sentence) is said


@given(st.integers(0, 10**6))
def test_retry_after_in_seconds(seconds):
    """The form in seconds is taken as it is."""
    assert retry_after({"Retry-After": str(seconds)}, NOW) == seconds


@given(st.integers(-1000, 10**6))
def test_retry_after_as_a_date_counts_from_the_answers_own_date(seconds):
    """A date is measured by the clock that wrote it, however wrong ours is; one in the past means no wait."""
    sent = NOW - timedelta(days=3)
    headers = {
        "Date": format_datetime(sent, usegmt=True),
        "Retry-After": format_datetime(sent + timedelta(seconds=seconds), usegmt=True),
    }

    assert retry_after(headers, NOW) == max(0, seconds)


def test_retry_after_as_a_date_without_date_header_counts_from_now():
    """Without a Date header our own clock has to do."""
    headers = {"Retry-After": format_datetime(NOW + timedelta(seconds=5), usegmt=True)}

    assert retry_after(headers, NOW) == 5


@pytest.mark.parametrize(
    "value",
    [
        *("", "soon", "-5", "1.5", "٣", "Mon, 01 Jan 2024 12:00:00", "-12345678901234567890"),
        *("Mon, 01 Jan 99999999999999999999 12:00:00 GMT", "Mon, 01 Jan 2024 12:00:00 +99999999999999"),
    ],
)
def test_unreadable_retry_after_is_none(value):
    """What is neither seconds nor a date with a zone counts as not said."""
    assert retry_after({"Retry-After": value}, NOW) is None
    assert retry_after({}, NOW) is None


def test_odd_date_of_the_answer_counts_as_none():
    """Where the answer's own Date is beyond all bounds, our own clock has to do."""
    until = format_datetime(NOW + timedelta(seconds=5), usegmt=True)

    assert retry_after({"Retry-After": until, "Date": "Mon, 01 Jan 99999999999999999999 12:00:00 GMT"}, NOW) == 5


def test_wait_beyond_all_bounds_is_a_long_one():
    """A number of seconds of any length is taken at its word: whoever sends it wants to be left alone."""
    assert retry_after({"Retry-After": "9" * 20}, NOW) == 1e20


POOL = urllib3.HTTPConnectionPool("127.0.0.1")
SECRET = "/3/movie/popular?api_key=sentinel"


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (urllib3.exceptions.NameResolutionError("host", POOL, OSError("unknown")), "host name is not known"),
        (urllib3.exceptions.NewConnectionError(POOL, SECRET), "refused"),
        (urllib3.exceptions.ConnectTimeoutError(POOL, SECRET), "no connection within 5 s"),
        (urllib3.exceptions.ReadTimeoutError(POOL, SECRET, "slow"), "no answer within 30 s"),
        (TimeoutError(SECRET), "no answer within 30 s"),
        (urllib3.exceptions.SSLError(SECRET), "TLS"),
        (urllib3.exceptions.ProxyError(SECRET, OSError()), "proxy"),
        (urllib3.exceptions.ProtocolError(SECRET, http.client.IncompleteRead(b"")), "cut off"),
        (urllib3.exceptions.ProtocolError(SECRET, ConnectionResetError(104, "reset")), "the connection broke"),
        (OSError(SECRET), "the connection broke"),
    ],
)
def test_network_trouble_is_told_in_our_own_words(error, what):
    """Whatever wraps it, the trouble is named, and the library's text, which may hold a key, is not repeated."""
    wrapped = requests.ConnectionError(urllib3.exceptions.MaxRetryError(POOL, SECRET, error))

    for seen in (error, wrapped):
        assert what in network_trouble(seen)
        assert "sentinel" not in network_trouble(seen)
