"""The filters of /discover/movie, each a function from a value to the movies that pass.

A filter returns None where it has no effect: its value is not a number or date, or its partner is missing. What TMDB
does with malformed values is not known; ignoring them follows its treatment of unknown parameters.
"""

from __future__ import annotations

from operator import ge, le
from typing import TYPE_CHECKING, Any

import numpy as np

from fake_tmdb.catalogue.dates import NO_DATE, day_number
from fake_tmdb.catalogue.facts.definition import having
from fake_tmdb.catalogue.facts.genres import genre_bits
from fake_tmdb.catalogue.facts.keywords import keyword_number, keywords
from fake_tmdb.catalogue.facts.people import cast, crew
from fake_tmdb.catalogue.facts.production import companies, runtime
from fake_tmdb.catalogue.facts.releases import (
    RELEASE_TYPES,
    available,
    certification,
    monetization,
    provider,
    regional_day,
    release_type,
)
from fake_tmdb.catalogue.queries.values import ids_of, number, values_of
from fake_tmdb.catalogue.reference.certifications import CERTIFICATIONS, MAIN_COUNTRIES
from fake_tmdb.catalogue.reference.genres import GENRE_IDS
from fake_tmdb.catalogue.reference.languages import HOME_COUNTRY, LANGUAGE_CODES
from fake_tmdb.catalogue.reference.providers import MONETIZATION, PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from fake_tmdb.catalogue.catalogue import Catalogue, Mask
    from fake_tmdb.catalogue.facts.definition import Fact, Several

    Query = Mapping[str, str]
    Filter = Callable[[Catalogue, str, Query], Mask | None]


def _genre_bits(wanted: list[int]) -> int:
    return sum(1 << place for place, genre in enumerate(GENRE_IDS) if genre in wanted)


def _genres(catalogue: Catalogue, value: str, _query: Query) -> Mask | None:
    wanted, alternatives = ids_of(value)
    bits = np.uint32(_genre_bits(wanted))
    if not wanted:
        return None
    genres = genre_bits.column(catalogue)
    if alternatives:
        return np.asarray(genres & bits != 0)
    if not set(wanted) <= set(GENRE_IDS):
        return np.zeros(catalogue.size, dtype=bool)
    return np.asarray(genres & bits == bits)


def _without_genres(catalogue: Catalogue, value: str, _query: Query) -> Mask:
    return np.asarray(genre_bits.column(catalogue) & np.uint32(_genre_bits(ids_of(value)[0])) == 0)


def _having(*facts: Several, number: Callable[[int], int] = int) -> Filter:
    """Return a filter by numbers that a movie has several of; `number` is what an id is in the columns."""

    def rule(catalogue: Catalogue, value: str, _query: Query) -> Mask | None:
        wanted, alternatives = ids_of(value)
        if not wanted:
            return None
        columns = [column for fact in facts for column in fact.columns(catalogue)]
        return having(columns, [number(want) for want in wanted], alternatives=alternatives)

    return rule


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


def _bound(
    column: Callable[[Catalogue], NDArray[Any]], holds: Callable[[NDArray[Any], float], Any], scale: int = 1
) -> Filter:
    """Return a filter by a bound of a column, in which numbers are `scale` times those of the query."""

    def rule(catalogue: Catalogue, value: str, _query: Query) -> Mask | None:
        bound = number(value)
        return None if bound is None else np.asarray(holds(column(catalogue), round(bound * scale, 6)))

    return rule


def _released(catalogue: Catalogue, first: int | None, last: int | None, query: Query, *, any_release: bool) -> Mask:
    """Return where the primary release, or with `any_release` any that counts in the query, lies in the window.

    With a region that is the release there; without one it is every release that a movie's release_dates show.
    """
    days = [catalogue.day]
    if any_release:
        region = query.get("region", "")
        regions = [region] if region else MAIN_COUNTRIES
        days = [*([] if region else days), *(regional_day.column(catalogue, each) for each in regions)]
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
        rung = certification.column(catalogue, country)
        passing = {"gte": rung >= min(wanted), "lte": rung <= max(wanted), "eq": np.isin(rung, wanted)}[kind]
        return np.asarray(passing & (regional_day.column(catalogue, country) != NO_DATE))

    return rule


def _watch(names: Sequence[str], fact: Fact) -> Filter:
    def rule(catalogue: Catalogue, value: str, query: Query) -> Mask | None:
        region = query.get("watch_region")
        if not region:
            return None
        offered = _either(fact.column(catalogue, region), names, value)
        return None if offered is None else np.asarray(offered & available.column(catalogue, region))

    return rule


def _release_type(catalogue: Catalogue, value: str, query: Query) -> Mask | None:
    region = query.get("region")
    if not region:
        return None
    kinds = _either(release_type.column(catalogue, region), RELEASE_TYPES, value)
    return None if kinds is None else np.asarray(kinds & (regional_day.column(catalogue, region) != NO_DATE))


_COMPANIES = _having(companies)
_KEYWORDS = _having(keywords, number=keyword_number)
_PROVIDERS = _watch([str(identifier) for identifier in PROVIDERS], provider)

FILTERS: dict[str, Filter] = {
    "certification": _certification("eq"),
    "certification.gte": _certification("gte"),
    "certification.lte": _certification("lte"),
    "primary_release_date.gte": _window("primary_release_date"),
    "primary_release_date.lte": _window("primary_release_date"),
    "primary_release_year": _year(any_release=False),
    "release_date.gte": _window("release_date"),
    "release_date.lte": _window("release_date"),
    "vote_average.gte": _bound(lambda catalogue: catalogue.vote_average, ge, 1_000),
    "vote_average.lte": _bound(lambda catalogue: catalogue.vote_average, le, 1_000),
    "vote_count.gte": _bound(lambda catalogue: catalogue.votes, ge),
    "vote_count.lte": _bound(lambda catalogue: catalogue.votes, le),
    "with_cast": _having(cast),
    "with_companies": _COMPANIES,
    "with_crew": _having(crew),
    "with_genres": _genres,
    "with_keywords": _KEYWORDS,
    "with_origin_country": _origin,
    "with_original_language": _languages,
    "with_people": _having(cast, crew),
    "with_release_type": _release_type,
    "with_runtime.gte": _bound(runtime.column, ge),
    "with_runtime.lte": _bound(runtime.column, le),
    "with_watch_monetization_types": _watch(MONETIZATION, monetization),
    "with_watch_providers": _PROVIDERS,
    "without_companies": _without(_COMPANIES),
    "without_genres": _without_genres,
    "without_keywords": _without(_KEYWORDS),
    "without_watch_providers": _without(_PROVIDERS),
    "year": _year(any_release=True),
}
# Parameters that give a filter its meaning without being one.
PARTNERS = frozenset({"certification_country", "include_adult", "include_video", "region", "sort_by", "watch_region"})
