"""Pages: which one is asked for, and the envelope around its results."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fake_tmdb.movies import Json

PAGE_SIZE = 20
LAST_PAGE = 500
INVALID_PAGE = 22
_LONGEST = 9  # digits of an int32


def page_number(query: Mapping[str, str]) -> int | None:
    """Return the page asked for, 1 by default, or None where it is not an integer in 1..500."""
    value = query.get("page") or "1"
    number = int(value) if value.isascii() and value.isdigit() and len(value) <= _LONGEST else 0
    return number if 1 <= number <= LAST_PAGE else None


def envelope(page: int, results: list[Json], total: int, *, page_size: int = PAGE_SIZE) -> Json:
    """Return the list document; a list without results has one page, as recorded."""
    return {
        "page": page,
        "results": results,
        "total_pages": max(-(-total // page_size), 1),
        "total_results": total,
    }
