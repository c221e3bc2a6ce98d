"""Pages: which one is asked for, and the envelope around its results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from fake_tmdb.catalogue.queries.values import whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Item = TypeVar("Item")

Json = dict[str, Any]

PAGE_SIZE = 20
LAST_PAGE = 500


def page_number(parameters: Mapping[str, str]) -> int | None:
    """Return the page asked for, 1 by default, or None where it is not an integer in 1..500."""
    number = whole(parameters.get("page") or "1")
    return number if number is not None and 1 <= number <= LAST_PAGE else None


def on_page(items: Sequence[Item], page: int, size: int = PAGE_SIZE) -> Sequence[Item]:
    """Return the items on a page, from 1."""
    return items[(page - 1) * size : page * size]


def envelope(page: int, results: list[Json], total: int, *, size: int = PAGE_SIZE) -> Json:
    """Return the list document; a list without results has one page, as recorded."""
    return {"page": page, "results": results, "total_pages": max(-(-total // size), 1), "total_results": total}
