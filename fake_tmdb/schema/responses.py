"""What each endpoint sends with status 200, and what an error looks like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fake_tmdb.schema.movies import MIXED, MOVIE, MOVIE_FIELDS, SERIES, TYPED_MOVIE
from fake_tmdb.schema.parts import (
    COLLECTION_PARTS,
    COMPANY_PARTS,
    IMDB_ID,
    KEYWORD,
    KEYWORD_PARTS,
    MOVIE_PARTS,
    PROVIDER,
    REVIEW,
    alone,
    appended,
)
from fake_tmdb.schema.types import (
    COUNT,
    COUNTRY,
    DATE,
    DATE_OR_EMPTY,
    FLAG,
    ID,
    IMAGE,
    LANGUAGE,
    NAME,
    NOTHING,
    TEXT,
    by_country,
    listing,
    one_of,
    or_null,
    page_fields,
    record,
)

if TYPE_CHECKING:
    from fake_tmdb.schema.types import Schema

_COMPANY = {"id": ID, "logo_path": or_null(IMAGE), "name": NAME, "origin_country": TEXT}
_COLLECTION = {"id": ID, "name": NAME, "poster_path": or_null(IMAGE), "backdrop_path": or_null(IMAGE)}
_DETAILS = record(
    MOVIE_FIELDS,
    belongs_to_collection=or_null(record(_COLLECTION)),
    budget=COUNT,
    genres=listing(record(id=ID, name=NAME)),
    homepage=TEXT,
    imdb_id=IMDB_ID,
    origin_country=listing(COUNTRY),
    production_companies=listing(record(_COMPANY)),
    production_countries=listing(record(iso_3166_1=COUNTRY, name=NAME)),
    release_date=DATE_OR_EMPTY,
    revenue=COUNT,
    runtime=COUNT,
    spoken_languages=listing(record(english_name=NAME, iso_639_1=LANGUAGE, name=TEXT)),
    status=one_of("Rumored", "Planned", "In Production", "Post Production", "Released", "Canceled"),
    tagline=TEXT,
    optional=appended(MOVIE_PARTS),
)
_MOVIES = record(page_fields(MOVIE))
_MOVIES_OF = record(page_fields(MOVIE), id=ID)
_TYPED_MOVIES = record(page_fields(TYPED_MOVIE))
_DATED_MOVIES = record(page_fields(MOVIE), dates=record(maximum=DATE, minimum=DATE))
_MIXED = record(page_fields(MIXED))
_SERIES = record(page_fields(SERIES))
_EMPTY_PAGE = record(page_fields({}, size=0))
_CHANGED = record(page_fields(record(id=ID, adult=or_null(FLAG), softcore=or_null(FLAG)), size=100))
_GENRES = record(genres=listing(record(id=ID, name=NAME), minItems=1))
_CERTIFICATIONS = record(certifications=by_country(listing(record(certification=NAME, meaning=TEXT, order=COUNT))))
_PROVIDERS = record(results=listing(record(PROVIDER, display_priorities=by_country(COUNT), display_priority=COUNT)))
_NAMED_COUNTRY = record(iso_3166_1=COUNTRY, english_name=NAME, native_name=TEXT)
_SIZES = listing({"type": "string", "pattern": r"^([wh]\d+|original)$"}, minItems=1)
_CONFIGURATION = record(
    change_keys=listing(NAME, minItems=1),
    images=record(
        base_url=NAME,
        secure_base_url=NAME,
        **{f"{kind}_sizes": _SIZES for kind in ("backdrop", "logo", "poster", "profile", "still")},
    ),
)

#: By path without ``/3``, where ``{id}`` stands for any text without a slash.
RESPONSES: dict[str, Schema] = {
    "/authentication": record(success={"const": True, **FLAG}),
    "/certification/movie/list": _CERTIFICATIONS,
    "/certification/tv/list": _CERTIFICATIONS,
    "/collection/{id}": record(
        _COLLECTION,
        original_language=LANGUAGE,
        original_name=NAME,
        overview=TEXT,
        parts=listing(TYPED_MOVIE),
        optional=appended(COLLECTION_PARTS),
    ),
    **alone("/collection/{id}", COLLECTION_PARTS),
    "/company/{id}": record(
        _COMPANY,
        description=TEXT,
        headquarters=TEXT,
        homepage=TEXT,
        parent_company=or_null(record(_COMPANY)),
        optional=appended(COMPANY_PARTS),
    ),
    **alone("/company/{id}", COMPANY_PARTS),
    "/configuration": _CONFIGURATION,
    "/configuration/countries": listing(_NAMED_COUNTRY),
    "/configuration/jobs": listing(record(department=NAME, jobs=listing(NAME))),
    "/configuration/languages": listing(record(iso_639_1=LANGUAGE, english_name=NAME, name=TEXT)),
    "/configuration/primary_translations": listing({"type": "string", "pattern": "^[a-z]{2}-[A-Z]{2}$"}),
    "/configuration/timezones": listing(record(iso_3166_1=COUNTRY, zones=listing(NAME))),
    "/discover/movie": _MOVIES,
    "/discover/tv": _EMPTY_PAGE,
    "/find/{id}": record(
        movie_results=listing(TYPED_MOVIE),
        person_results=NOTHING,
        tv_results=NOTHING,
        tv_episode_results=NOTHING,
        tv_season_results=NOTHING,
    ),
    "/genre/movie/list": _GENRES,
    "/genre/tv/list": _GENRES,
    "/genre/{id}/movies": _MOVIES_OF,
    "/keyword/{id}": record(id=ID, name=NAME, optional=appended(KEYWORD_PARTS)),
    **alone("/keyword/{id}", KEYWORD_PARTS),
    "/movie/changes": _CHANGED,
    "/movie/latest": _DETAILS,
    "/movie/now_playing": _DATED_MOVIES,
    "/movie/popular": _MOVIES,
    "/movie/top_rated": _MOVIES,
    "/movie/upcoming": _DATED_MOVIES,
    "/movie/{id}": _DETAILS,
    **alone("/movie/{id}", MOVIE_PARTS),
    "/person/changes": _CHANGED,
    "/review/{id}": record(REVIEW, iso_639_1=LANGUAGE, media_id=ID, media_title=NAME, media_type=NAME),
    "/search/collection": record(page_fields(record(_COLLECTION))),
    "/search/company": record(page_fields(record(_COMPANY))),
    "/search/keyword": record(page_fields(KEYWORD)),
    "/search/movie": _MOVIES,
    "/search/multi": _TYPED_MOVIES,
    "/search/person": _EMPTY_PAGE,
    "/search/tv": _EMPTY_PAGE,
    "/trending/all/day": _MIXED,
    "/trending/all/week": _MIXED,
    "/trending/movie/day": _TYPED_MOVIES,
    "/trending/movie/week": _TYPED_MOVIES,
    "/trending/person/day": _EMPTY_PAGE,
    "/trending/person/week": _EMPTY_PAGE,
    "/trending/tv/day": _SERIES,
    "/trending/tv/week": _SERIES,
    "/tv/changes": _CHANGED,
    "/watch/providers/movie": _PROVIDERS,
    "/watch/providers/regions": record(results=listing(_NAMED_COUNTRY)),
    "/watch/providers/tv": _PROVIDERS,
}

_STATUS: dict[str, Schema] = {
    "status_code": {"type": "integer", "minimum": 1, "maximum": 47},
    "status_message": NAME,
}
#: Today's form of an error, and that of before August 2023. Gateway errors leave ``success`` out.
ERROR: Schema = {
    "oneOf": [
        record(_STATUS, optional={"success": {"const": False, **FLAG}, "failure": {"const": True, **FLAG}}),
        record(errors=listing(NAME, minItems=1)),
    ]
}


def response(path: str) -> Schema | None:
    """Return the schema of what a path without ``/3`` sends with status 200; None where there is no such endpoint."""
    if path in RESPONSES:
        return RESPONSES[path]
    templates = (known for known in RESPONSES if re.fullmatch(known.replace("{id}", "[^/]+"), path))
    return next((RESPONSES[known] for known in templates), None)
