import json

import pytest
from airflow.sdk import BaseHook, Connection
from airflow.sdk.exceptions import AirflowNotFoundException

from tmdb_pipeline.orchestration.hook import TmdbHook
from tmdb_pipeline.orchestration.task_settings import settings_in_force
from tmdb_pipeline.settings import Credential, MissingKey, SettingsError

KEY = "0123456789abcdef0123456789abcdef"
ADDRESS = (
    "its host (with port and schema) cannot be used: "
    "give an address such as https://api.themoviedb.org/3, without user, query or fragment."
)
CLEAR = "its host (with port and schema) would send the key to TMDB itself without TLS: give it with https:// in front."
NO_KEY = "holds blanks or characters that no key has: copy it again from themoviedb.org, Settings, API."


@pytest.fixture
def settings_with(monkeypatch):
    """The settings with a Connection of these fields (None: there is no Connection) over an environment."""

    def settings(fields, **environ):
        monkeypatch.setattr("os.environ", environ)

        def get_connection(conn_id):
            assert conn_id == "tmdb_default"
            if fields is None:
                raise AirflowNotFoundException(conn_id)
            return Connection(conn_id=conn_id, **fields)

        monkeypatch.setattr(BaseHook, "get_connection", staticmethod(get_connection))
        return settings_in_force()

    return settings


def test_environment_serves_where_there_is_no_connection(settings_with):
    """Without a Connection everything comes from the environment."""
    settings = settings_with(None, TMDB_READ_TOKEN="eyJ.env", TMDB_REGION="JP")

    assert (settings.credential, settings.region) == (Credential("read_token", "eyJ.env"), "JP")


@pytest.fixture
def settings_from(monkeypatch):
    """The settings with a Connection that Airflow reads from the text of an AIRFLOW_CONN variable."""

    def settings(text):
        monkeypatch.setattr("os.environ", {"TMDB_BASE_URL": "https://env.example/3"})
        read = Connection.from_json if text.startswith("{") else Connection.from_uri
        monkeypatch.setattr(BaseHook, "get_connection", staticmethod(lambda conn_id: read(text, conn_id=conn_id)))
        return settings_in_force()

    return settings


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"password": "eyJ.conn"}, Credential("read_token", "eyJ.conn")),
        ({"extra": {"api_key": KEY}}, Credential("api_key", KEY)),
        ({"password": "eyJ.conn", "extra": {"api_key": KEY}}, Credential("read_token", "eyJ.conn")),
        ({"password": " eyJ.conn\n"}, Credential("read_token", "eyJ.conn")),
        ({"password": " ", "extra": {"api_key": None}}, Credential("read_token", "eyJ.env")),
        ({}, Credential("read_token", "eyJ.env")),
    ],
)
def test_credential_of_the_connection_wins(settings_with, fields, expected):
    """The Connection's token or key replaces the environment's; without either the environment's stays."""
    if "extra" in fields:
        fields = fields | {"extra": json.dumps(fields["extra"])}

    assert settings_with(fields, TMDB_READ_TOKEN="eyJ.env").credential == expected


@pytest.mark.parametrize(
    ("fields", "base_url"),
    [
        ({"host": "fake-tmdb", "port": 8080, "schema": "http"}, "http://fake-tmdb:8080/3"),
        ({"host": "fake-tmdb", "port": 8080, "schema": "HTTPS"}, "https://fake-tmdb:8080/3"),
        ({"host": "fake-tmdb", "port": 8080, "conn_type": "http"}, "http://fake-tmdb:8080/3"),
        ({"host": "fake-tmdb", "schema": "https", "conn_type": "http"}, "https://fake-tmdb/3"),
        ({"host": "api.themoviedb.org"}, "https://api.themoviedb.org/3"),
        ({"host": " API.themoviedb.org ", "conn_type": "http", "schema": ""}, "https://API.themoviedb.org/3"),
        ({"host": "api.tmdb.org:443", "conn_type": "http"}, "https://api.tmdb.org:443/3"),
        ({"host": "api.themoviedb.org/3", "conn_type": "http"}, "https://api.themoviedb.org/3"),
        ({"host": "api.themoviedb.org/3/", "schema": "3"}, "https://api.themoviedb.org/3"),
        ({"host": "proxy.example/tmdb", "schema": "/3/"}, "https://proxy.example/tmdb/3"),
        ({"host": "http://localhost", "port": 8080}, "http://localhost:8080/3"),
        ({"host": "http://localhost:8080", "port": 8080, "schema": "https"}, "http://localhost:8080/3"),
        ({"host": "http://127.0.0.1:1234/3/"}, "http://127.0.0.1:1234/3"),
        ({"host": "http://127.0.0.1:1234/v4/"}, "http://127.0.0.1:1234/v4"),
        ({"host": "", "port": 8080, "schema": "http", "conn_type": "http"}, "https://env.example/3"),
        ({}, "https://env.example/3"),
    ],
    ids=str,
)
def test_address_of_the_connection_wins(settings_with, fields, base_url):
    """What stands in the form's fields gives the base URL: a host alone, or with port, scheme and path."""
    assert settings_with(fields, TMDB_BASE_URL="https://env.example/3").base_url == base_url


