"""The shape of JSON: which paths there are, and of which types. Items of a list count as one, so do countries as keys.

``{"results": [{"id": 1}, {"id": 2, "title": null}]}`` has the shape ``{"$": {object}, "$.results": {array},
"$.results[]": {object}, "$.results[].id": {integer}, "$.results[].title": {null, absent}}``.
"""

import re
from typing import Any

Shape = dict[str, set[str]]

_KINDS = {
    dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"
}  # fmt: skip
_COUNTRY = re.compile("[A-Z]{2}")
#: What says nothing about the type of a value.
_SILENT = {"null", "absent"}


def shape(document: Any) -> Shape:
    """The shape of a document."""
    found: Shape = {}
    _add([document], "$", found)
    return found


def _add(values: list[Any], path: str, found: Shape) -> None:
    found.setdefault(path, set()).update(_KINDS[type(value)] for value in values)
    held: dict[str, list[Any]] = {}
    objects = [value for value in values if isinstance(value, dict)]
    for each in objects:
        for key, value in each.items():
            held.setdefault("*" if _COUNTRY.fullmatch(key) else key, []).append(value)
    for key, several in held.items():
        _add(several, f"{path}.{key}", found)
        if key != "*" and len(several) < len(objects):
            found[f"{path}.{key}"].add("absent")
    items = [item for value in values if isinstance(value, list) for item in value]
    if items:
        _add(items, f"{path}[]", found)


def allowed(schema: dict[str, Any]) -> Shape:
    """The shape that a wire schema allows: every path that may be there, with every type that it may have."""
    found: Shape = {}
    _allow(schema, "$", found)
    return found


def _allow(schema: dict[str, Any], path: str, found: Shape) -> None:
    kinds = schema["type"]
    found[path] = {kinds} if isinstance(kinds, str) else set(kinds)
    if "number" in found[path]:
        found[path].add("integer")  # TMDB wrote 7 for 7.0 until 2022
    for key, inner in schema.get("properties", {}).items():
        _allow(inner, f"{path}.{key}", found)
        if key not in schema["required"]:
            found[f"{path}.{key}"].add("absent")
    if isinstance(schema.get("additionalProperties"), dict):
        _allow(schema["additionalProperties"], f"{path}.*", found)
    if "items" in schema:
        _allow(schema["items"], f"{path}[]", found)


def beyond(seen: Shape, schema: Shape) -> list[str]:
    """Where a body is not what the schema says, by path."""
    found = []
    for path, kinds in seen.items():
        if path not in schema:
            found.append(f"{path}: not in the schema")
        elif kinds - schema[path]:
            found.append(f"{path}: {_told(kinds - schema[path])}, where the schema says {_told(schema[path])}")
    for path, kinds in schema.items():
        parent, key = _split(path)
        if path not in seen and key not in {"[]", "*"} and "absent" not in kinds and "object" in seen.get(parent, ()):
            found.append(f"{path}: missing, though the schema requires it")
    return found


def differences(one: Shape, other: Shape, *, schema: Shape) -> list[str]:
    """Where two bodies of an endpoint differ in shape, by path. Nulls, empty lists and optional fields say nothing."""
    found = []
    for path in sorted(one.keys() | other.keys()):
        kinds = [held.get(path, set()) - _SILENT for held in (one, other)]
        if all(kinds):
            if kinds[0] != kinds[1]:
                found.append(f"{path}: {_told(kinds[0])} in the one, {_told(kinds[1])} in the other")
        elif path not in one or path not in other:
            parent, key = _split(path)
            missing = one if path not in one else other
            silent = key in {"[]", "*"} or "absent" in schema.get(path, ()) or "object" not in missing.get(parent, ())
            if not silent:
                found.append(f"{path}: only in the {'other' if missing is one else 'one'}")
    return found


def _split(path: str) -> tuple[str, str]:
    """A path's parent and its last part: a key, ``*`` or ``[]``."""
    if path.endswith("[]"):
        return path.removesuffix("[]"), "[]"
    parent, _, key = path.rpartition(".")
    return parent, key


def _told(kinds: set[str]) -> str:
    return " or ".join(sorted(kinds))
