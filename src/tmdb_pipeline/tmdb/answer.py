"""An answer of TMDB: the bytes as they came, and what they say."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import orjson

from tmdb_pipeline.movies import Movie
from tmdb_pipeline.tmdb.errors import BrokenAnswer

#: No answer of TMDB comes near this many bytes once unpacked; more is an attack or an accident.
MAX_BODY = 32 * 1024 * 1024
#: TMDB sends 20 records a page; so many more than that are no page of a list.
MAX_RECORDS = 1000
_GZIP_MAGIC = b"\x1f\x8b"
#: An answer has one member, or one for each piece that somebody on the way packed for itself. Each costs a copy.
_MAX_MEMBERS = 100
#: Codings that we do not ask for, and how a body in them begins, where that tells.
_OTHER_CODINGS: dict[str, tuple[bytes, ...]] = {
    "zstd": (b"\x28\xb5\x2f\xfd",),
    "deflate": (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"),
    "br": (),
    "compress": (b"\x1f\x9d",),
}


def unpack(body: bytes, request: str, coding: str = "") -> bytes:
    """Gunzip a body that is gzip, leave any other as it is, whatever its ``Content-Encoding`` (``coding``) claims.

    JSON can never begin with gzip's two magic bytes, so the body itself is the better witness. TMDB's edge has
    mislabelled both ways: gzip without its header for days in 2026-05, when asking again did not help, and the reverse
    in 2022-08. A gzip body may have several members, one after the other (RFC 1952, section 2.2).

    Raises:
        BrokenAnswer: the gzip stream is damaged, cut off, or unpacks to more than ``MAX_BODY`` bytes; or the body is in
            another coding, which we never ask for.
    """
    if body.startswith(_GZIP_MAGIC):
        return _gunzip(body, request)
    is_json = body.lstrip().startswith((b"{", b"["))
    for name, magic in _OTHER_CODINGS.items():
        if body.startswith(magic) or (name in coding.lower() and not is_json):
            raise BrokenAnswer(request, f"the answer is packed with {name}, which we did not ask for")
    return body


def _gunzip(body: bytes, request: str) -> bytes:
    rest = body
    data = b""
    for _ in range(_MAX_MEMBERS):
        unpacker = zlib.decompressobj(wbits=31)
        try:
            data += unpacker.decompress(rest, MAX_BODY - len(data) + 1)
        except zlib.error:
            raise BrokenAnswer(request, "the answer's gzip stream is damaged") from None
        if len(data) > MAX_BODY:
            raise BrokenAnswer(request, f"the answer unpacks to more than {MAX_BODY} bytes")
        if not unpacker.eof:
            raise BrokenAnswer(request, "the answer's gzip stream is cut off")
        rest = unpacker.unused_data
        if not rest.startswith(_GZIP_MAGIC):  # nothing, or padding
            return data
    raise BrokenAnswer(request, f"the answer's gzip stream has more than {_MAX_MEMBERS} members")


@dataclass(frozen=True)
class Answer:
    """One answer with status 200.

    Attributes:
        request: path and query without the key.
        status: the HTTP status.
        etag: TMDB's ETag, or None.
        received_at: when it came, aware, UTC.
        body: the JSON bytes, unpacked, otherwise untouched.
    """

    request: str
    status: int
    etag: str | None
    received_at: datetime
    body: bytes

    @cached_property
    def data(self) -> Any:
        """The body as Python objects.

        Raises:
            BrokenAnswer: it is no JSON; the sentence says what it looks like instead.
        """
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            start = self.body[:200].lstrip().lower()
            if not start:
                what = "the answer is empty"
            elif start.startswith(b"<"):
                what = "the answer is HTML where JSON was promised"
            else:
                what = f"the answer is no valid JSON, or cut off ({error.msg} at byte {error.pos} of {len(self.body)})"
        raise BrokenAnswer(self.request, what)

    @cached_property
    def object(self) -> Mapping[str, Any]:
        """The body as one JSON object.

        Raises:
            BrokenAnswer: it is something else.
        """
        if not isinstance(self.data, dict):
            raise BrokenAnswer(self.request, "the answer is JSON, but not an object")
        return self.data

    @cached_property
    def page(self) -> "MoviePage":
        """The body as a page of a movie list.

        Raises:
            BrokenAnswer: the envelope (``results``, ``total_pages``, ``total_results``) is not there, or what stands in
                it could not be written to a file again.
        """
        results, pages, total = (self.object.get(key) for key in ("results", "total_pages", "total_results"))
        if not isinstance(results, list) or type(pages) is not int or type(total) is not int:
            raise BrokenAnswer(self.request, "the answer is JSON, but not a page of movies")
        if len(results) > MAX_RECORDS:
            raise BrokenAnswer(self.request, f"the answer has {len(results)} records, where TMDB sends 20")
        try:
            orjson.dumps([[results]])  # orjson reads deeper nesting than it writes; files nest records two levels deep
        except orjson.JSONEncodeError:
            raise BrokenAnswer(self.request, "the answer nests values too deeply") from None
        return MoviePage(self.object.get("page"), results, pages, total)


@dataclass(frozen=True, slots=True)
class MoviePage:
    """A page of a movie list: which one it says it is, its records, and the totals at the time when it was made."""

    number: object
    results: list[Movie]
    total_pages: int
    total_results: int
