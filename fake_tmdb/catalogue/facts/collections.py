"""Collections: three movies of every sixty rows belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fake_tmdb.catalogue.catalogue import Catalogue

FIRST_ID = 10
PARTS = 3
_STRIDE = 60  # rows from one collection to the next
_STEP = _STRIDE // PARTS


def collection_of(row: int) -> int | None:
    """Return the id of the collection that a row belongs to, or None."""
    number, place = divmod(row, _STRIDE)
    return FIRST_ID + number if place % _STEP == 0 else None


def first_row(collection_id: int) -> int:
    """Return the row of the first part, which names the collection."""
    return (collection_id - FIRST_ID) * _STRIDE


def collection_rows(catalogue: Catalogue, collection_id: int) -> list[int]:
    """Return the rows of a collection; empty where there is no such collection."""
    rows = [first_row(collection_id) + _STEP * part for part in range(PARTS)]
    return [row for row in rows if catalogue.is_present(row)]


def collection_ids(catalogue: Catalogue) -> range:
    """Return the ids of all collections."""
    return range(FIRST_ID, FIRST_ID + -(-catalogue.size // _STRIDE))
