"""The parameters of ``/discover/movie``, each declared once: what it takes, and without which other it has no effect.

TMDB ignores a parameter that it does not know, and one whose partner is missing, and answers all of its million movies.
Names, types and partners are those of TMDB's OpenAPI (2026-05). A test shows that each of them changes what the fake
answers, and that the fake knows no other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tmdb_pipeline.custom import kinds
from tmdb_pipeline.custom.kinds import Kind
from tmdb_pipeline.custom.wrong import Wrong, nearest


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter.

    Attributes:
        kind: what it takes.
        needs: the parameter without which TMDB ignores it. ``region`` is always sent.
    """

    kind: Kind
    needs: str | None = None


_CERTIFICATION = Parameter(kinds.TEXT, needs="certification_country")
PARAMETERS: Final[Mapping[str, Parameter]] = {
    "certification": _CERTIFICATION,
    "certification.gte": _CERTIFICATION,
    "certification.lte": _CERTIFICATION,
    "certification_country": Parameter(kinds.COUNTRY),
    "include_adult": Parameter(kinds.BOOLEAN),
    "include_video": Parameter(kinds.BOOLEAN),
    "primary_release_date.gte": Parameter(kinds.DAY),
    "primary_release_date.lte": Parameter(kinds.DAY),
    "primary_release_year": Parameter(kinds.YEAR),
    "region": Parameter(kinds.COUNTRY),
    "release_date.gte": Parameter(kinds.DAY),
    "release_date.lte": Parameter(kinds.DAY),
    "sort_by": Parameter(kinds.ORDER),
    "vote_average.gte": Parameter(kinds.RATING),
    "vote_average.lte": Parameter(kinds.RATING),
    "vote_count.gte": Parameter(kinds.COUNT),
    "vote_count.lte": Parameter(kinds.COUNT),
    "watch_region": Parameter(kinds.COUNTRY),
    "with_cast": Parameter(kinds.IDS),
    "with_companies": Parameter(kinds.IDS),
    "with_crew": Parameter(kinds.IDS),
    "with_genres": Parameter(kinds.GENRES_),
    "with_keywords": Parameter(kinds.IDS),
    "with_origin_country": Parameter(kinds.COUNTRIES_),
    "with_original_language": Parameter(kinds.LANGUAGES_),
    "with_people": Parameter(kinds.IDS),
    "with_release_type": Parameter(kinds.RELEASE_TYPES),
    "with_runtime.gte": Parameter(kinds.COUNT),
    "with_runtime.lte": Parameter(kinds.COUNT),
    "with_watch_monetization_types": Parameter(kinds.OFFERS, needs="watch_region"),
    "with_watch_providers": Parameter(kinds.IDS, needs="watch_region"),
    "without_companies": Parameter(kinds.IDS),
    "without_genres": Parameter(kinds.GENRES_),
    "without_keywords": Parameter(kinds.IDS),
    "without_watch_providers": Parameter(kinds.IDS, needs="watch_region"),
    "year": Parameter(kinds.YEAR),
}
#: What TMDB knows as well, and is said elsewhere.
_ELSEWHERE: Final = {
    "page": "give the number of pages as pages, beside discover",
    "language": "set TMDB_LANGUAGE, which holds for every collection",
    "api_key": "set TMDB_READ_TOKEN or TMDB_API_KEY, which never stand in a file of DAGs",
}


def check(given: Mapping[str, str], lines: Mapping[str, int]) -> None:
    """Refuse parameters that TMDB would ignore, or for which it would answer nothing.

    Args:
        given: the values by name.
        lines: the line of each name.

    Raises:
        Wrong: the first one that cannot be used.
    """
    for name, text in given.items():
        if name in _ELSEWHERE:
            raise Wrong(lines[name], f"{name} is no parameter here: {_ELSEWHERE[name]}.")
        if name not in PARAMETERS:
            raise Wrong(lines[name], f"/discover/movie has no parameter {name}.{_meant(name)}")
        if complaint := PARAMETERS[name].kind.complaint(text):
            raise Wrong(lines[name], f"{name} is {complaint}")
    for name in given:
        needed = PARAMETERS[name].needs
        if needed and needed not in given:
            raise Wrong(lines[name], f"{name} has no effect without {needed}: give that, too.")
        _check_range(name, given, lines)


def _check_range(name: str, given: Mapping[str, str], lines: Mapping[str, int]) -> None:
    """Refuse a range in which nothing lies."""
    stem, dot, end = name.rpartition(".")
    upper = f"{stem}.lte"
    if not dot or end != "gte" or upper not in given or stem == "certification":
        return
    low, high = given[name], given[upper]
    if kinds.order(low) > kinds.order(high):
        raise Wrong(lines[name], f"{name} is {low} and {upper} is {high}, and nothing lies between: exchange them.")


def _meant(name: str) -> str:
    """The parameter that was probably meant, or the page that has all of them."""
    return nearest(name.replace("_gte", ".gte").replace("_lte", ".lte"), PARAMETERS) or (
        " See docs/collections.md for those that it has."
    )
