"""The languages that readers are spoken to in, and numbers, dates and times as they write them.

Reports, mails, alerts and the page in Airflow are in Korean or in English, as ``TMDB_LOCALE`` says. Code, logs and docs
are in English. What is said in both is declared once, as ``Said``. How a language writes numbers and dates is from
Unicode's CLDR, by Babel.
"""

from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import Final

import msgspec
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from tmdb_pipeline.clock import SEOUL


class Language(StrEnum):
    """A language of readers, by its ISO 639 code."""

    KO = "ko"
    EN = "en"


#: What CLDR calls each. English with the day before the month, as everywhere but in the USA.
_LOCALES: Final = {Language.KO: "ko_KR", Language.EN: "en_GB"}
_MINUTE = 60


class Count(int):
    """How many there are, for a field of a ``Said``: ``{pages}`` is the number, ``{pages:page|pages}`` the word for it.

    English has a word for one and another for many; Korean needs no such field.
    """

    def __format__(self, spec: str) -> str:
        one, divided, many = spec.partition("|")
        if not divided:
            return format(int(self), spec or ",d")
        return one if self == 1 else many


class Said(msgspec.Struct, frozen=True):
    """A text in each language. Both may hold fields of ``str.format``."""

    en: str
    ko: str

    def told(self, language: Language, /, **fields: object) -> str:
        """The text in a language, with its fields filled in."""
        text = self.ko if language is Language.KO else self.en
        return text.format(**fields) if fields else text

    def filled(self, **fields: object) -> "Said":
        """The text with its fields filled in, in both languages."""
        return Said(self.en.format(**fields), self.ko.format(**fields))


def number(value: float, language: Language, digits: int = 0) -> str:
    """A number with separators, and at most so many decimals, rounded half to even: ``1,234.5``."""
    return str(format_decimal(value, format=f"#,##0.{'#' * digits}", locale=_LOCALES[language]))


def cut(value: float, language: Language, digits: int = 1) -> str:
    """A number cut to so many decimals: rounded, 99.96 of 100 would seem to be all. ``99.9``."""
    # Of the shortest text that is this number: the double nearest to 0.29 is below it, and would be cut to 0.28.
    shortened = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), ROUND_DOWN)
    return number(float(shortened), language, digits)


def percent(value: float, language: Language, digits: int = 1) -> str:
    """A value in percent, cut to so many decimals: ``99.9%``."""
    return f"{cut(value, language, digits)}%"


def day(value: date, language: Language) -> str:
    """A day with its weekday: ``2026년 11월 27일 (금)`` or ``Fri 27 Nov 2026``."""
    pattern = "y년 M월 d일 (E)" if language is Language.KO else "E d MMM y"
    return str(format_date(value, format=pattern, locale=_LOCALES[language]))


def short_day(value: date, language: Language) -> str:
    """A day of this year or the last, where there is little room: ``11/27`` or ``27 Nov``."""
    pattern = "M/d" if language is Language.KO else "d MMM"
    return str(format_date(value, format=pattern, locale=_LOCALES[language]))


def moment(value: datetime, language: Language) -> str:
    """An aware moment in Seoul, to the minute: ``2026년 11월 27일 오전 2:05`` or ``27 Nov 2026, 02:05``."""
    pattern = "y년 M월 d일 aaaa h:mm" if language is Language.KO else "d MMM y, HH:mm"
    return str(format_datetime(value, format=pattern, tzinfo=SEOUL, locale=_LOCALES[language]))


def time_of_day(value: datetime, language: Language) -> str:
    """The time of an aware moment in Seoul: ``오전 2:05`` or ``02:05``."""
    pattern = "aaaa h:mm" if language is Language.KO else "HH:mm"
    return str(format_datetime(value, format=pattern, tzinfo=SEOUL, locale=_LOCALES[language]))


def duration(seconds: float, language: Language) -> str:
    """A duration in its two greatest units: ``3분 20초`` or ``3 min 20 s``; under ten seconds with a decimal."""
    units = (" h", " min", " s") if language is Language.EN else ("시간", "분", "초")
    hours, minutes = divmod(round(seconds) // _MINUTE, _MINUTE)
    if hours:
        parts = [(hours, units[0]), (minutes, units[1])]
    elif minutes:
        parts = [(minutes, units[1]), (round(seconds) % _MINUTE, units[2])]
    elif seconds < 10:  # noqa: PLR2004 - as the docstring says
        return f"{number(seconds, language, 1)}{units[2]}"
    else:
        parts = [(round(seconds), units[2])]
    return " ".join(f"{number(count, language)}{unit}" for count, unit in parts if count)
