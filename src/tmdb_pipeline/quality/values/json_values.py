"""What JSON can carry, and how to show or write a value that it cannot.

Records normally come from a JSON parser, but a validator must not crash on the one that does not: NaN, integers beyond
64 bits, lone surrogates, foreign objects. All texts made here can be encoded as UTF-8.
"""

import json
import math
from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

import orjson

SHOWN_LENGTH: Final = 100  # characters of a text in a report or in quarantine
_NESTED_LENGTH = 25
_SHOWN_ITEMS = 6
_SHOWN_BITS = 256
_TAGGED_DEPTH = 60  # orjson writes 254 levels, and one level here may become three


def survives_json(value: object) -> bool:
    """Say whether writing the value as JSON and reading it back gives the same value."""
    try:
        written = orjson.dumps(value)
    except TypeError:  # of which orjson's own error is a subclass
        return False
    # NaN comes back as null, a tuple as a list, a date as a text.
    return bool(orjson.loads(written) == value)


def is_storable_text(text: str) -> bool:
    """Say whether UTF-8 and a PostgreSQL text column can hold the text: no lone surrogate, no NUL character."""
    try:
        text.encode("utf-32")  # which refuses what UTF-8 refuses, in half of its time
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def is_whole(value: object) -> bool:
    """Say whether a value is a whole number."""
    # To Python a bool is an int, to JSON not.
    return isinstance(value, int) and not isinstance(value, bool)


def printable(text: str, limit: int = SHOWN_LENGTH) -> str:
    """Return the first ``limit`` characters, the invisible and the unencodable as escapes, and the length if cut."""
    cut = text[:limit]
    if not cut.isprintable():
        cut = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in cut)
    return cut if len(text) <= limit else f"{cut}… ({len(text):,} characters)"


def describe(value: object, limit: int = SHOWN_LENGTH, *, nested: bool = False) -> str:
    """Describe any value in one short line, written like JSON where it can be.

    No foreign ``__repr__`` is called. Containers show their first items and one level only.
    """
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return f'"{printable(value, limit)}"'
        case int():
            bits = int(value).bit_length()
            return str(int(value)) if bits <= _SHOWN_BITS else f"an integer of {bits:,} bits"
        case float():
            return float.__repr__(value)
        case list() | tuple() | dict() if nested:
            return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value):,}"
        case list() | tuple():
            return f"[{_listing([(item,) for item in value[:_SHOWN_ITEMS]], len(value))}]"
        case dict():
            return f"{{{_listing(islice(value.items(), _SHOWN_ITEMS), len(value))}}}"
        case _:
            return f"a Python object of type {type(value).__name__}"


def key_name(key: object) -> str:
    """Return a text for a key of an object: the key itself, or a description of one that is no text."""
    return key if isinstance(key, str) else describe(key)


def _listing(entries: Iterable[tuple[object, ...]], length: int) -> str:
    shown = [": ".join(describe(part, _NESTED_LENGTH, nested=True) for part in entry) for entry in entries]
    return ", ".join(shown) + (f", … ({length:,} in all)" if length > len(shown) else "")


def canonical(value: object) -> bytes:
    """Return bytes that are the same for the same content, whatever the order of fields; to sort and compare by."""
    # Tagged only where it must be, because tagging goes no deeper than 60 levels.
    return orjson.dumps(value if survives_json(value) else tagged(value), option=orjson.OPT_SORT_KEYS)


def tagged(value: object, depth: int = _TAGGED_DEPTH) -> Any:
    """Return the value with each part that JSON cannot carry replaced by an object that names it.

    ``{"$float": "nan"}``, ``{"$int": "0x..."}`` (beyond 64 bits), ``{"$text": "..."}`` (lone surrogates; the content is
    a JSON text literal in ASCII), ``{"$pairs": [[key, value], ...]}`` (keys that are no clean texts) and
    ``{"$object": "..."}`` (anything else, described; also what lies deeper than 60 levels).
    """
    match value:
        case None | bool():
            return value
        case str():
            return str(value) if _is_utf8(value) else {"$text": json.dumps(value)}
        case int():
            return int(value) if -(2**63) <= value < 2**64 else {"$int": hex(value)}
        case float():
            return float(value) if math.isfinite(value) else {"$float": float.__repr__(value)}
        case list() if depth:
            return [tagged(item, depth - 1) for item in value]
        case dict() if depth and all(isinstance(key, str) and _is_utf8(key) for key in value):
            return {key: tagged(item, depth - 1) for key, item in value.items()}
        case dict() if depth:
            return {"$pairs": [[tagged(key, depth - 1), tagged(item, depth - 1)] for key, item in value.items()]}
        case _:
            return {"$object": describe(value)}


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
