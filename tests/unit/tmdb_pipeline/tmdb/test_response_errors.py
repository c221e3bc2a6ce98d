import gzip
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmdb_pipeline.tmdb.errors import (
    BadRequest,
    Blocked,
    BrokenResponse,
    NotFound,
    RateLimited,
    RefusedKey,
    Unavailable,
)
from tmdb_pipeline.tmdb.response_errors import error_from_response, retry_after

REQUEST = "/movie/popular?page=3"
NOW = datetime(2024, 1, 1, 12, 0, tzinfo=UTC)


def refused(status, body=b"", headers=None, secrets=()):
    base_url = "https://api.themoviedb.org/3"
    return error_from_response(REQUEST, status, headers or {}, body, NOW, secrets=secrets, base_url=base_url)


@pytest.mark.parametrize(
    ("status", "error", "transient"),
    [
        (100, BrokenResponse, True),
        (199, BrokenResponse, True),
        (400, BadRequest, False),
        (401, RefusedKey, False),
        (403, RefusedKey, False),
        (404, NotFound, False),
        (405, BadRequest, False),
        (407, BadRequest, False),
        (408, Unavailable, True),
        (422, BadRequest, False),
        (451, Blocked, False),
        (425, Unavailable, True),
        (429, RateLimited, True),
        (500, Unavailable, True),
        (502, Unavailable, True),
        (503, Unavailable, True),
        (504, Unavailable, True),
        (600, Unavailable, True),
        (204, BrokenResponse, True),
        (206, BrokenResponse, True),
        (300, BadRequest, False),
        (302, BadRequest, False),
        (304, BrokenResponse, True),
        (399, BadRequest, False),
    ],
)
def test_status_decides_the_type(status, error, transient):
    """Each status becomes the error that says whether to try again, and the message holds status and request."""
    found = refused(status, b'{"status_code":5,"status_message":"So it is."}')

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
def test_message_repeats_what_tmdb_says(body, said):
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
    """A message of any length leaves a message that a log can take."""
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
    """A body that quotes the key gives a message without it, and without its beginning."""
    message = str(refused(400, echo(wrap), secrets={"sentinel/1", "sentinel%2F1"}))

    assert "No route for GET /3/movie?api_key=" in message
    assert "sent" not in message


@pytest.mark.parametrize("status", [401, 403])
def test_refused_key_says_what_to_check(status):
    """A key that TMDB itself refuses is an error that names both variables and the Connection."""
    error = refused(status, b'{"status_code":7,"status_message":"Invalid API key.","success":false}')

    assert type(error) is RefusedKey
    assert all(name in str(error) for name in ("TMDB_READ_TOKEN", "TMDB_API_KEY", "tmdb_default"))


@pytest.mark.parametrize("status", [400, 401, 403, 405, 422])
@pytest.mark.parametrize(
    "body", [b"", b"<html>Request blocked.</html>", b'{"message":"Forbidden"}', b'{"status_message":null}']
)
@pytest.mark.parametrize("wait", [None, 600])
def test_answer_without_a_word_of_tmdb_is_a_block(status, body, wait):
    """A 4xx that is not in TMDB's words comes from its CDN or a firewall: nothing to mend, but worth another run."""
    error = refused(status, body, {} if wait is None else {"Retry-After": "600"})

    asked = "" if wait is None else ", and asks to wait 600 s"
    assert type(error) is Blocked
    assert (error.transient, error.permanent, error.retry_after) == (False, False, wait)
    assert str(error) == (
        f"/movie/popular?page=3: we are not let through ({status}{asked}), and this response is not TMDB's own. "
        "TMDB's CDN blocks an address for a while; does a firewall or proxy on the way, and is the base URL right?"
    )


@pytest.mark.parametrize(
    ("server", "said"),
    [
        ("CloudFront", "(403 from CloudFront)"),
        ("awselb/2.0", "(403 from awselb/2.0)"),
        ("Varnish (7.1)", "(403 from Varnish (7.1))"),
        ("", "(403)"),
        ("x" * 41, "(403)"),
        ("a\nb", "(403)"),
        ("http://elsewhere.example/?a=b", "(403)"),
        ("gate-Sentinel", "(403 from gate-***)"),
    ],
)
def test_block_says_who_answered(server, said):
    """The name of a server is repeated where it is one, and never a key in it."""
    assert said in str(refused(403, b"<html>", {"Server": server}, secrets={"sentinel"}))


def test_block_for_legal_reasons_is_not_blamed_on_tmdb():
    """A 451 is said to come from the way, and what to do is not about keys."""
    assert str(refused(451, b"<html>", {"Server": "proxy"})) == (
        "/movie/popular?page=3: somebody on the way blocks TMDB for legal reasons (451 from proxy). "
        "Ask your provider or the owner of the network, or go through a proxy (HTTPS_PROXY)."
    )


