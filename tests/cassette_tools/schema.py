"""Comparing a body with the wire schema (``fake_tmdb/schema``)."""

from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, validators

from fake_tmdb.schema.responses import response
from fake_tmdb.schema.types import Schema

# jsonschema takes 7.0 for an integer
_STRICT = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _checker, value: type(value) is int)
_Validator = validators.extend(Draft202012Validator, type_checker=_STRICT)
# TMDB wrote 7 for 7.0 until 2022
_POINTED = _STRICT.redefine("number", lambda _checker, value: type(value) is float)
_Pointed = validators.extend(_Validator, type_checker=_POINTED)


def endpoint(uri: str) -> Schema | None:
    """The schema of what an address sends with status 200, or None where there is no such endpoint."""
    return response(urlsplit(uri).path.removeprefix("/3"))


def findings(document: Any, schema: Schema, *, pointed: bool = False) -> list[str]:
    """What a document has against a schema, each with its place, such as ``$.results[3].id``.

    With ``pointed`` a number must have its point, as TMDB has written it since 2022.
    """
    errors = [*_Validator(schema).iter_errors(document)]
    if pointed:
        errors += _Pointed(schema).iter_errors(document)
    return sorted({f"{error.json_path}: {error.message[:200]}" for error in errors})
