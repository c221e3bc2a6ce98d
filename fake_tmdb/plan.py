"""Reading fault plans: from JSON or YAML text, or from data, with errors that say which line and what is allowed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeGuard

import orjson
import yaml

from fake_tmdb.faults import BODIES, GZIP, Fault
from fake_tmdb.paging import LAST_PAGE
from fake_tmdb.statuses import STATUS

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # a token (RFC 9110)


class PlanError(ValueError):
    """A fault plan that cannot be used; the message is one sentence that says where and why."""


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _is_readable_page(value: object) -> bool:
    return _is_count(value) and value <= LAST_PAGE


def _is_strings(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(part, str) for pair in value.items() for part in pair)


def _is_header_value(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable()


def _is_headers(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(name, str) and _HEADER_NAME.fullmatch(name) and _is_header_value(text)
        for name, text in value.items()
    )


def _is_json(value: object) -> bool:
    try:
        orjson.dumps(value)
    except TypeError:
        return False
    return True


def _share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _seconds(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf


def _text(value: object) -> bool:
    return isinstance(value, str)


# For each name: whether a value is allowed, and how to say what is.
ALLOWED: dict[str, tuple[Callable[[Any], bool], str]] = {
    "name": (_text, "a text"),
    "path": (_text, "a path without /3, with * and ? as wildcards"),
    "page": (_is_count, "a page number from 1"),
    "query": (_is_strings, "a mapping of parameter to value, both texts"),
    "nth": (
        lambda value: (
            _is_count(value)
            or (isinstance(value, Sequence) and not isinstance(value, str) and all(map(_is_count, value)))
        ),
        "a number from 1, or a list of such numbers",
    ),
    "skip": (lambda value: value == 0 or _is_count(value), "a number from 0"),
    "times": (_is_count, "a number from 1"),
    "probability": (_share, "a number from 0 to 1"),
    "seed": (lambda value: isinstance(value, int), "an integer"),
    "window": (
        lambda value: (
            isinstance(value, Sequence) and len(value) == 2 and all(map(_seconds, value)) and value[0] < value[1]  # noqa: PLR2004 - from, to
        ),
        "two numbers of seconds, from and to, the smaller one first",
    ),
    "ttl": (_seconds, "a number of seconds"),
    "delay": (_seconds, "a number of seconds"),
    "hang": (lambda value: isinstance(value, bool), "true or false"),
    "reset": (lambda value: isinstance(value, bool), "true or false"),
    "status": (lambda value: isinstance(value, int) and 200 <= value <= 599, "an HTTP status from 200 to 599"),  # noqa: PLR2004
    "code": (lambda value: value in STATUS, "a TMDB status code from 1 to 47"),
    "body": (lambda value: value in BODIES, f"one of {', '.join(BODIES)}"),
    "revoke": (lambda value: isinstance(value, bool), "true or false"),
    "serve_page": (_is_readable_page, f"a page number from 1 to {LAST_PAGE}"),
    "repeat_page": (_is_readable_page, f"a page number from 1 to {LAST_PAGE}"),
    "empty": (lambda value: isinstance(value, bool), "true or false"),
    "short": (_is_count, "a number of results from 1 (for none there is `empty`)"),
    "set": (lambda value: isinstance(value, Mapping) and _is_json(value), "a mapping of dotted path to JSON value"),
    "remove": (
        lambda value: isinstance(value, list | tuple) and all(isinstance(path, str) for path in value),
        "a list of dotted paths",
    ),
    "rename": (_is_strings, "a mapping of dotted path to new name"),
    "text": (_text, "a text"),
    "content_type": (_is_header_value, "a text in ASCII without line breaks"),
    "headers": (
        _is_headers,
        "a mapping of header to value, both texts in ASCII without line breaks (put numbers in quotes)",
    ),
    "gzip": (lambda value: value in GZIP, f"one of {', '.join(GZIP)}"),
    "truncate": (_share, "a share from 0 to 1"),
    "cut": (_share, "a share from 0 to 1"),
    "drip": (_is_count, "a number of bytes a second, from 1"),
}


def faults_from(data: Any, where: Callable[[int, str | None], str] | None = None) -> list[Fault]:
    """Return the faults that plain data describes: a list of rules, or `{"faults": [...]}`.

    `where` names the place of a rule, or of a key in it, for the message of the PlanError.
    """
    rules = data.get("faults") if isinstance(data, Mapping) else data
    if not isinstance(rules, list):
        raise PlanError('A fault plan is a list of rules, or a mapping with such a list as "faults".')
    place = where or (lambda at, _key: f"rule {at + 1}")
    return [_fault(rule, at, place) for at, rule in enumerate(rules)]


def _fault(rule: Any, at: int, place: Callable[[int, str | None], str]) -> Fault:
    if not isinstance(rule, Mapping):
        raise PlanError(f"In {place(at, None)}: a rule is a mapping such as {{path: /movie/popular, status: 503}}.")
    for name, value in rule.items():
        if name not in ALLOWED:
            raise PlanError(f"In {place(at, str(name))}: there is no {name!r}; allowed are {', '.join(ALLOWED)}.")
        allowed, description = ALLOWED[name]
        if not allowed(value):
            raise PlanError(f"In {place(at, name)}: {name} is {description}, not {value!r}.")
    return Fault(**rule)


def read_plan(text: str, source: str) -> list[Fault]:
    """Return the faults of a plan in YAML or JSON; `source` is its name in messages. Raises PlanError."""
    text = text.expandtabs(2)  # JSON may be indented with tabs, YAML may not
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except RecursionError:
        raise PlanError(f"{source} is nested too deeply to be a fault plan.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise PlanError(f"{source}{line} is neither YAML nor JSON: {problem}.") from error
    lines = _lines(node, source)
    return faults_from(data, lambda at, key: f"{source} line {lines.get((at, key), lines.get((at, None), 1))}")


def _lines(node: yaml.Node | None, source: str) -> dict[tuple[int, str | None], int]:
    """Return the line of each rule and of each key in it. Raises PlanError for a key that a rule has twice."""
    if isinstance(node, yaml.MappingNode):
        node = next((value for key, value in node.value if key.value == "faults"), None)
    lines: dict[tuple[int, str | None], int] = {}
    for at, rule in enumerate(node.value if isinstance(node, yaml.SequenceNode) else ()):
        lines[at, None] = rule.start_mark.line + 1
        for key, _ in rule.value if isinstance(rule, yaml.MappingNode) else ():
            line = key.start_mark.line + 1
            if (at, key.value) in lines:
                raise PlanError(f"In {source} line {line}: {key.value} is there twice; a rule says each thing once.")
            lines[at, key.value] = line
    return lines
