"""The names of persons and companies: a pure function of seed and id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_tmdb.catalogue.texts import lexicon

if TYPE_CHECKING:
    from fake_tmdb.catalogue.draws import Draws


def person_name(draws: Draws, person_id: int) -> str:
    """Return the invented name of a person id."""
    given = lexicon.GIVEN_NAMES[draws.below("given name", person_id, len(lexicon.GIVEN_NAMES))]
    family = lexicon.FAMILY_NAMES[draws.below("family name", person_id, len(lexicon.FAMILY_NAMES))]
    return f"{given} {family}"


def company_name(draws: Draws, company_id: int) -> str:
    """Return the invented name of a company id."""
    words = lexicon.COMPANY_WORDS[draws.below("company words", company_id, len(lexicon.COMPANY_WORDS))]
    kind = ("Pictures", "Films", "Studio", "Productions", "Media")[draws.below("company kind", company_id, 5)]
    return f"{words} {kind}"