def test_answer_of_a_broken_cache_is_named():
    """A 304 is no redirect: nothing was asked for on a condition."""
    assert str(refused(304)) == (
        "/movie/popular?page=3: the response says that nothing has changed (304), which we did not ask: "
        "a cache on the way is broken."
    )


def test_proxy_that_wants_a_user_is_named():
    """A 407 is about the proxy's user and not about TMDB's key."""
    assert str(refused(407, b'{"status_message":"Who are you?"}')) == (
        "/movie/popular?page=3: the proxy wants to know who we are (407). Put user and password into HTTPS_PROXY or "
        "HTTP_PROXY, as in http://user:password@proxy.example:3128."
    )


@pytest.mark.parametrize(("status", "said"), [(299, False), (300, True), (308, True), (399, True), (400, False)])
def test_redirect_is_called_one(status, said):
    """A base URL that redirects is named as the thing to mend."""
    message = (
        f"/movie/popular?page=3: the base URL redirects ({status}), and a key is never carried elsewhere. "
        "Set TMDB_BASE_URL to the address of TMDB itself."
    )

    assert (str(refused(status)) == message) is said


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "location", ["http://warning.example/?u=api.themoviedb.org", "//WARNING.example", "//warning.example"]
)
def test_redirect_to_another_host_is_a_block(status, location):
    """Somebody on the way who sends us to a page of his own is named by its host, and the base URL is not blamed."""
    error = refused(status, headers={"Location": location})

    assert type(error) is Blocked
    assert str(error) == (
        f"/movie/popular?page=3: we are sent to warning.example ({status}), and a key is never carried elsewhere. "
        "Is that the login or block page of a network or firewall on the way, or is the base URL wrong?"
    )


@pytest.mark.parametrize(
    "location",
    [
        "",
        "/4",
        "?page=1",
        "https://api.themoviedb.org/4",
        "http://API.themoviedb.org:80",
        "http://[::1",
        "//\xe9.example",
    ],
)
def test_redirect_that_leads_nowhere_else_is_about_the_base_url(location):
    """Within the host, or where nobody can say to which one, the base URL is the thing to look at."""
    assert type(refused(302, headers={"Location": location})) is BadRequest


def test_host_of_a_redirect_never_shows_a_key():
    """A host that is made of our key is not repeated."""
    error = refused(302, headers={"Location": "http://SENTINEL.example/"}, secrets={"Sentinel"})

    assert "we are sent to ***.example" in str(error)


def test_words_of_tmdb_behind_a_byte_order_mark_are_heard():
    """A refused key is a refused key, and no firewall's doing, also where a proxy marks what it passes on as UTF-8."""
    error = refused(401, b'\xef\xbb\xbf{"status_code": 7, "status_message": "Invalid API key."}')

    assert isinstance(error, RefusedKey)


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
    ("value", "wait"),
    [
        *[("30.5", 30.5), ("0.503", 0.503), ("1, 30", 30), ("30,30.25", 30.25), ("30, soon", 30), ("soon, 30, ", None)],
        *[("Mon, 01 Jan 2024 12:00:09 GMT, Mon, 01 Jan 2024 12:00:07 GMT", 9), ("5, Mon, 01 Jan 2024 12:00:07 GMT", 7)],
        ("Monday, 01-Jan-24 12:00:07 GMT, 5", 7),
    ],
)
def test_retry_after_of_several_limiters_is_the_longest(value, wait):
    """Fractions of a second, and values of several servers on the way in one header, are waits that somebody asks for.

    RFC 9110 knows neither; what was made of them was a wait of our own, which was shorter.
    """
    noon = datetime(2024, 1, 1, 12, tzinfo=UTC)

    assert retry_after({"Retry-After": value}, noon) == wait


@pytest.mark.parametrize(
    "value",
    [
        *("", "soon", "-5", "1.", "1e3", "1.5.", ",", "٣", "٣.5", "Mon, 01 Jan 2024 12:00:00", "-12345678901234567890"),
        "Fri, 31 Dec 9999 23:59:59 GMT",
        *("Mon, 01 Jan 99999999999999999999 12:00:00 GMT", "Mon, 01 Jan 2024 12:00:00 +99999999999999"),
    ],
)
def test_unreadable_retry_after_is_none(value):
    """What is neither seconds nor a date with a zone counts as not said."""
    assert retry_after({"Retry-After": value}, NOW) is None
    assert retry_after({}, NOW) is None


def test_odd_date_of_the_answer_counts_as_none():
    """Where the response's own Date is beyond all bounds, our own clock has to do."""
    until = format_datetime(NOW + timedelta(seconds=5), usegmt=True)

    assert retry_after({"Retry-After": until, "Date": "Mon, 01 Jan 99999999999999999999 12:00:00 GMT"}, NOW) == 5


def test_wait_beyond_all_bounds_is_a_long_one():
    """A number of seconds of any length is taken at its word: whoever sends it wants to be left alone."""
    assert retry_after({"Retry-After": "9" * 20}, NOW) == 1e20
