"""A response of TMDB: the bytes as they came, and what they say."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import orjson

from tmdb_pipeline.language import Count, Said
from tmdb_pipeline.movies import Movie
from tmdb_pipeline.tmdb.errors import BrokenResponse

#: No response of TMDB comes near this many bytes once unpacked; more is an attack or an accident.
MAX_BODY = 32 * 1024 * 1024
#: Records on every page of a list but the last.
PAGE_SIZE = 20
#: TMDB answers no page beyond this one (400, code 22), however many it counts.
LAST_PAGE = 500
#: So many more records than ``PAGE_SIZE`` are no page of a list.
MAX_RECORDS = 1000
#: How any gzip stream begins.
GZIP_MAGIC = b"\x1f\x8b"
#: What some servers put before UTF-8, though they must not; who reads may pass over it (RFC 8259, section 8.1).
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
#: A response has one member, or one for each piece that somebody on the way packed for itself. Each costs a copy.
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

    A byte order mark before the text is taken away: JSON has none, and no reader of our files expects one.

    JSON can never begin with gzip's two magic bytes, so the body itself is the better witness. TMDB's CDN has
    mislabelled both ways: gzip without its header for days in 2026-05, when asking again did not help, and the reverse
    in 2022-08. A gzip body may have several members, one after the other (RFC 1952, section 2.2).

    Raises:
        BrokenResponse: the gzip stream is damaged, cut off, or unpacks to more than ``MAX_BODY`` bytes; or the body
            is in another coding, which we never ask for.
    """
    if body.startswith(GZIP_MAGIC):
        return _gunzip(body, request).removeprefix(_BYTE_ORDER_MARK)
    body = body.removeprefix(_BYTE_ORDER_MARK)
    is_json = body.lstrip().startswith((b"{", b"["))
    for name, magic in _OTHER_CODINGS.items():
        if body.startswith(magic) or (name in coding.lower() and not is_json):
            raise BrokenResponse(request, f"the response is packed with {name}, which we did not ask for")
    return body


def _gunzip(body: bytes, request: str) -> bytes:
    rest = body
    data = b""
    for _ in range(_MAX_MEMBERS):
        unpacker = zlib.decompressobj(wbits=31)
        try:
            data += unpacker.decompress(rest, MAX_BODY - len(data) + 1)
        except zlib.error:
            raise BrokenResponse(request, "the response's gzip stream is damaged") from None
        if len(data) > MAX_BODY:
            raise BrokenResponse(request, f"the response unpacks to more than {MAX_BODY} bytes")
        if not unpacker.eof:
            raise BrokenResponse(request, "the response's gzip stream is cut off")
        rest = unpacker.unused_data
        if not rest.startswith(GZIP_MAGIC):  # nothing, or padding
            return data
    raise BrokenResponse(request, f"the response's gzip stream has more than {_MAX_MEMBERS} members")


#: What contradicts what, of one page.
_OTHER_PAGE: Final = Said(
    "the response says that it is page {number}, where page {asked} was asked for",
    "{asked}페이지를 요청했으나 응답은 {number}페이지라고 합니다",
)
_NO_NUMBER: Final = Said(
    "the response says that it is no page that has a number, where page {asked} was asked for",
    "{asked}페이지를 요청했으나 응답에 페이지 번호가 없습니다",
)
_TOTALS: Final = Said(
    "the response counts {movies} {movies:movie|movies} on {pages} {pages:page|pages}",
    "응답에 적힌 영화 수({movies}편)와 페이지 수({pages}페이지)가 서로 맞지 않습니다",
)
_ITS_OWN_TOTALS: Final = Said(
    "the response has {has} {has:movie|movies}, where by its own totals ({movies} {movies:movie|movies}, {pages} "
    "{pages:page|pages}) page {asked} has {whole}",
    "응답의 영화는 {has}편이지만, 응답에 적힌 합계(영화 {movies}편, {pages}페이지)로는 {asked}페이지에 {whole}편이 "
    "있어야 합니다",
)
_OTHER_GENRE: Final = Said(
    "the response has {others} {others:movie that is|movies that are} not of the genre {genre}, which was asked for",
    "요청한 장르({genre})가 아닌 영화가 응답에 {others}편 있습니다",
)


