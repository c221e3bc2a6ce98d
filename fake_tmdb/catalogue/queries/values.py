"""The values of discover's query parameters: lists and numbers, as TMDB reads them."""

from __future__ import annotations

import math

_LONGEST = 9  # digits of an int32
NO_ID = -1  # stands for what is no number: it matches no movie


def whole(text: str) -> int | None:
    """Return a number of up to nine ASCII digits, or None for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST else None


def values_of(text: str) -> tuple[list[str], bool]:
    """Return the values of a list, and whether one of them is enough (pipe) rather than all required (comma)."""
    return [part.strip() for part in text.replace("|", ",").split(",") if part.strip()], "|" in text


def ids_of(text: str) -> tuple[list[int], bool]:
    """Return the numbers of a list, and whether one of them is enough. What is no number is NO_ID."""
    values, alternatives = values_of(text)
    return [NO_ID if (number := whole(value)) is None else number for value in values], alternatives


def number(text: str) -> float | None:
    """Return a number, possibly infinite, or None for any other text."""
    try:
        value = float(text)
    except ValueError:
        return None
    return None if math.isnan(value) else value
