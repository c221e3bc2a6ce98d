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


def unpack(body: bytes, request: str) -> bytes:
    """Gunzip a body that is gzip, leave any other as it is, whatever ``Content-Encoding`` claims.

    JSON can never begin with gzip's two magic bytes, so the body itself is the better witness. TMDB's edge has
    mislabelled both ways: gzip without its header for days in 2026-05, when asking again did not help, and the reverse
    in 2022-08.

    Raises:
        BrokenAnswer: the gzip stream is damaged, cut off, or unpacks to more than ``MAX_BODY`` bytes.
    """
    if not body.startswith(_GZIP_MAGIC):
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        data = unpacker.decompress(body, MAX_BODY)
    except zlib.error:
        raise BrokenAnswer(request, "the answer's gzip stream is damaged") from None
    if not unpacker.eof:
        raise BrokenAnswer(request, "the answer's gzip stream is cut off, or far too long")
    return data


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
