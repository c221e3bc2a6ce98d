"""A message for Slack's incoming webhooks: blocks, and a text for whoever does not show them.

Limits of Block Kit (https://docs.slack.dev/reference/block-kit/blocks): 150 characters in a header, 3000 in a text of a
section, 10 fields of 2000 each.
"""

from typing import Any, Final

from tmdb_pipeline.alerts.message import Message
from tmdb_pipeline.language import Said

_HEADER, _TEXT, _FIELD, _FIELDS = 150, 2900, 1900, 10
#: Sections of facts that somebody reads on a phone.
_SECTIONS: Final = 3
_MORE: Final = Said("and {more} more", "외 {more}건")
WHAT_TO_DO: Final = Said("What to do", "조치")
WHAT_HAPPENED: Final = Said("Cause", "원인")
DETAIL: Final = Said("Detail", "상세")


def payload(message: Message) -> dict[str, Any]:
    """What the webhook is sent."""
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": _cut(message.subject, _HEADER)}},
        _section(f"*{WHAT_HAPPENED.told(message.language)}*\n{_escaped(message.cause)}"),
        _section(f"*{WHAT_TO_DO.told(message.language)}*\n{_escaped(message.advice)}"),
        *_facts(message),
    ]
    if message.detail:
        # A sign that ends the quotation would end it here, too.
        blocks.append(_section(f"```{_cut(_escaped(message.detail.replace('```', '')), _TEXT - 6)}```"))
    if message.note:
        blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": _escaped(message.note)}]})
    if message.link:
        button = {"type": "plain_text", "text": message.link_label}
        blocks.append({"type": "actions", "elements": [{"type": "button", "text": button, "url": message.link}]})
    text = f"{message.subject}\n{message.cause} {message.advice}"
    return {"text": _escaped(text), "blocks": blocks}


def _facts(message: Message) -> list[dict[str, Any]]:
    """The facts, so many in a section; of more than go into all sections, how many there are, and the last."""
    facts = message.facts
    if (more := len(facts) - _FIELDS * _SECTIONS) > 0:
        facts = (*facts[: -more - 2], ("…", _MORE.told(message.language, more=more + 1)), facts[-1])
    fields = [
        {"type": "mrkdwn", "text": _cut(f"*{_escaped(label)}*\n{_escaped(value)}", _FIELD)} for label, value in facts
    ]
    return [{"type": "section", "fields": fields[n : n + _FIELDS]} for n in range(0, len(fields), _FIELDS)]


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": _cut(text, _TEXT)}}


def _escaped(text: str) -> str:
    """A text in which nothing is a mention or a link (https://docs.slack.dev/messaging/formatting-message-text)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
