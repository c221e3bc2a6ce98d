"""The wire schema: what bodies of TMDB look like, written by hand from its documentation and from recordings.

It knows nothing of the fake, or their agreement would mean nothing. Every field is required unless ``optional`` names
it, and a field that is not here is drift: news about TMDB, or a slip of the fake.
"""

import re
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, validators

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NAME: Schema = {"type": "string", "minLength": 1}
FLAG: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
ID: Schema = {"type": "integer", "minimum": 1}
NUMBER: Schema = {"type": "number"}
RATING: Schema = {"type": "number", "minimum": 0, "maximum": 10}
POPULARITY: Schema = {"type": "number", "minimum": 0}
IMAGE: Schema = {"type": "string", "pattern": r"^/[^/]+\.(jpg|png|svg)$"}
DATE: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
DATE_OR_EMPTY: Schema = {"type": "string", "pattern": r"^(\d{4}-\d{2}-\d{2})?$"}
MOMENT: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$"}
LANGUAGE: Schema = {"type": "string", "pattern": "^[a-z]{2}$"}
COUNTRY: Schema = {"type": "string", "pattern": "^[A-Z]{2}$"}
HEX_ID: Schema = {"type": "string", "pattern": "^[0-9a-f]{24}$"}


def record(
    fields: dict[str, Schema] | None = None, /, *, optional: dict[str, Schema] | None = None, **more: Schema
) -> Schema:
    """An object with these fields and no others."""
    required = {**(fields or {}), **more}
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def listing(items: Schema, **limits: int) -> Schema:
    """A list of such items."""
    return {"type": "array", "items": items, **limits}


def by_country(values: Schema) -> Schema:
    """An object whose keys are countries."""
    return {"type": "object", "propertyNames": COUNTRY, "additionalProperties": values}


def or_null(schema: Schema) -> Schema:
    """The same, or null."""
    return {**schema, "type": [schema["type"], "null"]}


def _page(items: Schema, *, size: int = 20, **more: Schema) -> Schema:
    return record(
        {
            **more,
            "page": {"type": "integer", "minimum": 1, "maximum": 500},
            "results": listing(items, maxItems=size),
            "total_pages": {"type": "integer", "minimum": 1},
            "total_results": COUNT,
        }
    )


_MOVIE_FIELDS = {
    "adult": FLAG,
    "backdrop_path": or_null(IMAGE),
    "id": ID,
    "title": NAME,
    "original_language": LANGUAGE,
    "original_title": NAME,
    "overview": TEXT,
    "popularity": POPULARITY,
    "poster_path": or_null(IMAGE),
    "softcore": FLAG,
    "video": FLAG,
    "vote_average": RATING,
    "vote_count": COUNT,
}
_GENRE_IDS = listing(ID)
# Absent in a few lists of March 2023.
MOVIE = record(_MOVIE_FIELDS, genre_ids=_GENRE_IDS, optional={"release_date": DATE_OR_EMPTY})
TYPED_MOVIE = record(
    _MOVIE_FIELDS, genre_ids=_GENRE_IDS, media_type={"const": "movie", **TEXT}, optional={"release_date": DATE_OR_EMPTY}
)
# Movies and series mixed: what only one of them has may be absent.
_ONE_OF_BOTH = {
    **{name: _MOVIE_FIELDS[name] for name in ("title", "original_title", "video")},
    "release_date": DATE_OR_EMPTY,
    "name": NAME,
    "original_name": NAME,
    "first_air_date": DATE_OR_EMPTY,
    "origin_country": listing(COUNTRY),
}
MIXED = record(
    {name: kind for name, kind in _MOVIE_FIELDS.items() if name not in _ONE_OF_BOTH},
    genre_ids=_GENRE_IDS,
    media_type={"enum": ["movie", "tv"], **TEXT},
    optional=_ONE_OF_BOTH,
)
_PERIOD = record(maximum=DATE, minimum=DATE)
_GENRES = record(genres=listing(record(id=ID, name=NAME), minItems=1))
_COMPANY = record(id=ID, logo_path=or_null(IMAGE), name=NAME, origin_country=TEXT)
_COLLECTION = record(id=ID, name=NAME, poster_path=or_null(IMAGE), backdrop_path=or_null(IMAGE))
_KEYWORD = record(id=ID, name=NAME)
_IMDB_ID = or_null({"type": "string", "pattern": r"^tt\d{7,}$"})

