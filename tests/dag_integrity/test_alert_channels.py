"""The channels by which people are told: found by their Connections, and what is said where one is missing or wrong."""

import json
import os
import sys

import pytest
from airflow.sdk import BaseHook, Connection
from airflow.sdk.exceptions import AirflowNotFoundException
from alert_samples import alert
from e2e.alerts.receivers import PASSWORD, WEBHOOK, black_hole, mail_connection, slack_connection, webhook
from mail_server import mail_server
from support import free_port

from deploy import init
from tmdb_pipeline.alerts.ledger import Kept
from tmdb_pipeline.alerts.message import raised
from tmdb_pipeline.alerts.post import NotSent, Refused, Unanswered
from tmdb_pipeline.language import Language
from tmdb_pipeline.orchestration.alerts import channels
from tmdb_pipeline.orchestration.alerts.channels import find_channels

MESSAGE = raised(Kept(alert=alert(), raising=""), Language.KO)
NO_SLACK = "There is no Connection slack_ops, so nothing is told by Slack."
NO_MAIL = "There is no Connection smtp_default, so nobody is mailed."


@pytest.fixture
def connections(monkeypatch):
    """The Connections that there are: their JSON by their ids."""
    there = {}

    def get_connection(conn_id):
        if conn_id not in there:
            raise AirflowNotFoundException(conn_id)
        if isinstance(there[conn_id], Exception):
            raise there[conn_id]
        return Connection.from_json(there[conn_id], conn_id=conn_id)

    monkeypatch.setattr(BaseHook, "get_connection", staticmethod(get_connection))
    monkeypatch.delenv("TMDB_REPORT_TO", raising=False)
    return there


def test_nothing_set_up_is_no_mistake(connections):
    """Both channels are optional, and each that is missing is said."""
    found = find_channels()

    assert (found.channels, found.absent, found.wrong) == ((), (NO_SLACK, NO_MAIL), {})


def test_what_is_set_up_is_found(connections):
    """Each is found by itself; a webhook may be its whole address, or what comes behind Slack's host."""
    connections["slack_ops"] = json.dumps({"conn_type": "slackwebhook", "password": f"T0/B0/{WEBHOOK}"})
    assert [channel.name for channel in find_channels().channels] == ["slack"]

    connections |= {"slack_ops": slack_connection(1), "smtp_default": mail_connection(1)}
    assert [channel.name for channel in find_channels().channels] == ["slack", "mail"]


@pytest.mark.parametrize(
    ("connection", "said"),
    [
        ({"conn_type": "http", "password": "https://hooks.example.org/services/T0"}, "has to be of type slackwebhook."),
        *(
            ({"conn_type": "slackwebhook", "password": password}, "has no webhook: put its address, https://hooks")
            for password in ("", " ", None, "ftp://hooks.example.org/x", "https:///x", "https://a.org/", "https://[a/x")
        ),
    ],
)
def test_wrong_slack_is_said_and_mail_goes_on(connections, connection, said):
    """A Connection that cannot work is named with what to do, before anything is sent; mail is not kept by it."""
    connections |= {"slack_ops": json.dumps(connection), "smtp_default": mail_connection(1)}

    found = find_channels()

    assert [channel.name for channel in found.channels] == ["mail"]
    assert found.wrong["slack"].startswith(f"The Connection slack_ops {said}")


def test_slack_without_its_provider_is_said(connections, monkeypatch):
    """Whoever has not installed the extra is told which."""
    monkeypatch.setitem(sys.modules, "airflow.providers.slack.hooks.slack_webhook", None)
    connections["slack_ops"] = slack_connection(1)

    assert find_channels().wrong["slack"].endswith("install tmdb-pipeline[alerts].")


def test_connection_that_cannot_be_read_is_said_without_its_text(connections):
    """Whoever keeps Connections may put one into its errors."""
    connections |= {
        "slack_ops": ValueError(WEBHOOK),
        "smtp_default": '{"conn_type": "smtp", "login": "a@b.org"}',
    }

    found = find_channels()

    assert found.wrong == {"slack": "The Connection slack_ops cannot be read (ValueError): look at how it is written."}
    assert found.absent == (
        'The Connection smtp_default has no "to" in its extra, and TMDB_REPORT_TO is not set, so nobody is mailed.',
    )


def connect(connections, name, port):
    connections |= {"slack_ops": slack_connection(port)} if name == "slack" else {"smtp_default": mail_connection(port)}
    (channel,) = find_channels().channels
    assert channel.name == name
    return channel


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("slack", "Slack cannot be reached (Connection refused)"),
        ("mail", "The mail server cannot be reached, or refuses (Connection refused)"),
    ],
)
def test_server_that_is_not_there_is_said(connections, name, said):
    """What does not answer at all is named, without an address."""
    with pytest.raises(NotSent) as raised:
        connect(connections, name, free_port()).send(MESSAGE)

    assert str(raised.value) == said


