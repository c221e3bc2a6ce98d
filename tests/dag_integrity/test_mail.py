"""Who is mailed, and that a message arrives as it was made, on a mail server of our own."""

import json
import smtplib
import socket
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage

import pytest
from airflow.sdk import BaseHook, Connection
from airflow.sdk.exceptions import AirflowNotFoundException
from mail_server import mail_server

from tmdb_pipeline.orchestration.alerts import mail
from tmdb_pipeline.settings import SettingsError


@pytest.fixture
def connect(monkeypatch):
    """Let there be a Connection of these fields; without any there is none."""
    monkeypatch.delenv(mail.RECIPIENTS, raising=False)

    def connect(**fields):
        def get_connection(_class, conn_id):
            if not fields:
                raise AirflowNotFoundException(conn_id)
            extra = json.dumps(fields["extra"]) if "extra" in fields else None
            return Connection(conn_id=conn_id, conn_type="smtp", **{**fields, "extra": extra})

        monkeypatch.setattr(BaseHook, "get_connection", classmethod(get_connection))

    return connect


@pytest.fixture
def server():
    """A mail server that runs: its port, and its inbox."""
    with mail_server() as server:
        yield server


SUBJECT = "[경보] TMDB 웨어하우스 2024년 1월 7일 (일): 경보 1건, 주의 12건"


def message():
    made = EmailMessage()
    made["Subject"] = SUBJECT
    made["From"], made["To"] = "a@example.org", "b@example.org, c@example.org"
    made.set_content("모두 좋습니다.")
    return made


def test_without_a_connection_nobody_is_mailed(connect):
    """A machine without a mail server is none that is set up wrongly."""
    connect()

    assert mail.postbox() == "There is no Connection smtp_default, so nobody is mailed."


def test_without_recipients_nobody_is_mailed(connect):
    """Airflow may have that Connection for other mail."""
    connect(host="127.0.0.1", login="a@example.org")

    assert mail.postbox() == (
        'The Connection smtp_default has no "to" in its extra, and TMDB_REPORT_TO is not set, so nobody is mailed.'
    )


@pytest.mark.parametrize(
    ("extra", "variable", "expected"),
    [
        ({"to": "Lee <b@example.org>, c@example.org"}, "d@example.org", ("b@example.org", "c@example.org")),
        ({"to": ["b@example.org", "c@example.org", 7]}, None, ("b@example.org", "c@example.org")),
        ({}, "d@example.org,e@example.org", ("d@example.org", "e@example.org")),
        ({"to": "nobody"}, "d@example.org", ("d@example.org",)),
        ({"to": 7}, "d@example.org", ("d@example.org",)),
    ],
)
def test_recipients_of_the_connection_win_over_the_variable(connect, monkeypatch, extra, variable, expected):
    """As with the settings of TMDB, what is in Airflow is over what is in the environment."""
    connect(host="127.0.0.1", login="a@example.org", extra=extra)
    if variable:
        monkeypatch.setenv(mail.RECIPIENTS, variable)

    assert mail.postbox() == mail.Postbox("a@example.org", expected)


def test_sender_of_the_extra_wins_over_the_login(connect):
    """A login need not be an address."""
    connect(login="x@example.org", extra={"to": "b@example.org", "from_email": "TMDB <a@example.org>"})

    assert mail.postbox().sender == "a@example.org"


def test_mail_without_a_sender_is_refused(connect):
    """Who is to be mailed waits for it: nothing is sent, and the message says what to do."""
    connect(login="tmdb", extra={"to": "b@example.org"})

    with pytest.raises(SettingsError) as raised:
        mail.postbox()
    assert str(raised.value) == (
        'The Connection smtp_default does not say who sends: put "from_email" with an address into its extra.'
    )


