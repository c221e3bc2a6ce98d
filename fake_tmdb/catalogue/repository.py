"""What endpoints work on: the catalogue with the queries over it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from fake_tmdb.catalogue.facts.activity import changed, deleted
from fake_tmdb.catalogue.facts.genres import genre_bits
from fake_tmdb.catalogue.facts.keywords import keywords
from fake_tmdb.catalogue.facts.people import cast, crew
from fake_tmdb.catalogue.facts.production import companies, runtime
from fake_tmdb.catalogue.facts.releases import regional_day
from fake_tmdb.catalogue.facts.titles import original_language, title
from fake_tmdb.catalogue.queries.discovery import Discovery
from fake_tmdb.catalogue.reference.certifications import MAIN_COUNTRIES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fake_tmdb.catalogue.catalogue import Catalogue, Mask, Rows

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

    def on(self, _day: int) -> Repository:
        """Return what endpoints work on for a day in days since 1970: here the same on each."""
        return self

    def titles(self) -> Iterable[tuple[int, str]]:
        """What search looks through, the most popular first: rows, each with its titles.

        They are in lower case, with every word after a blank.
        """
        return enumerate(_titles(self.catalogue))

    def changed(self, day: int) -> Mask:
        """Return which movies changed on a day."""
        return np.asarray(changed.make(self.catalogue, day))

    def has_changed(self, row: int, day: int) -> bool:
        """Return whether a movie changed on a day."""
        return bool(changed.of(self.catalogue, row, day))

    def is_gone(self, row: int, *, is_past: bool) -> bool:
        """Return whether a movie that changed, perhaps some time ago, has been deleted since."""
        return is_past and bool(deleted.of(self.catalogue, row))

    def in_trend(self, rows: Rows, window: str, day: int) -> Rows:
        """Return rows in the mood of a window, `day` or `week`, that ends on a day: not by popularity."""
        mood = self.catalogue.draws.over(f"trending {window} {day}", rows.astype(np.uint64))
        places = np.arange(len(rows), dtype=np.uint64)
        return np.asarray(rows[np.argsort(mood % (places + np.uint64(64)), kind="stable")])


@lru_cache(maxsize=2)
def _titles(catalogue: Catalogue) -> list[str]:
    found = []
    for row in range(min(catalogue.size, SEARCHED)):
        languages = dict.fromkeys(("en", "ko", original_language(catalogue, row)))
        names = [title(catalogue, row, language) for language in languages]
        found.append(" " + " ".join(names).casefold())
    return found
