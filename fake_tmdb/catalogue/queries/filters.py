"""The filters of /discover/movie, each a function from a value to the movies that pass.

A filter returns None where it has no effect: its value is not a number or date, or its partner is missing. What TMDB
does with malformed values is not known; ignoring them follows its treatment of unknown parameters.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from fake_tmdb.catalogue import columns, movies
from fake_tmdb.catalogue.catalogue import NO_DATE
from fake_tmdb.catalogue.reference.certifications import CERTIFICATIONS, MAIN_COUNTRIES
from fake_tmdb.catalogue.reference.genres import GENRE_IDS
from fake_tmdb.catalogue.reference.languages import HOME_COUNTRY, LANGUAGE_CODES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from fake_tmdb.catalogue.catalogue import Catalogue, Mask

    Query = Mapping[str, str]
    Filter = Callable[[Catalogue, str, Query], Mask | None]

PROVIDERS = (2, 3, 8, 9, 10, 11, 97, 119, 337, 350, 356, 531)
RELEASE_TYPES = ("1", "2", "3", "4", "5", "6")
MONETIZATION = ("flatrate", "free", "ads", "rent", "buy")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LONGEST_ID = 9  # digits of an int32
AVAILABLE_ONE_IN = 4  # one movie in this many is available in a region


def day_number(text: str) -> int | None:
    """Return days since 1970 for the YYYY-MM-DD that a text begins with, or None. A trailing time is ignored."""
    if _DATE.match(text) is None:
        return None
    try:
        return (dt.date.fromisoformat(text[:10]) - movies.EPOCH).days
    except ValueError:
        return None


def values_of(text: str) -> tuple[list[str], bool]:
    """Return the values of a list, and whether one of them is enough (pipe) rather than all required (comma)."""
    return [part.strip() for part in text.replace("|", ",").split(",") if part.strip()], "|" in text


def ids_of(text: str) -> tuple[list[int], bool]:
    """Return the numbers of a list, and whether one of them is enough. What is no number matches no movie (-1)."""
    values, alternatives = values_of(text)
    return [
        int(value) if value.isascii() and value.isdigit() and len(value) <= _LONGEST_ID else -1 for value in values
    ], alternatives


def _genre_bits(wanted: list[int]) -> int:
    return sum(1 << place for place, genre in enumerate(GENRE_IDS) if genre in wanted)


def _genres(catalogue: Catalogue, value: str, _query: Query) -> Mask | None:
    wanted, alternatives = ids_of(value)
    bits = np.uint32(_genre_bits(wanted))
    if not wanted:
        return None
    if alternatives:
        return np.asarray(catalogue.genres & bits != 0)
    if not set(wanted) <= set(GENRE_IDS):
        return np.zeros(catalogue.size, dtype=bool)
    return np.asarray(catalogue.genres & bits == bits)


def _without_genres(catalogue: Catalogue, value: str, _query: Query) -> Mask:
    return np.asarray(catalogue.genres & np.uint32(_genre_bits(ids_of(value)[0])) == 0)


def _holding(held: Callable[[Catalogue], list[NDArray[np.int32]]], number: Callable[[int], int] = int) -> Filter:
    """Return a filter by numbers that a movie has several of; `number` is what an id is in the columns."""

    def rule(catalogue: Catalogue, value: str, _query: Query) -> Mask | None:
        wanted, alternatives = ids_of(value)
        if not wanted:
            return None
        return columns.holding(held(catalogue), [number(want) for want in wanted], alternatives=alternatives)

    return rule


def _people(names: tuple[str, ...]) -> Filter:
    return _holding(lambda catalogue: columns.numbers(catalogue, names, movies.PEOPLE))


def _without(rule: Filter) -> Filter:
    def inverted(catalogue: Catalogue, value: str, query: Query) -> Mask | None:
        mask = rule(catalogue, value.replace(",", "|"), query)
        return None if mask is None else ~mask

    return inverted


def _either(column: NDArray[Any], names: Sequence[str], value: str) -> Mask | None:
    """Return where the one name that a movie has is wanted; None where none is. With a comma it cannot have two."""
    wanted, alternatives = values_of(value)
    if not wanted:
        return None
    if not alternatives and len(set(wanted)) > 1:
        return np.zeros(len(column), dtype=bool)
    return np.isin(column, [place for place, name in enumerate(names) if name in wanted])


def _languages(catalogue: Catalogue, value: str, _query: Query) -> Mask | None:
    return _either(catalogue.language, LANGUAGE_CODES, value)


def _origin(catalogue: Catalogue, value: str, _query: Query) -> Mask | None:
    return _either(catalogue.language, [HOME_COUNTRY[code] for code in LANGUAGE_CODES], value)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return None if math.isnan(value) else value


def _at_least(column: Callable[[Catalogue], NDArray[Any]], scale: int = 1) -> Filter:
    def rule(catalogue: Catalogue, value: str, _query: Query) -> Mask | None:
        number = _number(value)
        return None if number is None else np.asarray(column(catalogue) >= round(number * scale, 6))

    return rule


def _at_most(column: Callable[[Catalogue], NDArray[Any]], scale: int = 1) -> Filter:
    def rule(catalogue: Catalogue, value: str, _query: Query) -> Mask | None:
        number = _number(value)
        return None if number is None else np.asarray(column(catalogue) <= round(number * scale, 6))

    return rule


def _released(catalogue: Catalogue, first: int | None, last: int | None, query: Query, *, any_release: bool) -> Mask:
    """Return where the primary release, or with `any_release` any that counts in the query, lies in the window.

    With a region that is the release there; without one it is every release that a movie's release_dates show.
    """
    days = [catalogue.day]
    if any_release:
        region = query.get("region", "")
        regions = [region] if region else MAIN_COUNTRIES
        days = [*([] if region else days), *(columns.regional_day(catalogue, each) for each in regions)]
    masks = []
    for day in days:
        mask = day != NO_DATE
        if first is not None:
            mask &= day >= first
        if last is not None:
            mask &= day <= last
        masks.append(mask)
    return np.asarray(np.logical_or.reduce(masks))


def _window(prefix: str) -> Filter:
    """One rule serves both ends, so that `any release in the window` means one and the same release."""

    def rule(catalogue: Catalogue, _value: str, query: Query) -> Mask | None:
        first, last = day_number(query.get(f"{prefix}.gte", "")), day_number(query.get(f"{prefix}.lte", ""))
        if first is None and last is None:
            return None
        return _released(catalogue, first, last, query, any_release=prefix == "release_date")

    return rule


def _year(*, any_release: bool) -> Filter:
    def rule(catalogue: Catalogue, value: str, query: Query) -> Mask | None:
        first, last = day_number(f"{value}-01-01"), day_number(f"{value}-12-31")
        return None if first is None else _released(catalogue, first, last, query, any_release=any_release)

    return rule


def _certification(kind: str) -> Filter:
    def rule(catalogue: Catalogue, value: str, query: Query) -> Mask | None:
        country = query.get("certification_country", "")
        ladder = CERTIFICATIONS.get(country)
        if ladder is None:
            return None if not country else np.zeros(catalogue.size, dtype=bool)
        wanted = [ladder.index(name) for name in values_of(value)[0] if name in ladder]
        if not wanted:
            return np.zeros(catalogue.size, dtype=bool)
        rung = columns.picks(catalogue, f"certification {country}", len(ladder))
        passing = {"gte": rung >= min(wanted), "lte": rung <= max(wanted), "eq": np.isin(rung, wanted)}[kind]
        return np.asarray(passing & (columns.regional_day(catalogue, country) != NO_DATE))

    return rule


def _watch(names: Sequence[str], column: str) -> Filter:
    def rule(catalogue: Catalogue, value: str, query: Query) -> Mask | None:
        region = query.get("watch_region")
        if not region:
            return None
        offered = _either(columns.picks(catalogue, f"{column} {region}", len(names)), names, value)
        if offered is None:
            return None
        available = columns.picks(catalogue, f"available {region}", AVAILABLE_ONE_IN) == 0
        available[list(catalogue.well_known)] = True
        return np.asarray(offered & available)

    return rule


def _release_type(catalogue: Catalogue, value: str, query: Query) -> Mask | None:
    region = query.get("region")
    if not region:
        return None
    kinds = _either(columns.picks(catalogue, f"release type {region}", len(RELEASE_TYPES)), RELEASE_TYPES, value)
    return None if kinds is None else np.asarray(kinds & (columns.regional_day(catalogue, region) != NO_DATE))


_COMPANIES = _holding(columns.companies)
_KEYWORDS = _holding(
    lambda catalogue: columns.numbers(catalogue, movies.KEYWORD_COLUMNS, movies.KEYWORDS), movies.keyword_number
)
_PROVIDERS = _watch([str(number) for number in PROVIDERS], "provider")

FILTERS: dict[str, Filter] = {
    "certification": _certification("eq"),
    "certification.gte": _certification("gte"),
    "certification.lte": _certification("lte"),
    "primary_release_date.gte": _window("primary_release_date"),
    "primary_release_date.lte": _window("primary_release_date"),
    "primary_release_year": _year(any_release=False),
    "release_date.gte": _window("release_date"),
    "release_date.lte": _window("release_date"),
    "vote_average.gte": _at_least(lambda catalogue: catalogue.vote_average, 1_000),
    "vote_average.lte": _at_most(lambda catalogue: catalogue.vote_average, 1_000),
    "vote_count.gte": _at_least(lambda catalogue: catalogue.votes),
    "vote_count.lte": _at_most(lambda catalogue: catalogue.votes),
    "with_cast": _people(movies.CAST_COLUMNS),
    "with_companies": _COMPANIES,
    "with_crew": _people(movies.CREW_COLUMNS),
    "with_genres": _genres,
    "with_keywords": _KEYWORDS,
    "with_origin_country": _origin,
    "with_original_language": _languages,
    "with_people": _people((*movies.CAST_COLUMNS, *movies.CREW_COLUMNS)),
    "with_release_type": _release_type,
    "with_runtime.gte": _at_least(columns.runtime),
    "with_runtime.lte": _at_most(columns.runtime),
    "with_watch_monetization_types": _watch(MONETIZATION, "monetization"),
    "with_watch_providers": _PROVIDERS,
    "without_companies": _without(_COMPANIES),
    "without_genres": _without_genres,
    "without_keywords": _without(_KEYWORDS),
    "without_watch_providers": _without(_PROVIDERS),
    "year": _year(any_release=True),
}
# Parameters that give a filter its meaning without being one.
PARTNERS = frozenset({"certification_country", "include_adult", "include_video", "region", "sort_by", "watch_region"})
