import asyncio
from collections import Counter

import pytest

from fake_tmdb import NO_LIMITS, Clock, FakeTmdb, Fault, Limits
from fake_tmdb.http.cache import MOST_CACHED, etag


def test_both_forms_of_the_key(fake, send):
    """A v3 key as api_key and a read token as Bearer are served the same bytes; exchanged they are refused."""
    path = "/3/movie/popular"
    by_key = send(fake.app, f"{path}?api_key={fake.api_key}")
    by_token = send(fake.app, path, authorization=f"Bearer {fake.read_token}")
    refused = [
        send(fake.app, path),
        send(fake.app, f"{path}?api_key="),
        send(fake.app, f"{path}?api_key={fake.read_token}"),
        send(fake.app, path, authorization=f"Bearer {fake.api_key}"),
    ]

    assert by_key.body == by_token.body
    assert {(reply.status, reply.json()["status_code"]) for reply in refused} == {(401, 7)}


def test_checks_come_in_order(catalogue, clock, send):
    """The rate comes before the key, the key before the route, the route before the parameters."""
    fake = FakeTmdb(catalogue=catalogue, clock=clock, limits=Limits(requests=3))
    authorization = f"Bearer {fake.read_token}"

    told = [
        send(fake.app, "/3/nope?page=0").json()["status_code"],
        send(fake.app, "/3/nope?page=0", authorization=authorization).json()["status_code"],
        send(fake.app, "/3/movie/popular?page=0", authorization=authorization).json()["status_code"],
        send(fake.app, "/3/nope?page=0").json()["status_code"],
    ]

    assert told == [7, 34, 22, 25]


@pytest.mark.parametrize("path", ["/movie/popular", "/nope", "/"])
def test_posting_is_not_found(ask, path):
    """POST to any route is 404 with code 34, as measured."""
    assert ask(path, method="POST").json()["status_code"] == 34


@pytest.mark.parametrize("path", ["/", "/4/movie/popular", "/movie/popular", "/30/movie/popular"])
def test_only_version_3(fake, send, path):
    """Without /3 nothing is found, and without a key not even that is told."""
    authorized = send(fake.app, path, authorization=f"Bearer {fake.read_token}")

    assert authorized.status == 404
    assert send(fake.app, path).status == 401


def test_dots_are_resolved_and_nul_is_refused(fake, send):
    """The cache layer resolves `..` in a path, and refuses a NUL with 400 before it looks at the key."""
    resolved = send(fake.app, "/3/tv/../movie/550", authorization=f"Bearer {fake.read_token}")

    assert resolved.json()["id"] == 550
    assert send(fake.app, "/3/movie/\0").status == 400


def test_not_modified(ask, fake):
    """If-None-Match with the ETag is 304 without a body; with another validator the page is sent."""
    first = ask("/movie/popular")
    tag = first.header("etag")
    replies = [ask("/movie/popular", if_none_match=value) for value in (tag, f'"x", {tag}', tag[2:], "*", 'W/"x"')]

    assert tag == etag(first.body)
    assert [reply.status for reply in replies] == [304, 304, 304, 304, 200]
    assert replies[0].body == b""
    assert fake.journal.calls()[1].outcome == 304


def test_head_has_the_headers_of_get(ask):
    """HEAD is answered with the headers of GET, from the same cache."""
    first, head, again = ask("/movie/550"), ask("/movie/550", method="HEAD"), ask("/movie/550")

    assert head.headers == again.headers
    assert (first.header("x-cache"), head.header("x-cache")) == ("Miss from cloudfront", "Hit from cloudfront")


def test_gzip_only_when_accepted(ask):
    """A page is compressed when the client accepts it, and is the same page."""
    plain, packed = ask("/movie/popular"), ask("/movie/popular", accept_encoding="gzip")

    assert packed.header("content-encoding") == "gzip"
    assert len(packed.body) < len(plain.body)
    assert packed.json() == plain.json()


