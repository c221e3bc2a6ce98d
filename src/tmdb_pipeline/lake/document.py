"""JSON documents of this pipeline: strictly read, typed by msgspec, written so that people can read them.

A document is what one of our own writers could have written: UTF-8, no deeper than ``DEEPEST``, and no key twice in an
object of ours. What stands in lists (``movies``, ``results``) is TMDB's word, and only has to be JSON.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import msgspec
import orjson

#: Levels of objects and lists, all that orjson writes: what a writer of ours has written can be read again.
DEEPEST = 254

_T = TypeVar("_T")


class DocumentError(ValueError):
    """Bytes are not a document of the wanted shape, or a value cannot be written as one; the message says why."""


def read(data: bytes, shape: type[_T]) -> _T:
    """The document that ``data`` holds, as ``shape``.

    Args:
        data: a whole file.
        shape: any type that msgspec converts to, strictly: a ``msgspec.Struct`` for a kind of file (a field of type
            ``msgspec.Raw`` receives its bytes as they stand there, unknown fields are ignored), a ``TypedDict``, or
            ``dict[str, Any]`` for whatever JSON object it is. Integers beyond 64 bits are read as floats.

    Raises:
        DocumentError: it is no JSON, nested too deep, has a key twice, or is of another shape.
    """
    document = _parse(data)
    for name in _raw_fields(shape, document):
        document[name] = msgspec.json.decode(data, type=dict[str, msgspec.Raw])[name]
    try:
        return msgspec.convert(document, shape)
    except msgspec.ValidationError as error:
        raise DocumentError(str(error)) from error


def write(value: Any) -> bytes:
    """A document as it stands in a file: UTF-8, no ASCII escapes, indented, with a final newline.

    Raises:
        DocumentError: it holds what JSON or UTF-8 cannot carry, or is nested too deep.
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    except orjson.JSONEncodeError as error:
        raise DocumentError(str(error)) from error


def _parse(data: bytes) -> Any:
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise DocumentError(f"no JSON, {error}") from error
    if _deeper_than(DEEPEST, document):
        raise DocumentError(f"nested more than {DEEPEST} levels deep")
    # orjson and msgspec keep the last of two equal keys without a word, json lets us see them.
    pairs = json.loads(data, object_pairs_hook=_Pairs, parse_int=str, parse_float=str)
    if (key := next(_repeated(pairs), None)) is not None:
        raise DocumentError(f"key {ascii(key)[:50]} stands there twice")
    return document


class _Pairs(list[tuple[str, Any]]):
    """An object of JSON with every key that it has."""


def _repeated(value: Any) -> Iterator[str]:
    """The keys that stand twice in an object of ours."""
    if isinstance(value, _Pairs):
        keys = [key for key, _ in value]
        yield from (key for key in keys if keys.count(key) > 1) if len({*keys}) < len(keys) else ()
        for _, inner in value:
            yield from _repeated(inner)


def _deeper_than(levels: int, document: Any) -> bool:
    level: Sequence[Any] = [document]
    for _ in range(levels + 1):
        level = [
            inner
            for value in level
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
    return bool(level)


def _raw_fields(shape: object, document: object) -> list[str]:
    """The fields of a document that its shape wants as bytes."""
    if not (isinstance(shape, type) and issubclass(shape, msgspec.Struct) and isinstance(document, dict)):
        return []
    fields = msgspec.structs.fields(shape)
    return [field.encode_name for field in fields if field.type is msgspec.Raw and field.encode_name in document]
