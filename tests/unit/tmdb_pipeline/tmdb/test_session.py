import pytest
import requests
import vcr

from tmdb_pipeline.settings import Credential
from tmdb_pipeline.tmdb.session import tmdb_session

KEY = Credential("api_key", "key/with+signs")


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("/3/movie/popular?page=1", "/3/movie/popular?page=1&api_key=key%2Fwith%2Bsigns"),
        ("/3/configuration", "/3/configuration?api_key=key%2Fwith%2Bsigns"),
    ],
)
def test_key_is_added_by_the_connection(monkeypatch, scheme, url, sent):
    """Over HTTP and HTTPS alike the key joins the query, quoted, as the last thing before the request line is sent."""
    seen = []
    session = tmdb_session(KEY, connections=1, user_agent="test")
    manager = session.get_adapter(f"{scheme}://tmdb.invalid").poolmanager
    connection = manager.connection_from_url(f"{scheme}://tmdb.invalid")._new_conn()
    monkeypatch.setattr(type(connection).__mro__[1], "request", lambda self, method, url, **rest: seen.append(url))

    connection.request("GET", url)

    assert seen == [sent]


def test_read_token_is_a_header_and_changes_no_address():
    """A token goes into the Authorization header; addresses stay as they are."""
    session = tmdb_session(Credential("read_token", "eyJ.token"), connections=1, user_agent="test")

    address = "http://tmdb.invalid/3/configuration"
    prepared = session.auth(session.prepare_request(requests.Request("GET", address)))

    assert prepared.headers["Authorization"] == "Bearer eyJ.token"
    assert prepared.url == address


@pytest.mark.parametrize(
    ("credential", "sent"), [(KEY, None), (Credential("read_token", "eyJ.token"), "Bearer eyJ.token")]
)
def test_netrc_adds_nothing_to_a_request(tmp_path, monkeypatch, credential, sent):
    """A .netrc entry for the host, which requests likes to send, neither joins a v3 key nor replaces a token."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine tmdb.invalid login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    session = tmdb_session(credential, connections=1, user_agent="test")

    prepared = session.prepare_request(requests.Request("GET", "http://tmdb.invalid/3/configuration"))

    assert prepared.headers.get("Authorization") == sent


@pytest.mark.parametrize("kind", ["api_key", "read_token"])
def test_cassettes_can_be_recorded_and_played(tmdb, tmp_path, kind):
    """Requests with both kinds of credential go through vcrpy, which can keep the key out and play them again."""
    recorder = vcr.VCR(filter_query_parameters=["api_key"], filter_headers=["authorization"])
    cassette = tmp_path / "configuration.yaml"
    secret = getattr(tmdb.fake, kind)

    def ask():
        session = tmdb_session(Credential(kind, secret), connections=1, user_agent="test")
        with session.get(f"{tmdb.url}/configuration", stream=True, timeout=5) as response:
            return response.status_code, response.raw.read(decode_content=False)

    with recorder.use_cassette(str(cassette), record_mode="once"):
        recorded = ask()
    tmdb.fake.journal.clear()
    with recorder.use_cassette(str(cassette), record_mode="none"):
        played = ask()

    assert recorded == played
    assert recorded[0] == 200
    assert tmdb.fake.journal.calls() == []
    assert secret not in cassette.read_text()


def test_host_without_keys_is_shown_none(tmp_path, monkeypatch):
    """Without a credential neither a header nor a query shows one, and .netrc adds none."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine files.invalid login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    session = tmdb_session(None, connections=1, user_agent="test")

    prepared = session.prepare_request(requests.Request("GET", "http://files.invalid/x.gz"))

    assert (prepared.headers.get("Authorization"), prepared.url) == (None, "http://files.invalid/x.gz")
