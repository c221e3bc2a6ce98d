"""A mail server on loopback that keeps what it is sent."""

import asyncio
from contextlib import contextmanager
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from support import free_port


class Inbox:
    """What has arrived, as parsed messages; ``refusals`` is how many more are to be refused.

    ``refused`` are addresses that are not known here, ``delay`` is how many seconds an answer to a message takes.
    """

    def __init__(self):
        self.messages = []
        self.recipients = []
        self.refusals = 0
        self.refusal = "451 Come back later"
        self.refused = set()
        self.delay = 0

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        """Know the recipient, or not."""
        if address in self.refused:
            return "550 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        """Take a message, or refuse it for now."""
        if self.refusals:
            self.refusals -= 1
            return self.refusal
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        self.recipients.append(envelope.rcpt_tos)
        await asyncio.sleep(self.delay)
        return "250 OK"


@contextmanager
def mail_server():
    """A server that runs: its port, and its inbox."""
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port, inbox
    finally:
        controller.stop()
