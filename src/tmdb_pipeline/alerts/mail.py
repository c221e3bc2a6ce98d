"""A message as a mail: HTML that is read on a phone, light and dark, and a text for programs that show none."""

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from functools import cache
from typing import Final

from jinja2 import Template

from tmdb_pipeline.alerts.catalogue import Tone
from tmdb_pipeline.alerts.message import Message
from tmdb_pipeline.alerts.slack import DETAIL, WHAT_HAPPENED, WHAT_TO_DO
from tmdb_pipeline.language import Language, Said
from tmdb_pipeline.templates import environment

#: A sign of each tone, for those who do not see its colour, and its colour on white.
_SIGNS: Final = {Tone.ALARM: "✕", Tone.WARNING: "!", Tone.OVER: "✓"}
_COLOURS: Final = {Tone.ALARM: "#b8202f", Tone.WARNING: "#8a5a00", Tone.OVER: "#17733a"}


def mail(message: Message, at: datetime, *, sender: str, recipients: Sequence[str]) -> EmailMessage:
    """The mail of a message.

    Args:
        message: what is said.
        at: when it is sent, aware.
        sender: the address that it comes from.
        recipients: those that it goes to.
    """
    made = EmailMessage()
    made["Subject"] = " ".join(message.subject.split())  # a header is one line
    made["From"] = sender
    made["To"] = ", ".join(recipients)
    made["Date"] = format_datetime(at)
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday answers it
    made["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])  # a relay adds none, and some refuse mail without
    made.set_content(text(message))
    made.add_alternative(html(message), subtype="html")
    return made


def html(message: Message) -> str:
    """The message as HTML."""
    template = _template(message.language)
    return template.render(message=message, sign=_SIGNS[message.tone], colour=_COLOURS[message.tone])


def text(message: Message) -> str:
    """The message as text."""
    told = {said.told(message.language): value for said, value in _paragraphs(message)}
    lines = [message.subject, ""]
    for label, value in told.items():
        lines += [f"{label}:", *(f"  {line}" for line in value.splitlines()), ""]
    lines += [f"{label}: {value}" for label, value in message.facts]
    if message.note:
        lines += ["", message.note]
    if message.link:
        lines += ["", f"{message.link_label}: {message.link}"]
    return "\n".join([*lines, ""])


def _paragraphs(message: Message) -> list[tuple[Said, str]]:
    return [
        (said, value)
        for said, value in (
            (WHAT_HAPPENED, message.cause),
            (WHAT_TO_DO, message.advice),
            (DETAIL, message.detail),
        )
        if value
    ]


@cache
def _template(language: Language) -> Template:
    templates = environment(__package__, language)
    templates.globals |= {"happened": WHAT_HAPPENED, "to_do": WHAT_TO_DO, "detail": DETAIL}
    return templates.get_template("mail.html.j2")
