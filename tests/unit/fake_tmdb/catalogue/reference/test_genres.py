import pytest

from fake_tmdb.catalogue.reference.genres import GENRE_IDS, GENRE_NAMES, GENRE_WEIGHTS, genre_names


def test_nineteen_genres_in_english_order():
    """There are nineteen genres, in alphabetical order of their English names, weighted to fill one byte."""
    names = list(genre_names("en").values())

    assert names == sorted(names)
    assert len(GENRE_IDS) == 19
    assert sum(GENRE_WEIGHTS) == 256


@pytest.mark.parametrize("language", sorted(GENRE_NAMES))
def test_every_language_names_every_genre(language):
    """Each list is complete."""
    assert list(genre_names(language)) == list(GENRE_IDS)


def test_korean_names_and_the_blank_in_danish():
    """Korean names are those of TMDB, and Danish has the name with a trailing blank that TMDB has."""
    assert genre_names("ko-KR")[878] == "SF"
    assert genre_names("da")[36] == "Historie "


def test_unknown_language_gives_english():
    """A language without a list gets English names."""
    assert genre_names("eo") == genre_names("en-US")