_PERSON = {
    "adult": FLAG,
    "gender": {"type": "integer", "minimum": 0, "maximum": 3},
    "id": ID,
    "known_for_department": NAME,
    "name": NAME,
    "original_name": NAME,
    "popularity": POPULARITY,
    "profile_path": or_null(IMAGE),
    "credit_id": HEX_ID,
}
_CREDITS = {
    "cast": listing(record(_PERSON, cast_id=COUNT, character=TEXT, order=COUNT)),
    "crew": listing(record(_PERSON, department=NAME, job=NAME)),
}
_EXTERNAL_IDS = {
    "imdb_id": _IMDB_ID,
    "wikidata_id": or_null(TEXT),
    "facebook_id": or_null(TEXT),
    "instagram_id": or_null(TEXT),
    "twitter_id": or_null(TEXT),
}
_KEYWORDS = {"keywords": listing(_KEYWORD)}
_PICTURE = record(
    aspect_ratio=NUMBER,
    height=COUNT,
    iso_3166_1=or_null(COUNTRY),
    iso_639_1=or_null(LANGUAGE),
    file_path=IMAGE,
    vote_average=RATING,
    vote_count=COUNT,
    width=COUNT,
)
_STATUSES = ["Rumored", "Planned", "In Production", "Post Production", "Released", "Canceled"]
DETAILS = record(
    _MOVIE_FIELDS,
    belongs_to_collection=or_null(_COLLECTION),
    budget=COUNT,
    genres=listing(record(id=ID, name=NAME)),
    homepage=TEXT,
    imdb_id=_IMDB_ID,
    origin_country=listing(COUNTRY),
    production_companies=listing(_COMPANY),
    production_countries=listing(record(iso_3166_1=COUNTRY, name=NAME)),
    release_date=DATE_OR_EMPTY,
    revenue=COUNT,
    runtime=COUNT,
    spoken_languages=listing(record(english_name=NAME, iso_639_1=LANGUAGE, name=TEXT)),
    status={"enum": _STATUSES, **TEXT},
    tagline=TEXT,
    optional={
        "credits": record(_CREDITS),
        "keywords": record(_KEYWORDS),
        "external_ids": record(_EXTERNAL_IDS),
    },
)
_REVIEW = {
    "author": NAME,
    "author_details": record(name=TEXT, username=NAME, avatar_path=or_null(TEXT), rating=or_null(NUMBER)),
    "content": TEXT,
    "created_at": MOMENT,
    "id": HEX_ID,
    "updated_at": MOMENT,
    "url": NAME,
}
_CHANGED = record(id=ID, adult=or_null(FLAG), softcore=or_null(FLAG))
# The value of a change is that of the field that changed; of the movie in the cassettes it is the runtime.
_CHANGE = record(
    id=HEX_ID,
    action={"enum": ["added", "created", "updated", "deleted"], **TEXT},
    time={"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} UTC$"},
    iso_639_1=TEXT,
    iso_3166_1=TEXT,
    value=COUNT,
    original_value=COUNT,
)
_TRANSLATION = {"iso_3166_1": COUNTRY, "iso_639_1": LANGUAGE, "name": TEXT, "english_name": NAME}
_PROVIDER = {"logo_path": or_null(IMAGE), "provider_id": ID, "provider_name": NAME}
_OFFERS = listing(record(_PROVIDER, display_priority=COUNT))
_VIDEO = record(
    iso_639_1=LANGUAGE,
    iso_3166_1=COUNTRY,
    name=NAME,
    key=NAME,
    site=NAME,
    size=COUNT,
    type=NAME,
    official=FLAG,
    published_at=MOMENT,
    id=HEX_ID,
)
_LISTED = record(
    description=TEXT,
    favorite_count=COUNT,
    id=ID,
    item_count=COUNT,
    iso_639_1=LANGUAGE,
    iso_3166_1=COUNTRY,
    list_type=NAME,
    name=NAME,
    poster_path=or_null(IMAGE),
)
_RELEASE = record(
    certification=TEXT,
    descriptors=listing(TEXT),
    iso_639_1=TEXT,
    note=TEXT,
    release_date=MOMENT,
    type={"type": "integer", "minimum": 1, "maximum": 6},
)
_OLD_RELEASE = record(
    certification=TEXT, descriptors=listing(TEXT), iso_3166_1=COUNTRY, primary=FLAG, release_date=DATE
)
_LOGO = record(
    aspect_ratio=NUMBER,
    file_path=IMAGE,
    height=COUNT,
    id=HEX_ID,
    file_type=NAME,
    vote_average=RATING,
    vote_count=COUNT,
    width=COUNT,
)
_NAMED_COUNTRY = record(iso_3166_1=COUNTRY, english_name=NAME, native_name=TEXT)
_SIZES = listing({"type": "string", "pattern": r"^([wh]\d+|original)$"}, minItems=1)
_CONFIGURATION = record(
    change_keys=listing(NAME, minItems=1),
    images=record(
        base_url=NAME,
        secure_base_url=NAME,
        backdrop_sizes=_SIZES,
        logo_sizes=_SIZES,
        poster_sizes=_SIZES,
        profile_sizes=_SIZES,
        still_sizes=_SIZES,
    ),
)
_NOTHING = {"type": "array", "maxItems": 0}