@pytest.mark.parametrize(
    ("text", "base_url"),
    [
        ("https://:eyJ.conn@api.themoviedb.org/3", "https://api.themoviedb.org/3"),
        ("https://:eyJ.conn@api.themoviedb.org/3/", "https://api.themoviedb.org/3"),
        ("https://:eyJ.conn@api.themoviedb.org", "https://api.themoviedb.org/3"),
        ("tmdb://:eyJ.conn@api.themoviedb.org/3", "https://api.themoviedb.org/3"),
        ("http://:eyJ.conn@https%3A%2F%2Fapi.themoviedb.org%2F3", "https://api.themoviedb.org/3"),
        ("http://:eyJ.conn@localhost:8080/3", "http://localhost:8080/3"),
        ("http://:eyJ.conn@localhost:8080/https", "https://localhost:8080/3"),
        ("http://:eyJ.conn@", "https://env.example/3"),
        ('{"conn_type": "http", "password": "eyJ.conn"}', "https://env.example/3"),
        ('{"password": "eyJ.conn", "host": "api.themoviedb.org"}', "https://api.themoviedb.org/3"),
        ('{"conn_type": "http", "password": "eyJ.conn", "host": "fake", "port": "80"}', "http://fake:80/3"),
    ],
)
def test_connection_of_an_airflow_variable_is_understood(settings_from, text, base_url):
    """AIRFLOW_CONN_TMDB_DEFAULT may be a URI, whose path Airflow puts into the schema, or JSON."""
    settings = settings_from(text)

    assert (settings.base_url, settings.credential) == (base_url, Credential("read_token", "eyJ.conn"))


def test_extras_of_the_connection_win(settings_with):
    """Language, region and data root in the Connection's extra replace the environment's; empty ones do not."""
    extra = {"language": "en-US", "region": "", "data_root": " s3://bucket/tmdb "}

    settings = settings_with({"extra": json.dumps(extra)}, TMDB_LANGUAGE="ja-JP", TMDB_REGION="JP", TMDB_DATA_ROOT="x")

    assert (settings.language, settings.region, settings.data_root) == ("en-US", "JP", "s3://bucket/tmdb")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"host": "ftp://somewhere"}', ADDRESS),
        ('{"host": "somewhere", "port": 70000}', ADDRESS),
        ('{"host": "http://localhost:8080", "port": 80}', ADDRESS),
        ('{"host": "somewhere?a=b"}', ADDRESS),
        (
            '{"conn_type": "http", "host": "api.themoviedb.org", "schema": "http"}',
            CLEAR,
        ),
        (
            '{"password": "0123456789abcdef0123456789abcdef"}',
            "its password holds a v3 key (32 characters, 0 to 9 and a to f): put it into its extra api_key.",
        ),
        (
            '{"extra": {"api_key": "eyJh.eyJh.x"}}',
            (
                "its extra api_key holds a read token (long, in three parts with dots between them): "
                "put it into its password."
            ),
        ),
        (
            '{"password": "Bearer eyJh.a.b"}',
            "its password begins with the word Bearer: give what follows it, without that word.",
        ),
        ('{"password": "two words"}', f"its password {NO_KEY}"),
        ('{"extra": {"api_key": "two words"}}', f"its extra api_key {NO_KEY}"),
        (
            '{"extra": {"language": "Korean"}}',
            "its extra language='Korean' is no language tag: give one such as ko-KR or ko.",
        ),
        ('{"extra": {"region": "Korea"}}', "its extra region='Korea' is no country code: give one such as KR."),
        ('{"extra": {"language": 1}}', "its extra language is no text: put it in quotes."),
        ('{"extra": {"data_root": false}}', "its extra data_root is no text: put it in quotes."),
        ('{"extra": {"api_key": 12345678}}', "its extra api_key is no text: put it in quotes."),
        ('{"schema": 3}', "its schema is no text: put it in quotes."),
        ('{"password": 12345678}', "its password is no text: put it in quotes."),
        (
            f'{{"extra": "{{\\"language\\": {"1" * 5000}}}"}}',
            'its extra is no JSON object: give one such as {"language": "ko-KR"}.',
        ),
        ('{"extra": ["ko-KR"]}', 'its extra is no JSON object: give one such as {"language": "ko-KR"}.'),
    ],
)
def test_unusable_connection_is_one_message(settings_from, text, message):
    """A Connection is checked like the environment, and the message names it and its field, not a variable."""
    with pytest.raises(SettingsError) as raised:
        settings_from(text)

    assert str(raised.value) == f"In the Connection tmdb_default, {message}"


def test_unusable_environment_is_named_where_there_is_a_connection(settings_with):
    """What the environment has wrong is not laid at the Connection's door."""
    with pytest.raises(SettingsError, match=r"^TMDB_LANGUAGE='Korean' is no language tag"):
        settings_with({"password": "eyJ.conn"}, TMDB_LANGUAGE="Korean")


def test_clients_of_tasks_share_the_connections(settings_with):
    """Of 12 connections the first task takes what it can use, the second the rest; without a key there is no client."""
    settings_with(None, TMDB_READ_TOKEN="eyJ.env", TMDB_CONNECTIONS="12", TMDB_BASE_URL="http://shared.example/3")
    with TmdbHook().get_conn() as first, TmdbHook().get_conn() as second:
        threads = [client._pool._max_workers for client in (first, second)]
    settings_with(None)

    assert threads == [8, 4]
    with pytest.raises(MissingKey):
        TmdbHook().get_conn()


def test_settings_that_are_known_are_not_looked_up_again(settings_with):
    """A task that has looked up its settings gives them to the hook, and shares their limits all the same."""
    address = "http://known.example/3"
    settings = settings_with({"password": "eyJ.conn"}, TMDB_CONNECTIONS="12", TMDB_BASE_URL=address)
    settings_with(None)

    with TmdbHook(settings=settings).get_conn(), TmdbHook(settings=settings).get_conn() as second:
        threads = second._pool._max_workers

    assert threads == 4
