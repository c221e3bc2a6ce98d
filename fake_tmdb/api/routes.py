"""Which function answers which path."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from fake_tmdb.api import changes, configuration, exports, groups, search
from fake_tmdb.api.movies import details, lists, reviews
from fake_tmdb.api.movies.parts import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Callable

    from fake_tmdb.api.request import Request
    from fake_tmdb.api.responses import Answer
    from fake_tmdb.catalogue.repository import World

    Route = Callable[[World, Request], Answer]

NOT_FOUND = 34

EXACT: dict[str, Route] = {
    "/authentication": configuration.authentication,
    "/certification/movie/list": configuration.certifications,
    "/certification/tv/list": configuration.certifications,
    "/configuration": configuration.configuration,
    "/configuration/countries": configuration.countries,
    "/configuration/jobs": configuration.jobs,
    "/configuration/languages": configuration.languages,
    "/configuration/primary_translations": configuration.primary_translations,
    "/configuration/timezones": configuration.timezones,
    "/discover/movie": lists.discover,
    "/discover/tv": search.empty_list,
    "/genre/movie/list": configuration.genre_list,
    "/genre/tv/list": configuration.tv_genre_list,
    "/movie/changes": changes.movie_changes,
    "/movie/latest": details.latest,
    "/movie/now_playing": lists.now_playing,
    "/movie/popular": lists.popular,
    "/movie/top_rated": lists.top_rated,
    "/movie/upcoming": lists.upcoming,
    "/person/changes": changes.movie_changes,
    "/search/collection": search.search_collection,
    "/search/company": search.search_company,
    "/search/keyword": search.search_keyword,
    "/search/movie": search.search_movie,
    "/search/multi": search.search_multi,
    "/search/person": search.search_nothing,
    "/search/tv": search.search_nothing,
    "/trending/all/day": lists.trending_all,
    "/trending/all/week": lists.trending_all,
    "/trending/movie/day": lists.trending,
    "/trending/movie/week": lists.trending,
    "/trending/person/day": search.empty_list,
    "/trending/person/week": search.empty_list,
    "/trending/tv/day": lists.trending_series,
    "/trending/tv/week": lists.trending_series,
    "/tv/changes": changes.movie_changes,
    "/watch/providers/movie": configuration.watch_providers,
    "/watch/providers/regions": configuration.watch_regions,
    "/watch/providers/tv": configuration.watch_providers,
}

PATTERNS: tuple[tuple[re.Pattern[str], Route], ...] = (
    (re.compile(r"/movie/[^/]+"), details.movie),
    (re.compile(r"/movie/[^/]+/account_states"), details.account_states),
    (re.compile(r"/movie/[^/]+/([a-z_]+|watch/providers)"), details.block),
    (re.compile(r"/collection/[^/]+"), groups.collection),
    (re.compile(r"/collection/[^/]+/(images|translations)"), groups.collection_block),
    (re.compile(r"/company/[^/]+"), groups.company),
    (re.compile(r"/company/[^/]+/(alternative_names|images|movies)"), groups.company_block),
    (re.compile(r"/find/.+"), search.find),
    (re.compile(r"/genre/[^/]+/movies"), groups.genre_movies),
    (re.compile(r"/keyword/[^/]+"), groups.keyword_details),
    (re.compile(r"/keyword/[^/]+/movies"), groups.keyword_movies),
    (re.compile(r"/review/[^/]+"), reviews.review),
)  # fmt: skip


def route(method: str, path: str) -> Route | None:
    """Return the route of a path without `/3`, or None. Routes are GET (and HEAD) only."""
    if method not in {"GET", "HEAD"}:
        return None
    exact = EXACT.get(path)
    if exact is not None:
        return exact
    return next((answer for pattern, answer in PATTERNS if pattern.fullmatch(path)), None)


# One path for each route that has an id in it, and an export.
_EXAMPLES = (
    *(f"/movie/550{block}" for block in ("", "/account_states", *(f"/{name}" for name in BLOCKS))),
    *(f"/collection/10{block}" for block in ("", *(f"/{name}" for name in groups.COLLECTION_BLOCKS))),
    *(f"/company/1{block}" for block in ("", *(f"/{name}" for name in groups.COMPANY_BLOCKS))),
    "/find/tt0137523", "/genre/28/movies", "/keyword/1721", "/keyword/1721/movies", "/review/5013bc76760ee372cb00253e",
    *(f"{exports.PREFIX}{kind}_05_20_2024.json.gz" for kind in exports.KINDS),
)  # fmt: skip
_WILDCARD = re.compile(r"\[[^]]*\]|[*?]")


def reached_by(pattern: str) -> bool:
    """Return whether a glob over paths without `/3` can match the path of a route; sure only where it says no."""
    plain = _WILDCARD.sub("1", pattern)
    return (
        route("GET", plain) is not None
        or plain.startswith(exports.PREFIX)
        or any(fnmatchcase(path, pattern) for path in (*EXACT, *_EXAMPLES))
    )
