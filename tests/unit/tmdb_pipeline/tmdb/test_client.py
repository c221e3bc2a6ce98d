import logging
import threading
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from functools import partial
from random import Random

import orjson
import pytest
from movie_lists import POPULAR, TOP_RATED, TRENDING_DAY, TRENDING_WEEK, of_genre
from support import HeldClock, free_port, wait_for

from fake_tmdb.faults.fault import Fault
from fake_tmdb.http.limits import Limits
from tmdb_pipeline.clock import Stopped, SystemClock
from tmdb_pipeline.settings import Credential, MissingKey, Settings
from tmdb_pipeline.tmdb.client import TmdbClient
from tmdb_pipeline.tmdb.errors import (
    BadRequest,
    Blocked,
    BrokenResponse,
    NotFound,
    RateLimited,
    RefusedKey,
    TmdbError,
    Unavailable,
    Unreachable,
)
from tmdb_pipeline.tmdb.retry import RetryBudget

SENTINEL = "sentinel0key0sentinel0key0senti7"


@pytest.fixture
def clock():
    return HeldClock()


@pytest.fixture
def client(settings, clock):
    with TmdbClient(settings, clock=clock, random=Random(7)) as made:
        yield made


def asked(tmdb):
    return [call.url for call in tmdb.fake.journal.calls()]


def test_missing_key_is_refused_before_any_request(settings, tmdb):
    """Without a key there is no client, so nothing is asked."""
    with pytest.raises(MissingKey):
        TmdbClient(replace(settings, credential=None))

    assert asked(tmdb) == []


@pytest.mark.parametrize(
    ("ask", "url"),
    [
        (lambda c: c.page(POPULAR, 2), "/3/movie/popular?language=ko-KR&region=KR&page=2"),
        (lambda c: c.page(TOP_RATED, 3), "/3/movie/top_rated?language=ko-KR&region=KR&page=3"),
        (lambda c: c.page(TRENDING_DAY), "/3/trending/movie/day?language=ko-KR&page=1"),
        (lambda c: c.page(TRENDING_WEEK, 2), "/3/trending/movie/week?language=ko-KR&page=2"),
        (
            lambda c: c.page(of_genre(28), 15),
            (
                "/3/discover/movie?language=ko-KR&region=KR&sort_by=popularity.desc&include_adult=false"
                "&include_video=false&with_genres=28&page=15"
            ),
        ),
        (lambda c: c.genres(), "/3/genre/movie/list?language=ko-KR"),
        (lambda c: c.configuration(), "/3/configuration"),
        (lambda c: c.authentication(), "/3/authentication"),
    ],
)
def test_each_endpoint_asks_what_it_says(client, tmdb, ask, url):
    """Path and query of each endpoint are these, in Korean and for Korea, and the response is a JSON object."""
    response = ask(client)

    assert asked(tmdb) == [url]
    assert response.status == 200
    assert response.request == url.removeprefix("/3")
    assert dict(response.object)


def test_page_of_movies_comes_with_etag_and_moment(client, clock):
    """A page has twenty records, TMDB's ETag, and the moment when it came."""
    response = client.page(POPULAR)

    assert len(response.page.results) == 20
    assert response.etag.startswith('W/"')
    assert response.received_at == clock.now()


def test_movie_details_are_those_of_the_movie(client, tmdb):
    """A movie that a list named has details, and appended parts are asked for in one parameter."""
    movie_id = client.page(POPULAR).page.results[0]["id"]

    details = client.movie(movie_id).object
    client.movie(movie_id, append=("credits", "videos"))

    assert details["id"] == movie_id
    assert asked(tmdb)[-1] == f"/3/movie/{movie_id}?language=ko-KR&append_to_response=credits%2Cvideos"


@pytest.mark.parametrize("kind", ["read_token", "api_key"])
def test_both_credentials_are_accepted(tmdb, settings, kind):
    """Token and key open the same API."""
    secret = getattr(tmdb.fake, kind)

    with TmdbClient(replace(settings, credential=Credential(kind, secret))) as client:
        assert client.authentication().object["success"] is True
        assert len(client.page(POPULAR).page.results) == 20


