"""Languages and countries: what a movie may be made in, and how both are called."""

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

# ISO 639-1 (and TMDB's two own codes) to English name and own name.
LANGUAGE_NAMES: dict[str, tuple[str, str]] = {
    "cn": ("Cantonese", "广州话 / 廣州話"),
    "da": ("Danish", "Dansk"),
    "de": ("German", "Deutsch"),
    "en": ("English", "English"),
    "es": ("Spanish", "Español"),
    "fr": ("French", "Français"),
    "hi": ("Hindi", "हिन्दी"),
    "it": ("Italian", "Italiano"),
    "ja": ("Japanese", "日本語"),
    "ko": ("Korean", "한국어/조선말"),
    "nl": ("Dutch", "Nederlands"),
    "pl": ("Polish", "Polski"),
    "pt": ("Portuguese", "Português"),
    "ru": ("Russian", "Pусский"),  # noqa: RUF001 - its own script
    "sv": ("Swedish", "svenska"),
    "ta": ("Tamil", "தமிழ்"),
    "te": ("Telugu", "తెలుగు"),
    "tr": ("Turkish", "Türkçe"),
    "uk": ("Ukrainian", "Український"),
    "xx": ("No Language", "No Language"),
    "zh": ("Mandarin", "普通话"),
}

# ISO 3166-1 to English name and own name.
COUNTRY_NAMES: dict[str, tuple[str, str]] = {
    "AU": ("Australia", "Australia"),
    "BR": ("Brazil", "Brazil"),
    "CA": ("Canada", "Canada"),
    "CN": ("China", "China"),
    "DE": ("Germany", "Germany"),
    "DK": ("Denmark", "Denmark"),
    "ES": ("Spain", "Spain"),
    "FR": ("France", "France"),
    "GB": ("United Kingdom", "United Kingdom"),
    "HK": ("Hong Kong", "Hong Kong SAR China"),
    "IN": ("India", "India"),
    "IT": ("Italy", "Italy"),
    "JP": ("Japan", "Japan"),
    "KR": ("South Korea", "South Korea"),
    "NL": ("Netherlands", "Netherlands"),
    "PL": ("Poland", "Poland"),
    "RU": ("Russia", "Russia"),
    "SE": ("Sweden", "Sweden"),
    "TR": ("Turkey", "Turkey"),
    "US": ("United States of America", "United States"),
}


def base_language(language: str) -> str:
    """Return the ISO 639-1 part of `ko` or `ko-KR`, in lower case."""
    return language.partition("-")[0].lower()
