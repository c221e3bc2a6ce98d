import json
import socket

import pytest
from mail_server import mail_server
from support import free_port

from tmdb_pipeline.ops.doctor import reach
from tmdb_pipeline.ops.doctor.finding import Verdict

MAIL, SLACK, WAREHOUSE = "AIRFLOW_CONN_SMTP_DEFAULT", "AIRFLOW_CONN_SLACK_OPS", "AIRFLOW_CONN_TMDB_WAREHOUSE"


def test_all_are_looked_at():
    """Where nothing is set up, nothing is wrong: one may want that."""
    found = reach.look({})

    assert [(each.name, each.verdict) for each in found] == [
        (name, Verdict.WARNING) for name in ("TMDB key", "warehouse", "mail", "Slack")
    ]
    assert all(each.said.endswith(".") for each in found)


def test_key_that_is_accepted_is_said(tmdb):
    """By the host that was asked."""
    found = reach.look_at_tmdb({"TMDB_READ_TOKEN": tmdb.fake.read_token, "TMDB_BASE_URL": tmdb.url})

    assert (found.verdict, found.said) == (Verdict.OK, "127.0.0.1 accepts it.")


def test_key_that_is_refused_is_said(tmdb):
    """With what to do, and without the key."""
    key = "0123456789abcdef0123456789abcdef"

    found = reach.look_at_tmdb({"TMDB_API_KEY": key, "TMDB_BASE_URL": tmdb.url})

    assert found.verdict is Verdict.WRONG
    assert found.said.startswith("TMDB refuses the key: ")
    assert found.said.endswith("Mend it in .env, then run tmdb-ops restart.")
    assert key not in found.said


def test_tmdb_that_is_away_is_said(monkeypatch):
    """In the words of the client, or of the settings."""
    monkeypatch.setattr(reach, "_BUDGET", reach.RetryBudget(tries=1, seconds=5.0))
    url = f"http://127.0.0.1:{free_port()}/3"

    for environ in ({"TMDB_API_KEY": "0" * 32, "TMDB_BASE_URL": url}, {"TMDB_API_KEY": "0" * 32, "TMDB_REGION": "nix"}):
        assert reach.look_at_tmdb(environ).verdict is Verdict.WRONG


def test_mail_server_that_takes_mail_is_said():
    """Nothing is sent to it; who gets mail is said, or that nobody does."""
    with mail_server() as (port, inbox):
        environ = {MAIL: f"smtp://127.0.0.1:{port}/?disable_ssl=true&disable_tls=true"}
        nobody = reach.look_at_mail(environ)
        found = reach.look_at_mail(environ | {"TMDB_REPORT_TO": "ops@example.org"})

    assert (found.verdict, found.said) == (Verdict.OK, "127.0.0.1 takes mail for ops@example.org.")
    assert (nobody.verdict, "set TMDB_REPORT_TO in .env" in nobody.said) == (Verdict.WARNING, True)
    assert inbox.messages == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (
            "smtp://127.0.0.1:{port}/?disable_ssl=true",
            "127.0.0.1 cannot be used (SMTPNotSupportedError): mend",
        ),
        ("smtp://127.0.0.1:{port}/", "127.0.0.1 cannot be used (SSLError): mend SMTP_URL"),
        (
            "smtp://a:b@127.0.0.1:{port}/?disable_ssl=true&disable_tls=true",
            "127.0.0.1 cannot be used (SMTPNot",
        ),
        ("smtp://127.0.0.1:{closed}/?disable_ssl=true", "127.0.0.1 cannot be used (ConnectionRefusedError): mend"),
        ("smtp://h:port/", "SMTP_URL is no address of a mail server: docs/alerts.md shows one."),
        ("nix", "SMTP_URL is no address of a mail server"),
    ],
)
def test_mail_server_that_cannot_be_used_is_said(address, said):
    """Each way in which it cannot, and what to mend."""
    with mail_server() as (port, _):
        found = reach.look_at_mail({MAIL: address.format(port=port, closed=free_port())})

    assert (found.verdict, found.said[: len(said)]) == (Verdict.WRONG, said)


def test_login_that_is_refused_is_said(monkeypatch):
    """Without the password."""

    def refuses(*_):
        raise reach.smtplib.SMTPAuthenticationError(535, b"no")

    monkeypatch.setattr(reach.smtplib.SMTP, "login", refuses)
    with mail_server() as (port, _):
        found = reach.look_at_mail({MAIL: f"smtp://a:s3cr3t@127.0.0.1:{port}/?disable_ssl=true&disable_tls=true"})

    assert found.said == "127.0.0.1 refuses login or password (535): mend SMTP_URL in .env."


def test_slack_that_answers_is_said():
    """Nothing is posted; the secret part of the webhook is not shown."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/services/s3cr3t"
        found = reach.look_at_slack({SLACK: json.dumps({"conn_type": "slackwebhook", "password": url})})

    assert (found.verdict, "s3cr3t" in found.said) == (Verdict.OK, False)


@pytest.mark.parametrize(
    ("connection", "said"),
    [
        ('{"password": "http://127.0.0.1:CLOSED/services/s3cr3t"}', "127.0.0.1 cannot be reached (ConnectionRefused"),
        ('{"password": "nix"}', "SLACK_WEBHOOK_URL is no address: docs/alerts.md shows one."),
        ("nix", "SLACK_WEBHOOK_URL is no address"),
        ('{"password": "http://h:port"}', "SLACK_WEBHOOK_URL is no address"),
    ],
)
def test_slack_that_cannot_be_reached_is_said(connection, said):
    """Or whose address is none."""
    found = reach.look_at_slack({SLACK: connection.replace("CLOSED", str(free_port()))})

    assert (found.verdict, found.said[: len(said)]) == (Verdict.WRONG, said)
