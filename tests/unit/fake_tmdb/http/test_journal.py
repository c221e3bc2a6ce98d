import pytest

from fake_tmdb.http.journal import KEPT, Call, Journal


def call(path="/3/movie/popular", query="", at=0.0, outcome=200, fault="", *, routed=True):
    """Return a request with usual parts."""
    return Call(at, "GET", path, query, outcome, fault, routed, "192.0.2.1:1")


@pytest.fixture
def journal():
    """Return a journal of three pages and a wrong path."""
    journal = Journal()
    for entry in (
        call(query="page=1", at=0.0),
        call(query="page=2", at=0.4, outcome=503, fault="status 503"),
        call(query="page=2&language=ko-KR", at=0.9),
        call("/3/nope", at=1.1, outcome=404, routed=False),
    ):
        journal.record(entry)
    return journal


def test_queries(journal):
    """Requests are found by path (with or without /3), page, outcome and fault."""
    assert len(journal.calls()) == len(journal) == 4
    assert len(journal.calls("/movie/*")) == len(journal.calls("/3/movie/popular")) == 3
    assert [entry.at for entry in journal.calls(page=2)] == [0.4, 0.9]
    assert [entry.at for entry in journal.calls(outcome=503)] == [0.4]
    assert [entry.at for entry in journal.calls(fault="status 503")] == [0.4]


def test_pages_and_repetitions(journal):
    """The pages asked are told in order, and what was asked twice is counted."""
    journal.record(call(query="page=1", at=3))

    assert journal.pages("/movie/popular") == [1, 2, 2, 1]
    assert journal.asked_twice() == {"/3/movie/popular?page=1": 2}


def test_unmatched_routes(journal):
    """Requests for which there is no route are told apart."""
    assert [entry.path for entry in journal.unmatched()] == ["/3/nope"]


def test_peak_counts_half_open_windows(journal):
    """The peak is the most requests in any window of that length."""
    assert journal.peak() == 3
    assert journal.peak(0.45) == 2
    assert journal.peak(0.9) == 3
    assert Journal().peak() == 0


def test_peak_of_requests_a_window_apart():
    """Two requests exactly a second apart do not lie within one second."""
    journal = Journal()
    journal.record(call(at=1.0))
    journal.record(call(at=2.0))

    assert (journal.peak(1.0), journal.peak(1.001)) == (1, 2)


@pytest.mark.parametrize(("query", "page"), [("", 1), ("page=", 1), ("page=x", 0), ("page=7", 7), ("page=-1", 0)])
def test_page_of_a_request(query, page):
    """No page is page 1; what is no number is page 0."""
    assert call(query=query).page == page


def test_clear(journal):
    """A cleared journal is empty."""
    journal.clear()

    assert len(journal) == 0


def test_watching():
    """Every watcher sees every request, and the journal keeps it too."""
    journal, seen, also = Journal(), [], []
    journal.watch(seen.append)
    journal.watch(also.append)
    journal.record(call())

    assert seen == also == journal.calls() == [call()]


def test_expectations_that_hold(journal):
    """What was asked is returned."""
    assert len(journal.expect("/movie/popular")) == 3
    assert len(journal.expect("/movie/popular", page=2, times=2)) == 2
    assert journal.expect("/nothing", times=0) == []


def test_near_misses_are_readable(journal):
    """A failed expectation tells what was expected, and the nearest requests with what they miss by, nearest first."""
    with pytest.raises(AssertionError) as told:
        journal.expect("/movie/popular", page=3)

    lines = str(told.value).splitlines()
    assert lines[0] == "Expected at least one request for /movie/popular, page=3, found 0 among 4."
    assert lines[1] == "  near miss: GET /3/movie/popular?page=1 -> 200 (page is 1)"
    assert lines[-1] == "  near miss: GET /3/nope -> 404 (another path, page is 1)"


def test_too_many_matches_are_listed(journal):
    """Where more requests match than expected, they are listed."""
    with pytest.raises(
        AssertionError, match=r"Expected 1 requests.*found 3[\s\S]*matched: GET /3/movie/popular\?page=2 -> 503 \[s"
    ):
        journal.expect("/movie/popular", times=1)


def test_unanswered_requests_say_so():
    """A request without a response is shown as such."""
    assert str(call(outcome=0, fault="hang")) == "GET /3/movie/popular -> no response [hang]"


def test_newest_are_kept(monkeypatch):
    """Two hundred thousand requests are kept; then the oldest go."""
    assert KEPT == 200_000
    monkeypatch.setattr("fake_tmdb.http.journal.KEPT", 3)
    journal = Journal()
    for number in range(5):
        journal.record(call(at=float(number)))

    assert [entry.at for entry in journal.calls()] == [2.0, 3.0, 4.0]


def test_watchers_find_the_request_in_the_journal():
    """A watcher may ask the journal about the request that it is told of, so that is kept first."""
    journal, lengths = Journal(), []
    journal.watch(lambda _: lengths.append(len(journal)))
    journal.record(call())
    journal.record(call())

    assert lengths == [1, 2]


def test_parameters_are_decoded_and_may_be_empty():
    """A request is read as the server reads it."""
    assert call(query="query=a+b%26&page=&x").parameters == {"query": "a b&", "page": "", "x": ""}
    assert call(query="page=٣").page == 0


def test_addresses_are_path_and_query():
    """What was asked is shown as it was sent."""
    assert (call(query="page=2").url, call().url) == ("/3/movie/popular?page=2", "/3/movie/popular")
    assert str(call(query="page=2")) == "GET /3/movie/popular?page=2 -> 200"


def test_five_of_many_are_shown():
    """A failed expectation shows five requests that match and the five nearest misses, the nearest first."""
    journal = Journal()
    for number in range(7):
        journal.record(call(at=float(number), outcome=500))
        journal.record(call("/3/other", at=float(number)))
        journal.record(call(at=float(number)))

    with pytest.raises(AssertionError) as told:
        journal.expect("/movie/popular", times=1, outcome=200)

    assert str(told.value).splitlines() == [
        "Expected 1 requests for /movie/popular, outcome=200, found 7 among 21.",
        *["  matched: GET /3/movie/popular -> 200"] * 5,
        "  near miss: GET /3/movie/popular -> 500 (outcome is 500)",
        "  near miss: GET /3/other -> 200 (another path)",
        "  near miss: GET /3/movie/popular -> 500 (outcome is 500)",
        "  near miss: GET /3/other -> 200 (another path)",
        "  near miss: GET /3/movie/popular -> 500 (outcome is 500)",
    ]


def test_expectations_take_every_part(journal):
    """Fault and outcome are expected as they are asked for, with the nearest miss in words."""
    assert [entry.at for entry in journal.expect("*", fault="status 503", outcome=503)] == [0.4]
    with pytest.raises(
        AssertionError, match=r"near miss: GET /3/movie/popular\?page=2 -> 503 \[s.* 503\] \(outcome is 503\)"
    ):
        journal.expect("/movie/popular", fault="status 503", outcome=500)
