"""What endpoints work on: the catalogue with the queries over it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from fake_tmdb.catalogue.facts.genres import genre_bits
from fake_tmdb.catalogue.facts.keywords import keywords
from fake_tmdb.catalogue.facts.people import cast, crew
from fake_tmdb.catalogue.facts.production import companies, runtime
from fake_tmdb.catalogue.facts.releases import regional_day
from fake_tmdb.catalogue.facts.titles import original_language, title
from fake_tmdb.catalogue.queries.discovery import Discovery
from fake_tmdb.catalogue.reference.certifications import MAIN_COUNTRIES

if TYPE_CHECKING:
    from fake_tmdb.catalogue.catalogue import Catalogue

SEARCHED = 50_000  # search knows only so many of the most popular movies, so that its index stays small


class Repository:
    """The invented movies, with the queries over them."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.discovery = Discovery(catalogue)
        self.files: dict[str, bytes] = {}  # exports already made, by name

    def prepare(self) -> None:
        """Make the columns that queries need now, not in the first requests."""
        self.catalogue.prepare()
        for several in (cast, crew, keywords, companies):
            several.columns(self.catalogue)
        for fact in (genre_bits, runtime):
            fact.column(self.catalogue)
        for region in MAIN_COUNTRIES:
            regional_day.column(self.catalogue, region)

    @property
    def titles(self) -> list[str]:
        """What search looks through: for each row its titles in lower case, every word after a blank."""
        return _titles(self.catalogue)


@lru_cache(maxsize=2)
def _titles(catalogue: Catalogue) -> list[str]:
    found = []
    for row in range(min(catalogue.size, SEARCHED)):
        languages = dict.fromkeys(("en", "ko", original_language(catalogue, row)))
        names = [title(catalogue, row, language) for language in languages]
        found.append(" " + " ".join(names).casefold())
    return found
