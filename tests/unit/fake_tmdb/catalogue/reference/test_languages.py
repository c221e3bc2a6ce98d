from fake_tmdb.catalogue.reference.countries import COUNTRY_NAMES, MAKING_COUNTRIES
from fake_tmdb.catalogue.reference.language_names import LANGUAGE_NAMES
from fake_tmdb.catalogue.reference.languages import HOME_COUNTRY, LANGUAGE_CODES, ORIGINAL_LANGUAGES, base_language


def test_weights_fill_a_thousand():
    """The shares of original languages add up."""
    assert sum(weight for _, weight, _ in ORIGINAL_LANGUAGES) == 1000


def test_every_code_has_a_name_and_a_known_country():
    """No original language is without name or home."""
    assert set(LANGUAGE_CODES) <= set(LANGUAGE_NAMES)
    assert {*HOME_COUNTRY.values(), *MAKING_COUNTRIES} <= set(COUNTRY_NAMES)


def test_tmdb_own_codes_are_there():
    """`cn` and `xx` are no ISO 639-1 codes, but TMDB sends them."""
    assert {"cn", "xx"} <= set(LANGUAGE_CODES)


def test_base_language():
    """A region does not matter to the language."""
    assert [base_language(code) for code in ("ko-KR", "ko", "KO-kr", "")] == ["ko", "ko", "ko", ""]
