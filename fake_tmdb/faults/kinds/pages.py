"""Another page in the place of the one asked for."""

from __future__ import annotations

from typing import NamedTuple

from fake_tmdb.faults.kinds.registry import Example, Stage, kind
from fake_tmdb.faults.values import READABLE_PAGE


class OtherPage(NamedTuple):
    """Which page is served; `is_renumbered` if it says the number that was asked for."""

    number: int
    is_renumbered: bool


@kind(Stage.PAGE, READABLE_PAGE, Example({"serve_page": 3}, 200, b'{"page":3,'))
def serve_page(value: int, _asked: int | None) -> OtherPage:
    """Serve this page of the same list exactly as it is, its own `page`, totals and ETag included.

    Two rules make a swap, as when two requests get each other's responses:
    `[{page: 2, serve_page: 3}, {page: 3, serve_page: 2}]`.
    """
    return OtherPage(value, is_renumbered=False)


@kind(Stage.PAGE, READABLE_PAGE, Example({"repeat_page": 1}, 200, b'{"page":1,'))
def repeat_page(value: int, asked: int | None) -> OtherPage | None:
    """Serve this page for every later one, results, totals and `dates`, under the number asked for.

    The pages up to it are as usual.
    """
    return OtherPage(value, is_renumbered=True) if asked is not None and asked > value else None
