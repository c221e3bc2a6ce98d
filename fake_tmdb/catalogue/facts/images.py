"""Which images a movie has. They are paths only: nothing can be fetched there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fake_tmdb.catalogue.catalogue import Catalogue

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def image_path(catalogue: Catalogue, kind: str, row: int, suffix: str = "jpg") -> str:
    """Return an invented image path such as `/4kQ0...xY.jpg` with 27 base-62 digits."""
    digits = []
    for part in range(3):
        value = catalogue.draws.one(f"{kind} {part}", row)
        for _ in range(9):
            value, digit = divmod(value, 62)
            digits.append(_BASE62[digit])
    return f"/{''.join(digits)}.{suffix}"


def _lacks(catalogue: Catalogue, row: int, kind: str, per_million: int) -> bool:
    """Return whether a movie lacks an image of a kind.

    The chance grows with the third power of the rank, up to `per_million` for the least popular movie: what people look
    at has images. Of 780 recorded objects, most of them of popular lists, no poster lacked and one backdrop.
    """
    if row in catalogue.well_known:
        return False
    draw = catalogue.draws.below(f"no {kind}", row, 1_000_000)
    return draw * catalogue.size**3 < per_million * row**3 or catalogue.is_fresh(row)


def poster(catalogue: Catalogue, row: int, language: str) -> str | None:
    """Return the poster for a language; None for 3.5 % of all movies. A third has one for each language."""
    if _lacks(catalogue, row, "poster", 4 * 35_000):
        return None
    if catalogue.draws.below("own poster", row, 3) == 0:
        return image_path(catalogue, f"poster {language[:2]}", row)
    return image_path(catalogue, "poster", row)


def backdrop(catalogue: Catalogue, row: int) -> str | None:
    """Return the backdrop; None for 15 % of all movies."""
    if _lacks(catalogue, row, "backdrop", 4 * 150_000):
        return None
    return image_path(catalogue, "backdrop", row)


def title_logo(catalogue: Catalogue, row: int) -> str | None:
    """Return the logo of the title; a third of the movies has one, and well-known movies do."""
    has_logo = row in catalogue.well_known or catalogue.draws.below("has logo", row, 3) == 0
    return image_path(catalogue, "title logo", row, "png") if has_logo else None


def company_logo(catalogue: Catalogue, company_id: int) -> str | None:
    """Return the logo of a company; None for a third."""
    none = catalogue.draws.below("no logo", company_id, 3) == 0
    return None if none else image_path(catalogue, "logo", company_id, "png")
