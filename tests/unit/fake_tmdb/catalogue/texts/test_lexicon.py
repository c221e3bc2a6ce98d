import pytest

from fake_tmdb.catalogue.texts import lexicon

PAIRED = ("NOUNS", "COMPLEMENTS", "ADJECTIVES", "PLACES", "EVENTS", "HEROES", "THINGS", "CLOSERS", "TAGLINES")


@pytest.mark.parametrize("name", PAIRED)
def test_pairs_are_english_and_korean(name):
    """Each pair has an English text in ASCII and a Korean one that is not, and no English text stands twice."""
    pairs = getattr(lexicon, name)

    assert all(english.isascii() and not korean.isascii() for english, korean in pairs)
    assert len({english for english, _ in pairs}) == len(pairs)


@pytest.mark.parametrize("language", sorted(lexicon.SMALL))
def test_small_lists_follow_the_first_words(language):
    """Every further language has sixteen nouns and complements, whose positions mean the same, and four stories."""
    _, nouns, complements = lexicon.SMALL[language]

    assert (len(nouns), len(complements)) == (16, 16)
    assert len(set(lexicon.STORIES[language])) == 4
