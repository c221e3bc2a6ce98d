"""What comes in: something good in which a few things are wrong, or nothing but garbage."""

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from hypothesis import strategies as st

NASTY_TEXTS = [
    "",
    " ",
    "\0",
    "\n",
    "\u202e",
    "\u200b",
    "\ud800",
    "\udcff",
    "가",
    "é",
    "..",
    "/",
    "/nowhere/at/all",
    "http://[",
    "-",
    "--",
    "{{ 1 }}",
    "%s",
    "$x",
    "'",
    '"',
    "null",
    "NaN",
    "1e400",
    "0x10",
    "\u0661",  # a digit, too
    "²",
    "2001-13-99",
    "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+23:59",
    "9" * 5000,
    "x" * 10_000,
]
#: Values of every type that JSON has and, where ``everything``, of those that only Python has.
TEXTS = st.sampled_from(NASTY_TEXTS) | st.text(max_size=8)
NUMBERS = (
    st.sampled_from([0, -1, 1, 2**31, 2**53, 2**63, 2**64, -(2**63) - 1, 10**30, 1e308, 5e-324, -0.0])
    | st.integers()
    | st.floats()
)
LEAVES = st.none() | st.booleans() | NUMBERS | TEXTS
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def nested(levels: int) -> Any:
    """Lists in lists, so many levels deep."""
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


#: What a system lets through as a word of a command line, or as the value of a variable: bytes, but no NUL.
WORDS = TEXTS.map(
    lambda text: text.replace("\0", "").encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
)
DEEP = st.sampled_from([50, 198, 254, 400, 900]).map(nested)
#: Stand in a document for what Python's own encoder does not write.
_MARKS = {
    '"<digits>"': "9" * 5000,
    '"<deep 254>"': "[" * 254 + "]" * 254,
    '"<deep 1024>"': "[" * 1024 + "]" * 1024,
    '"<deep 100000>"': "[" * 100_000,
}
MARKED = st.sampled_from([json.loads(mark) for mark in _MARKS])


class Edit(NamedTuple):
    """One change to a document: where (counted at each level, modulo its size), what is done, and with what."""

    at: tuple[int, ...]
    does: str
    value: Any

    def applied(self, document: Any) -> Any:
        """A new document with this change; the rest is shared."""
        return _edited(document, list(self.at), self)


def edits(values: st.SearchStrategy[Any] = VALUES, *, depth: int = 4, most: int = 2) -> st.SearchStrategy[list[Edit]]:
    """One to ``most`` changes, anywhere in the first ``depth`` levels."""
    places = st.lists(st.integers(0, 30), max_size=depth).map(tuple)
    kinds = st.sampled_from(["replace", "remove", "wrap", "repeat", "rename", "empty"])
    return st.lists(st.builds(Edit, places, kinds, values), min_size=1, max_size=most)


def changed(good: Any, values: st.SearchStrategy[Any] = VALUES, *, depth: int = 4) -> st.SearchStrategy[Any]:
    """A good document with a few things wrong."""

    def apply(changes: Sequence[Edit]) -> Any:
        document = good
        for change in changes:
            document = change.applied(document)
        return document

    return edits(values, depth=depth).map(apply)


def _edited(value: Any, path: list[int], edit: Edit) -> Any:
    if path and isinstance(value, dict) and value:
        key = list(value)[path[0] % len(value)]
        if len(path) == 1 and edit.does in {"remove", "rename"}:
            kept = {name: inner for name, inner in value.items() if name != key}
            return kept if edit.does == "remove" else {**kept, f"{key}_": value[key]}
        return {**value, key: _edited(value[key], path[1:], edit)}
    if path and isinstance(value, list) and value:
        at = path[0] % len(value)
        if len(path) == 1 and edit.does == "remove":
            return [*value[:at], *value[at + 1 :]]
        return [*value[:at], _edited(value[at], path[1:], edit), *value[at + 1 :]]
    match edit.does:
        case "wrap":
            return [value]
        case "repeat":
            return [value, value] if not isinstance(value, list) else value * 2
        case "empty":
            return type(value)() if isinstance(value, dict | list | str) else None
        case _:
            return edit.value


def as_json(document: Any) -> bytes:
    """A document as JSON, or nearly: with NaN, half characters, and what the marks stand for."""
    text = json.dumps(document)
    for mark, meant in _MARKS.items():
        text = text.replace(mark, meant)
    return text.encode()


class Spoil(NamedTuple):
    """One thing done to bytes, at a place that is a share of them."""

    does: str
    at: float
    data: bytes

    def applied(self, content: bytes) -> bytes:
        """The bytes with this done to them."""
        at = int(len(content) * self.at)
        return _SPOILING[self.does](content, at, self.data)


def _flip(content: bytes, at: int, data: bytes) -> bytes:
    flipped = (content[at : at + 1] or b"\0")[0] ^ (1 << (len(data) % 8))
    return content[:at] + bytes([flipped]) + content[at + 1 :]


def _twice(content: bytes, at: int, data: bytes) -> bytes:
    """The next key stands there again in front of itself."""
    start = content.find(b'"', at)
    end = content.find(b'":', start)
    key = content[start : end + 2]
    return content[:start] + key + b"1," + content[start:] if 0 <= start < end else content + data


_SPOILING: dict[str, Callable[[bytes, int, bytes], bytes]] = {
    "cut": lambda content, at, data: content[:at],
    "flip": _flip,
    "insert": lambda content, at, data: content[:at] + data + content[at:],
    "overwrite": lambda content, at, data: content[:at] + data + content[at + len(data) :],
    "twice": _twice,
    "double": lambda content, at, data: content + content,
    "other encoding": lambda content, at, data: content.decode("latin-1").encode("utf-16"),
    "all": lambda content, at, data: data,
}
_PIECES = st.binary(max_size=12) | st.sampled_from(
    [
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\0",
        b"\r\n",
        b"\x1f\x8b",
        b"{",
        b"]" * 300,
        b"[" * 300,
        b"9" * 5000,
        b"NaN",
        b"1e999",
    ]
)
SPOILS = st.lists(
    st.builds(Spoil, st.sampled_from(sorted(_SPOILING)), st.floats(0, 1, exclude_max=True), _PIECES),
    min_size=1,
    max_size=2,
)


def spoiled(good: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """Good bytes with something done to them."""
    return st.builds(spoil, good, SPOILS)


def spoil(content: bytes, spoils: Sequence[Spoil]) -> bytes:
    """Bytes with all of it done to them."""
    for each in spoils:
        content = each.applied(content)
    return content


def documents(good: Any, *, depth: int = 4) -> st.SearchStrategy[bytes]:
    """JSON with something wrong in it, or done to its bytes."""
    marked = changed(good, VALUES | MARKED, depth=depth).map(as_json)
    return marked | spoiled(st.just(as_json(good))) | VALUES.map(as_json)


@st.composite
def commands(draw: st.DrawFn, good: Sequence[Sequence[str]], words: Sequence[str]) -> list[str]:
    """A good command line in which some words are left out, put in, or others."""
    line = list(draw(st.sampled_from(good)))
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(line)))
        word = draw(st.sampled_from(words) | WORDS)
        line[at : at + draw(st.integers(0, 1))] = draw(st.sampled_from([[word], [word], []]))
    return line
