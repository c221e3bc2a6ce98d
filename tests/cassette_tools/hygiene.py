"""The hygiene gate: what every cassette must be, one function a rule. A rule returns what it found, in words."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from cassette_tools import play, schema, scrub
from cassette_tools.tape import Interaction, Tape

from fake_tmdb.schema.responses import ERROR

MOST_BYTES = 64 * 1024

_KEY_FORMS = {
    "32 or more hexadecimal digits in a row, as a v3 key has": re.compile(
        r"(?<![0-9a-zA-Z])[0-9a-fA-F]{32,}(?![0-9a-zA-Z])"
    ),
    "three parts of base64 with dots between, as a read token has": re.compile(r"eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]{5,}"),
    "an api_key with a value": re.compile(r"api(_|%5F)key(=|%3D)[^&\s\"]+", re.IGNORECASE),
    "a Bearer token": re.compile(r"bearer\s+[\w.~+/=-]{8,}", re.IGNORECASE),
    "an Authorization header": re.compile(r'"(proxy-)?authorization":', re.IGNORECASE),
}
_HTML = re.compile(rb"\s*<(!doctype )?html", re.IGNORECASE)


@dataclass(frozen=True)
class Gate:
    """What the rules need to know beside the cassette.

    Attributes:
        now: nothing can have been recorded later, aware.
        plays: by name of a cassette, what its test asks for.
    """

    now: datetime
    plays: Mapping[str, Callable[..., Any]]


def whole(tape: Tape, _gate: Gate) -> list[str]:
    """The file is a cassette. Of one that is damaged the other rules only say what they can see without reading it."""
    return [tape.damage] if tape.damage else []


def no_key(tape: Tape, _gate: Gate) -> list[str]:
    """Nothing in the file, or packed into it, has the form of a key; an ETag that is its body's own hash may."""
    text = tape.text
    for interaction in _interactions(tape):
        own = scrub.etag(interaction.body)
        if interaction.header("etag") == own:
            text = text.replace(json.dumps(own), "")
        text += interaction.plain.decode(errors="replace")
    return [f"it contains {what}" for what, form in _KEY_FORMS.items() if form.search(text)]


def no_cookie(tape: Tape, _gate: Gate) -> list[str]:
    """No request sends a cookie and no response sets one."""
    return [
        f"{interaction} has the header {name}"
        for interaction in _interactions(tape)
        for name in (*interaction.request_headers, *interaction.headers)
        if "cookie" in name.lower()
    ]


def small(tape: Tape, _gate: Gate) -> list[str]:
    """The file has at most ``MOST_BYTES`` bytes: people read it in a diff."""
    size = len(tape.text.encode(errors="surrogateescape"))
    return [f"it has {size} bytes, more than {MOST_BYTES}"] if size > MOST_BYTES else []


def dated(tape: Tape, gate: Gate) -> list[str]:
    """The header says when it was recorded: ISO 8601, with zone, not in the future."""
    if tape.damage:
        return []
    said = str(tape.about.get("recorded_at"))
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return [f"recorded_at is {said!r}, no time in ISO 8601"]
    if moment.tzinfo is None:
        return [f"recorded_at is {said}, without a zone"]
    return [f"recorded_at is {said}, in the future"] if moment > gate.now else []


def explained(tape: Tape, _gate: Gate) -> list[str]:
    """The header says which cassette this is, what for, and what it was recorded from and with."""
    if tape.damage:
        return []
    found = []
    if tape.about.get("name") != tape.name:
        found.append(f"its name is {tape.about.get('name')!r}, not that of the file")
    if not tape.about.get("for"):
        found.append("it does not say what it is for")
    origin = tape.about.get("origin")
    origin = origin if isinstance(origin, dict) else {}
    if origin.get("service") == "fake_tmdb":
        missing = [key for key in ("version", "seed", "movies", "clock") if key not in origin]
        found += [f"its origin is the fake, without its {key}" for key in missing]
    elif not str(origin.get("service", "")).startswith("http"):
        found.append("its origin is neither the fake nor the address of a service")
    if not tape.about.get("tools"):
        found.append("it does not say which tools recorded it")
    return found


def valid(tape: Tape, _gate: Gate) -> list[str]:
    """Every body is what the wire schema says, or is broken in a way that the header announces."""
    found = [f"{interaction}: {finding}" for interaction in _interactions(tape) for finding in _invalid(interaction)]
    if "malformed" in tape.about:
        return [] if found else [f"it is called malformed ({tape.about['malformed']}), but every body is valid"]
    return found


def _invalid(interaction: Interaction) -> list[str]:
    failed = interaction.status != HTTPStatus.OK
    if failed and _HTML.match(interaction.plain):
        is_html = interaction.header("content-type").startswith("text/html")
        return [] if is_html else ["HTML that does not say so"]
    try:
        document = json.loads(interaction.plain)
        wanted = ERROR if failed else schema.endpoint(interaction.uri)
        return ["no such endpoint"] if wanted is None else schema.findings(document, wanted)
    except ValueError:
        return ["no JSON"]
    except RecursionError:
        return ["JSON that is nested too deep"]


def asked_for(tape: Tape, gate: Gate) -> list[str]:
    """Some test plays it."""
    return [] if tape.name in gate.plays else ["no test plays it"]


def used_up(tape: Tape, gate: Gate) -> list[str]:
    """The test that plays it asks for everything in it."""
    if tape.damage:
        return []
    if not tape.interactions:
        return ["it contains no response"]
    if tape.name not in gate.plays:
        return []
    with play.cassette(tape.name, folder=tape.path.parent, all_used=False) as playing:
        gate.plays[tape.name]()
    return [f"its test does not ask for {request}" for request in play.unused(playing)]


def _interactions(tape: Tape) -> list[Interaction]:
    return [] if tape.damage else tape.interactions


RULES = (whole, no_key, no_cookie, small, dated, explained, valid, asked_for, used_up)
#: What must hold before a file may be written at all.
BEFORE_WRITING = (whole, no_key, no_cookie, dated, explained)
