import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_tmdb.catalogue.draws import Draws
from fake_tmdb.catalogue.reference.languages import LANGUAGE_CODES
from fake_tmdb.catalogue.texts import lexicon, translations

DRAWS = Draws(1)


@given(row=st.integers(0, 100_000), language=st.sampled_from(LANGUAGE_CODES), original=st.sampled_from(LANGUAGE_CODES))
def test_every_title_reads(row, language, original):
    """A title is never empty, has no gap in it, and is the same each time."""
    title = translations.title_in(DRAWS, row, language, original)

    assert title == title.strip()
    assert "  " not in title
    assert title == translations.title_in(DRAWS, row, language, original)


@given(row=st.integers(0, 100_000), language=st.sampled_from(["en-US", "ko-KR", "de-DE", "eo", ""]))
def test_no_fallback(row, language):
    """Where the title is not translated it is the original title, and then the overview is empty."""
    original = "ja"
    title, overview = translations.title_and_overview(DRAWS, row, language, original)
    translated, described = translations.has_translation(DRAWS, row, language.partition("-")[0], original)

    assert (title == translations.title_in(DRAWS, row, original, original)) or translated
    assert bool(overview) <= described <= translated


def test_a_quarter_of_korean_overviews_is_empty():
    """In ko-KR about a quarter of the overviews is missing, in English about one in fifty."""
    missing = {
        language: sum(not translations.title_and_overview(DRAWS, row, language, "fr")[1] for row in range(4_000))
        / 4_000
        for language in ("ko-KR", "en-US")
    }

    assert 0.22 < missing["ko-KR"] < 0.29
    assert 0.01 < missing["en-US"] < 0.035


def test_further_languages_have_texts():
    """In German two or three of twenty overviews are missing, and the others are German."""
    told = [translations.title_and_overview(DRAWS, row, "de-DE", "en")[1] for row in range(2_000)]

    assert 0.10 < told.count("") / 2_000 < 0.16
    assert {text for text in told if text} == set(lexicon.STORIES["de"])


def test_a_translated_title_may_come_without_overview():
    """Some movies have a Korean title and no Korean overview."""
    found = [translations.has_translation(DRAWS, row, "ko", "en") for row in range(500)]

    assert (True, False) in found


def test_unknown_language_shows_the_original():
    """A language in which nothing is translated shows the original title and no overview."""
    assert {translations.title_and_overview(DRAWS, row, "xx", "xx")[1] for row in range(60)} == {""}
    assert translations.title_and_overview(DRAWS, 3, "eo-XX", "de") == (translations.title_in(DRAWS, 3, "de", "de"), "")


@pytest.mark.parametrize(("word", "joined"), [("등대", "등대와"), ("정원", "정원과")])
def test_korean_particle(word, joined):
    """The Korean "and" depends on the final consonant."""
    assert translations._with_particle(word) == joined


def test_all_forms_of_titles_occur():
    """Titles do not all have one pattern."""
    titles = [translations.title_in(DRAWS, row, "en", "en") for row in range(300)]

    assert any(" and the " in title for title in titles)
    assert any(": The " in title for title in titles)
    assert len(set(titles)) > 280


def test_taglines_only_where_translated():
    """A tagline is empty for half of the movies, and always in a language that we do not write."""
    told = [translations.tagline(DRAWS, row, "ko-KR", "en") for row in range(300)]

    assert 60 < sum(map(bool, told)) < 180
    assert {translations.tagline(DRAWS, row, "fr-FR", "fr") for row in range(50)} == {""}
