import pytest

from tmdb_pipeline.ops.airflow_api.access import Access
from tmdb_pipeline.settings import SettingsError

WHO = {"TMDB_AIRFLOW_USER": "admin", "TMDB_AIRFLOW_PASSWORD": "s3cr3t"}


def test_nothing_is_asked_where_nobody_says_where_airflow_is():
    """Without an address there is no Airflow to ask."""
    assert Access.from_environment(WHO) is None
    assert Access.from_environment({"TMDB_AIRFLOW_URL": " "}) is None


@pytest.mark.parametrize(
    "url", ["127.0.0.1:8080", "ftp://h", "http://", "http://h:0815x", "http://h:0", "http://a:b@h:8080"]
)
def test_address_that_is_none_is_said(url):
    """A slip is named, and what is right is shown; what stands there may hold a password and is not."""
    with pytest.raises(SettingsError) as raised:
        Access.from_environment({**WHO, "TMDB_AIRFLOW_URL": url})

    assert str(raised.value) == "TMDB_AIRFLOW_URL is no address of Airflow: give one such as http://127.0.0.1:8080."


@pytest.mark.parametrize("missing", WHO)
def test_somebody_has_to_ask(missing):
    """With an address and without a user, a password or a token, it is said what to set."""
    with pytest.raises(SettingsError, match="set TMDB_AIRFLOW_USER and TMDB_AIRFLOW_PASSWORD, or TMDB_AIRFLOW_TOKEN"):
        Access.from_environment({"TMDB_AIRFLOW_URL": "http://127.0.0.1:8080", **WHO, missing: ""})


def test_stack_is_asked_by_its_administrator():
    """At the port of its settings; what the messages name is what has to be mended there."""
    found = Access.of_stack({"AIRFLOW_PORT": "8081", "ADMIN_USER": "lee", "ADMIN_PASSWORD": "s3cr3t"})
    bare = Access.of_stack({})

    assert (found.url, found.user, found.password) == ("http://127.0.0.1:8081", "lee", "s3cr3t")
    assert (bare.url, bare.user, bare.password) == ("http://127.0.0.1:8080", "admin", "")
    assert "AIRFLOW_PORT in .env" in found.if_away
    assert "s3cr3t" not in repr(found)
