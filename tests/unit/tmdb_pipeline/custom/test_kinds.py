import pytest

from tmdb_pipeline.custom import kinds

#: Of each kind what it takes, and what it does not.
VALUES = {
    "BOOLEAN": (["true", "false"], ["yes", "True", "1", ""]),
    "ORDER": (["popularity.desc", "original_title.asc"], ["popularity", "rating.desc", "popularity.down"]),
    "DAY": (["2024-02-29", "0001-01-01"], ["2023-02-29", "20240101", "2024-1-1", "01.02.2024", "today"]),
    "YEAR": (["1870", "2024", "2199"], ["1869", "2200", "24", "20 24", "\uff12\uff10\uff12\uff14"]),
    "COUNT": (["0", "10", "2147483647"], ["-1", "1.5", "1e3", "2147483648", "ten", "1_000", "12345678901"]),
    "RATING": (["0", "7.5", "10", "6.453"], ["10.1", "-1", "7,5", "nan", "7.12345", "."]),
    "TEXT": (["15", "PG-13", "전체관람가"], ["a\nb"]),
    "COUNTRY": (["KR", "NO", "XK"], ["kr", "KOR", "KO", "KR|JP"]),
    "COUNTRIES_": (["KR", "KR|JP", "KR,US"], ["KR|", "KR;JP", "KR|JP,US"]),
    "LANGUAGES_": (["ko", "no", "cn", "xx", "hi|ta"], ["ko-KR", "kr-KR", "KO", "korean"]),
    "GENRES_": (["28", "28,18", "10751|16"], ["1", "Drama", "28 18"]),
    "IDS": (["1", "287,819", "2147483647"], ["0", "a", "-3"]),
    "RELEASE_TYPES": (["1", "2|3"], ["0", "7"]),
    "OFFERS": (["flatrate", "rent|buy"], ["stream"]),
}


@pytest.mark.parametrize("name", VALUES)
def test_kind_takes_what_tmdb_can_read_and_nothing_else(name):
    """TMDB would ignore the rest, or answer nothing for it; what is wrong is said with what is allowed."""
    kind = getattr(kinds, name)
    good, bad = VALUES[name]

    assert [kind.complaint(text) for text in good] == [None] * len(good)
    assert all("': give " in kind.complaint(text) for text in bad)


@pytest.mark.parametrize(
    ("kind", "text", "complaint"),
    [
        (kinds.COUNTRY, "kr", "'kr': give a country in two capitals (ISO 3166-1), such as KR. Did you mean KR?"),
        (
            kinds.RELEASE_TYPES,
            "2|9",
            "'9': give 1, 2, 3, 4, 5 or 6, or several with commas (all of them) or bars (any of them) in between.",
        ),
        (
            kinds.IDS,
            "1,2|3",
            "'1,2|3': give commas (all of them) or bars (any of them), for TMDB knows no mixture.",
        ),
    ],
)
def test_complaint_says_what_is_allowed(kind, text, complaint):
    """Of several values the wrong one is named."""
    assert kind.complaint(text) == complaint
