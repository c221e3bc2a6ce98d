import gzip
import hashlib
from datetime import UTC, date, datetime
from random import Random

import pytest
from raw_server import RawServer, hanging_up, response
from support import HeldClock, free_port

from fake_tmdb.faults.fault import Fault
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.settings import Credential, Settings, SettingsError
from tmdb_pipeline.tmdb.errors import BadRequest, Blocked, BrokenResponse, RateLimited, Unavailable, Unreachable
from tmdb_pipeline.tmdb.exports.client import ExportClient
from tmdb_pipeline.tmdb.exports.errors import ExportGone, ExportNotThere
from tmdb_pipeline.tmdb.retry import RetryBudget

DAY = date(2024, 1, 1)
NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)
NAME = "/movie_ids_01_01_2024.json.gz"
LINES = b'{"id":1}\n{"id":2}\n'
STORAGE_SAYS_NO = response(b"<Error><Code>AccessDenied</Code></Error>", status="403 Forbidden")


@pytest.fixture
def clock(tmdb):
    """Noon of New Year's Day, at the fake as well."""
    tmdb.fake.clock.freeze(NOON.timestamp())
    return HeldClock(NOON)


@pytest.fixture
def client(settings, clock):
    with ExportClient(settings, clock=clock, random=Random(7)) as made:
        yield made


def asked(tmdb):
    return [call.url for call in tmdb.fake.journal.calls()]


def client_of(server, *, clock=None, **more):
    return ExportClient(Settings(base_url=server.url), clock=clock or HeldClock(NOON), random=Random(7), **more)


def failure(server, **more):
    """The error that reading from a server ends in."""
    with client_of(server, **more) as client, pytest.raises(Exception) as raised:  # noqa: PT011 - the tests look
        client.movies(DAY, b"".join)
    return raised.value


def test_export_comes_whole_with_what_is_known_of_it(client, tmdb, settings):
    """The bytes that are read are the unpacked file, of which size, checksum and moments are told."""
    received, lines = client.movies(DAY, b"".join)

    packed = tmdb.fake.repository.files["export movie_ids True"]
    assert lines == gzip.decompress(packed)
    assert received.address == settings.base_url.removesuffix("/3") + "/p/exports" + NAME
    assert (received.day, received.size, received.sha256) == (DAY, len(packed), hashlib.sha256(packed).hexdigest())
    assert received.last_modified == datetime(2024, 1, 1, 7, 19, 28, tzinfo=UTC)
    assert received.received_at == NOON
    assert asked(tmdb) == ["/p/exports" + NAME]


def test_reader_that_stops_early_does_not_leave_the_file_half_checked(client, tmdb):
    """Whatever a reader takes, the file is read to its end, which alone tells that it is whole."""
    received, first = client.movies(DAY, next)

    packed = tmdb.fake.repository.files["export movie_ids True"]
    assert received.sha256 == hashlib.sha256(packed).hexdigest()
    assert gzip.decompress(packed).startswith(first)


@pytest.mark.parametrize("kind", ["read_token", "api_key"])
def test_no_key_is_sent(tmdb, kind):
    """The host of the exports sees neither a key nor a token, and is asked for the file as it is."""
    with RawServer(response(gzip.compress(LINES, mtime=0))) as server:
        settings = Settings(Credential(kind, getattr(tmdb.fake, kind)), base_url=server.url)
        with ExportClient(settings, clock=HeldClock(NOON)) as client:
            received, lines = client.movies(DAY, b"".join)

    head = server.heads[0]
    assert lines == LINES
    assert received.last_modified is None
    assert head.startswith(f"GET /p/exports{NAME} HTTP/1.1\r\n")
    assert "authorization" not in head.lower()
    assert settings.credential.secret not in head
    assert "accept-encoding: identity\r\n" in head.lower()


@pytest.mark.parametrize("fault", [Fault(cut=0.5, nth=1), Fault(truncate=0.9, nth=1), Fault(status=503, nth=1)])
def test_export_that_was_cut_is_read_anew(client, tmdb, clock, fault):
    """What a reader made of a stream that ended too early is dropped, and the next try begins at the first byte."""
    tmdb.fake.faults = [fault]
    begun = []

    def read(pieces):
        begun.append(True)
        return b"".join(pieces)

    _, lines = client.movies(DAY, read)

    assert lines == gzip.decompress(tmdb.fake.repository.files["export movie_ids True"])
    assert len(asked(tmdb)) == 2
    assert len(clock.slept) == 1
    assert len(begun) == (1 if fault.status else 2)


