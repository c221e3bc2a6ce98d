"""What the checks of the warehouse found at the last time."""

from datetime import datetime

import msgspec

from tmdb_pipeline.language import Language, Said
from tmdb_pipeline.warehouse.checks import catalogue
from tmdb_pipeline.warehouse.checks.check import Judgement, Level
from tmdb_pipeline.warehouse.checks.words import told


class CheckFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found, see ``warehouse.checks``; ``checked_at`` is aware."""

    name: str
    level: str
    observed: float | None
    lower_limit: float | None
    upper_limit: float | None
    message: str
    checked_at: datetime

    @property
    def said(self) -> Said:
        """What it found, in words. Of a check of another version only the English ones are known."""
        try:
            check = catalogue.find(self.name)
        except LookupError:
            return Said(self.message, self.message)
        judged = Judgement(Level(self.level), self.lower_limit, self.upper_limit)
        return Said(self.message, told(check, self.observed, judged, Language.KO))
