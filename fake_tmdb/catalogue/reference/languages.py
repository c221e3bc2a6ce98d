"""What a movie may be made in: its original language and the country that it usually comes from then."""

from __future__ import annotations

# Original languages with their weight of 1000, and the country such a movie usually comes from.
# `cn` (Cantonese) and `xx` (no language) are TMDB's own codes, not ISO 639-1.
ORIGINAL_LANGUAGES: tuple[tuple[str, int, str], ...] = (
    ("en", 480, "US"), ("ko", 70, "KR"), ("ja", 90, "JP"), ("zh", 40, "CN"), ("fr", 80, "FR"), ("es", 70, "ES"),
    ("de", 50, "DE"), ("it", 40, "IT"), ("pt", 25, "BR"), ("ru", 15, "RU"), ("hi", 16, "IN"), ("ta", 7, "IN"),
    ("te", 6, "IN"), ("cn", 8, "HK"), ("xx", 3, "US"),
)  # fmt: skip

LANGUAGE_CODES: tuple[str, ...] = tuple(code for code, _, _ in ORIGINAL_LANGUAGES)
HOME_COUNTRY: dict[str, str] = {code: country for code, _, country in ORIGINAL_LANGUAGES}


def base_language(language: str) -> str:
    """Return the ISO 639-1 part of `ko` or `ko-KR`, in lower case."""
    return language.partition("-")[0].lower()


# A translation is filed under a language and a country.
_TRANSLATION_COUNTRIES = {
    "en": "US",
    "ko": "KR",
    "ja": "JP",
    "zh": "CN",
    "pt": "BR",
    "hi": "IN",
    "cn": "HK",
    "xx": "US",
}


def translation_country(language: str) -> str:
    """Return the country (ISO 3166-1) that translations into a language are filed under."""
    return _TRANSLATION_COUNTRIES.get(language, language.upper())
