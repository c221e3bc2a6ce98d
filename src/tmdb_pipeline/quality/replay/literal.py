"""A JSON value as Python source, laid out as a formatter would have it."""

import json
from itertools import pairwise
from typing import Final

from rich.cells import cell_len

#: Columns of a line; Korean letters take two.
_WIDTH: Final = 120
_STEP: Final = "    "
#: Columns of a piece of a text that is too long for a line.
_PIECE: Final = 80
#: Python's parser takes 200 brackets within each other, and nobody reads as many.
_DEEPEST: Final = 20


def literal(value: object, before: str = "") -> str:
    """The expression for a value as it comes from a JSON parser; ``before`` is what stands in front of it on its line.

    Whatever cannot be seen, or steers a terminal, is escaped. A value that is nested too deep for Python's parser is an
    expression that parses it from JSON, for which the module has to import json.
    """
    if is_deep(value):
        return f"json.loads({_text(json.dumps(value), '')})"
    return _expression(value, "", cell_len(before))


def is_deep(value: object, levels: int = _DEEPEST) -> bool:
    """Whether a value is nested deeper than so many levels."""
    parts = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return bool(parts) and (levels == 0 or any(is_deep(part, levels - 1) for part in parts))


def _expression(value: object, indent: str, used: int) -> str:
    """The expression at this indentation; ``used`` columns of its first line are taken, its comma not counted."""
    line = _one_line(value)
    if cell_len(line) + used < _WIDTH:
        return line
    inner = indent + _STEP
    match value:
        case str():
            return _text(value, indent)
        case list():
            rows = [f"{inner}{_expression(item, inner, len(inner))},\n" for item in value]
            return f"[\n{''.join(rows)}{indent}]"
        case dict():
            names = {key: f"{inner}{_quoted(key)}: " for key in value}
            rows = [f"{names[key]}{_expression(item, inner, cell_len(names[key]))},\n" for key, item in value.items()]
            return f"{{\n{''.join(rows)}{indent}}}"
        case _:
            return line


def _one_line(value: object) -> str:
    match value:
        case str():
            return _quoted(value)
        case list():
            return f"[{', '.join(map(_one_line, value))}]"
        case dict():
            return f"{{{', '.join(f'{_quoted(key)}: {_one_line(item)}' for key, item in value.items())}}}"
        case _:
            return repr(value)


def _text(text: str, indent: str) -> str:
    """A long text in pieces, one a line."""
    ends, columns = [0], 0
    for at, sign in enumerate(text):
        columns += cell_len(_quoted(sign)) - 2
        if columns > _PIECE:
            ends.append(at)
            columns = cell_len(_quoted(sign)) - 2
    pieces = [text[start:end] for start, end in pairwise([*ends, len(text)])]
    return "".join(["(\n", *(f"{indent}{_STEP}{_quoted(piece)}\n" for piece in pieces), f"{indent})"])


def _quoted(text: str) -> str:
    """A text in double quotes, unless it holds such and no others."""
    shown = repr(text)
    return f'"{shown[1:-1]}"' if shown[0] == "'" and '"' not in text else shown