#: By pattern of the path without ``/3``; the first that matches is the one.
ENDPOINTS: tuple[tuple[str, Schema], ...] = (
    ("/movie/(popular|top_rated)|/discover/movie|/search/movie", _page(MOVIE)),
    ("/movie/(now_playing|upcoming)", _page(MOVIE, dates=_PERIOD)),
    ("/trending/movie/(day|week)|/search/multi", _page(TYPED_MOVIE)),
    ("/trending/all/(day|week)", _page(MIXED)),
    ("/movie/changes", _page(_CHANGED, size=100)),
    ("/movie/(latest|[^/]+)", DETAILS),
    (
        "/movie/[^/]+/alternative_titles",
        record(id=ID, titles=listing(record(iso_3166_1=COUNTRY, title=NAME, type=TEXT))),
    ),
    ("/movie/[^/]+/changes", record(changes=listing(record(key=NAME, items=listing(_CHANGE))))),
    ("/movie/[^/]+/credits", record(_CREDITS, id=ID)),
    ("/movie/[^/]+/external_ids", record(_EXTERNAL_IDS, id=ID)),
    (
        "/movie/[^/]+/images",
        record(id=ID, backdrops=listing(_PICTURE), logos=listing(_PICTURE), posters=listing(_PICTURE)),
    ),
    ("/movie/[^/]+/keywords", record(_KEYWORDS, id=ID)),
    ("/movie/[^/]+/lists", _page(_LISTED, id=ID)),
    ("/movie/[^/]+/recommendations", _page(TYPED_MOVIE)),
    ("/movie/[^/]+/similar", _page(MOVIE)),
    (
        "/movie/[^/]+/release_dates",
        record(id=ID, results=listing(record(iso_3166_1=COUNTRY, release_dates=listing(_RELEASE)))),
    ),
    ("/movie/[^/]+/releases", record(id=ID, countries=listing(_OLD_RELEASE))),
    ("/movie/[^/]+/reviews", _page(record(_REVIEW), id=ID)),
    (
        "/movie/[^/]+/translations",
        record(
            id=ID,
            translations=listing(
                record(
                    _TRANSLATION,
                    data=record(homepage=TEXT, overview=TEXT, runtime=COUNT, tagline=TEXT, title=TEXT),
                )
            ),
        ),
    ),
    ("/movie/[^/]+/videos", record(id=ID, results=listing(_VIDEO))),
    (
        "/movie/[^/]+/watch/providers",
        record(
            id=ID,
            results=by_country(
                record(
                    link=NAME,
                    optional=dict.fromkeys(("flatrate", "rent", "buy", "ads", "free"), _OFFERS),
                )
            ),
        ),
    ),
    ("/search/collection", _page(_COLLECTION)),
    ("/search/company", _page(_COMPANY)),
    ("/search/keyword", _page(_KEYWORD)),
    (
        "/find/[^/]+",
        record(
            movie_results=listing(TYPED_MOVIE),
            person_results=_NOTHING,
            tv_results=_NOTHING,
            tv_episode_results=_NOTHING,
            tv_season_results=_NOTHING,
        ),
    ),
    (
        "/collection/[^/]+",
        record(
            id=ID,
            name=NAME,
            original_language=LANGUAGE,
            original_name=NAME,
            overview=TEXT,
            poster_path=or_null(IMAGE),
            backdrop_path=or_null(IMAGE),
            parts=listing(TYPED_MOVIE),
        ),
    ),
    ("/collection/[^/]+/images", record(id=ID, backdrops=listing(_PICTURE), posters=listing(_PICTURE))),
    (
        "/collection/[^/]+/translations",
        record(
            id=ID, translations=listing(record(_TRANSLATION, data=record(title=TEXT, overview=TEXT, homepage=TEXT)))
        ),
    ),
    (
        "/company/[^/]+",
        record(
            description=TEXT,
            headquarters=TEXT,
            homepage=TEXT,
            id=ID,
            logo_path=or_null(IMAGE),
            name=NAME,
            origin_country=TEXT,
            parent_company=or_null(_COMPANY),
        ),
    ),
    ("/company/[^/]+/images", record(id=ID, logos=listing(_LOGO))),
    ("/company/[^/]+/alternative_names", record(id=ID, results=listing(record(name=NAME, type=TEXT)))),
    ("/(company|keyword|genre)/[^/]+/movies", _page(MOVIE, id=ID)),
    ("/keyword/[^/]+", _KEYWORD),
    ("/review/[^/]+", record(_REVIEW, iso_639_1=LANGUAGE, media_id=ID, media_title=NAME, media_type=NAME)),
    ("/genre/(movie|tv)/list", _GENRES),
    ("/configuration", _CONFIGURATION),
    ("/configuration/countries", listing(_NAMED_COUNTRY)),
    ("/configuration/jobs", listing(record(department=NAME, jobs=listing(NAME)))),
    ("/configuration/languages", listing(record(iso_639_1=LANGUAGE, english_name=NAME, name=TEXT))),
    ("/configuration/primary_translations", listing({"type": "string", "pattern": "^[a-z]{2}-[A-Z]{2}$"})),
    ("/configuration/timezones", listing(record(iso_3166_1=COUNTRY, zones=listing(NAME)))),
    (
        "/certification/movie/list",
        record(certifications=by_country(listing(record(certification=NAME, meaning=TEXT, order=COUNT)))),
    ),
    (
        "/watch/providers/movie",
        record(results=listing(record(_PROVIDER, display_priorities=by_country(COUNT), display_priority=COUNT))),
    ),
    ("/watch/providers/regions", record(results=listing(_NAMED_COUNTRY))),
    ("/authentication", record(success={"const": True, **FLAG})),
)

#: Today's shape of an error, and the one before August 2023. Gateway errors leave ``success`` out.
_STATUS = {"status_code": {"type": "integer", "minimum": 1, "maximum": 47}, "status_message": NAME}
ERROR: Schema = {
    "oneOf": [
        record(_STATUS, optional={"success": {"const": False, **FLAG}, "failure": {"const": True, **FLAG}}),
        record(errors=listing(NAME, minItems=1)),
    ]
}

_strictly_typed = Draft202012Validator.TYPE_CHECKER.redefine(
    "integer",
    lambda _checker, value: type(value) is int,  # jsonschema takes 7.0 for one
)
Validator = validators.extend(Draft202012Validator, type_checker=_strictly_typed)


def endpoint(uri: str) -> Schema | None:
    """The schema of what an address answers with status 200, or None where there is no such endpoint."""
    path = urlsplit(uri).path.removeprefix("/3")
    return next((schema for pattern, schema in ENDPOINTS if re.fullmatch(pattern, path)), None)


def findings(document: Any, schema: Schema) -> list[str]:
    """What a document has against a schema, each with its place, such as ``$.results[3].id``."""
    found = sorted(Validator(schema).iter_errors(document), key=lambda error: error.json_path)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]
