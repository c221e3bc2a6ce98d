"""What endpoints work on: the catalogue with the queries over it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from fake_tmdb.catalogue import movies
from fake_tmdb.catalogue.queries.discovery import Discovery
from fake_tmdb.catalogue.texts import texts

if TYPE_CHECKING:
    from fake_tmdb.catalogue.catalogue import Catalogue


SEARCHED = 50_000  # search knows only so many of the most popular movies, so that its index stays small


class World:
    """The invented movies, with the queries over them."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.discovery = Discovery(catalogue)
        self.files: dict[str, bytes] = {}  # exports already made, by name

    @property
    def titles(self) -> list[str]:
        """What search looks through: for each row its titles in lower case, every word after a blank."""
        return _titles(self.catalogue)


@lru_cache(maxsize=2)
def _titles(catalogue: Catalogue) -> list[str]:
    draws, found = catalogue.draws, []
    for row in range(min(catalogue.size, SEARCHED)):
        original = movies.original_language(catalogue, row)
        languages = dict.fromkeys(("en", "ko", original))
        names = [texts.title_in(draws, row, language, original) for language in languages]
        found.append(" " + " ".join(names).casefold())
    return found
