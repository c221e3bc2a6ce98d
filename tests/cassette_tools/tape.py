"""The form in which a cassette lies on disk: vcrpy's JSON, with a header and with bodies that people can read.

    {"about": {...}, "version": 1, "interactions": [{"request": {...}, "response": {..., "body": {"json": ...}}}]}

vcrpy plays such a file with ``SERIALIZER``; its own JSON serializer fails on compressed bodies. A body is written in
the first of these forms that gives back the same bytes:

- ``{"json": document}``: the body is the document as compact JSON in UTF-8, as TMDB writes it;
- ``{"text": "..."}``: the body is this text in UTF-8;
- ``{"base64": "..."}``: anything else.

``"gzip": true`` beside it says that the bytes travelled compressed. They are compressed anew when played, so the
compressed bytes may differ from those recorded (zlib is not the same everywhere); what is inside never does.
"""

import base64
import gzip
import json
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

CASSETTES = Path(__file__).parents[2] / "cassettes"
_GZIP_MAGIC = b"\x1f\x8b"


def compact(document: Any) -> bytes:
    """A document as TMDB writes it: no blanks, no ASCII escapes."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def readable(body: bytes) -> dict[str, Any]:
    """The form in which a body is written."""
    if body.startswith(_GZIP_MAGIC):
        try:
            return {"gzip": True, **readable(gzip.decompress(body))}
        except (EOFError, OSError, zlib.error):
            return {"base64": base64.b64encode(body).decode()}
    try:
        document = json.loads(body, parse_constant=_refuse)
        if compact(document) == body:
            return {"json": document}
    except ValueError:
        pass
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}


def played(written: dict[str, Any]) -> bytes:
    """The body that a written form stands for."""
    if "json" in written:
        body = compact(written["json"])
    elif "text" in written:
        body = written["text"].encode()
    else:
        body = base64.b64decode(written["base64"])
    return gzip.compress(body, mtime=0) if written.get("gzip") else body


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
    document = json.loads(text)
    for interaction in document["interactions"]:
        interaction["response"]["body"] = {"string": played(interaction["response"]["body"])}
    return {**document, "metadata": {"about": document["about"]}}


#: What ``vcr.VCR.register_serializer`` takes.
SERIALIZER = SimpleNamespace(serialize=_serialize, deserialize=_deserialize)


@dataclass(frozen=True)
class Interaction:
    """One request and its answer, as the file has them."""

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
        """A header of the answer, or nothing."""
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
    def document(self) -> dict[str, Any]:
        """The file as JSON."""
        document: dict[str, Any] = json.loads(self.text)
        return document

    @property
    def about(self) -> dict[str, Any]:
        """The header; empty where there is none."""
        return dict(self.document.get("about", {}))

    @cached_property
    def interactions(self) -> list[Interaction]:
        """What was recorded, in order."""
        return [
            Interaction(
                each["request"]["method"],
                each["request"]["uri"],
                each["request"]["headers"],
                each["response"]["status"]["code"],
                each["response"]["headers"],
                played(each["response"]["body"]),
            )
            for each in self.document["interactions"]
        ]


def tapes(folder: Path = CASSETTES) -> list[Tape]:
    """Every cassette of a folder, by name."""
    return [Tape(path, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
