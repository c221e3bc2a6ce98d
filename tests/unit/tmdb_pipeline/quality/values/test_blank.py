import unicodedata
from sys import maxunicode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies.movies import titles

from tmdb_pipeline.quality.values.blank import BLANKS, is_blank

EVERY_CHARACTER = list(map(chr, range(maxunicode + 1)))


@given(st.text(st.sampled_from(sorted(BLANKS)), max_size=5))
def test_spaces_and_invisible_characters_show_nothing(text):
    """However they are mixed, spaces, controls, zero widths and fillers are a blank text, and so is an empty one."""
    assert is_blank(text)


@given(titles())
def test_what_shows_something_is_not_blank(title):
    """One letter, digit or sign is enough, whatever stands around it."""
    assert not is_blank(title)
    assert not is_blank(f"\u200b \u202e{title}\ufeff")


def test_every_space_and_control_is_blank():
    """Unicode's separators and control characters are all there, in Python's own tables."""
    wanted = {
        char for char in EVERY_CHARACTER if char.isspace() or unicodedata.category(char) in {"Zs", "Zl", "Zp", "Cc"}
    }

    assert wanted <= BLANKS


def test_formats_without_a_glyph_are_blank():
    """The format characters that are not blank are signs of scripts: Arabic, Syriac, Kaithi, shorthand, hieroglyphs."""
    shown = {char for char in EVERY_CHARACTER if unicodedata.category(char) == "Cf"} - BLANKS

    assert {unicodedata.name(char).split()[0] for char in shown} == {
        "ARABIC",
        "SYRIAC",
        "KAITHI",
        "EGYPTIAN",
    }


def test_nothing_that_can_be_seen_is_blank():
    """No letter, mark, number or sign is blank, but for fillers, selectors and the empty Braille cell."""
    seen = {unicodedata.name(char) for char in BLANKS if unicodedata.category(char)[0] in "LMNPS"}

    words = ("FILLER", "SELECTOR", "GRAPHEME JOINER", "BRAILLE PATTERN BLANK", "VOWEL INHERENT")
    assert {name for name in seen if not any(word in name for word in words)} == set()


@pytest.mark.parametrize("text", ["별", "a", ".", "0", "\U0001f3ac", "\u0301", "\ud800", "\ue000"])
def test_visible_texts(text):
    """A single mark, a private or an unpaired character is not taken for nothing: what it shows is not known."""
    assert not is_blank(text)
