"""The entries of a YAML file, each read by itself, so that a slip in one costs no other.

Values stay the texts that stand there: YAML 1.1 would make ``NO`` (Norway) false, ``010`` eight, ``12:30`` 750 and
``2024-01-01`` a date. What a value is meant to be is known by what takes it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, TypeAlias

import yaml

from tmdb_pipeline.custom.wrong import Wrong

#: libyaml where PyYAML was built with it: ten times as fast.
_LOADER: Final[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
#: How an entry begins; the first one says how far it is indented.
_DASH: Final = re.compile(r"([ \t]*)-(\s|$)")
#: What begins an entry wherever it is indented: nothing within an entry looks so.
_ID: Final = re.compile(r"[ \t]*-\s+id\s*:")
#: Levels that are read; one that is good has three, with the list that it is part of.
_MOST_LEVELS: Final = 10
_NOTHING: Final = re.compile(r"\s*(#.*|---\s*(#.*)?)?$")
_HINT: Final = (
    "indent with blanks, and put a text into quotes that holds ': ' or ' #', or begins with any of * & @ % ! [ ] { }"
)


@dataclass(frozen=True, slots=True)
class Value:
    """What stands behind a key: a text, or further keys; and in which line, from 1."""

    content: "str | Keys"
    line: int


#: Values by their keys, with the line of each key.
Keys: TypeAlias = dict[str, tuple[int, Value]]


@dataclass(frozen=True, slots=True)
class Piece:
    """The lines of an entry; ``line`` is the first of them, from 1."""

    text: str
    line: int


def pieces(text: str) -> Iterator[Piece | Wrong]:
    """The entries of a file, or what is wrong with a line that belongs to none."""
    lines = text.replace("\r\n", "\n").split("\n")
    dashes = [at for at, line in enumerate(lines) if _DASH.match(line)]
    depth = _DASH.match(lines[dashes[0]])[1] if dashes else ""  # type: ignore[index]
    starts = [at for at in dashes if _ID.match(lines[at]) or _DASH.match(lines[at])[1] == depth]  # type: ignore[index]
    for at, line in enumerate(lines[: starts[0] if starts else len(lines)]):
        if not _NOTHING.match(line):
            yield Wrong(at + 1, f"'{line.strip()[:60]}' belongs to no entry: each begins with a line '- id: its_id'.")
    for start, end in pairwise([*starts, len(lines)]):
        yield Piece("\n".join(lines[start:end]), start + 1)


def read(piece: Piece) -> tuple[int, Value]:
    """The keys and values of an entry.

    Raises:
        Wrong: it is no YAML, or none that an entry may be.
    """
    try:
        _require_few_levels(piece)
        root: Any = yaml.compose(piece.text, _LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        lines = piece.text.split("\n")
        at = min(mark.line if mark else 0, len(lines) - 1)  # libyaml may count one on at the end
        line, stands = piece.line + at, lines[at]
        if "\t" in stands[: len(stands) - len(stands.lstrip())]:
            raise Wrong(line, "a tab stands in front: indent with blanks.") from None
        raise Wrong(line, f"this is no YAML ({error.problem or error.context}): {_HINT}.") from None
    except yaml.YAMLError as error:
        raise Wrong(piece.line, f"this entry is no YAML ({' '.join(str(error).split())}): {_HINT}.") from None
    item, *more = root.value
    if more:
        raise Wrong(piece.line, "this entry has a list beside its keys: indent every line below 'id' as far as 'id'.")
    if not isinstance(item, yaml.MappingNode):
        raise Wrong(piece.line, "this entry has no keys: give it id, display_name, schedule, and list or discover.")
    return piece.line, Value(_keys(item, piece.line, set()), piece.line)


def _require_few_levels(piece: Piece) -> None:
    """Refuse an entry of many levels: libyaml follows them until the process dies of it, and its DAGs with it."""
    depth = 0
    event: Any
    for event in yaml.parse(piece.text, _LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MOST_LEVELS:
            raise Wrong(piece.line + event.start_mark.line, "this is nested too deeply: an entry has two levels.")


def _keys(node: Any, first: int, seen: set[int]) -> Keys:
    found: Keys = {}
    for key, value in node.value:
        line = first + key.start_mark.line
        if not isinstance(key, yaml.ScalarNode):
            raise Wrong(line, "a key has to be a word.")
        if key.value in found:
            raise Wrong(line, f"{key.value} stands here again, first in line {found[key.value][0]}: keep one of them.")
        if id(value) in seen:
            raise Wrong(line, f"{key.value} refers to another value by *: write it out.")
        seen.add(id(value))
        found[key.value] = (line, _value(key.value, value, first, seen))
    return found


def _value(name: str, node: Any, first: int, seen: set[int]) -> Value:
    line = first + node.start_mark.line
    if isinstance(node, yaml.MappingNode):
        return Value(_keys(node, first, seen), line)
    if isinstance(node, yaml.SequenceNode):
        raise Wrong(
            line, f"{name} is a list: write its values with commas (all of them) or bars (any of them), as 18,53."
        )
    return Value(node.value.strip(), line)
