"""The OpenAPI 3.1 document of what the fake serves: parameters as endpoints declare them, bodies as the schema says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_tmdb.api import routes
from fake_tmdb.api.paging import LAST_PAGE
from fake_tmdb.schema.responses import ERROR, RESPONSES
from fake_tmdb.schema.types import TEXT

if TYPE_CHECKING:
    from fake_tmdb.api.endpoint import Described
    from fake_tmdb.schema.types import Schema

_PAGE: Schema = {"type": "integer", "minimum": 1, "maximum": LAST_PAGE}
_ERROR: Schema = {"$ref": "#/components/schemas/Error"}
_FAILURES = (
    ("400", "The page, the dates or the number of appended parts cannot be."),
    ("401", "The key is missing or not valid."),
    ("404", "There is no such thing."),
    ("422", "A date range is too long, or a required parameter is missing."),
    ("429", "Too many requests from this address."),
)


def _parameters(path: Described, *, paged: bool) -> list[Schema]:
    """Return the parameters that a path knows. Those whose wrong values are ignored are described as texts."""
    shaped = {name: dict(schema) for name, schema in path.parameters.items() if schema is not None}
    told: list[Schema] = []
    if "{id}" in path.path:
        told.append({"name": "id", "in": "path", "required": True, "schema": TEXT})
    for name, schema in shaped.items():
        required = {"required": True} if "minLength" in schema else {}
        told.append({"name": name, "in": "query", **required, "schema": schema})
    if paged:
        told.append({"name": "page", "in": "query", "schema": _PAGE})
    texts = ["language", "region", *(name for name in path.parameters if name not in shaped)]
    return told + [{"name": name, "in": "query", "schema": TEXT} for name in texts]


def _operation(path: Described, *, paged: bool) -> Schema:
    def response(description: str, schema: Schema) -> Schema:
        return {"description": description, "content": {"application/json": {"schema": schema}}}

    responses = {"200": response("Success.", RESPONSES[path.path])}
    responses |= {status: response(description, _ERROR) for status, description in _FAILURES}
    return {"get": {"operationId": path.path, "parameters": _parameters(path, paged=paged), "responses": responses}}


def description() -> Schema:
    """Return the whole document."""
    paths = {
        each.path: _operation(each, paged=declared.paged)
        for _, declared in sorted(routes.ENDPOINTS.items())
        for each in declared.described()
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "fake TMDB", "version": "3", "description": "The movie endpoints of a fake TMDB."},
        "servers": [{"url": "/3"}],
        "security": [{"api_key": []}, {"read_token": []}],
        "paths": paths,
        "components": {
            "schemas": {"Error": ERROR},
            "securitySchemes": {
                "api_key": {"type": "apiKey", "in": "query", "name": "api_key"},
                "read_token": {"type": "http", "scheme": "bearer"},
            },
        },
    }
