import gzip
import hashlib

import pytest

from fake_tmdb.api.responses import Response, failure, found
from fake_tmdb.http.cache import CachedResponse, accepts_gzip, etag, lifetime


def headers(response, now, *, compressed=False):
    """Return the headers of one serving as a mapping; of repeated ones the last."""
    return {name.decode(): value.decode() for name, value in response.headers(now, compressed=compressed)}


def test_etag_is_half_of_the_hash():
    """The ETag is weak and holds the first half of the SHA-256 of the body."""
    assert etag(b"{}") == f'W/"{hashlib.sha256(b"{}").hexdigest()[:32]}"'


@pytest.mark.parametrize("now", [0.0, 1_000.5, 1.7e9])
@pytest.mark.parametrize("ttl", [600, 28_800])
def test_lifetimes(now, ttl):
    """A response was made before now, expires after now, and lives for its ttl; until then nothing changes."""
    made, expires = lifetime("/3/movie/popular?page=1", ttl, now)

    assert made <= now < expires
    assert expires - made == pytest.approx(ttl)
    assert lifetime("/3/movie/popular?page=1", ttl, (now + expires) / 2)[1] == pytest.approx(expires)


def test_addresses_have_ages_of_their_own():
    """The pages of one list were made at different moments."""
    made = {lifetime(f"/3/movie/popular?page={page}", 28_800, 1.7e9)[0] for page in range(1, 16)}

    assert len(made) == 15


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        (b"gzip", True), (b"gzip, deflate, br", True), (b"br;q=1.0, GZIP;q=0.5", True), (b"*", True), (b"", False),
        (b"identity", False), (b"gzip;q=0", False), (b"gzip; q=0.0", False), (b"xgzip", False),
    ],
)  # fmt: skip
def test_accept_encoding(header, accepted):
    """Gzip is used when the client accepts it."""
    assert accepts_gzip(header) is accepted


def test_max_age_counts_down_and_age_counts_up():
    """Between two servings max-age falls and Age grows by the time that passed; the first is a miss, the next a hit."""
    response = CachedResponse(found({}, 600), query="", now=1_000.0, expires=1_500.0)
    first, second = headers(response, 1_000.0), headers(response, 1_060.4)

    assert (first["cache-control"], first["x-cache"], first.get("age")) == (
        "public, max-age=500",
        "Miss from cloudfront",
        None,
    )
    assert (second["cache-control"], second["x-cache"], second["age"]) == (
        "public, max-age=439",
        "Hit from cloudfront",
        "60",
    )


def test_hits_within_a_second_are_the_same_headers():
    """Within one second the headers are made once; the hit after the miss is told even then."""
    response = CachedResponse(found({}, 600), query="", now=1_000.0, expires=1_500.0)
    served = [headers(response, 1_000.0 + part / 10) for part in range(3)]

    assert [one["x-gateway-cache-status"] for one in served] == ["MISS", "HIT", "HIT"]
    assert response.headers(1_000.5, compressed=False) is response.headers(1_000.6, compressed=False)


def test_errors_carry_neither_etag_nor_lifetime():
    """An error has no ETag, no Cache-Control and no gzip, and says that it is one."""
    response = CachedResponse(failure(34), query="", now=1_000.0)
    told = headers(response, 1_000.0)

    assert not {"etag", "cache-control", "age"} & set(told)
    assert told["x-cache"] == "Error from cloudfront"
    assert not response.is_document


def test_compressed_bodies_are_deterministic():
    """The same body is compressed to the same bytes, and says so; only JSON is."""
    response = CachedResponse(found({"a": 1}, 600), query="", now=0.0, expires=600.0)

    assert gzip.decompress(response.packed) == response.body
    assert response.packed is response.packed
    assert headers(response, 1.0, compressed=True)["content-encoding"] == "gzip"
    assert not CachedResponse(Response(200, b"", content_type="application/gzip"), query="", now=0.0).is_document


