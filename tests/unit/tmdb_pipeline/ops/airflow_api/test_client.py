import json
import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from raw_server import RawServer
from support import free_port

from tmdb_pipeline.ops.airflow_api.access import Access
from tmdb_pipeline.ops.airflow_api.client import AirflowApi, AirflowAway, AirflowError, AlreadyThere, NotThere, Wrong
from tmdb_pipeline.ops.airflow_api.documents import Run, Task

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
    return AirflowApi(Access.from_environment({"TMDB_AIRFLOW_URL": url, **WHO, **more}))


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


def test_who_has_signed_in_long_ago_signs_in_again():
    """A token that was taken expires; the question is asked again with a new one, a change only once it is taken."""
    again = said({"access_token": "eyJ.new"}, 201)
    answers = [TOKEN, said(DAG), said({}, 401), again, said(DAG | {"is_paused": False})]
    with RawServer(*answers) as server, api(server.url.removesuffix("/3")) as asked:
        assert asked.dag("d").is_paused
        assert not asked.set_paused("d", paused=False).is_paused

    assert re.findall("([A-Z]+) /", "".join(server.heads)) == ["POST", "GET", "PATCH", "POST", "PATCH"]
    assert "Authorization: Bearer eyJ.new" in server.heads[-1]


def test_who_is_no_longer_known_is_told():
    """Where the new token is refused as well, or none is given: it is not asked for ever."""
    for more, said_then in (
        ([TOKEN, said({}, 401)], "does not let this user see this"),
        ([said({}, 401)], "does not know this user"),
    ):
        with RawServer(TOKEN, said(DAG), said({}, 401), *more) as server, api(server.url.removesuffix("/3")) as asked:
            asked.dag("d")
            with pytest.raises(AirflowError, match=said_then):
                asked.dag("d")


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
    with pytest.raises(AirflowError, match=why) as raised:
        events(*answers)

    assert "s3cr3t" not in str(raised.value)


def test_token_that_is_refused_is_named():
    """Who came with a token is told to mend that."""
    with pytest.raises(AirflowError, match="mend TMDB_AIRFLOW_TOKEN"):
        events(said({}, 401), TMDB_AIRFLOW_TOKEN="old")


def test_airflow_that_is_not_there_is_one_sentence():
    """Nobody listens there."""
    said = r"^Airflow does not answer at http://127\.0\.0\.1:\d+ \(Connection refused\): see"

    with pytest.raises(AirflowError, match=said):
        api(f"http://127.0.0.1:{free_port()}").events(SINCE)


def test_secrets_are_not_shown():
    """Who prints the object, in a log or a traceback, shows neither password nor token."""
    assert "s3cr3t" not in repr(api("http://h", TMDB_AIRFLOW_TOKEN="s3cr3t-too"))


DAG = {"dag_id": "d", "dag_display_name": "D", "is_paused": True}
RUN = {
    "dag_id": "d",
    "dag_run_id": "r+1:00",
    "state": "running",
    "run_type": "manual",
    "run_after": "2026-11-27T00:00:00Z",
}
TASK = {"dag_id": "d", "dag_run_id": "r+1:00", "task_id": "t", "task_display_name": "T", "map_index": 2}
BACKFILL = {"id": 3, "dag_id": "d", "from_date": RUN["run_after"], "to_date": RUN["run_after"]}
R = "dags/d/dagRuns/r%2B1%3A00"
#: Each question: how it is asked, by which request, and what it gives of the answer.
QUESTIONS = [
    (lambda api: api.health(), "GET", "monitor/health", None, {"scheduler": {}}),
    (lambda api: api.dags()[0].dag_id, "GET", "dags?limit=100&order_by=dag_id", None, {"dags": [DAG]}),
    (lambda api: api.dag("d").is_paused, "GET", "dags/d", None, DAG),
    (lambda api: api.set_paused("d", paused=True).dag_id, "PATCH", "dags/d", {"is_paused": True}, DAG),
    (lambda api: api.runs("~"), "GET", "dags/~/dagRuns?limit=1&order_by=-run_after", None, {"dag_runs": []}),
    (lambda api: api.run("d", "r+1:00").has_ended, "GET", R, None, RUN),
    (
        lambda api: api.trigger("d", logical_date=SINCE, conf={"a": 1}).run_id,
        "POST",
        "dags/d/dagRuns",
        {"logical_date": "2026-11-20T00:00:00+00:00", "conf": {"a": 1}},
        RUN,
    ),
    (lambda api: api.trigger("d").seconds, "POST", "dags/d/dagRuns", {"logical_date": None, "conf": {}}, RUN),
    (
        lambda api: api.tasks("d", "r+1:00")[0].seconds,
        "GET",
        f"{R}/taskInstances?limit=100",
        None,
        {"task_instances": [TASK]},
    ),
    (lambda api: api.backfill({"dag_id": "d"}).id, "POST", "backfills", {"dag_id": "d"}, BACKFILL),
    (
        lambda api: api.backfill_dates({"dag_id": "d"})[0].logical_date,
        "POST",
        "backfills/dry_run",
        {"dag_id": "d"},
        {"backfills": [{"logical_date": "2026-11-20T00:00:00Z"}]},
    ),
]
GIVEN = [{"scheduler": {}}, "d", True, "d", [], False, "r+1:00", None, None, 3, SINCE]


