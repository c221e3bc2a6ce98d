"""The form in which a cassette lies on disk: vcrpy's JSON, with a header and with bodies that people can read.

    {"about": {...}, "version": 1, "interactions": [{"request": {...}, "response": {..., "body": {"json": ...}}}]}

vcrpy plays such a file with ``SERIALIZER``; its own JSON serializer fails on compressed bodies. A body is written in
the first of these forms that gives back the same bytes:

- ``{"json": document}``: the body is the document as compact JSON in UTF-8, as TMDB writes it;
- ``{"text": "..."}``: the body is this text in UTF-8;
- ``{"base64": "..."}``: anything else.

``"gzip": true`` beside it says that the bytes travelled compressed. They are compressed anew when played, so the
compressed bytes may differ from those recorded (zlib is not the same everywhere); what is inside never does. A body
that was compressed twice, or that unpacks to more than any response has, is written as base64.
"""

import base64
import gzip
import io
import json
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec

CASSETTES = Path(__file__).parents[2] / "cassettes"
_GZIP_MAGIC = b"\x1f\x8b"
#: Bytes of a body, unpacked.
_LARGEST = 2**24


class DamagedCassette(ValueError):
    """A file is no cassette; the message says what is wrong and where."""


_Headers = dict[str, Annotated[list[str], msgspec.Meta(min_length=1)]]


class _Request(msgspec.Struct, forbid_unknown_fields=True):
    method: str
    uri: str
    headers: _Headers
    body: Any = None


class _Status(msgspec.Struct):
    code: Annotated[int, msgspec.Meta(ge=100, le=599)]
    message: str = ""


class _Response(msgspec.Struct):
    status: _Status
    headers: _Headers
    body: dict[str, Any]


class _Recorded(msgspec.Struct):
    request: _Request
    response: _Response


class _Document(msgspec.Struct):
    interactions: list[_Recorded]
    about: dict[str, Any] = {}
    version: Literal[1] = 1


def compact(document: Any) -> bytes:
    """A document as TMDB writes it: no blanks, no ASCII escapes."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def readable(body: bytes) -> dict[str, Any]:
    """The form in which a body is written."""
    if not body.startswith(_GZIP_MAGIC):
        return _plain(body)
    try:
        unpacked = gzip.GzipFile(fileobj=io.BytesIO(body)).read(_LARGEST + 1)
    except (EOFError, OSError, zlib.error):
        return _packed(body)
    if len(unpacked) > _LARGEST or unpacked.startswith(_GZIP_MAGIC):
        return _packed(body)
    return {"gzip": True, **_plain(unpacked)}


def _packed(body: bytes) -> dict[str, Any]:
    return {"base64": base64.b64encode(body).decode()}


def _plain(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body, parse_constant=_refuse)
        if compact(document) == body:
            return {"json": document}
    except (ValueError, RecursionError):
        pass
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return _packed(body)


def played(written: dict[str, Any]) -> bytes:
    """The body that a written form stands for.

    Raises:
        DamagedCassette: it is none of the forms.
    """
    match {**written}:
        case {"json": document, **others}:
            body = compact(document)
        case {"text": str(text), **others}:
            body = text.encode()
        case {"base64": str(text), **others}:
            body = base64.b64decode(text, validate=True)
        case others:
            raise DamagedCassette(f"a body with {sorted(written)} is none of the forms json, text and base64")
    if others not in ({}, {"gzip": False}, {"gzip": True}):
        raise DamagedCassette(f"a body has {sorted(written)}, more than one form and its gzip")
    return gzip.compress(body, mtime=0) if others.get("gzip") else body


def _parsed(text: str) -> tuple[_Document, list[bytes]]:
    """What a cassette says, and the bodies of its responses.

    Raises:
        DamagedCassette: it is not one.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise DamagedCassette("it is not UTF-8") from None
    try:
        document = msgspec.convert(json.loads(text), _Document)
        for recorded in document.interactions:
            _ = urlsplit(recorded.request.uri).port
        return document, [played(recorded.response.body) for recorded in document.interactions]
    except RecursionError:
        raise DamagedCassette("it is nested too deep") from None
    except (ValueError, msgspec.ValidationError) as error:
        raise DamagedCassette(f"it is no cassette, {error}") from error


def _serialize(cassette: dict[str, Any]) -> str:
    """What vcrpy wants to save, as text; the header is what it calls metadata."""
    interactions = []
    for interaction in cassette["interactions"]:
        body = interaction["response"]["body"]["string"]
        response = {
            **interaction["response"],
            "body": readable(body.encode() if isinstance(body, str) else body),
        }
        interactions.append({"request": interaction["request"], "response": response})
    document = {**cassette["metadata"], "version": cassette["version"], "interactions": interactions}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _deserialize(text: str) -> dict[str, Any]:
    """What vcrpy loads."""
    document, bodies = _parsed(text)
    interactions = [
        {"request": msgspec.to_builtins(each.request), "response": {**msgspec.to_builtins(each.response), "body": body}}
        for each, body in zip(document.interactions, ({"string": body} for body in bodies), strict=True)
    ]
    return {"version": document.version, "interactions": interactions, "metadata": {"about": document.about}}


#: What ``vcr.VCR.register_serializer`` takes.
SERIALIZER = SimpleNamespace(serialize=_serialize, deserialize=_deserialize)


@dataclass(frozen=True)
class Interaction:
    """One request and its response, as the file has them."""

    method: str
    uri: str
    request_headers: dict[str, list[str]]
    status: int
    headers: dict[str, list[str]]
    body: bytes

    def __str__(self) -> str:
        return f"{self.method} {self.uri} -> {self.status}"

    @property
    def plain(self) -> bytes:
        """The body unpacked, or as it is where that cannot be."""
        form = readable(self.body)
        return played({**form, "gzip": False})

    def header(self, name: str) -> str:
        """A header of the response, or nothing."""
        return next((values[0] for key, values in self.headers.items() if key.lower() == name), "")


@dataclass(frozen=True)
class Tape:
    """A cassette, read without vcrpy: where it lies, and what is written there."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        """What tests call it."""
        return self.path.stem

    @cached_property
    def damage(self) -> str:
        """Why this is no cassette; empty where it is one."""
        try:
            _ = self._parsed
        except DamagedCassette as error:
            return str(error)
        return ""

    @cached_property
    def document(self) -> dict[str, Any]:
        """The file as JSON.

        Raises:
            DamagedCassette: it is no cassette.
        """
        _ = self._parsed
        document: dict[str, Any] = json.loads(self.text)
        return document

    @property
    def about(self) -> dict[str, Any]:
        """The header; empty where there is none."""
        return {} if self.damage else self._parsed[0].about

    @cached_property
    def interactions(self) -> list[Interaction]:
        """What was recorded, in order.

        Raises:
            DamagedCassette: the file is none.
        """
        document, bodies = self._parsed
        return [
            Interaction(
                each.request.method,
                each.request.uri,
                each.request.headers,
                each.response.status.code,
                each.response.headers,
                body,
            )
            for each, body in zip(document.interactions, bodies, strict=True)
        ]

    @cached_property
    def _parsed(self) -> tuple[_Document, list[bytes]]:
        return _parsed(self.text)


def tapes(folder: Path = CASSETTES) -> list[Tape]:
    """Every cassette of a folder, by name."""
    paths = sorted(folder.glob("*.json"))
    return [Tape(path, path.read_text(encoding="utf-8", errors="surrogateescape")) for path in paths]
