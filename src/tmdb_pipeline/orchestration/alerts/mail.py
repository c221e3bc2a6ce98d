"""Mail of alerts and reports, by the Connection ``smtp_default``: a message of our own through Airflow's SmtpHook."""

import logging
import os
import smtplib
from dataclasses import dataclass, field
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import getaddresses
from typing import Any

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from tmdb_pipeline.orchestration.task_settings import keep_secrets_out_of_debug_log
from tmdb_pipeline.settings import SettingsError

log = logging.getLogger(__name__)

#: The Connection that is looked for, of type ``smtp``.
CONNECTION = "smtp_default"
#: Who gets the report where the Connection does not say it: addresses with commas between them.
RECIPIENTS = "TMDB_REPORT_TO"
#: Texts that mean no, and that Airflow's hook takes for yes.
_NO = {"false", "no", "0", "off", "n", "f"}
#: Seconds for a mail server to answer, where the Connection does not say it; the task's own retries come after.
_TIMEOUT = 10


@dataclass(frozen=True, slots=True)
class Postbox:
    """Who sends mail, and to whom."""

    sender: str
    recipients: tuple[str, ...] = field(repr=False)


class Absent(str):
    """Why nobody is told by a channel, in a sentence."""

    __slots__ = ()


class NoConnection(Absent):
    """The same, where it is that there is no Connection."""

    __slots__ = ()


class _WholeSubjects(EmailPolicy):
    """Headers as Python writes them, but for the subject: where it folds a Korean one, it loses a space (3.11)."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name != "Subject":
            return super().fold_binary(name, value)
        folded = Header(value, "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {folded}{self.linesep}".encode("ascii")


def postbox(conn_id: str = CONNECTION) -> Postbox | Absent:
    """Who sends and who gets mail; where nobody can be mailed, why, in one sentence.

    Recipients are those of ``to`` in the Connection's extra, or else of ``TMDB_REPORT_TO``; the sender is
    ``from_email`` in its extra, or its login if that is an address.

    Raises:
        SettingsError: there are recipients, and the Connection does not say who sends; or its extra is no JSON object,
            or says no in a way that Airflow takes for yes.
    """
    keep_secrets_out_of_debug_log()
    try:
        connection: Any = BaseHook.get_connection(conn_id)
    except AirflowNotFoundException:
        return NoConnection(f"There is no Connection {conn_id}, so nobody is mailed.")
    extra = _extra(connection, conn_id)
    for name in ("disable_tls", "disable_ssl"):
        if str(extra.get(name)).lower() in _NO and isinstance(extra[name], str):
            raise SettingsError(
                f'In the Connection {conn_id}, "{name}" is a text, which Airflow takes for yes, whatever it says: '
                "leave it out."
            )
    recipients = _addresses(extra.get("to")) or _addresses(os.environ.get(RECIPIENTS))
    if not recipients:
        return Absent(
            f'The Connection {conn_id} has no "to" in its extra, and {RECIPIENTS} is not set, so nobody is mailed.'
        )
    senders = _addresses(extra.get("from_email")) or _addresses(connection.login)
    if not senders:
        raise SettingsError(
            f'The Connection {conn_id} does not say who sends: put "from_email" with an address into its extra.'
        )
    return Postbox(senders[0], recipients)


class NoAnswer(OSError):
    """The server was given the whole message, and has not said in time whether it takes it."""


def send(message: EmailMessage, conn_id: str = CONNECTION, *, within: int | None = None) -> None:
    """Send a message, at one try: its server refuses it, or does not answer in time, and the task is tried again.

    ``within`` is how many seconds the server has for each answer, whatever the Connection says.

    Raises:
        NoAnswer: the server has the message, and does not answer.
        OSError: the server does not answer, or refuses (``smtplib.SMTPException``).
    """
    from airflow.providers.smtp.hooks.smtp import SmtpHook  # noqa: PLC0415 - needed in a task only

    class Hook(SmtpHook):
        """With a time limit that leaves room for the task's retries: the hook's own are six tries of 30 seconds."""

        @property
        def timeout(self) -> int:
            return within or int(self.conn.extra_dejson.get("timeout", _TIMEOUT))

        @property
        def smtp_retry_limit(self) -> int:
            return 0 if within else int(self.conn.extra_dejson.get("retry_limit", 0))

    hook = Hook(conn_id)
    try:
        with hook:
            # What the hook builds itself calls every picture an octet-stream and has no text beside the HTML.
            message.policy = _WholeSubjects()
            client: Any = hook._smtp_client  # noqa: SLF001 - the hook has no other way to send a whole message
            handed_over = _Watch(client)
            try:
                refused = client.send_message(message)
            except smtplib.SMTPServerDisconnected as error:
                if handed_over.whole and isinstance(error.__context__, TimeoutError):
                    raise NoAnswer("The mail server has the message, and has not answered.") from None
                raise
    finally:
        if hook._smtp_client:  # noqa: SLF001 - where it cannot begin, the hook leaves the connection open
            hook._smtp_client.close()  # noqa: SLF001 - as above
    if refused:
        log.warning("The mail server refuses some of the recipients: %s.", ", ".join(refused))


class _Watch:
    """Whether a client has sent a whole message: what it sends then ends as RFC 5321 (4.1.1.4) says."""

    def __init__(self, client: Any) -> None:
        self.whole = False
        self._send = client.send
        client.send = self

    def __call__(self, data: Any) -> None:
        self._send(data)
        self.whole = bytes(data[-5:]) == b"\r\n.\r\n" if isinstance(data, bytes) else False


def _extra(connection: Any, conn_id: str) -> dict[str, Any]:
    try:
        extra = connection.extra_dejson
    except ValueError:  # numbers of thousands of digits are JSON, but none that Python reads
        extra = None
    if not isinstance(extra, dict):
        raise SettingsError(
            f'The extra of the Connection {conn_id} is no JSON object: give one such as {{"to": "lee@example.org"}}.'
        )
    return extra


def _addresses(given: object) -> tuple[str, ...]:
    """The addresses in a text, or in a list of texts; what is none is left out."""
    texts = given if isinstance(given, list) else [given]
    found = getaddresses([text for text in texts if isinstance(text, str)])
    return tuple(address for _, address in found if "@" in address)
