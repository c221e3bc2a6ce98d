"""Mail, by the Connection ``smtp_default``: a message of our own through Airflow's SmtpHook."""

import os
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

#: The Connection that is looked for, of type ``smtp``.
CONNECTION = "smtp_default"
#: Who gets the report where the Connection does not say it: addresses with commas between them.
RECIPIENTS = "TMDB_REPORT_TO"
#: Seconds for a mail server to answer, where the Connection does not say it; the task's own retries come after.
_TIMEOUT = 10


@dataclass(frozen=True, slots=True)
class Postbox:
    """Who sends mail, and to whom."""

    sender: str
    recipients: tuple[str, ...] = field(repr=False)


class _WholeSubjects(EmailPolicy):
    """Headers as Python writes them, but for the subject: where it folds a Korean one, it loses a space (3.11)."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name != "Subject":
            return super().fold_binary(name, value)
        folded = Header(value, "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {folded}{self.linesep}".encode("ascii")


def postbox(conn_id: str = CONNECTION) -> Postbox | str:
    """Who sends and who gets mail; where nobody can be mailed, why, in one sentence.

    Recipients are those of ``to`` in the Connection's extra, or else of ``TMDB_REPORT_TO``; the sender is
    ``from_email`` in its extra, or its login if that is an address.

    Raises:
        SettingsError: there are recipients, and the Connection does not say who sends; or its extra is no JSON object.
    """
    keep_secrets_out_of_debug_log()
    try:
        connection: Any = BaseHook.get_connection(conn_id)
    except AirflowNotFoundException:
        return f"There is no Connection {conn_id}, so nobody is mailed."
    extra = _extra(connection, conn_id)
    recipients = _addresses(extra.get("to")) or _addresses(os.environ.get(RECIPIENTS))
    if not recipients:
        return f'The Connection {conn_id} has no "to" in its extra, and {RECIPIENTS} is not set, so nobody is mailed.'
    senders = _addresses(extra.get("from_email")) or _addresses(connection.login)
    if not senders:
        raise SettingsError(
            f'The Connection {conn_id} does not say who sends: put "from_email" with an address into its extra.'
        )
    return Postbox(senders[0], recipients)


def send(message: EmailMessage, conn_id: str = CONNECTION, *, within: int | None = None) -> None:
    """Send a message, at one try: its server refuses it, or does not answer in time, and the task is tried again.

    ``within`` is how many seconds the server has for each answer, whatever the Connection says.

    Raises:
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

    with Hook(conn_id) as hook:
        # What the hook builds itself calls every picture an octet-stream and has no text beside the HTML.
        message.policy = _WholeSubjects()
        client: Any = hook._smtp_client  # noqa: SLF001 - the hook has no other way to send a whole message
        client.send_message(message)


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
