"""The keywords of movies: numbers in 1..KEYWORDS, which have ids and names."""

from __future__ import annotations

from fake_tmdb.catalogue.facts.definition import numbered
from fake_tmdb.catalogue.texts.lexicon import KEYWORD_WORDS
from fake_tmdb.catalogue.well_known import WELL_KNOWN_KEYWORDS

KEYWORDS = 400
FIRST_ID = 1_001  # of the keywords that are not well known

keywords = numbered(("keyword 0", "keyword 1", "keyword 2"), KEYWORDS)


def keyword_id(number: int) -> int:
    """Return the id of the keyword with a number in 1..KEYWORDS."""
    if number <= len(WELL_KNOWN_KEYWORDS):
        return WELL_KNOWN_KEYWORDS[number - 1]
    return FIRST_ID + number - 1


def keyword_number(identifier: int) -> int:
    """Return the number of a keyword id, or -1 where there is no such keyword."""
    if identifier in WELL_KNOWN_KEYWORDS:
        return WELL_KNOWN_KEYWORDS.index(identifier) + 1
    number = identifier - FIRST_ID + 1
    return number if len(WELL_KNOWN_KEYWORDS) < number <= KEYWORDS else -1


def keyword_name(number: int) -> str:
    """Return the name of the keyword with a number in 1..KEYWORDS."""
    again, word = divmod(number - 1, len(KEYWORD_WORDS))
    return KEYWORD_WORDS[word] + (f" {again}" if again else "")
