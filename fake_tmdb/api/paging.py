"""Pages: which one is asked for, and the envelope around its results."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fake_tmdb.catalogue.movies import Json

PAGE_SIZE = 20
LAST_PAGE = 500
INVALID_PAGE = 22
_LONGEST = 9  # digits of an int32


def whole(text: str) -> int | None:
    """Return a number of up to nine ASCII digits, or None for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST else None


def page_number(query: Mapping[str, str]) -> int | None:
    """Return the page asked for, 1 by default, or None where it is not an integer in 1..500."""
    number = whole(query.get("page") or "1")
    return number if number is not None and 1 <= number <= LAST_PAGE else None


def envelope(page: int, results: list[Json], total: int, *, page_size: int = PAGE_SIZE) -> Json:
    """Return the list document; a list without results has one page, as recorded."""
    return {
        "page": page,
        "results": results,
        "total_pages": max(-(-total // page_size), 1),
        "total_results": total,
    }