def test_the_two_forms_of_the_type():
    """The origin writes its type without a blank, the gateway with one."""
    assert (
        headers(CachedResponse(found({}, 1), query="", now=0.0), 0.0)["content-type"]
        == "application/json;charset=utf-8"
    )
    assert (
        headers(CachedResponse(failure(7), query="", now=0.0), 0.0)["content-type"] == "application/json; charset=utf-8"
    )


def test_ages_go_beyond_a_day():
    """A response that is kept for days grows as old as it is, and its lifetime is that of days."""
    response = CachedResponse(found({}, 600), query="", now=1_000.0, expires=301_000.0)
    headers(response, 1_000.0)
    told = headers(response, 201_000.9)

    assert (told["age"], told["x-memc-age"]) == ("200000", "200000")
    assert (told["cache-control"], told["x-memc-expires"]) == ("public, max-age=99999", "99999")


def test_answer_past_its_time_has_no_negative_age():
    """A clock that was moved makes no response older than it can be, or valid for less than no time."""
    response = CachedResponse(found({}, 600), query="", now=1_000.0, expires=1_500.0)
    headers(response, 1_000.0)
    late, early = headers(response, 2_000.0), headers(response, 900.0)

    assert (late["cache-control"], late["x-memc-expires"], late["age"]) == ("public, max-age=0", "0", "1000")
    assert (early["age"], early["x-memc-age"]) == ("0", "0")


def test_headers_are_those_of_the_edge_and_the_origin():
    """Every header of a first serving, in order, with its value."""
    response = CachedResponse(found({}, 600), query="", now=0.0, expires=600.0)

    assert [(name.decode(), value.decode()) for name, value in response.headers(0.0, compressed=False)] == [
        ("content-type", "application/json;charset=utf-8"),
        ("date", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("server", "openresty"),
        ("cache-control", "public, max-age=600"),
        ("etag", etag(b"{}")),
        ("vary", "accept-encoding"),
        ("x-memc", "HIT"),
        ("x-memc-key", "fake"),
        ("x-az", "us-east-1a"),
        ("x-task-id", "fake"),
        ("x-memc-age", "0"),
        ("x-memc-expires", "600"),
        ("x-gateway-cache-status", "MISS"),
        ("vary", "Origin"),
        ("via", "1.1 fake.cloudfront.net (CloudFront)"),
        ("x-amz-cf-pop", "ICN57-P2"),
        ("x-amz-cf-id", "ZmFrZS10bWRiLWZha2UtdG1kYi1mYWtlLXRtZGItZmFrZQ=="),
        ("x-cache", "Miss from cloudfront"),
    ]


def test_what_an_answer_says_itself_comes_last():
    """Headers of the response follow those of the cache layer; one without a lifetime expires when it is made."""
    response = CachedResponse(
        Response(200, b"x", content_type="application/gzip", headers=(("a", "b"),)), query="q", now=5.0
    )

    assert response.headers(5.0, compressed=True)[-2:] == [(b"content-encoding", b"gzip"), (b"a", b"b")]
    assert (response.expires, response.query, response.routed, response.is_document) == (5.0, "q", True, False)


@pytest.mark.parametrize("url", ["/3/movie/popular?page=1", "/3/movie/popular?page=2", "/3/configuration"])
def test_lifetimes_follow_each_other(url):
    """When a response expires the next one is made, for an address at the same moments each time."""
    made, expires = lifetime(url, 600, 1.7e9)

    assert lifetime(url, 600, expires) == (expires, expires + 600)
    assert lifetime(url, 600, made) == (made, expires)


def test_an_error_matches_no_validator():
    """What has no ETag is sent whole, whatever a client says that it has."""
    page, error = (CachedResponse(made, query="", now=0.0) for made in (found({}, 1), failure(34)))

    assert page.matches(b"*")
    assert page.matches(page.etag)
    assert not error.matches(b"*")
