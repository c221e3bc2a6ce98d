"""The documents that OpenAPI describes, as JSON Schema; TMDB's own description declares neither nulls nor limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fake_tmdb.api.paging import LAST_PAGE, PAGE_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterable

Schema = dict[str, Any]

STRING: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
INTEGER: Schema = {"type": "integer"}
BOOLEAN: Schema = {"type": "boolean"}
MAYBE: Schema = {"type": ["boolean", "null"]}
IMAGE: Schema = {"type": ["string", "null"], "pattern": r"^/[0-9A-Za-z]{27}\.(jpg|png)$"}
DATE: Schema = {"type": "string", "pattern": r"^(\d{4}-\d{2}-\d{2})?$"}


def _object(properties: dict[str, Schema], *, optional: Iterable[str] = ()) -> Schema:
    """Return an object schema that requires every property but the optional ones."""
    return {"type": "object", "properties": properties, "required": [key for key in properties if key not in optional]}


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def ref(name: str) -> Schema:
    """Return a reference to one of the documents."""
    return {"$ref": f"#/components/schemas/{name}"}


_VOTES = {"vote_average": {**NUMBER, "minimum": 0, "maximum": 10}, "vote_count": {**INTEGER, "minimum": 0}}
_SHARED: dict[str, Schema] = {
    "adult": BOOLEAN,
    "backdrop_path": IMAGE,
    "id": INTEGER,
    "title": STRING,
    "original_language": {"type": "string", "pattern": "^[a-z]{2}$"},
    "original_title": STRING,
    "overview": STRING,
    "popularity": {**NUMBER, "minimum": 0},
    "poster_path": IMAGE,
    "release_date": DATE,
    "softcore": BOOLEAN,
    "video": BOOLEAN,
    **_VOTES,
}
PAGE_NUMBER: Schema = {"type": "integer", "minimum": 1, "maximum": LAST_PAGE}
_PAGE: dict[str, Schema] = {
    "page": PAGE_NUMBER,
    "total_pages": {**INTEGER, "minimum": 1},
    "total_results": {**INTEGER, "minimum": 0},
}

SCHEMAS: dict[str, Schema] = {
    "Movie": _object(
        {**_SHARED, "genre_ids": _array(INTEGER), "media_type": {"const": "movie"}},
        optional=["media_type", "release_date"],
    ),
    "Series": _object(
        {
            **{key: _SHARED[key] for key in _SHARED if key not in {"title", "original_title", "release_date", "video"}},
            "name": STRING,
            "original_name": STRING,
            "media_type": {"const": "tv"},
            "genre_ids": _array(INTEGER),
            "first_air_date": DATE,
            "origin_country": _array(STRING),
        }
    ),
    "Movies": _object({**_PAGE, "results": {**_array(ref("Movie")), "maxItems": PAGE_SIZE}}),
    "DatedMovies": _object(
        {**_PAGE, "dates": _object({"maximum": DATE, "minimum": DATE}), "results": _array(ref("Movie"))}
    ),
    "Trending": _object(
        {**_PAGE, "results": {**_array({"anyOf": [ref("Movie"), ref("Series")]}), "maxItems": PAGE_SIZE}}
    ),
    "Genres": _object({"genres": _array(_object({"id": INTEGER, "name": STRING}))}),
    "Details": _object(
        {
            **_SHARED,
            "belongs_to_collection": {"type": ["object", "null"]},
            "budget": INTEGER,
            "genres": _array(_object({"id": INTEGER, "name": STRING})),
            "homepage": STRING,
            "imdb_id": {"type": ["string", "null"], "pattern": r"^tt\d+$"},
            "origin_country": _array(STRING),
            "production_companies": _array(
                _object({"id": INTEGER, "logo_path": IMAGE, "name": STRING, "origin_country": STRING})
            ),
            "production_countries": _array(_object({"iso_3166_1": STRING, "name": STRING})),
            "revenue": INTEGER,
            "runtime": {**INTEGER, "minimum": 0},
            "spoken_languages": _array(_object({"english_name": STRING, "iso_639_1": STRING, "name": STRING})),
            "status": {
                "enum": ["Rumored", "Planned", "In Production", "Post Production", "Released", "Canceled"],
            },
            "tagline": STRING,
        }
    ),
    "Changes": _object(
        {
            **_PAGE,
            "results": _array(
                _object({"id": INTEGER, "adult": MAYBE, "softcore": MAYBE})
            ),
        }
    ),
    "Object": {"type": "object"},
    "Array": {"type": "array"},
    "Error": {
        "anyOf": [
            _object({"success": BOOLEAN, "status_code": INTEGER, "status_message": STRING}, optional=["success"]),
            _object({"errors": _array(STRING)}),
        ]
    },
}  # fmt: skip