def test_the_header_set_of_real_answers(ask):
    """A page carries the headers that were recorded, and no Content-Length."""
    names = {name for name, _ in ask("/movie/popular").headers}

    assert names >= {
        "content-type", "cache-control", "date", "etag", "server", "vary", "via", "x-cache", "x-amz-cf-pop",
        "x-amz-cf-id", "x-gateway-cache-status", "x-memc", "x-memc-age", "x-memc-expires", "x-memc-key", "x-az",
        "x-task-id",
    }  # fmt: skip
    assert "content-length" not in names


def test_lifetimes_count_down_by_the_clock(ask, clock):
    """max-age falls as time passes, and starts anew when it has run out."""
    first = int(ask("/movie/popular").header("cache-control").rpartition("=")[2])
    clock.move(first // 2)
    second = int(ask("/movie/popular").header("cache-control").rpartition("=")[2])
    clock.move(second + 1)
    third = ask("/movie/popular")

    assert first - second == first // 2
    assert third.header("x-cache") == "Miss from cloudfront"
    assert int(third.header("cache-control").rpartition("=")[2]) > second


def test_trending_lives_ten_minutes(ask):
    """Trending is kept for ten minutes at most, lists for eight hours."""
    trending, popular = (
        int(ask(path).header("cache-control").rpartition("=")[2]) for path in ("/trending/movie/day", "/movie/popular")
    )

    assert 0 < trending <= 600 < popular <= 28_800


def test_modern_429(catalogue, clock, send):
    """The modern refusal has no Retry-After, no limits, no ETag and no lifetime."""
    fake = FakeTmdb(catalogue=catalogue, clock=clock)
    replies = [send(fake.app, "/3/movie/popular", authorization=f"Bearer {fake.read_token}") for _ in range(41)]
    names = {name for name, _ in replies[40].headers}

    assert [reply.status for reply in replies] == [200] * 40 + [429]
    assert names.isdisjoint({"retry-after", "x-ratelimit-limit", "cache-control", "etag"})
    assert replies[40].header("content-type") == "application/json; charset=utf-8"


def test_historic_429(catalogue, clock, send):
    """The historic form tells the limits on every response, and how many whole seconds to wait."""
    fake = FakeTmdb(catalogue=catalogue, clock=clock, limits=Limits(requests=1, seconds=10, form="historic"))
    passed, refused = (send(fake.app, "/3/configuration", authorization=f"Bearer {fake.read_token}") for _ in range(2))

    assert (passed.header("x-ratelimit-limit"), passed.header("x-ratelimit-remaining")) == ("1", "0")
    assert (refused.status, refused.header("retry-after")) == (429, "10")
    assert (
        refused.body
        == b'{"status_code":25,"status_message":"Your request count (2) is over the allowed limit of 1."}\n'
    )


def test_429_with_a_date(catalogue, clock, send):
    """For robustness Retry-After can be a date."""
    fake = FakeTmdb(catalogue=catalogue, clock=clock, limits=Limits(requests=1, form="date"))
    replies = [send(fake.app, "/3/configuration", authorization=f"Bearer {fake.read_token}") for _ in range(2)]

    assert replies[1].header("retry-after") == "Mon, 01 Jan 2024 12:00:01 GMT"


def test_the_journal_holds_every_request_and_no_key(fake, send):
    """Each request is recorded with its time, path, query, outcome and fault, and without its key."""
    fake.faults = [Fault(path="/configuration", status=503)]
    for path in ("/3/movie/popular?page=2&api_key=", "/3/configuration?api_key=", "/3/nope?api_key="):
        send(fake.app, path + fake.api_key)
    send(fake.app, "/3/movie/popular?api_key=wrong")

    assert [(call.path, call.query, call.outcome, call.fault, call.routed) for call in fake.journal.calls()] == [
        ("/3/movie/popular", "page=2", 200, "", True),
        ("/3/configuration", "", 503, "status 503", True),
        ("/3/nope", "", 404, "", False),
        ("/3/movie/popular", "", 401, "", True),
    ]
    assert fake.journal.calls()[0].at == fake.clock.now()
    assert fake.journal.calls()[0].client == "192.0.2.1:50000"


def test_a_kept_answer_is_still_checked_and_recorded(ask, fake, send):
    """What is served from the cache is recorded too, and a wrong key does not reach it."""
    ask("/movie/popular")
    ask("/movie/popular")
    refused = send(fake.app, "/3/movie/popular", authorization="Bearer wrong")

    assert refused.status == 401
    assert len(fake.journal) == 3


def test_the_cache_is_bounded(ask, fake):
    """Only the newest responses are kept."""
    fake.app.cache._responses = dict.fromkeys(((str(number), b"", b"") for number in range(MOST_CACHED)), None)  # type: ignore[assignment]
    ask("/movie/popular")

    assert len(fake.app.cache._responses) == MOST_CACHED
    assert ("0", b"", b"") not in fake.app.cache._responses


def test_drift_gives_duplicates_and_gaps(catalogue, clock, send):
    """With drift a reading of fifteen pages meets a movie twice, misses one, sees totals differ, each time the same."""
    readings, totals = [], set()
    for _ in range(2):
        fake = FakeTmdb(catalogue=catalogue, clock=clock, limits=NO_LIMITS, drift=True)
        documents = [
            send(fake.app, f"/3/movie/popular?page={page}", authorization=f"Bearer {fake.read_token}").json()
            for page in range(1, 16)
        ]
        readings.append([item["id"] for document in documents for item in document["results"]])
        totals = {document["total_results"] for document in documents}
    fake.drift = False
    still = {
        item["id"]
        for page in range(1, 16)
        for item in send(fake.app, f"/3/movie/popular?page={page}", authorization=f"Bearer {fake.read_token}").json()[
            "results"
        ]
    }

    assert readings[0] == readings[1]
    assert max(Counter(readings[0]).values()) == 2
    assert len(still - set(readings[0])) >= 1
    assert len(totals) > 1


@pytest.mark.parametrize("path", ["/movie/top_rated", "/trending/movie/day", "/discover/movie"])
@pytest.mark.parametrize("day", range(3))
def test_drift_whenever_and_wherever_one_reads(catalogue, clock, send, path, day):
    """A reading of fifteen pages of any list meets duplicates at any time of any day."""
    clock.move(day * 100_000)
    fake = FakeTmdb(catalogue=catalogue, clock=clock, limits=NO_LIMITS, drift=True)
    read = [
        item["id"]
        for page in range(1, 16)
        for item in send(fake.app, f"/3{path}?page={page}", authorization=f"Bearer {fake.read_token}").json()["results"]
    ]

    assert len(set(read)) < len(read)


def test_faults_in_process(fake, ask):
    """Without a connection to break, a reset and a cut raise; hanging waits for the client to go."""
    fake.faults = [Fault(nth=1, reset=True), Fault(nth=1, cut=0.5), Fault(nth=1, hang=True)]
    for _ in range(2):
        with pytest.raises(ConnectionResetError, match="fake TMDB was asked"):
            ask("/movie/popular")
    with pytest.raises(IndexError):
        ask("/movie/popular")

    assert [call.outcome for call in fake.journal.calls()] == [0, 200, 0]


def test_repeated_pages(fake, ask):
    """A page that repeats for ever has the content of that page under its own number; earlier pages are as usual."""
    fake.faults = [Fault(path="/movie/popular", repeat_page=2)]
    pages = [ask(f"/movie/popular?page={page}").json() for page in (1, 2, 3, 4)]

    assert [page["page"] for page in pages] == [1, 2, 3, 4]
    assert pages[0]["results"] != pages[1]["results"] == pages[2]["results"] == pages[3]["results"]
    assert ask("/movie/popular?page=0").status == 400


def test_repeated_pages_have_everything_but_the_number_of_the_repeated_one(fake, ask):
    """Only the page number is that of the request: results, totals and dates are those of the page that is repeated."""
    fake.drift = True
    of_two, of_four = (ask(f"/movie/now_playing?page={page}").json() for page in (2, 4))
    fake.faults = [Fault(repeat_page=2)]

    assert of_two["total_results"] != of_four["total_results"]
    assert ask("/movie/now_playing?page=4").json() == {**of_two, "page": 4}


@pytest.mark.parametrize("target", ["/movie/popular?page=0", "/movie/0", "/movie/550", "/movie/popular?page=501"])
def test_answers_that_have_no_other_page(fake, ask, target):
    """Errors and documents that are no page stay what they are where another page is asked to stand in for them."""
    usual = ask(target)
    fake.faults = [Fault(serve_page=3)]

    assert ask(target).body == usual.body


def test_an_answer_in_the_place_of_another_is_in_the_journal_as_asked(fake, ask):
    """The journal tells the page that the client asked for, and the fault; the true page is served afterwards."""
    fake.faults = [Fault(times=1, page=2, serve_page=5)]
    numbers = [ask("/movie/popular?page=2").json()["page"] for _ in range(2)]

    assert numbers == [5, 2]
    assert [(call.page, call.fault) for call in fake.journal.calls()] == [(2, "serve_page 5"), (2, "")]


def test_changed_documents_have_their_own_etag(fake, ask):
    """A document changed by a fault is consistent: its ETag is that of its bytes. Errors are not changed."""
    fake.faults = [Fault(set={"total_pages": 3})]
    reply = ask("/movie/popular")

    assert reply.json()["total_pages"] == 3
    assert reply.header("etag") == etag(reply.body)
    assert "total_pages" not in ask("/movie/0").json()


def test_a_fault_does_not_stay(fake, ask):
    """After a fault the next response is the usual one, and a fault is not kept by the cache."""
    usual = ask("/movie/popular").body
    fake.faults = [Fault(times=1, empty=True)]
    replies = [ask("/movie/popular") for _ in range(2)]

    assert replies[0].json()["results"] == []
    assert replies[1].body == usual


def test_faults_elsewhere_leave_the_cache_alone(fake, ask):
    """A rule that does not apply changes nothing: a page served again is still a hit."""
    fake.faults = [Fault(path="/other", status=503)]
    caches = [ask("/movie/popular").header("x-cache") for _ in range(2)]

    assert caches == ["Miss from cloudfront", "Hit from cloudfront"]


def test_faults_on_documents_leave_files_alone(fake, send, ask):
    """An export is no document to change, and details have no page to repeat."""
    fake.faults = [Fault(set={"page": 0}, repeat_page=1)]
    export = send(fake.app, "/p/exports/keyword_ids_01_01_2024.json.gz")

    assert export.body[:2] == b"\x1f\x8b"
    assert list(ask("/movie/550?page=2").json())[-1] == "page"
    fake.faults = [Fault(repeat_page=1)]
    assert "page" not in ask("/movie/550?page=2").json()


def test_revoked_key(fake, ask):
    """A key can be revoked in the middle of a run."""
    fake.faults = [Fault(skip=2, revoke=True)]

    assert [ask(f"/movie/popular?page={page}").status for page in (1, 2, 3, 4)] == [200, 200, 401, 401]


def test_without_a_client_address(fake):
    """Servers that tell no client address are served too."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "HEAD", "path": "/3/movie/popular", "query_string": b"", "headers": []}
    asyncio.run(fake.app(scope, None, send))

    assert sent[0]["status"] == 401
    assert fake.journal.calls()[0].client == "in-process:0"


def test_lifespan(fake):
    """Servers that ask for startup and shutdown get a response to both."""
    received = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    sent = []

    async def receive():
        return next(received)

    async def send(message):
        sent.append(message["type"])

    asyncio.run(fake.app({"type": "lifespan"}, receive, send))

    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_latency_is_waited(catalogue, monkeypatch, send):
    """Every response waits for the latency."""
    waited = []

    async def sleep(seconds):
        waited.append(seconds)

    monkeypatch.setattr("fake_tmdb.http.app.asyncio.sleep", sleep)
    fake = FakeTmdb(catalogue=catalogue, latency=0.08, clock=Clock())
    fake.faults = [Fault(path="/slow", delay=3.0)]
    send(fake.app, "/3/configuration")
    send(fake.app, "/3/slow")

    assert waited == [0.08, 0.08, 3.0]
