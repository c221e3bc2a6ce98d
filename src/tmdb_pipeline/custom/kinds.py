"""The kinds of values that parameters of TMDB take, each declared once: what is allowed, in words and as a check.

TMDB refuses no value of ``/discover/movie``: it ignores what it cannot read, and answers the whole list or nothing at
all (recorded 2020 to 2026). So a slip has to be found here.
"""

import math
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from tmdb_pipeline.custom.codes import COUNTRIES, GENRES, LANGUAGES
from tmdb_pipeline.custom.wrong import nearest

#: The largest number of TMDB's ids and counts (int32), and the years that it may have movies of.
_LARGEST, _FIRST_YEAR, _LAST_YEAR = 2**31 - 1, 1870, 2199


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value.

    Attributes:
        allowed: what to give, as a sentence goes on after "give".
        accepts: whether a single value is one.
        several: whether there may be several, with commas (all of them) or bars (any of them) in between.
        names: the values that there are, where they can be listed, to find the nearest.
    """

    allowed: str
    accepts: Callable[[str], bool]
    several: bool = False
    names: Collection[str] = ()

    def complaint(self, text: str) -> str | None:
        """What is wrong with a value, beginning with it; None where nothing is."""
        if not self.several:
            return None if self.accepts(text) else self._told(text)
        if "," in text and "|" in text:
            return f"'{text}': give commas (all of them) or bars (any of them), for TMDB knows no mixture."
        wrong = next((part for part in re.split(r"[,|]", text) if not self.accepts(part.strip())), None)
        return None if wrong is None else self._told(wrong.strip())

    def _told(self, text: str) -> str:
        several = ", or several with commas (all of them) or bars (any of them) in between" if self.several else ""
        return f"'{text}': give {self.allowed}{several}.{nearest(text, self.names)}"


def _whole(lowest: int, highest: int = _LARGEST) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(r"\d{1,10}", text, re.ASCII) is not None and lowest <= int(text) <= highest


def _rating(text: str) -> bool:
    return re.fullmatch(r"\d{1,2}(\.\d{1,3})?", text, re.ASCII) is not None and 0 <= float(text) <= 10  # noqa: PLR2004


def _day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _one_of(*names: str) -> Kind:
    return Kind(", ".join(names[:-1]) + f" or {names[-1]}", {*names}.__contains__, names=names)


def _some_of(*names: str) -> Kind:
    return Kind(", ".join(names[:-1]) + f" or {names[-1]}", {*names}.__contains__, several=True, names=names)


def _orders() -> Kind:
    fields = ("popularity", "primary_release_date", "revenue", "title", "original_title", "vote_average", "vote_count")
    names = [f"{field}.{direction}" for field in fields for direction in ("asc", "desc")]
    return Kind(f"one of {', '.join(fields)}, and behind it .asc or .desc", {*names}.__contains__, names=names)


_GENRES = ", ".join(f"{identifier} {name}" for name, identifier in GENRES.items())

BOOLEAN: Final = _one_of("true", "false")
ORDER: Final = _orders()
DAY: Final = Kind("a day such as 2024-01-31", _day)
YEAR: Final = Kind(f"a year from {_FIRST_YEAR} to {_LAST_YEAR}", _whole(_FIRST_YEAR, _LAST_YEAR))
COUNT: Final = Kind("a whole number from 0 on", _whole(0))
RATING: Final = Kind("a number from 0 to 10, with up to three decimals", _rating)
TEXT: Final = Kind("a text", lambda text: text.isprintable())
COUNTRY: Final = Kind("a country in two capitals (ISO 3166-1), such as KR", COUNTRIES.__contains__, names=COUNTRIES)
COUNTRIES_: Final = Kind(COUNTRY.allowed, COUNTRY.accepts, several=True, names=COUNTRIES)
LANGUAGES_: Final = Kind(
    "a language in two small letters (ISO 639-1), such as ko, without a country",
    LANGUAGES.__contains__,
    several=True,
    names=LANGUAGES,
)
GENRES_: Final = Kind(
    f"the number of a genre ({_GENRES})", {str(identifier) for identifier in GENRES.values()}.__contains__, several=True
)
IDS: Final = Kind("the number by which TMDB knows it", _whole(1), several=True)
RELEASE_TYPES: Final = _some_of("1", "2", "3", "4", "5", "6")
OFFERS: Final = _some_of("flatrate", "free", "ads", "rent", "buy")


def order(text: str) -> tuple[float, str]:
    """What values of one kind are compared by: numbers as numbers, days as they stand there."""
    try:
        return float(text), ""
    except ValueError:
        return math.inf, text
