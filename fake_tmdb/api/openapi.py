"""The OpenAPI 3.1 description of what the fake serves; TMDB's own document declares neither nulls nor limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fake_tmdb.api.movies.parts import BLOCKS
from fake_tmdb.api.paging import LAST_PAGE
from fake_tmdb.api.routes import EXACT
from fake_tmdb.catalogue.queries.discovery import SORTS
from fake_tmdb.catalogue.queries.filters import FILTERS, PARTNERS

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


def _ref(name: str) -> Schema:
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
_PAGE: dict[str, Schema] = {
    "page": {**INTEGER, "minimum": 1, "maximum": LAST_PAGE},
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
    "Movies": _object({**_PAGE, "results": {**_array(_ref("Movie")), "maxItems": 20}}),
    "DatedMovies": _object(
        {**_PAGE, "dates": _object({"maximum": DATE, "minimum": DATE}), "results": _array(_ref("Movie"))}
    ),
    "Trending": _object({**_PAGE, "results": {**_array({"anyOf": [_ref("Movie"), _ref("Series")]}), "maxItems": 20}}),
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

_ANSWERS = {
    "/discover/movie": "Movies", "/genre/movie/list": "Genres", "/movie/changes": "Changes",
    "/person/changes": "Changes", "/tv/changes": "Changes",
    "/movie/latest": "Details", "/movie/now_playing": "DatedMovies", "/movie/popular": "Movies",
    "/movie/top_rated": "Movies", "/movie/upcoming": "DatedMovies", "/search/movie": "Movies",
    "/search/multi": "Movies", "/trending/all/day": "Trending", "/trending/all/week": "Trending",
    "/trending/tv/day": "Trending", "/trending/tv/week": "Trending",
    "/trending/movie/day": "Movies", "/trending/movie/week": "Movies", "/configuration/countries": "Array",
    "/configuration/jobs": "Array", "/configuration/languages": "Array", "/configuration/primary_translations": "Array",
    "/configuration/timezones": "Array",
}  # fmt: skip
_BY_ID = {
    "/movie/{id}": "Details", **{f"/movie/{{id}}/{name}": "Object" for name in BLOCKS}, "/collection/{id}": "Object",
    "/collection/{id}/images": "Object", "/collection/{id}/translations": "Object", "/company/{id}": "Object",
    "/company/{id}/alternative_names": "Object", "/company/{id}/images": "Object", "/company/{id}/movies": "Movies",
    "/find/{id}": "Object", "/genre/{id}/movies": "Movies", "/keyword/{id}": "Object", "/keyword/{id}/movies": "Movies",
    "/review/{id}": "Object",
}  # fmt: skip
_UNPAGED = (
    "/authentication",
    "/configuration",
    "/certification",
    "/genre/movie",
    "/genre/tv",
    "/movie/latest",
    "/watch",
    "/find",
)


def _parameters(path: str) -> list[Schema]:
    """Return the parameters that a path knows. Those whose wrong values are ignored are described as texts."""
    told: list[Schema] = [{"name": "id", "in": "path", "required": True, "schema": STRING}] if "{id}" in path else []
    names = ["language", "region"]
    if path == "/discover/movie":
        names += sorted({*FILTERS, *PARTNERS} - {"region", "sort_by"})
        sorts = [f"{field}.{direction}" for field in SORTS for direction in ("asc", "desc")]
        told.append({"name": "sort_by", "in": "query", "schema": {"type": "string", "enum": sorts}})
    if path.startswith("/search/"):
        told.append({"name": "query", "in": "query", "required": True, "schema": {"type": "string", "minLength": 1}})
    if path.endswith("changes"):
        names += ["start_date", "end_date"]
    if path == "/find/{id}":
        names.append("external_source")
    if path in {"/movie/{id}", "/collection/{id}", "/company/{id}", "/keyword/{id}"}:
        names.append("append_to_response")
    if not path.startswith(_UNPAGED):
        page = {"type": "integer", "minimum": 1, "maximum": LAST_PAGE}
        told.append({"name": "page", "in": "query", "schema": page})
    return told + [{"name": name, "in": "query", "schema": STRING} for name in names]


def _operation(path: str, schema: str) -> Schema:
    def answer(description: str, name: str) -> Schema:
        return {"description": description, "content": {"application/json": {"schema": _ref(name)}}}

    responses = {"200": answer("Success.", schema)}
    for status, description in (
        ("400", "The page, the dates or the number of appended blocks cannot be."),
        ("401", "The key is missing or not valid."),
        ("404", "There is no such thing."),
        ("422", "A date range is too long, or a required parameter is missing."),
        ("429", "Too many requests from this address."),
    ):
        responses[status] = answer(description, "Error")
    return {"get": {"operationId": path, "parameters": _parameters(path), "responses": responses}}


def description() -> Schema:
    """Return the whole document."""
    paths = {path: _ANSWERS.get(path, "Object") for path in EXACT} | _BY_ID
    return {
        "openapi": "3.1.0",
        "info": {"title": "fake TMDB", "version": "3", "description": "The movie endpoints of a fake TMDB."},
        "servers": [{"url": "/3"}],
        "security": [{"api_key": []}, {"read_token": []}],
        "paths": {path: _operation(path, schema) for path, schema in paths.items()},
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {
                "api_key": {"type": "apiKey", "in": "query", "name": "api_key"},
                "read_token": {"type": "http", "scheme": "bearer"},
            },
        },
    }