@pytest.mark.parametrize(
    ("ask", "method", "path", "body", "answer", "given"),
    [(*question, given) for question, given in zip(QUESTIONS, GIVEN, strict=True)],
)
def test_each_question_is_one_request(ask, method, path, body, answer, given):
    """Run ids are parts of paths whatever they hold; what is given is typed."""
    with RawServer(said(answer)) as server, api(server.url.removesuffix("/3"), TMDB_AIRFLOW_TOKEN="eyJ.t") as asked:
        assert ask(asked) == given

    assert server.heads[0].startswith(f"{method} /api/v2/{path} HTTP")
    if body is not None:
        assert f"Content-Length: {len(json.dumps(body))}" in server.heads[0]


def test_log_of_a_task_is_read_whole():
    """Of the one of several that is meant; events, or lines where it is no JSON."""
    task = Task(dag_id="d", run_id="r", task_id="t", task_display_name="T", map_index=2)
    with RawServer(said({"content": [{"event": "a"}, "b"]})) as server, api(server.url.removesuffix("/3")) as asked:
        asked.access = Access(asked.access.url, token="eyJ.t")
        assert asked.log(task, 2) == [{"event": "a"}, "b"]

    assert "GET /api/v2/dags/d/dagRuns/r/taskInstances/t/logs/2?full_content=true&map_index=2 " in server.heads[0]


def test_run_is_cleared_for_good():
    """Not only shown what would be."""
    run = msgspec.convert(RUN, Run)
    with RawServer(said({"anything": 1})) as server:
        api(server.url.removesuffix("/3"), TMDB_AIRFLOW_TOKEN="eyJ.t").clear(run)

    assert server.heads[0].startswith(f"POST /api/v2/{R}/clear ")


@pytest.mark.parametrize(
    ("status", "detail", "error", "why"),
    [
        (404, "Dag with id x was not found.", NotThere, "Airflow does not have it: Dag with id x was not found."),
        (409, {"reason": "Unique constraint violation", "statement": "hidden"}, AlreadyThere, "Unique constraint"),
        (409, {"message": "There is one."}, AlreadyThere, "Airflow has it already: There is one."),
        (400, "Invalid input for param x", Wrong, "Airflow refuses it: Invalid input for param x."),
        (422, [{"msg": "a"}, {"msg": "b"}, "c"], Wrong, "Airflow refuses it: a; b."),
        (
            500,
            "x",
            AirflowAway,
            r"fails with status 500: run this again, and if it stays so, see tmdb-ops logs api-ser",
        ),
        (503, None, AirflowAway, "fails with status 503"),
        (418, "x", AirflowError, r"is no Airflow 3 \(status 418\)"),
    ],
)
def test_each_refusal_is_an_error_of_its_own(status, detail, error, why):
    """With what Airflow says of it, on one line."""
    with RawServer(said({"detail": detail}, status)) as server, pytest.raises(AirflowError, match=why) as raised:
        api(server.url.removesuffix("/3"), TMDB_AIRFLOW_TOKEN="eyJ.t").dag("x")

    assert type(raised.value) is error


def test_proxy_is_not_asked_for_this_machine(monkeypatch):
    """A proxy of the environment knows no way to this machine's loopback."""
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")

    assert len(events(TOKEN, page([1], 1))[0]) == 1
