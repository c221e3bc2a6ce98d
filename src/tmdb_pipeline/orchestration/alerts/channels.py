"""The channels by which people are told, each by its Connection: Slack by ``slack_ops``, mail by ``smtp_default``.

Both are optional. What is wrong with one is said by ``find_channels``, in a sentence, and at the stack's start; an
alert goes out by the others. Neither channel tries again, and none waits longer than ``SECONDS`` for an answer: what
could not be sent waits in the ledger. No message holds a secret, nor does any log at any level.
"""

import logging
import os
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from tmdb_pipeline.alerts.message import Message
from tmdb_pipeline.alerts.post import Channel, NotSent, Refused, Unanswered
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.observability.messages import system_reason
from tmdb_pipeline.orchestration.alerts import mail as mails
from tmdb_pipeline.orchestration.task_settings import keep_secrets_out_of_debug_log
from tmdb_pipeline.settings import SettingsError

#: The Connection of Slack that is looked for, of type ``slackwebhook``.
SLACK = "slack_ops"
#: What its type has to be.
SLACK_TYPE = "slackwebhook"
#: Seconds that a server has for an answer.
SECONDS = 4

#: From this code on a mail server's refusal is for good (RFC 5321, 4.2.1).
_FOR_GOOD = 500
#: Slack's library writes the address of the webhook, which is a secret, into the log that it is given.
_SILENCE = logging.getLogger(f"{__name__}.nothing")
_SILENCE.setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class Found:
    """What there is.

    Attributes:
        channels: those that can be used.
        absent: a sentence for each that is not set up.
        wrong: a sentence for each whose Connection cannot be used, by the name of the channel.
    """

    channels: tuple[Channel, ...]
    absent: tuple[str, ...]
    wrong: dict[str, str]


def find_channels(*, with_database: bool = False) -> Found:
    """Look for the Connections. Never fails: one that cannot be looked up is wrong.

    In a command, which is no service of Airflow's, those in Airflow's database are found ``with_database`` only.
    """
    if with_database:
        os.environ.setdefault("_AIRFLOW_PROCESS_CONTEXT", "server")
    channels: list[Channel] = []
    absent: list[str] = []
    wrong: dict[str, str] = {}
    for name, conn_id, find in ((Slack.name, SLACK, _slack), (Mail.name, mails.CONNECTION, _mail)):
        try:
            found = find()
        except SettingsError as error:
            wrong[name] = str(error)
        except Exception as error:  # noqa: BLE001 - of whoever keeps Connections; its text may hold one
            why = type(error).__name__
            wrong[name] = f"The Connection {conn_id} cannot be read ({why}): look at how it is written."
        else:
            variable = f"AIRFLOW_CONN_{conn_id.upper()}"
            if not isinstance(found, mails.Absent):
                channels.append(found)
            elif isinstance(found, mails.NoConnection) and os.environ.get(variable):
                # Airflow passes over what it cannot read.
                wrong[name] = f"{variable} is set, and is no Connection: write it in JSON or as a URI."
            else:
                absent.append(found)
    return Found(tuple(channels), tuple(absent), wrong)


@dataclass(frozen=True)
class Slack:
    """An incoming webhook of Slack's."""

    #: Sends a body to it, and gives the status of its answer.
    post: Callable[[dict[str, Any]], int]
    name: str = "slack"

    def send(self, message: Message) -> None:
        """Send a message.

        Raises:
            NotSent: it could not be sent.
        """
        from tmdb_pipeline.alerts.slack import payload  # noqa: PLC0415 - needed where something is sent only

        try:
            status = self.post(payload(message))
        except Exception as error:  # noqa: BLE001 - whatever the library raises; its text may hold the webhook
            raise NotSent(f"Slack cannot be reached ({system_reason(error)})") from None
        if status == HTTPStatus.BAD_REQUEST:
            raise Refused(f"Slack refuses this message, with status {status}")
        if status != HTTPStatus.OK:
            raise NotSent(f"Slack refuses the message, with status {status}: look at the Connection {SLACK}")


@dataclass(frozen=True)
class Mail:
    """Mail by Airflow's SMTP hook."""

    postbox: mails.Postbox
    name: str = "mail"

    def send(self, message: Message) -> None:
        """Send a message.

        Raises:
            NotSent: it could not be sent.
        """
        from tmdb_pipeline.alerts.mail import mail  # noqa: PLC0415 - needed where something is sent only

        to = self.postbox
        made = mail(message, datetime.now(SEOUL), sender=to.sender, recipients=to.recipients)
        try:
            mails.send(made, within=SECONDS)
        except mails.NoAnswer:
            raise Unanswered("The mail server has the message, and has not answered in time") from None
        except smtplib.SMTPResponseException as error:
            code = error.smtp_code
            if isinstance(error, smtplib.SMTPDataError) and code >= _FOR_GOOD:
                raise Refused(f"The mail server refuses this message, with code {code}") from None
            raise NotSent(f"The mail server refuses, with code {code}: look at {mails.CONNECTION}") from None
        except smtplib.SMTPNotSupportedError:
            raise NotSent(
                f'The mail server has no STARTTLS, or no login: see "disable_tls" and the login of {mails.CONNECTION}'
            ) from None
        except smtplib.SMTPRecipientsRefused as error:
            raise NotSent(f"The mail server refuses every recipient: {', '.join(error.recipients)}") from None
        except ssl.SSLError:
            raise NotSent(
                "The mail server does not speak TLS at this port, or its certificate is not trusted: see "
                f'"disable_ssl" of {mails.CONNECTION}'
            ) from None
        except Exception as error:  # noqa: BLE001 - whatever the hook raises; its text may hold a password
            raise NotSent(f"The mail server cannot be reached, or refuses ({system_reason(error)})") from None


def _slack() -> Slack | mails.Absent:
    """The channel, or why there is none.

    Raises:
        SettingsError: the Connection cannot be used.
    """
    keep_secrets_out_of_debug_log()
    try:
        connection: Any = BaseHook.get_connection(SLACK)
    except AirflowNotFoundException:
        return mails.NoConnection(f"There is no Connection {SLACK}, so nothing is told by Slack.")
    if connection.conn_type != SLACK_TYPE:
        raise SettingsError(f"The Connection {SLACK} has to be of type {SLACK_TYPE}.")
    if not _is_webhook(connection):
        raise SettingsError(
            f"The Connection {SLACK} has no webhook: put its address, https://hooks.slack.com/services/..., into the "
            "password."
        )
    try:
        from airflow.providers.slack.hooks.slack_webhook import SlackWebhookHook  # noqa: PLC0415 - is an extra
    except ImportError:
        raise SettingsError(
            f"There is a Connection {SLACK}, and the provider of Slack is not installed: install tmdb-pipeline[alerts]."
        ) from None
    hook = SlackWebhookHook(slack_webhook_conn_id=SLACK, timeout=SECONDS, retry_handlers=[], logger=_SILENCE)
    client = hook.client
    return Slack(lambda body: int(client.send_dict(body).status_code))


def _is_webhook(connection: Any) -> bool:
    """Whether the password is a webhook's whole address, or the part of it that comes behind the host."""
    password = (connection.password or "").strip()
    if "://" not in password:
        return bool(password)
    try:
        parts = urlsplit(password)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.path.strip("/") != ""


def _mail() -> Mail | mails.Absent:
    """The channel, or why there is none.

    Raises:
        SettingsError: the Connection cannot be used.
    """
    found = mails.postbox()
    return found if isinstance(found, mails.Absent) else Mail(found)
