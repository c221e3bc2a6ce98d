"""What a movie is called, and in which language it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_tmdb.catalogue.reference.languages import LANGUAGE_CODES
from fake_tmdb.catalogue.texts import translations

if TYPE_CHECKING:
    from fake_tmdb.catalogue.catalogue import Catalogue


def original_language(catalogue: Catalogue, row: int) -> str:
    """Return the code of the original language."""
    return LANGUAGE_CODES[int(catalogue.language[row])]


def title(catalogue: Catalogue, row: int, language: str) -> str:
    """Return the title in a language (ISO 639-1), whether TMDB would have that translation or not."""
    return translations.title_in(catalogue.draws, row, language, original_language(catalogue, row))


def original_title(catalogue: Catalogue, row: int) -> str:
    """Return the title in the original language."""
    return title(catalogue, row, original_language(catalogue, row))


def title_and_overview(catalogue: Catalogue, row: int, language: str) -> tuple[str, str]:
    """Return both as TMDB shows them for a language such as `ko-KR`."""
    return translations.title_and_overview(catalogue.draws, row, language, original_language(catalogue, row))
