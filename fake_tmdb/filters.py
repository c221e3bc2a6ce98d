"""The filters of /discover/movie, each a function from a value to the movies that pass.

A filter returns None where it has no effect: its value is not a number or date, or its partner is missing. What TMDB
does with malformed values is not known; ignoring them follows its treatment of unknown parameters.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from fake_tmdb import columns, movies
from fake_tmdb.catalogue import NO_DATE
from fake_tmdb.genres import GENRE_IDS
from fake_tmdb.languages import HOME_COUNTRY, LANGUAGE_CODES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from fake_tmdb.catalogue import Catalogue, Mask

    Query = Mapping[str, str]
    Filter = Callable[[Catalogue, str, Query], Mask | None]

CERTIFICATIONS: dict[str, tuple[str, ...]] = {
    "DE": ("0", "6", "12", "16", "18"),
    "GB": ("U", "PG", "12A", "15", "18"),
    "KR": ("All", "12", "15", "19"),
    "US": ("G", "PG", "PG-13", "R", "NC-17"),
}
PROVIDERS = (2, 3, 8, 9, 10, 11, 97, 119, 337, 350, 356, 531)
MONETIZATION = ("flatrate", "free", "ads", "rent", "buy")
_LONGEST_ID = 9  # digits of an int32
AVAILABLE_ONE_IN = 4  # one movie in this many is available in a region


def day_number(text: str) -> int | None:
    """Return days since 1970 for the date that a text begins with, or None. A trailing time is ignored."""
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


def _combine(catalogue: Catalogue, masks: list[Mask], *, alternatives: bool) -> Mask:
    if not masks:
        return np.ones(catalogue.size, dtype=bool)
    reduce = np.logical_or.reduce if alternatives else np.logical_and.reduce
    return np.asarray(reduce(masks))


def _genres(catalogue: Catalogue, value: str, _query: Query) -> Mask:
    wanted, alternatives = ids_of(value)
    bits = [1 << GENRE_IDS.index(genre) if genre in GENRE_IDS else 0 for genre in wanted]
    masks = [(catalogue.genres & np.uint32(bit)) != 0 for bit in bits]
    return _combine(catalogue, masks, alternatives=alternatives)


def _without_genres(catalogue: Catalogue, value: str, _query: Query) -> Mask:
    wanted, _ = ids_of(value)
    bits = sum(1 << place for place, genre in enumerate(GENRE_IDS) if genre in wanted)
    return np.asarray((catalogue.genres & np.uint32(bits)) == 0)


def _holding(names: tuple[str, ...], bound: int) -> Filter:
    def rule(catalogue: Catalogue, value: str, _query: Query) -> Mask:
        wanted, alternatives = ids_of(value)
        masks = [columns.holds(catalogue, names, bound, want) for want in wanted]
        return _combine(catalogue, masks, alternatives=alternatives)

    return rule


def _keywords(catalogue: Catalogue, value: str, _query: Query) -> Mask:
    wanted, alternatives = ids_of(value)
    numbers = [movies.keyword_number(want) for want in wanted]
    masks = [columns.holds(catalogue, movies.KEYWORD_COLUMNS, movies.KEYWORDS, number) for number in numbers]
    return _combine(catalogue, masks, alternatives=alternatives)


def _companies(catalogue: Catalogue, value: str, _query: Query) -> Mask:
    wanted, alternatives = ids_of(value)
    masks = [columns.holds_company(catalogue, want) for want in wanted]
    return _combine(catalogue, masks, alternatives=alternatives)


def _without(rule: Filter) -> Filter:
    def inverted(catalogue: Catalogue, value: str, query: Query) -> Mask | None:
        mask = rule(catalogue, value.replace(",", "|"), query)
        return None if mask is None else ~mask

    return inverted


def _languages(catalogue: Catalogue, value: str, _query: Query) -> Mask:
    places = [place for place, code in enumerate(LANGUAGE_CODES) if code in values_of(value)[0]]
    return np.isin(catalogue.language, places)


def _origin(catalogue: Catalogue, value: str, _query: Query) -> Mask:
    wanted, _ = values_of(value)
    return np.isin(
        catalogue.language, [place for place, code in enumerate(LANGUAGE_CODES) if HOME_COUNTRY[code] in wanted]
    )


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
    """Return where the primary release, or with `any_release` any that counts in the query, lies in the window."""
    days = [catalogue.day]
    if any_release:
        region = query.get("region", "")
        days = [columns.regional_day(catalogue, region)] if region else [*days, columns.regional_day(catalogue, "US")]
    masks = []
    for day in days:
        mask = day != NO_DATE
        if first is not None:
            mask &= day >= first
        if last is not None:
            mask &= day <= last
        masks.append(mask)
    return _combine(catalogue, masks, alternatives=True)


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
        rung = columns.picks(catalogue, f"certification {country}", len(ladder))
        if not wanted:
            return np.zeros(catalogue.size, dtype=bool)
        if kind == "gte":
            return np.asarray(rung >= min(wanted))
        return np.asarray(rung <= max(wanted)) if kind == "lte" else np.asarray(np.isin(rung, wanted))

    return rule


def _watch(names: tuple[Any, ...], column: str) -> Filter:
    def rule(catalogue: Catalogue, value: str, query: Query) -> Mask | None:
        region = query.get("watch_region")
        if not region:
            return None
        wanted, alternatives = values_of(value)
        available = columns.picks(catalogue, f"available {region}", AVAILABLE_ONE_IN) == 0
        available[list(catalogue.well_known)] = True
        numbers = columns.picks(catalogue, f"{column} {region}", len(names))
        masks = [np.isin(numbers, [at for at, name in enumerate(names) if str(name) == want]) for want in wanted]
        return np.asarray(_combine(catalogue, masks, alternatives=alternatives) & available)

    return rule


def _release_type(catalogue: Catalogue, value: str, query: Query) -> Mask | None:
    region = query.get("region")
    if not region:
        return None
    wanted, _ = ids_of(value)
    kind = 1 + columns.picks(catalogue, f"release type {region}", 6)
    return np.asarray(np.isin(kind, wanted) & (columns.regional_day(catalogue, region) != NO_DATE))


_PEOPLE = (*movies.CAST_COLUMNS, *movies.CREW_COLUMNS)
_PROVIDERS = _watch(PROVIDERS, "provider")

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
    "with_cast": _holding(movies.CAST_COLUMNS, movies.PEOPLE),
    "with_companies": _companies,
    "with_crew": _holding(movies.CREW_COLUMNS, movies.PEOPLE),
    "with_genres": _genres,
    "with_keywords": _keywords,
    "with_origin_country": _origin,
    "with_original_language": _languages,
    "with_people": _holding(_PEOPLE, movies.PEOPLE),
    "with_release_type": _release_type,
    "with_runtime.gte": _at_least(columns.runtime),
    "with_runtime.lte": _at_most(columns.runtime),
    "with_watch_monetization_types": _watch(MONETIZATION, "monetization"),
    "with_watch_providers": _PROVIDERS,
    "without_companies": _without(_companies),
    "without_genres": _without_genres,
    "without_keywords": _without(_keywords),
    "without_watch_providers": _without(_PROVIDERS),
    "year": _year(any_release=True),
}
# Parameters that give a filter its meaning without being one.
PARTNERS = frozenset({"certification_country", "include_adult", "include_video", "region", "sort_by", "watch_region"})