@pytest.mark.parametrize("kind", ["read_token", "api_key"])
def test_refused_key_fails_at_the_first_try(tmdb, settings, clock, kind):
    """A key that TMDB refuses is one request, no wait, and one message that says what to check."""
    with (
        TmdbClient(replace(settings, credential=Credential(kind, SENTINEL)), clock=clock) as client,
        pytest.raises(RefusedKey) as raised,
    ):
        client.page(POPULAR)

    assert len(asked(tmdb)) == 1
    assert clock.slept == []
    assert str(raised.value) == (
        "/movie/popular?language=ko-KR&region=KR&page=1: TMDB refused the key (401: Invalid API key: You must be "
        "granted a valid key). Check TMDB_READ_TOKEN (long, with two dots) or TMDB_API_KEY (32 characters), "
        "or the Connection tmdb_default."
    )


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=400), BadRequest),
        (Fault(status=404), NotFound),
        (Fault(status=422, body="errors"), BadRequest),
    ],
)
def test_permanent_errors_are_not_retried(client, tmdb, clock, fault, error):
    """What TMDB will not answer better is not asked again."""
    tmdb.fake.faults = [fault]

    with pytest.raises(error):
        client.page(POPULAR)

    assert len(asked(tmdb)) == 1
    assert clock.slept == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=500), Unavailable),
        (Fault(status=502, body="html"), Unavailable),
        (Fault(status=503, body="empty"), Unavailable),
        (Fault(status=504), Unavailable),
        (Fault(status=429), RateLimited),
        (Fault(text="<html>all is well</html>"), BrokenResponse),
        (Fault(truncate=0.5), BrokenResponse),
        (Fault(cut=0.5), Unreachable),
        (Fault(reset=True), Unreachable),
        (Fault(set={"results": 3}), BrokenResponse),
        (Fault(remove=["total_pages"]), BrokenResponse),
        (Fault(body="errors", text='{"errors":["odd"]}'), BrokenResponse),
    ],
    ids=lambda value: value.label if isinstance(value, Fault) else value.__name__,
)
def test_transient_error_is_survived_and_lasting_one_is_named(client, tmdb, clock, fault, error):
    """The same trouble is survived while it passes, and after five tries goes up as its own error."""
    tmdb.fake.faults = [replace(fault, times=2)]
    survived = client.page(POPULAR)
    tmdb.fake.faults = [fault]

    with pytest.raises(error, match="after 5 tries") as raised:
        client.page(POPULAR, 2)

    assert len(survived.page.results) == 20
    assert len(asked(tmdb)) == 3 + 5
    assert str(raised.value).startswith("/movie/popular?language=ko-KR&region=KR&page=2: ")


@pytest.mark.parametrize("form", ["unlabelled", "mislabelled"])
def test_mislabelled_gzip_is_read_all_the_same(client, tmdb, form):
    """Gzip without its header, and the header without gzip, are read at the first try: the body says what it is."""
    expected = client.page(POPULAR).body
    tmdb.fake.faults = [Fault(gzip=form)]

    response = client.page(POPULAR)

    assert response.body == expected
    assert len(asked(tmdb)) == 2


def test_unlabelled_gzip_is_noted(client, tmdb, caplog):
    """The log says when the edge forgot its header, for it is the edge that has to be mended."""
    tmdb.fake.faults = [Fault(gzip="unlabelled")]

    client.page(POPULAR)

    assert "gzip without its Content-Encoding header" in caplog.text


def test_page_behind_a_byte_order_mark_is_read_and_kept_as_json(client, tmdb, caplog):
    """What a proxy marks as UTF-8 is read at the first try, and its body is JSON that any reader takes."""
    page = '{"page": 1, "results": [{"id": 1}], "total_pages": 1, "total_results": 1}'
    tmdb.fake.faults = [Fault(text=f"\ufeff{page}")]

    response = client.page(POPULAR)

    assert response.body == page.encode()
    assert (len(asked(tmdb)), caplog.messages) == (1, [])


