"""The types that fields have, and how objects, lists and pages are made of them."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NAME: Schema = {"type": "string", "minLength": 1}
FLAG: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
ID: Schema = {"type": "integer", "minimum": 1}
NUMBER: Schema = {"type": "number"}
RATING: Schema = {"type": "number", "minimum": 0, "maximum": 10}
POPULARITY: Schema = {"type": "number", "minimum": 0}
IMAGE: Schema = {"type": "string", "pattern": r"^/[0-9A-Za-z]{27}\.(jpg|png|svg)$"}
DATE: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
DATE_OR_EMPTY: Schema = {"type": "string", "pattern": r"^(\d{4}-\d{2}-\d{2})?$"}
MOMENT: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$"}
LANGUAGE: Schema = {"type": "string", "pattern": "^[a-z]{2}$"}
COUNTRY: Schema = {"type": "string", "pattern": "^[A-Z]{2}$"}
HEX_ID: Schema = {"type": "string", "pattern": "^[0-9a-f]{24}$"}
NOTHING: Schema = {"type": "array", "maxItems": 0}


def record(
    fields: dict[str, Schema] | None = None, /, *, optional: dict[str, Schema] | None = None, **more: Schema
) -> Schema:
    """Return the schema of an object with these fields and no others."""
    required = {**(fields or {}), **more}
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def listing(items: Schema, **limits: int) -> Schema:
    """Return the schema of a list of such items."""
    return {"type": "array", "items": items, **limits}


def by_country(values: Schema) -> Schema:
    """Return the schema of an object whose keys are countries."""
    return {"type": "object", "propertyNames": COUNTRY, "additionalProperties": values}


def or_null(schema: Schema) -> Schema:
    """Return a schema that also takes null."""
    return {**schema, "type": [schema["type"], "null"]}


def one_of(*values: str) -> Schema:
    """Return the schema of a text that is one of these."""
    return {"type": "string", "enum": list(values)}


def page_fields(items: Schema, *, size: int = 20) -> dict[str, Schema]:
    """Return the fields of a page of a list, with at most so many items."""
    return {
        "page": {"type": "integer", "minimum": 1, "maximum": 500},
        "results": listing(items, maxItems=size),
        "total_pages": {"type": "integer", "minimum": 1},
        "total_results": COUNT,
    }
