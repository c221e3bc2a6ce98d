"""The parts of a movie, a collection, a company and a keyword: each a response of its own, or appended to details."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_tmdb.schema.movies import MOVIE, TYPED_MOVIE
from fake_tmdb.schema.types import (
    COUNT,
    COUNTRY,
    DATE,
    FLAG,
    HEX_ID,
    ID,
    IMAGE,
    LANGUAGE,
    MOMENT,
    NAME,
    NUMBER,
    POPULARITY,
    RATING,
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

IMDB_ID = or_null({"type": "string", "pattern": r"^tt\d{7,}$"})
KEYWORD = record(id=ID, name=NAME)

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
_STARS = {"type": ["integer", "number", "null"]}  # with and without its point
#: A review in a list of them.
REVIEW = {
    "author": NAME,
    "author_details": record(name=TEXT, username=NAME, avatar_path=or_null(TEXT), rating=_STARS),
    "content": TEXT,
    "created_at": MOMENT,
    "id": HEX_ID,
    "updated_at": MOMENT,
    "url": NAME,
}
# The value of a change is that of the field that changed; of the movies here it is the runtime.
_CHANGE = record(
    id=HEX_ID,
    action=one_of("added", "created", "updated", "deleted"),
    time={"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} UTC$"},
    iso_639_1=TEXT,
    iso_3166_1=TEXT,
    value=COUNT,
    original_value=COUNT,
)
#: Where a movie can be watched.
PROVIDER = {"logo_path": or_null(IMAGE), "provider_id": ID, "provider_name": NAME}
_OFFERS = listing(record(PROVIDER, display_priority=COUNT))
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


def _translations(**data: Schema) -> dict[str, Schema]:
    told = record(iso_3166_1=COUNTRY, iso_639_1=LANGUAGE, name=TEXT, english_name=NAME, data=record(data))
    return {"translations": listing(told)}


#: By name the fields of each part of a movie.
MOVIE_PARTS: dict[str, dict[str, Schema]] = {
    "alternative_titles": {"titles": listing(record(iso_3166_1=COUNTRY, title=NAME, type=TEXT))},
    "changes": {"changes": listing(record(key=NAME, items=listing(_CHANGE)))},
    "credits": {
        "cast": listing(record(_PERSON, cast_id=COUNT, character=TEXT, order=COUNT)),
        "crew": listing(record(_PERSON, department=NAME, job=NAME)),
    },
    "external_ids": {
        "imdb_id": IMDB_ID,
        **{f"{site}_id": or_null(TEXT) for site in ("wikidata", "facebook", "instagram", "twitter")},
    },
    "images": {kind: listing(_PICTURE) for kind in ("backdrops", "logos", "posters")},
    "keywords": {"keywords": listing(KEYWORD)},
    "lists": page_fields(_LISTED),
    "recommendations": page_fields(TYPED_MOVIE),
    "release_dates": {"results": listing(record(iso_3166_1=COUNTRY, release_dates=listing(_RELEASE)))},
    "releases": {"countries": listing(_OLD_RELEASE)},
    "reviews": page_fields(record(REVIEW)),
    "similar": page_fields(MOVIE),
    "similar_movies": page_fields(MOVIE),
    "translations": _translations(homepage=TEXT, overview=TEXT, runtime=COUNT, tagline=TEXT, title=TEXT),
    "videos": {"results": listing(_VIDEO)},
    "watch/providers": {
        "results": by_country(
            record(link=NAME, optional=dict.fromkeys(("flatrate", "rent", "buy", "ads", "free"), _OFFERS))
        )
    },
}
COLLECTION_PARTS = {
    "images": {kind: listing(_PICTURE) for kind in ("backdrops", "posters")},
    "translations": _translations(title=TEXT, overview=TEXT, homepage=TEXT),
}
COMPANY_PARTS = {
    "alternative_names": {"results": listing(record(name=NAME, type=TEXT))},
    "images": {"logos": listing(_LOGO)},
    "movies": page_fields(MOVIE),
}
KEYWORD_PARTS = {"movies": page_fields(MOVIE)}
#: Parts of a movie that do not say, on their own, whose they are.
_WITHOUT_ID = {"changes", "recommendations", "similar", "similar_movies"}


def appended(parts: dict[str, dict[str, Schema]]) -> dict[str, Schema]:
    """Return the fields that ``append_to_response`` adds to details, by their names."""
    return {name: record(fields) for name, fields in parts.items()}


def alone(path: str, parts: dict[str, dict[str, Schema]]) -> dict[str, Schema]:
    """Return the responses that are one part each, by the path of the parts and their names."""
    return {
        f"{path}/{name}": record(fields) if name in _WITHOUT_ID else record(fields, id=ID)
        for name, fields in parts.items()
    }
