"""Titles, overviews and taglines: a pure function of seed, row and language.

A title is built from words that are paired across languages, so the Korean title of a movie says what its English title
says. TMDB has no fallback for texts: where a translation is missing the title is the original title and the overview
is empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_tmdb.catalogue.reference.languages import base_language
from fake_tmdb.catalogue.texts import lexicon

if TYPE_CHECKING:
    from fake_tmdb.catalogue.draws import Draws

_SMALL = {**lexicon.SMALL, "cn": lexicon.SMALL["zh"]}
_STORIES = {**lexicon.STORIES, "cn": lexicon.STORIES["zh"]}

# In how many of 1000 movies a translation exists that is not the original language: (title, overview). A movie may have
# a translated title and no overview. Korean: a quarter of the overviews are empty in ko-KR lists.
_TRANSLATED: dict[str, tuple[int, int]] = {"en": (990, 980), "ko": (800, 745)}
_OTHERS = (900, 870)


def _pick(draws: Draws, column: str, row: int, pairs: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    return pairs[draws.below(column, row, len(pairs))]


def _with_particle(word: str) -> str:
    """Return a Korean word with the particle for "and", which depends on whether it ends in a consonant."""
    return word + ("와" if (ord(word[-1]) - 0xAC00) % 28 == 0 else "과")


def _full_title(draws: Draws, row: int, original: str) -> tuple[str, str]:
    """Return the title in English and in Korean."""
    nouns, complements = lexicon.NOUNS, lexicon.COMPLEMENTS
    if original in _SMALL:  # say what the original title says: its language has the first words and one form only
        words = len(_SMALL[original][1])
        nouns, complements = nouns[:words], complements[:words]
    noun_at = draws.below("noun", row, len(nouns))
    noun, noun_ko = nouns[noun_at]
    complement, complement_ko = _pick(draws, "complement", row, complements)
    adjective, adjective_ko = _pick(draws, "adjective", row, lexicon.ADJECTIVES)
    place, place_ko = _pick(draws, "place", row, lexicon.PLACES)
    match 0 if original in _SMALL else draws.below("title form", row, 8):
        case 0 | 1:
            return f"The {noun} {complement}", f"{complement_ko} {noun_ko}"
        case 2:
            return f"The {adjective} {noun}", f"{adjective_ko} {noun_ko}"
        case 3:
            return f"The {noun} of {place}", f"{place_ko}의 {noun_ko}"
        case 4:
            second, second_ko = nouns[(noun_at + 1 + draws.below("second noun", row, len(nouns) - 1)) % len(nouns)]
            return f"The {noun} and the {second}", f"{_with_particle(noun_ko)} {second_ko}"
        case 5:
            return f"{place}: The {adjective} {noun}", f"{place_ko}: {adjective_ko} {noun_ko}"
        case _:
            return f"The {adjective} {noun} of {place}", f"{place_ko}의 {adjective_ko} {noun_ko}"


def title_in(draws: Draws, row: int, language: str, original: str) -> str:
    """Return the title in a language (ISO 639-1), whether a translation exists or not; English where we lack the words.

    `original` is the movie's original language.
    """
    if language not in _SMALL:
        english, korean = _full_title(draws, row, original)
        return korean if language == "ko" else english
    before, nouns, complements = _SMALL[language]
    noun = nouns[draws.below("noun", row, len(nouns))]
    complement = complements[draws.below("complement", row, len(complements))]
    if not before:
        return f"{noun} {complement}"
    return complement + noun if language in {"zh", "cn", "ja"} else f"{complement} {noun}"


def _overview(draws: Draws, row: int, language: str) -> str:
    if language in _STORIES:
        stories = _STORIES[language]
        return stories[draws.below("story", row, len(stories))]
    if language not in {"en", "ko"}:
        return ""
    event, event_ko = _pick(draws, "event", row, lexicon.EVENTS)
    hero, hero_ko = _pick(draws, "hero", row, lexicon.HEROES)
    place, place_ko = _pick(draws, "place", row, lexicon.PLACES)
    thing, thing_ko = _pick(draws, "thing", row, lexicon.THINGS)
    closer, closer_ko = _pick(draws, "closer", row, lexicon.CLOSERS)
    if language == "ko":
        return f"{event_ko} 뒤, {hero_ko} {place_ko}에 돌아와 {thing_ko} 발견한다. {closer_ko}"
    return f"After {event}, {hero} returns to {place} and finds {thing}. {closer}"


def has_translation(draws: Draws, row: int, language: str, original: str) -> tuple[bool, bool]:
    """Return whether the title and whether the overview exist in a language (ISO 639-1)."""
    if language == original:
        return True, draws.below("no own overview", row, 50) > 0
    if language not in _SMALL and language not in _TRANSLATED:
        return False, False
    title, overview = _TRANSLATED.get(language, _OTHERS)
    draw = draws.below(f"translated {language}", row, 1000)
    return draw < title, draw < overview


def title_and_overview(draws: Draws, row: int, language: str, original: str) -> tuple[str, str]:
    """Return title and overview as TMDB would show them for `language` such as `ko-KR`.

    `original` is the movie's original language.
    """
    code = base_language(language)
    title, overview = has_translation(draws, row, code, original)
    shown = title_in(draws, row, code if title else original, original)
    return shown, _overview(draws, row, code) if overview else ""


def tagline(draws: Draws, row: int, language: str, original: str) -> str:
    """Return the tagline, empty for half of the movies and where the overview is not translated."""
    code = base_language(language)
    if draws.below("tagline", row, 2) or code not in {"en", "ko"} or not has_translation(draws, row, code, original)[1]:
        return ""
    return _pick(draws, "tagline words", row, lexicon.TAGLINES)[code == "ko"]
