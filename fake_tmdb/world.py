"""What routes work on: the catalogue with its queries, and one request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from fake_tmdb import movies, texts
from fake_tmdb.discover import Discovery

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fake_tmdb.catalogue import Catalogue


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


@dataclass(frozen=True, slots=True)
class Request:
    """One request as a route sees it.

    `path` is without `/3`. `at` is the time in seconds since 1970 at which the answer was made at its origin: with
    caches in between it may be hours ago. `drift` is 0 when lists stand still, and otherwise their version.
    """

    path: str
    query: Mapping[str, str]
    at: float
    drift: int = 0

    @property
    def language(self) -> str:
        """The language asked for, by default en-US."""
        return self.query.get("language") or "en-US"