@pytest.mark.parametrize("call", [lambda c: c.page(POPULAR), TmdbClient.genres, TmdbClient.authentication])
def test_error_with_status_200_is_an_error_in_its_own_words(client, tmdb, call):
    """What says of itself that it did not succeed is no data: it is asked for again, and what it says is passed on."""
    words = "Invalid API key: You must be granted a valid key."
    said = orjson.dumps({"success": False, "status_code": 7, "status_message": f"{words} {tmdb.fake.read_token}"})
    tmdb.fake.faults = [Fault(text=said.decode())]

    with pytest.raises(BrokenResponse) as raised:
        call(client)

    assert raised.value.tries == 5
    assert "an error, though its status says that all is well (200: Invalid API key: You must" in str(raised.value)
    assert tmdb.fake.read_token not in str(raised.value)


@pytest.mark.parametrize(("form", "wait"), [("historic", 0.5), ("modern", 1.0), ("date", 0.5)])
def test_every_form_of_429_is_waited_out(tmdb, settings, clock, form, wait):
    """With seconds, with a date and without any word on how long, the client waits and then gets its response."""
    tmdb.fake.faults = [
        Fault(status=429, times=1, headers={"historic": {"Retry-After": "7"}}.get(form, {})),
    ]

    with TmdbClient(settings, clock=clock, random=Random(7)) as client:
        response = client.page(POPULAR)

    assert len(response.page.results) == 20
    assert clock.monotonic() >= (7 if form == "historic" else wait if form == "modern" else 0)


@pytest.mark.parametrize(("status", "value", "wait"), [(429, "30.5", 30.5), (503, "30, 40", 40), (429, "1, 20", 20)])
def test_wait_in_a_form_that_no_standard_knows_is_kept(client, tmdb, clock, status, value, wait):
    """A limiter that counts fractions, or two that each say how long, are not asked again before they said."""
    tmdb.fake.faults = [Fault(status=status, times=1, headers={"Retry-After": value})]

    client.page(POPULAR)

    assert len(asked(tmdb)) == 2
    assert sum(clock.slept) >= wait


def test_real_rate_limit_of_the_fake_is_never_met(tmdb, settings):
    """Paced by its rate limiter, on the real clock, the client stays below the limit of a server that enforces it."""
    tmdb.fake.limits = Limits(requests=3, seconds=0.05)

    with TmdbClient(replace(settings, requests_per_second=30.0)) as client:
        client.parallel(partial(client.page, POPULAR), range(1, 7))

    assert [call.outcome for call in tmdb.fake.journal.calls()] == [200] * 6


def test_retry_after_beyond_the_budget_goes_up_with_its_wait(client, tmdb, clock):
    """TMDB asks for ten minutes: the client does not sit there but hands the wait to its caller."""
    tmdb.fake.faults = [Fault(status=429, headers={"Retry-After": "600"})]

    with pytest.raises(RateLimited, match="asks to wait 600 s") as raised:
        client.page(POPULAR)

    assert raised.value.retry_after == 600
    assert clock.slept == []


def test_nobody_asks_on_during_a_wait_that_is_too_long(client, tmdb, clock):
    """After a 429 that asks for ten minutes another page is not even asked for; after the ten minutes it is."""
    tmdb.fake.faults = [Fault(status=429, times=1, headers={"Retry-After": "600"})]
    with pytest.raises(RateLimited):
        client.page(POPULAR)
    clock.advance(200)

    with pytest.raises(RateLimited) as raised:
        client.page(POPULAR, 2)
    clock.advance(400)
    client.page(POPULAR, 2)

    assert raised.value.tries == 0
    assert raised.value.retry_after == 400
    assert str(raised.value) == (
        "/movie/popular?language=ko-KR&region=KR&page=2: not asked for, since TMDB wants us to wait 400 s more."
    )
    assert len(asked(tmdb)) == 2


