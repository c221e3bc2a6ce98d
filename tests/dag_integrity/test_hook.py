from types import SimpleNamespace

import pytest
from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from tmdb_pipeline.orchestration.hook import TmdbHook
from tmdb_pipeline.settings import Credential, MissingKey, SettingsError

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def settings_with(monkeypatch):
    """The settings with a Connection of these fields (None: there is no Connection) over an environment."""

    def settings(fields, **environ):
        monkeypatch.setattr("os.environ", environ)

        def get_connection(conn_id):
            assert conn_id == "tmdb_default"
            if fields is None:
                raise AirflowNotFoundException(conn_id)
            empty = {"password": None, "host": None, "port": None, "schema": None, "extra_dejson": {}}
            return SimpleNamespace(**empty | fields)

        monkeypatch.setattr(BaseHook, "get_connection", staticmethod(get_connection))
        return TmdbHook().settings

    return settings


def test_environment_serves_where_there_is_no_connection(settings_with):
    """Without a Connection everything comes from the environment."""
    settings = settings_with(None, TMDB_READ_TOKEN="eyJ.env", TMDB_REGION="JP")

    assert (settings.credential, settings.region) == (Credential("read_token", "eyJ.env"), "JP")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"password": "eyJ.conn"}, Credential("read_token", "eyJ.conn")),
        ({"extra_dejson": {"api_key": KEY}}, Credential("api_key", KEY)),
        ({"password": "eyJ.conn", "extra_dejson": {"api_key": KEY}}, Credential("read_token", "eyJ.conn")),
        ({}, Credential("read_token", "eyJ.env")),
    ],
)
def test_credential_of_the_connection_wins(settings_with, fields, expected):
    """The Connection's token or key replaces the environment's; without either the environment's stays."""
    assert settings_with(fields, TMDB_READ_TOKEN="eyJ.env").credential == expected


@pytest.mark.parametrize(
    ("fields", "base_url"),
    [
        ({"host": "fake-tmdb", "port": 8080, "schema": "http"}, "http://fake-tmdb:8080/3"),
        ({"host": "api.themoviedb.org"}, "https://api.themoviedb.org/3"),
        ({"host": "http://127.0.0.1:1234/3/"}, "http://127.0.0.1:1234/3"),
        ({}, "https://env.example/3"),
    ],
)
def test_address_of_the_connection_wins(settings_with, fields, base_url):
    """A host alone, with port and scheme, or as a whole address gives the base URL."""
    assert settings_with(fields, TMDB_BASE_URL="https://env.example/3").base_url == base_url


def test_extras_of_the_connection_win(settings_with):
    """Language, region and data root in the Connection's extra replace the environment's; empty ones do not."""
    extra = {"language": "en-US", "region": "", "data_root": "s3://bucket/tmdb"}

    settings = settings_with({"extra_dejson": extra}, TMDB_LANGUAGE="ja-JP", TMDB_REGION="JP", TMDB_DATA_ROOT="x")

    assert (settings.language, settings.region, settings.data_root) == ("en-US", "JP", "s3://bucket/tmdb")


def test_unusable_connection_is_one_sentence(settings_with):
    """A Connection is checked like the environment."""
    with pytest.raises(SettingsError, match="TMDB_BASE_URL cannot be used"):
        settings_with({"host": "ftp://somewhere"})


def test_client_of_a_task_takes_its_share_of_the_limits(settings_with):
    """Two tasks run at once, so each client gets half of the connections, and none without a key."""
    settings_with(None, TMDB_READ_TOKEN="eyJ.env", TMDB_CONNECTIONS="6")
    with TmdbHook().get_conn() as client:
        threads = client._pool._max_workers
    settings_with(None)

    assert threads == 3
    with pytest.raises(MissingKey):
        TmdbHook().get_conn()