@pytest.mark.parametrize("extra", ["[1]", '"to"', '{"to": ' + "9" * 5000 + "}"], ids=["list", "text", "huge"])
def test_extra_that_is_no_object_is_refused(connect, monkeypatch, extra):
    """A slip in the Connection is named, and where it is."""
    connection = Connection(conn_id="smtp_default", conn_type="smtp")
    connection.extra = extra
    monkeypatch.setattr(BaseHook, "get_connection", classmethod(lambda _class, conn_id: connection))

    with pytest.raises(SettingsError, match=r"^The extra of the Connection smtp_default is no JSON object: give"):
        mail.postbox()


def test_message_arrives_as_it_was_made(connect, server):
    """Korean is intact, every blank of a long subject included, and every recipient is told to the server."""
    port, inbox = server
    connect(host="127.0.0.1", port=port, extra={"disable_ssl": True, "disable_tls": True})

    mail.send(message())

    (arrived,) = inbox.messages
    assert arrived["Subject"] == SUBJECT
    assert arrived.get_content().strip() == "모두 좋습니다."
    assert inbox.recipients == [["b@example.org", "c@example.org"]]


def test_refusal_is_an_error_at_the_first_try(connect, server):
    """The task is tried again, and not the mail within it, which could arrive twice."""
    port, inbox = server
    inbox.refusals = 2
    connect(host="127.0.0.1", port=port, extra={"disable_ssl": True, "disable_tls": True})

    with pytest.raises(smtplib.SMTPException, match="Come back later"):
        mail.send(message())
    assert (inbox.refusals, inbox.messages) == (1, [])


def test_recipient_that_is_refused_is_named(connect, server, caplog):
    """The others get the message, and the log says who does not."""
    port, inbox = server
    inbox.refused = {"c@example.org"}
    connect(host="127.0.0.1", port=port, extra={"disable_ssl": True, "disable_tls": True})

    mail.send(message())

    assert inbox.recipients == [["b@example.org"]]
    assert "The mail server refuses some of the recipients: c@example.org." in caplog.messages


def test_server_that_answers_late_has_the_message(connect, server):
    """A server that looks through a message before it answers has it: that is told apart from one that never got it."""
    port, inbox = server
    inbox.delay = 2
    connect(host="127.0.0.1", port=port, extra={"disable_ssl": True, "disable_tls": True})

    with pytest.raises(mail.NoAnswer, match="has the message"):
        mail.send(message(), within=1)
    assert len(inbox.messages) == 1


def test_server_that_hangs_up_has_nothing(connect):
    """A server that ends the connection before it is given the message is one that cannot be reached."""

    def answer(listening):
        with listening.accept()[0] as client:
            client.sendall(b"220 mail.example.org\r\n")
            client.recv(1000)
            client.sendall(b"250 mail.example.org\r\n")
            client.recv(1000)

    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as pool:
        answered = pool.submit(answer, listening)
        connect(host="127.0.0.1", port=listening.getsockname()[1], extra={"disable_ssl": True, "disable_tls": True})
        with pytest.raises(smtplib.SMTPServerDisconnected):
            mail.send(message())
        answered.result()


@pytest.mark.parametrize("name", ["disable_tls", "disable_ssl"])
def test_text_that_says_no_is_refused(connect, name):
    """Airflow takes the text "false" for yes, and would send the password in the clear."""
    connect(host="127.0.0.1", login="a@example.org", extra={"to": "b@example.org", name: "False"})

    with pytest.raises(SettingsError, match=f'"{name}" is a text'):
        mail.postbox()


def test_server_that_never_answers_is_given_up_in_time(connect, silent_server):
    """A black hole costs a task seconds, not the three minutes of Airflow's own retries."""
    fast = {"disable_ssl": True, "disable_tls": True, "timeout": 1}
    connect(host="127.0.0.1", port=silent_server.getsockname()[1], extra=fast)

    with pytest.raises(Exception, match=r"(?i)unable to connect|timed out"):
        mail.send(message())


@pytest.fixture
def silent_server():
    """A socket to which one can connect, and that says nothing."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening
