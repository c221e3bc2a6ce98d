from datetime import UTC, date, datetime

import pytest

from tmdb_pipeline import language
from tmdb_pipeline.language import Count, Language, Said

KO, EN = Language.KO, Language.EN
#: 01:05 of the next day in Seoul.
LATE = datetime(2026, 11, 26, 16, 5, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "korean", "english"),
    [
        (lambda to: language.number(1234567, to), "1,234,567", "1,234,567"),
        (lambda to: language.number(1234.5678, to, 2), "1,234.57", "1,234.57"),
        (lambda to: language.number(3.0, to, 2), "3", "3"),
        (lambda to: language.percent(99.96, to), "99.9%", "99.9%"),
        (lambda to: language.percent(100, to), "100%", "100%"),
        (lambda to: language.percent(0.29, to, 2), "0.29%", "0.29%"),
        (lambda to: language.percent(1e-07, to, 2), "0%", "0%"),
        (lambda to: language.cut(1234.99, to), "1,234.9", "1,234.9"),
        (lambda to: language.short_day(date(2026, 11, 7), to), "11/7", "7 Nov"),
        (lambda to: language.day(date(2026, 11, 27), to), "2026년 11월 27일 (금)", "Fri 27 Nov 2026"),
        (lambda to: language.moment(LATE, to), "2026년 11월 27일 오전 1:05", "27 Nov 2026, 01:05"),
        (lambda to: language.time_of_day(LATE, to), "오전 1:05", "01:05"),
        (lambda to: language.duration(0.25, to), "0.2초", "0.2 s"),
        (lambda to: language.duration(59, to), "59초", "59 s"),
        (lambda to: language.duration(59.6, to), "1분", "1 min"),
        (lambda to: language.duration(200, to), "3분 20초", "3 min 20 s"),
        (lambda to: language.duration(3600, to), "1시간", "1 h"),
        (lambda to: language.duration(26 * 3600 + 59 * 60 + 59, to), "26시간 59분", "26 h 59 min"),
    ],
)
def test_values_are_written_as_readers_write_them(told, korean, english):
    """Numbers, dates in Seoul, and durations, in either language."""
    assert (told(KO), told(EN)) == (korean, english)


def test_a_text_is_filled_in_in_both_languages():
    """A text is told in the language that is asked for; braces of what fills it in are not fields."""
    said = Said("{count} tasks failed: {why}", "태스크 {count}개 실패: {why}")

    assert said.told(KO, count=8, why="{x}") == "태스크 8개 실패: {x}"
    assert said.filled(count=8, why="{x}").told(EN) == "8 tasks failed: {x}"


@pytest.mark.parametrize(
    ("count", "told"), [(0, "0 pages are missing"), (1, "1 page is missing"), (1234, "1,234 pages are missing")]
)
def test_english_has_a_word_for_one_and_another_for_many(count, told):
    """A count chooses the words that go with it; Korean asks for the number alone."""
    said = Said("{pages} {pages:page is|pages are} missing", "빠진 페이지 {pages}개")

    assert said.told(EN, pages=Count(count)) == told
    assert said.told(KO, pages=Count(count)) == f"빠진 페이지 {count:,}개"