@pytest.mark.parametrize(
    ("address", "what"),
    [
        (lambda: f"http://127.0.0.1:{free_port()}/3", "the connection was refused"),
        (lambda: "http://nowhere.invalid/3", "the host name is not known"),
    ],
)
def test_unreachable_host_is_one_message(settings, clock, address, what, monkeypatch):
    """A host that is down or does not exist is named, and what to look at."""
    base_url = address()

    with (
        TmdbClient(replace(settings, base_url=base_url), clock=clock) as client,
        pytest.raises(Unreachable) as raised,
    ):
        client.page(POPULAR)

    assert f"{what} after 5 tries. Is {base_url} right, and the network up?" in str(raised.value)


def test_dripping_answer_ends_with_the_budget(tmdb, settings):
    """A server that sends a few bytes at a time, never pausing long enough for a timeout, cannot hold us for ever."""
    tmdb.fake.faults = [Fault(drip=200)]

    with (
        TmdbClient(settings, budget=RetryBudget(tries=1, per_try=0.15)) as client,
        pytest.raises(Unreachable, match="too slowly"),
    ):
        client.page(POPULAR)


def test_silent_server_is_given_up_on(tmdb, settings, monkeypatch):
    """A server that takes the request and never answers is one message after the timeout."""
    monkeypatch.setattr("tmdb_pipeline.tmdb.client.READ_TIMEOUT", 0.1)
    tmdb.fake.faults = [Fault(hang=True)]

    with (
        TmdbClient(settings, budget=RetryBudget(tries=1)) as client,
        pytest.raises(Unreachable) as raised,
    ):
        client.genres()

    assert str(raised.value) == (
        "/genre/movie/list?language=ko-KR: the server gave no response within 0.1 s. "
        f"Is {settings.base_url} right, and the network up?"
    )


@pytest.mark.parametrize("form", [None, "unlabelled", "mislabelled"])
@pytest.mark.parametrize("kind", ["read_token", "api_key"])
def test_key_that_a_gateway_echoes_is_struck_out(tmdb, settings, clock, kind, form):
    """An error body that repeats the request with its key, packed or not, does not bring it into our message."""
    text = f'{{"status_message":"No route for GET /3/movie?k={SENTINEL}"}}'
    tmdb.fake.faults = [Fault(status=404, text=text, gzip=form)]

    with (
        TmdbClient(replace(settings, credential=Credential(kind, SENTINEL)), clock=clock) as client,
        pytest.raises(TmdbError) as raised,
    ):
        client.page(POPULAR)

    assert "No route for GET /3/movie?k=***" in str(raised.value)


def test_key_is_struck_out_as_it_is_quoted_in_an_address(tmdb, settings):
    """A key that has to be quoted in a query is known in that form too."""
    tmdb.fake.faults = [Fault(status=404, text='{"status_message":"No route for ?k=a%2Fb"}')]

    with (
        TmdbClient(replace(settings, credential=Credential("api_key", "a/b"))) as client,
        pytest.raises(NotFound, match=r"No route for \?k=\*\*\*\)"),
    ):
        client.page(POPULAR)


def test_closing_ends_waits_at_once(tmdb, settings):
    """A client that is closed while it waits to try again does not wait on: there is nothing left to be had."""
    tmdb.fake.faults = [Fault(status=429, headers={"Retry-After": "100"})]
    client = TmdbClient(settings)
    failures = []

    def ask():
        try:
            client.page(POPULAR)
        except Stopped as stopped:
            failures.append(stopped)

    asking = threading.Thread(target=ask)
    asking.start()
    wait_for(tmdb.fake.journal.calls, "a request")
    client.close()
    asking.join(5)

    assert not asking.is_alive()
    assert len(failures) == 1


def test_clock_that_was_passed_in_is_not_stopped(settings):
    """Who makes a clock stops it: others may still wait on it when a client is closed."""
    clock = SystemClock()

    TmdbClient(settings, clock=clock).close()

    clock.sleep(0)  # raises Stopped on a clock that was stopped