@pytest.mark.parametrize("name", ["slack", "mail"])
def test_server_that_never_answers_is_given_up(connections, name, monkeypatch):
    """A server that takes and says nothing is left after the time that it is given."""
    monkeypatch.setattr(channels, "SECONDS", 0.1)
    with black_hole() as port, pytest.raises(NotSent, match=r"\(no answer in time\)$"):
        connect(connections, name, port).send(MESSAGE)


def test_message_that_slack_cannot_read_is_refused(connections):
    """Status 400 is about one message; any other about the webhook."""
    with webhook() as (port, slack):
        channel = connect(connections, "slack", port)
        slack.status = 400
        with pytest.raises(Refused, match="refuses this message, with status 400"):
            channel.send(MESSAGE)
        slack.status = 404
        with pytest.raises(NotSent, match="with status 404: look at the Connection slack_ops") as raised:
            channel.send(MESSAGE)
    assert type(raised.value) is NotSent


def test_what_a_mail_server_says_is_told_apart(connections, monkeypatch):
    """A message refused for good, one that may come later, addresses that are not known, and an answer too late."""
    monkeypatch.setattr(channels, "SECONDS", 1)
    with mail_server() as (port, inbox):
        channel = connect(connections, "mail", port)
        inbox.refusals, inbox.refusal = 1, "554 Looks like spam"
        with pytest.raises(Refused, match="refuses this message, with code 554"):
            channel.send(MESSAGE)
        inbox.refusals, inbox.refusal = 1, "451 Come back later"
        with pytest.raises(NotSent, match="The mail server refuses, with code 451: look at smtp_default") as raised:
            channel.send(MESSAGE)
        assert type(raised.value) is NotSent
        inbox.refused = {"team@example.org"}
        with pytest.raises(NotSent, match=r"refuses every recipient: team@example\.org"):
            channel.send(MESSAGE)
        inbox.refused, inbox.delay = set(), 2
        with pytest.raises(Unanswered, match="has the message"):
            channel.send(MESSAGE)
    (message,) = inbox.messages
    assert message["Message-ID"].endswith("@example.org>")
    assert message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("switch", "said"), [("disable_tls", "has no STARTTLS, or no login"), ("disable_ssl", "does not speak TLS")]
)
def test_server_without_tls_is_said_with_what_to_set(connections, switch, said):
    """The commonest mistake names the switch that mends it."""
    there = json.loads(mail_connection(0))
    extra = json.loads(there["extra"])
    extra |= {"disable_ssl": True, "disable_tls": True} | {switch: False}
    with mail_server() as (port, _):
        connections["smtp_default"] = json.dumps(there | {"port": port, "extra": json.dumps(extra)})
        (channel,) = find_channels().channels
        with pytest.raises(NotSent, match=f'{said}.*"{switch}"'):
            channel.send(MESSAGE)


def test_hook_that_breaks_says_no_more_than_its_type(connections):
    """A text of the hook's may hold what nobody should read."""
    wrong = json.loads(mail_connection(1))
    wrong["extra"] = json.dumps(json.loads(wrong["extra"]) | {"disable_ssl": False, "ssl_context": PASSWORD})
    connections["smtp_default"] = json.dumps(wrong)

    with pytest.raises(NotSent, match=r"^The mail server cannot be reached, or refuses \(RuntimeError\)$"):
        find_channels().channels[0].send(MESSAGE)


def test_variable_that_is_no_connection_is_said(connections, monkeypatch):
    """Airflow passes over a variable that it cannot read, as if there were none."""
    monkeypatch.setenv("AIRFLOW_CONN_SLACK_OPS", "{")

    found = find_channels()

    assert found.wrong == {
        "slack": "AIRFLOW_CONN_SLACK_OPS is set, and is no Connection: write it in JSON or as a URI."
    }
    assert found.absent == (NO_MAIL,)


def test_stack_looks_into_the_database_at_its_start(connections, monkeypatch):
    """What was set up in Airflow's UI counts, too: a command is no service, and would see variables alone."""
    monkeypatch.delenv("_AIRFLOW_PROCESS_CONTEXT", raising=False)

    assert init.who_is_told(init.alert_channels())[1:] == [NO_SLACK, NO_MAIL]
    assert os.environ.pop("_AIRFLOW_PROCESS_CONTEXT") == "server"