@pytest.mark.parametrize(
    ("fault", "kind", "what"),
    [
        (Fault(truncate=0.5), BrokenResponse, "the export's gzip stream is cut off after 5 tries."),
        (Fault(text="<html>"), BrokenResponse, "the export's gzip stream is none: what came is no gzip after 5 tries."),
        (Fault(cut=0.5), Unreachable, "the response was cut off after 5 tries."),
        (Fault(status=500), Unavailable, "TMDB is in trouble (500: Internal error: Something went wrong"),
        (Fault(status=429), RateLimited, "we ask too often"),
    ],
)
def test_trouble_that_lasts_is_told_after_the_budget(client, tmdb, fault, kind, what):
    """Transient trouble is tried five times, and then its type and message say what it is."""
    tmdb.fake.faults = [fault]

    with pytest.raises(kind) as raised:
        client.movies(DAY, b"".join)

    assert what in str(raised.value)
    assert len(asked(tmdb)) == 5


@pytest.mark.parametrize("body", ["xml", "json", "html", "empty"])
def test_404_is_a_missing_export(client, tmdb, body):
    """404 says that there is no such file, whoever says it; asking again at once is in vain."""
    tmdb.fake.faults = [Fault(status=404, body=body)]

    with pytest.raises(ExportNotThere, match=r"is not there \(404\), though it should be"):
        client.movies(DAY, b"".join)

    assert len(asked(tmdb)) == 1


def test_export_is_waited_for_before_eight(settings, tmdb):
    """At 07:00 UTC the storage says 403, which is not there yet, and how long to wait; an hour later it is there."""
    clock = HeldClock(datetime(2024, 1, 1, 7, tzinfo=UTC))
    tmdb.fake.clock.freeze(clock.now().timestamp())

    with ExportClient(settings, clock=clock) as client:
        with pytest.raises(ExportNotThere, match="not there yet") as raised:
            client.movies(DAY, b"".join)
        clock.advance(raised.value.retry_after)
        tmdb.fake.clock.freeze(clock.now().timestamp())
        received, _ = client.movies(DAY, b"".join)

    assert raised.value.retry_after == 3600
    assert not raised.value.permanent
    assert received.received_at == datetime(2024, 1, 1, 8, tzinfo=UTC)


def test_export_of_long_ago_is_gone_for_good(client, tmdb):
    """What TMDB no longer keeps is a permanent error, told at the first request."""
    with pytest.raises(ExportGone, match="of 2023-09-01 is gone for good"):
        client.movies(date(2023, 9, 1), b"".join)

    assert len(asked(tmdb)) == 1


def test_day_to_come_is_not_asked_for(client, tmdb):
    """The export of tomorrow is a permanent error without any request."""
    with pytest.raises(ExportGone, match="of 2024-01-02, which is yet to come"):
        client.movies(date(2024, 1, 2), b"".join)

    assert asked(tmdb) == []


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        (STORAGE_SAYS_NO, ExportNotThere, "the export of 2024-01-01 is not there (403)"),
        (
            response(b"<html>blocked</html>", "Server: CloudFront", status="403 Forbidden"),
            Blocked,
            "we are not let through (403 from CloudFront)",
        ),
        (
            response(b"", "Location: https://login.example/", status="302 Found"),
            Blocked,
            "we are sent elsewhere (302), and an export is only taken from its host. Is TMDB_EXPORTS_URL right?",
        ),
        (
            response(b'{"status_code":7,"status_message":"Invalid API key"}', status="401 Unauthorized"),
            BadRequest,
            "what answers there has no exports (401). Is TMDB_EXPORTS_URL right?",
        ),
        (
            response(b'{"status_message":"no"}', status="400 Bad Request"),
            BadRequest,
            "what answers there has no exports (400). Is TMDB_EXPORTS_URL right?",
        ),
        (
            response(b"", status="407 Proxy Authentication Required"),
            BadRequest,
            "the proxy wants to know who we are (407)",
        ),
        (response(b"x" * 200_000, status="403 Forbidden"), Blocked, "we are not let through (403)"),
    ],
)
def test_refusal_is_told_by_who_says_it(answer, kind, message):
    """Only the storage knows what is missing; others block, send elsewhere, or are the wrong host."""
    with RawServer(answer) as server:
        error = failure(server)

    assert type(error) is kind
    assert message in str(error)
    assert error.tries == 1
    assert len(server.heads) == 1