def test_interrupted_caller_leaves_nothing_going(tmdb, settings, monkeypatch):
    """When the caller is interrupted while pages are read, the client is closed and no thread asks on."""
    tmdb.fake.faults = [Fault(page=2, status=429, headers={"Retry-After": "100"})]
    client = TmdbClient(settings)
    waited = Future.result

    def interrupt(future, timeout=None):
        monkeypatch.setattr(Future, "result", waited)
        wait_for(tmdb.fake.journal.calls, "a request")
        raise KeyboardInterrupt

    monkeypatch.setattr(Future, "result", interrupt)
    with pytest.raises(KeyboardInterrupt):
        client.parallel(partial(client.page, POPULAR), [2, 2, 2])

    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("tmdb_")] == []


def test_client_closed_by_another_thread_ends_the_walk(tmdb, settings):
    """Nobody waits for ever for calls that were dropped when the client was closed."""
    tmdb.fake.faults = [Fault(status=429, headers={"Retry-After": "100"})]
    client = TmdbClient(replace(settings, connections=1))
    ended = []

    def ask():
        try:
            client.parallel(partial(client.page, POPULAR), [1, 2, 3])
        except (CancelledError, Stopped) as error:
            ended.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    wait_for(tmdb.fake.journal.calls, "a request")
    client.close()
    asking.join(5)

    assert not asking.is_alive()
    assert len(ended) == 1


def test_client_that_was_closed_calls_nothing(client):
    """A client that another thread closes before the calls have begun ends them as one that it closes after that."""
    called = []
    client.close()

    with pytest.raises(CancelledError):
        client.parallel(called.append, [1, 2])

    assert called == []


def test_redirect_is_not_followed(client, tmdb):
    """A key is never carried to wherever a response points."""
    tmdb.fake.faults = [Fault(status=302, headers={"Location": "http://elsewhere.invalid/"})]

    with pytest.raises(Blocked, match=r"we are sent to elsewhere\.invalid \(302"):
        client.page(POPULAR)
    assert len(asked(tmdb)) == 1


def test_client_asks_for_what_it_is_set_to(client, settings):
    """What all its requests have in common can be asked, and holds no key."""
    assert client.default_parameters == {"base_url": settings.base_url, "language": "ko-KR", "region": "KR"}


@pytest.mark.parametrize("kind", ["read_token", "api_key"])
@pytest.mark.parametrize(
    "fault",
    [
        Fault(revoke=True),
        Fault(status=503),
        Fault(reset=True),
        Fault(cut=0.5),
        Fault(status=429, headers={"Retry-After": "600"}),
    ],
    ids=lambda fault: fault.label,
)
def test_key_is_in_no_log_line_and_no_exception(tmdb, settings, clock, caplog, capfd, kind, fault):
    """At DEBUG level, with every library talking, and down the whole chain of an exception, the key is nowhere."""
    caplog.set_level(logging.DEBUG)
    tmdb.fake.faults = [fault]

    with (
        TmdbClient(replace(settings, credential=Credential(kind, SENTINEL)), clock=clock) as client,
        pytest.raises(TmdbError) as raised,
    ):
        client.page(POPULAR)

    chain, error = [], raised.value
    while error is not None:
        chain.append(f"{error} {error!r} {error.args}")
        error = error.__cause__ or error.__context__
    seen = "\n".join([caplog.text, *chain, *capfd.readouterr()])
    assert "urllib3.connectionpool" in caplog.text
    assert SENTINEL not in seen


def test_netrc_does_not_replace_the_token(tmdb, settings, tmp_path, monkeypatch):
    """A .netrc entry for the host, which requests would prefer, does not come in the way of the credential."""
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))

    for kind in ("read_token", "api_key"):
        with TmdbClient(replace(settings, credential=Credential(kind, getattr(tmdb.fake, kind)))) as client:
            assert client.authentication().object["success"] is True


def test_key_is_sent_through_a_proxy_too(tmdb, settings, monkeypatch):
    """Behind a proxy, here the fake itself, the v3 key still reaches TMDB."""
    monkeypatch.setenv("HTTP_PROXY", tmdb.root)
    monkeypatch.setenv("http_proxy", tmdb.root)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    key = Credential("api_key", tmdb.fake.api_key)

    with TmdbClient(Settings(key, base_url="http://tmdb.invalid/3")) as client:
        client.page(POPULAR)

    assert [call.outcome for call in tmdb.fake.journal.calls()] == [200]
