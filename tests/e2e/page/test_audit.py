"""``tmdb-pipeline audit`` against a real API server: what people did there by name, and none of what they sent."""

import json

import pytest
import requests
from e2e.patience import PATIENCE

from tmdb_pipeline import interrupts
from tmdb_pipeline.cli import program

DAILY = "tmdb_daily_collection"
#: What is sent, and may be shown nowhere.
SENT = "sent-and-secret"
CONNECTION = {"connection_id": "audited", "conn_type": "http"}
#: What is done, in this order: method, path, body.
DEEDS = [
    ("PATCH", f"dags/{DAILY}", {"is_paused": False}),
    ("PATCH", f"dags/{DAILY}", {"is_paused": True}),
    ("POST", f"dags/{DAILY}/dagRuns", {"logical_date": None, "dag_run_id": "by_hand", "conf": {"x": SENT}}),
    ("POST", f"dags/{DAILY}/clearTaskInstances", {"dry_run": False, "dag_run_id": "by_hand", "only_failed": False}),
    ("PATCH", f"dags/{DAILY}/dagRuns/by_hand", {"state": "failed", "note": SENT}),
    ("DELETE", f"dags/{DAILY}/dagRuns/by_hand", None),
    ("POST", "connections", {**CONNECTION, "login": SENT, "extra": f'{{"a":"{SENT}"}}'}),
    ("PATCH", "connections/audited", {**CONNECTION, "host": SENT}),
    ("DELETE", "connections/audited", None),
    ("POST", "variables", {"key": "audited", "value": SENT}),
    ("DELETE", "variables/audited", None),
]


@pytest.fixture
def audit(server, tmp_path, monkeypatch, capsys):
    """Run the command as somebody: its status, output and errors."""
    monkeypatch.setattr(interrupts, "listen", lambda: None)
    monkeypatch.setenv("TMDB_DATA_ROOT", str(tmp_path))
    monkeypatch.setenv("TMDB_AIRFLOW_URL", server.url)
    monkeypatch.setenv("TMDB_LOCALE", "en")

    def run(who, *options, password=None):
        monkeypatch.setenv("TMDB_AIRFLOW_USER", who)
        monkeypatch.setenv("TMDB_AIRFLOW_PASSWORD", password or who)
        status = program.main(["audit", *options])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def test_what_people_did_is_told_and_nothing_of_what_they_sent(server, audit):
    """Each deed is there with its name and its subject, the newest first; of what was sent nothing is."""
    headers = {"Authorization": f"Bearer {server.tokens['admin']}"}
    for method, path, body in DEEDS:
        answer = requests.request(method, f"{server.url}/api/v2/{path}", json=body, headers=headers, timeout=PATIENCE)
        assert answer.ok, answer.text

    status, out, err = audit("admin", "--who", "admin", "--json")

    assert (status, err) == (0, "")
    told = [(deed["who"], deed["what"]["en"], deed["subject"]) for deed in json.loads(out)[: len(DEEDS)]][::-1]
    assert told == [
        ("admin", "asked to unpause", DAILY),
        ("admin", "asked to pause", DAILY),
        ("admin", "asked to trigger", f"{DAILY} by_hand"),
        ("admin", "asked to clear tasks", f"{DAILY} by_hand"),
        ("admin", "asked to set the state of a run", f"{DAILY} by_hand failed"),
        ("admin", "asked to delete a run", f"{DAILY} by_hand"),
        ("admin", "asked to make a Connection", "audited"),
        ("admin", "asked to change a Connection", "audited"),
        ("admin", "asked to delete a Connection", "audited"),
        ("admin", "asked to make a Variable", "audited"),
        ("admin", "asked to delete a Variable", "audited"),
    ]
    assert SENT not in out
    assert SENT not in audit("admin")[1]


def test_who_may_not_read_the_log_is_told_so(server, audit):
    """A viewer has no right to it, and a wrong password is one sentence; both without a traceback."""
    assert audit("viewer")[::2] == (
        1,
        (
            f"Airflow at {server.url} does not let this user see its log (403): mend TMDB_AIRFLOW_USER and "
            "TMDB_AIRFLOW_PASSWORD; a user needs the right to do that, which Admin has.\n"
        ),
    )
    status, _, err = audit("admin", password="wrong")
    assert (status, err.count("\n")) == (1, 1)
    assert "does not know this user or password (401)" in err
