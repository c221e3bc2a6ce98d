"""What is wrong with an entry, in one sentence that says what is allowed and what was probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


class Wrong(Exception):
    """An entry cannot be used; ``line`` is where in the file, from 1, and the message says why, without it."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line


def nearest(text: str, known: Iterable[str]) -> str:
    """A blank and the question whether the nearest of the known names was meant; empty where none is near."""
    by_lower = {name.lower(): name for name in known}
    found = get_close_matches(text.lower(), by_lower, n=1)
    return f" Did you mean {by_lower[found[0]]}?" if found else ""
