"""What a value in a fault may be: the same for a plan, a control route and `Fault` in Python."""

from __future__ import annotations

import datetime as dt
import math
import posixpath
import re
import reprlib
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeGuard

from fake_tmdb.api.paging import LAST_PAGE
from fake_tmdb.api.statuses import STATUS

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # a token (RFC 9110)
_FRAMING = frozenset({"content-length", "transfer-encoding"})  # the server writes them
_QUERY = re.compile(r"\?\w+=")
_MOST = 2**31 - 1
_DEEPEST = 32  # levels of a JSON value; a response has about ten more around it


class _Shown(reprlib.Repr):
    """Values as they are written in Python, cut short where they are long."""

    def repr_int(self, value: int, level: int) -> str:
        try:
            str(value)
        except ValueError:  # Python does not write integers of more than 4,300 digits
            return "a number of thousands of digits"
        return super().repr_int(value, level)


_shown = _Shown()
_shown.maxstring = _shown.maxother = 60


def shown(value: object) -> str:
    """Return a value as it is written in Python, cut short where it is long."""
    return _shown.repr(value)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_whole(value: object, least: int, most: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_count(value: object) -> bool:
    return _is_whole(value, 1, _MOST)


def _is_readable_page(value: object) -> bool:
    return _is_whole(value, 1, LAST_PAGE)


def _is_counts(value: object) -> bool:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return len(value) > 0 and all(map(_is_count, value))
    return _is_count(value)


def _is_text(value: object) -> TypeGuard[str]:
    """Return whether a value is a text that can be sent: without halves of surrogate pairs."""
    return isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value)


def _is_path(value: object) -> bool:
    """Return whether a glob can match the path of any request: as TMDB resolves it, without `/3` and query."""
    return (
        _is_text(value)
        and value[:1] in {"/", "*", "?", "["}
        and not value.startswith(("//", "/3/"))
        and value != "/3"
        and posixpath.normpath(value) == value
        and _QUERY.search(value) is None
    )


def _is_field(value: object) -> bool:
    """Return whether a value is a dotted path such as `results.*.title`."""
    return _is_text(value) and all(value.split("."))


def _is_texts(value: object) -> bool:
    return isinstance(value, Mapping) and all(_is_text(part) for pair in value.items() for part in pair)


def _is_header_value(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable()


def _is_header(name: object, value: object) -> bool:
    return (
        isinstance(name, str)
        and _HEADER_NAME.fullmatch(name) is not None
        and name.lower() not in _FRAMING
        and _is_header_value(value)
    )


def _is_headers(value: object) -> bool:
    return isinstance(value, Mapping) and all(_is_header(*pair) for pair in value.items())


def _is_json(value: object, levels: int = _DEEPEST) -> bool:
    if isinstance(value, dict):
        return levels > 0 and all(_is_text(key) and _is_json(part, levels - 1) for key, part in value.items())
    if isinstance(value, list | tuple):
        return levels > 0 and all(_is_json(part, levels - 1) for part in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return (
        value is None or isinstance(value, bool | dt.date) or _is_text(value) or _is_whole(value, -(2**63), 2**64 - 1)
    )


def _is_changes(value: object) -> bool:
    return isinstance(value, dict) and all(_is_field(path) and _is_json(part) for path, part in value.items())


def _is_fields(value: object) -> bool:
    return isinstance(value, list | tuple) and all(map(_is_field, value))


def _is_renames(value: object) -> bool:
    return _is_texts(value) and isinstance(value, Mapping) and all(map(_is_field, value))


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _is_seconds(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf


def _is_window(value: object) -> bool:
    return (
        isinstance(value, Sequence) and len(value) == 2 and all(map(_is_seconds, value)) and value[0] < value[1]  # noqa: PLR2004 - from, to
    )


class Values(NamedTuple):
    """Which values are allowed, and how to say so behind "is"."""

    allow: Callable[[object], bool]
    description: str


def whole_numbers(least: int, most: int, description: str) -> Values:
    """Return the integers from one to another."""
    return Values(lambda value: _is_whole(value, least, most), description)


def one_of(*choices: str) -> Values:
    """Return some texts."""
    return Values(lambda value: value in choices, f"one of {', '.join(choices)}")


TEXT = Values(_is_text, "a text")
PATH = Values(
    _is_path, "a path such as /movie/popular, without /3 before and a query or / behind it, with * and ? as wildcards"
)
FLAG = Values(_is_flag, "true or false")
SECONDS = Values(_is_seconds, "a number of seconds")
WINDOW = Values(_is_window, "two numbers of seconds, from and to, the smaller one first")
SHARE = Values(_is_share, "a share from 0 to 1")
PROBABILITY = Values(_is_share, "a number from 0 to 1")
PAGE = Values(_is_count, "a page number from 1")
READABLE_PAGE = Values(_is_readable_page, f"a page number from 1 to {LAST_PAGE}")
COUNT = Values(_is_count, "a number from 1")
COUNTS = Values(_is_counts, "a number from 1, or a list of such numbers")
COUNT_OR_ZERO = whole_numbers(0, _MOST, "a number from 0")
SEED = whole_numbers(-(2**63), 2**63 - 1, "an integer of at most 64 bits")
RESULTS = Values(_is_count, "a number of results from 1 (for none there is `empty`)")
SPEED = Values(_is_count, "a number of bytes a second, from 1")
HTTP_STATUS = whole_numbers(200, 599, "an HTTP status from 200 to 599")
STATUS_CODE = whole_numbers(1, len(STATUS), f"a TMDB status code from 1 to {len(STATUS)}")
PARAMETERS = Values(_is_texts, "a mapping of parameter to value, both texts")
CHANGES = Values(_is_changes, f"a mapping of dotted path to JSON value of at most {_DEEPEST} levels")
FIELDS = Values(_is_fields, "a list of dotted paths")
RENAMES = Values(_is_renames, "a mapping of dotted path to new name")
HEADER_VALUE = Values(_is_header_value, "a text in ASCII without line breaks")
HEADERS = Values(
    _is_headers,
    "a mapping of header to value, both texts in ASCII without line breaks, but not of Content-Length and "
    "Transfer-Encoding, which the server writes (put numbers in quotes)",
)