@dataclass(frozen=True)
class Response:
    """One response with status 200.

    Attributes:
        request: path and query without the key.
        status: the HTTP status.
        etag: TMDB's ETag, or None.
        received_at: when it came, aware, UTC.
        body: the JSON bytes, unpacked, without a byte order mark, otherwise untouched.
        dated: the moment that its ``Date`` header names, aware; None where it has none.
    """

    request: str
    status: int
    etag: str | None
    received_at: datetime
    body: bytes
    dated: datetime | None = None

    @property
    def as_of(self) -> datetime:
        """The moment for which its contents hold: by TMDB's clock, which is right, else by ours."""
        return self.dated or self.received_at

    @cached_property
    def data(self) -> Any:
        """The body as Python objects.

        Raises:
            BrokenResponse: it is no JSON; the message says what it looks like instead.
        """
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            start = self.body[:200].lstrip().lower()
            if not start:
                what = "the response is empty"
            elif start.startswith(b"<"):
                what = "the response is HTML where JSON was promised"
            else:
                what = (
                    f"the response is no valid JSON, or cut off ({error.msg} at byte {error.pos} of {len(self.body)})"
                )
        raise BrokenResponse(self.request, what)

    @cached_property
    def object(self) -> Mapping[str, Any]:
        """The body as one JSON object.

        Raises:
            BrokenResponse: it is something else.
        """
        if not isinstance(self.data, dict):
            raise BrokenResponse(self.request, "the response is JSON, but not an object")
        return self.data

    @property
    def is_error(self) -> bool:
        """Whether it is an error in TMDB's words, though its status says that all is well.

        Raises:
            BrokenResponse: it is no JSON.
        """
        return isinstance(self.data, dict) and self.data.get("success") is False

    @cached_property
    def page(self) -> "MoviePage":
        """The body as a page of a movie list.

        Raises:
            BrokenResponse: the envelope (``results``, ``total_pages``, ``total_results``) is not there, or what
                stands in it could not be written to a file again.
        """
        results, pages, total = (self.object.get(key) for key in ("results", "total_pages", "total_results"))
        if not isinstance(results, list) or type(pages) is not int or type(total) is not int:
            raise BrokenResponse(self.request, "the response is JSON, but not a page of movies")
        if len(results) > MAX_RECORDS:
            raise BrokenResponse(self.request, f"the response has {len(results)} records, where TMDB sends 20")
        try:
            orjson.dumps([self.object])  # orjson reads deeper nesting than it writes, and files hold this a level down
        except orjson.JSONEncodeError:
            raise BrokenResponse(self.request, "the response nests values too deeply") from None
        return MoviePage(self.object.get("page"), results, pages, total)

    def page_numbered(self, number: int, *, genre_id: int | None = None) -> "MoviePage":
        """The body as page ``number`` of a movie list, be it of all movies or of those of a genre.

        Raises:
            ContradictoryPage: it is a page of a list, but cannot be a whole page ``number``.
            BrokenResponse: it is no page of a list.
        """
        if what := self.page.contradiction(number) or self.page.other_genre(genre_id):
            raise ContradictoryPage(self, what)
        return self.page


@dataclass(frozen=True, slots=True)
class MoviePage:
    """A page of a movie list: which one it says it is, its records, and the totals at the time when it was made."""

    number: object
    results: list[Movie]
    total_pages: int
    total_results: int

    @property
    def filled(self) -> int:
        """How many pages the total of the movies fills."""
        return -(-self.total_results // PAGE_SIZE)

    def contradiction(self, asked: int) -> Said | None:
        """Why this cannot be the whole page that was asked for, in words, or None.

        The page has to say that it is the one asked for, its two totals have to fit each other, and it has to hold the
        records that by these totals stand on it: ``PAGE_SIZE`` on each page, the rest on the last, none beyond. Totals
        of several pages may differ, for TMDB caches each page for itself; those of one page were made together.
        """
        if type(self.number) is not int or self.number != asked:
            has_number = type(self.number) is int
            return (_OTHER_PAGE if has_number else _NO_NUMBER).filled(number=self.number, asked=asked)
        capped = LAST_PAGE <= self.total_pages <= self.filled  # as if a list ended at a round number of pages
        if self.total_results < 0 or (self.total_pages not in {self.filled, max(1, self.filled)} and not capped):
            return _TOTALS.filled(movies=Count(self.total_results), pages=Count(self.total_pages))
        whole = promised(asked, self.total_results)
        if len(self.results) != whole:
            return _ITS_OWN_TOTALS.filled(
                has=Count(len(self.results)),
                movies=Count(self.total_results),
                pages=Count(self.total_pages),
                asked=asked,
                whole=whole,
            )
        return None

    def other_genre(self, genre_id: int | None) -> Said | None:
        """Why this cannot be a page of the movies of a genre, in words, or None.

        The index that TMDB searches is older than the movies that it shows, so a few may have changed; but not most.
        """
        genres = [movie.get("genre_ids") for movie in self.results if isinstance(movie, dict)]
        others = sum(isinstance(ids, list) and bool(ids) and genre_id not in ids for ids in genres)
        if genre_id is None or 2 * others <= len(self.results):
            return None
        return _OTHER_GENRE.filled(others=Count(others), genre=genre_id)


def promised(page: int, total: int) -> int:
    """How many records a page (from 1) of a list of so many has: ``PAGE_SIZE``, on the last one the rest, then none."""
    return min(PAGE_SIZE, max(0, total - PAGE_SIZE * (page - 1)))


class ContradictoryPage(BrokenResponse):
    """A page of a list that contradicts itself or the request, so that movies may be missing from it.

    Attributes:
        said: why, for readers.
        response: the response all the same: what it holds may be the only copy.
    """

    def __init__(self, response: Response, said: Said) -> None:
        super().__init__(response.request, said.en)
        self.said = said
        self.response = response
