"""Comments that ask for a finding to be passed over: ``# dag-integrity: ignore[check] reason``."""

import io
import re
import tokenize
from collections.abc import Iterator
from typing import NamedTuple

_IGNORE = re.compile(r"#\s*dag-integrity:\s*ignore\s*(?:\[([\w\s,-]*)\])?\s*(.*)")


class Ignore(NamedTuple):
    """One such comment."""

    #: Where it stands, and the line that it is about: its own, or the next where it stands alone.
    line: int
    about: int
    checks: tuple[str, ...]
    reason: str


def ignores(source: str) -> Iterator[Ignore]:
    """Every such comment of a source, as far as Python can read it."""
    if "dag-integrity" not in source:
        return
    lines = source.splitlines()
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            found = _IGNORE.match(token.string) if token.type == tokenize.COMMENT else None
            if found:
                line = token.start[0]
                alone = lines[line - 1].lstrip().startswith("#")
                names = tuple(name.strip() for name in (found[1] or "").split(",") if name.strip())
                yield Ignore(line, line + 1 if alone else line, names, found[2].strip())
    except (tokenize.TokenError, SyntaxError):
        return
