import json
import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from raw_server import RawServer
from support import free_port

from tmdb_pipeline.monitoring.audit.airflow_api import AirflowApi, NoEventLog
from tmdb_pipeline.settings import SettingsError

SINCE = datetime(2026, 11, 20, tzinfo=UTC)
WHO = {"TMDB_AIRFLOW_USER": "admin", "TMDB_AIRFLOW_PASSWORD": "s3cr3t"}


def said(body, status=200):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return b"HTTP/1.1 %d x\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body


def page(numbers, total):
    events = [
        {"event_log_id": each, "when": "2026-11-27T00:00:00Z", "event": f"e{each}", "owner": "lee", "extra": None}
        for each in numbers
    ]
    return said({"event_logs": events, "total_entries": total})


TOKEN = said({"access_token": "eyJ.t"}, 201)


def api(url, **more):
    return AirflowApi.from_environment({"TMDB_AIRFLOW_URL": url, **WHO, **more})


def events(*answers, **more):
    with RawServer(*answers) as server:
        found = api(server.url.removesuffix("/3") + "/", **more).events(SINCE)
    return found, server.heads


def test_all_pages_of_the_log_are_read():
    """Signed in once, the log is read to its end, the newest first, without what became of tasks."""
    found, heads = events(TOKEN, page([3, 2], 3), page([1], 3))

    assert [each.event for each in found] == ["e3", "e2", "e1"]
    assert heads[0].startswith("POST /auth/token ")
    asked = [parse_qs(urlsplit(address).query) for address in re.findall(r"GET (\S+)", "".join(heads))]
    assert [query["offset"] for query in asked] == [["0"], ["2"]]
    assert asked[0]["after"] == ["2026-11-20T00:00:00+00:00"]
    assert asked[0]["order_by"] == ["-event_log_id"]
    assert {"running", "success", "failed"} <= {*asked[0]["excluded_events"]}
    assert "Authorization: Bearer eyJ.t" in heads[1]


def test_log_that_shrinks_meanwhile_ends():
    """Where somebody cleans it up while it is read, an empty page is the end."""
    assert len(events(TOKEN, page([3], 9), page([], 9))[0]) == 1


def test_token_needs_no_user():
    """Who has a token signs in no more."""
    found, heads = events(page([1], 1), TMDB_AIRFLOW_USER="", TMDB_AIRFLOW_TOKEN="eyJ.mine")

    assert len(found) == 1
    assert "Authorization: Bearer eyJ.mine" in heads[0]


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ([said({}, 401)], r"does not know this user or password \(401\): mend TMDB_AIRFLOW_USER and TMDB_AIRFLOW_PASS"),
        ([TOKEN, said({}, 403)], r"does not let this user see its log \(403\): mend TMDB_AIRFLOW_USER"),
        ([said({}, 404)], r"auth/token is no Airflow 3 \(status 404\): mend TMDB_AIRFLOW_URL"),
        ([said(b"<html>")], r"is no Airflow 3 \(status 200\)"),
        ([said(b"", 302)], r"is no Airflow 3 \(status 302\)"),
        ([TOKEN, said({"event_logs": [{}]})], r"/api/v2/eventLogs is no Airflow 3 \(status 200\)"),
    ],
)
def test_airflow_that_refuses_is_one_sentence(answers, why):
    """What happened and what to mend, without the password."""
    with pytest.raises(NoEventLog, match=why) as raised:
        events(*answers)

    assert "s3cr3t" not in str(raised.value)


def test_token_that_is_refused_is_named():
    """Who came with a token is told to mend that."""
    with pytest.raises(NoEventLog, match="mend TMDB_AIRFLOW_TOKEN"):
        events(said({}, 401), TMDB_AIRFLOW_TOKEN="old")


def test_airflow_that_is_not_there_is_one_sentence():
    """Nobody listens there."""
    said = r"^Airflow does not answer at http://127\.0\.0\.1:\d+ \(ConnectionError\): see"

    with pytest.raises(NoEventLog, match=said):
        api(f"http://127.0.0.1:{free_port()}").events(SINCE)


def test_nothing_is_asked_where_nobody_says_where_airflow_is():
    """Without an address there is no Airflow to ask."""
    assert AirflowApi.from_environment(WHO) is None
    assert AirflowApi.from_environment({"TMDB_AIRFLOW_URL": " "}) is None


@pytest.mark.parametrize(
    "url", ["127.0.0.1:8080", "ftp://h", "http://", "http://h:0815x", "http://h:0", "http://a:b@h:8080"]
)
def test_address_that_is_none_is_said(url):
    """A slip is named, and what is right is shown; what stands there may hold a password and is not."""
    with pytest.raises(SettingsError) as raised:
        api(url)

    assert str(raised.value) == "TMDB_AIRFLOW_URL is no address of Airflow: give one such as http://127.0.0.1:8080."


@pytest.mark.parametrize("missing", WHO)
def test_somebody_has_to_ask(missing):
    """With an address and without a user, a password or a token, it is said what to set."""
    with pytest.raises(SettingsError, match="set TMDB_AIRFLOW_USER and TMDB_AIRFLOW_PASSWORD, or TMDB_AIRFLOW_TOKEN"):
        api("http://127.0.0.1:8080", **{missing: ""})


def test_secrets_are_not_shown():
    """Who prints the object, in a log or a traceback, shows neither password nor token."""
    assert "s3cr3t" not in repr(api("http://h", TMDB_AIRFLOW_TOKEN="s3cr3t-too"))
