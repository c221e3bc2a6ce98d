"""The OpenAPI 3.1 document of what the fake serves, made of the wire schema; TMDB's own declares no nulls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_tmdb.discover import SORTS
from fake_tmdb.filters import FILTERS, PARTNERS
from fake_tmdb.paging import LAST_PAGE
from fake_tmdb.schema.responses import ERROR, RESPONSES
from fake_tmdb.schema.types import TEXT

if TYPE_CHECKING:
    from fake_tmdb.schema.types import Schema

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
    told: list[Schema] = [{"name": "id", "in": "path", "required": True, "schema": TEXT}] if "{id}" in path else []
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
    return told + [{"name": name, "in": "query", "schema": TEXT} for name in names]


def _operation(path: str, schema: Schema) -> Schema:
    def response(description: str, schema: Schema) -> Schema:
        return {"description": description, "content": {"application/json": {"schema": schema}}}

    responses = {"200": response("Success.", schema)}
    for status, description in (
        ("400", "The page, the dates or the number of appended blocks cannot be."),
        ("401", "The key is missing or not valid."),
        ("404", "There is no such thing."),
        ("422", "A date range is too long, or a required parameter is missing."),
        ("429", "Too many requests from this address."),
    ):
        responses[status] = response(description, {"$ref": "#/components/schemas/Error"})
    return {"get": {"operationId": path, "parameters": _parameters(path), "responses": responses}}


def description() -> Schema:
    """Return the whole document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "fake TMDB", "version": "3", "description": "The movie endpoints of a fake TMDB."},
        "servers": [{"url": "/3"}],
        "security": [{"api_key": []}, {"read_token": []}],
        "paths": {path: _operation(path, schema) for path, schema in RESPONSES.items()},
        "components": {
            "schemas": {"Error": ERROR},
            "securitySchemes": {
                "api_key": {"type": "apiKey", "in": "query", "name": "api_key"},
                "read_token": {"type": "http", "scheme": "bearer"},
            },
        },
    }