def test_export_has_a_limit(monkeypatch):
    """A body of more bytes than an export may have is a broken response, however it is framed."""
    monkeypatch.setattr("tmdb_pipeline.tmdb.exports.client.MAX_EXPORT", 10_000)
    packed = gzip.compress(Random(7).randbytes(20_000), mtime=0)
    with RawServer(response(packed)) as server:
        error = failure(server, budget=RetryBudget(tries=1))

    assert type(error) is BrokenResponse
    assert "the response is longer than" in str(error)


def test_export_may_be_larger_than_a_page(monkeypatch):
    """The limit for responses of the API does not hold for exports, which are larger."""
    monkeypatch.setattr("tmdb_pipeline.tmdb.bounds.MAX_BODY", 1_000)
    content = Random(7).randbytes(20_000)
    with RawServer(response(gzip.compress(content, mtime=0))) as server, client_of(server) as client:
        assert client.movies(DAY, b"".join)[1] == content


def test_try_has_a_deadline():
    """A stream that takes longer than a try may is given up, and tried again within the budget."""
    clock = HeldClock(NOON)
    packed = gzip.compress(Random(7).randbytes(400_000), mtime=0)

    def slowly(pieces):
        return [clock.advance(40) for _ in pieces]

    with (
        RawServer(response(packed)) as server,
        client_of(server, clock=clock, budget=RetryBudget(tries=2, per_try=60)) as client,
        pytest.raises(Unreachable, match="the response came too slowly after 2 tries"),
    ):
        client.movies(DAY, slowly)

    assert len(server.heads) == 2


def test_error_of_the_reader_is_not_taken_for_the_networks(client, tmdb):
    """What a reader raises, such as for a full disk, goes up as it is, at the first try."""

    def read(pieces):
        next(pieces)
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        client.movies(DAY, read)

    assert len(asked(tmdb)) == 1


def test_nobody_there_is_unreachable():
    """Where nobody listens, the message names the address that was asked."""
    url = f"http://127.0.0.1:{free_port()}/3"
    with (
        ExportClient(Settings(base_url=url), clock=HeldClock(NOON), budget=RetryBudget(tries=1)) as client,
        pytest.raises(Unreachable) as raised,
    ):
        client.movies(DAY, b"".join)

    address = url.removesuffix("/3") + "/p/exports"
    assert str(raised.value) == f"{NAME}: the connection was refused. Is {address} right, and the network up?"


def test_stream_that_ends_without_a_length_is_cut_off():
    """Without a Content-Length only gzip itself tells that the stream was cut."""
    start = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + gzip.compress(LINES, mtime=0)[:-3]
    with RawServer(hanging_up(start)) as server:
        error = failure(server, budget=RetryBudget(tries=1))

    assert type(error) is BrokenResponse
    assert "the export's gzip stream is cut off" in str(error)


def test_setting_that_cannot_be_used_is_told_when_the_client_is_made():
    """A fake's base URL with TMDB's exports, or an address that nothing can be sent to, is refused at once."""
    with pytest.raises(SettingsError, match=r"^TMDB_EXPORTS_URL is TMDB's own"):
        ExportClient(Settings(base_url="http://127.0.0.1:1/3", exports_url="https://files.tmdb.org/p/exports"))
    with pytest.raises(SettingsError, match=r"^TMDB_EXPORTS_URL cannot be used: nothing can be sent"):
        ExportClient(Settings(exports_url="https://\u2603.example/p/exports"))


def test_lake_error_is_no_network_error():
    """A reader's LakeError keeps its type."""
    with RawServer(response(gzip.compress(LINES, mtime=0))) as server, client_of(server) as client:

        def read(_pieces):
            raise LakeError("full")

        with pytest.raises(LakeError, match="full"):
            client.movies(DAY, read)
