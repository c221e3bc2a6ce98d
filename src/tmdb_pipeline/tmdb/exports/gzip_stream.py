"""Gunzipping a stream piece by piece, in a memory that does not depend on its length."""

import zlib
from collections.abc import Iterable, Iterator

from tmdb_pipeline.tmdb.errors import BrokenResponse

#: Bytes that an export may have once it is unpacked. Those of 2026 have about 130 MB.
MAX_UNPACKED = 2**30
#: The largest piece that comes out at once.
PIECE = 256 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
#: An export has one member, or one for each part that was packed for itself. Each costs a copy.
_MAX_MEMBERS = 1000


def gunzipped(request: str, chunks: Iterable[bytes], limit: int = MAX_UNPACKED) -> Iterator[bytes]:
    """The unpacked stream, in pieces of at most ``PIECE`` bytes.

    Args:
        request: what was asked, for messages.
        chunks: the packed stream, which is read to its end.
        limit: bytes that may come out.

    Raises:
        BrokenResponse: it is no gzip, damaged (its checksum says so, too), cut off, or longer than ``limit``.
    """
    members = _Members(request)
    size = 0
    for chunk in chunks:
        for piece in members.unpack(chunk):
            size += len(piece)
            if size > limit:
                raise BrokenResponse(request, f"the export unpacks to more than {limit} bytes")
            yield piece
    members.end()


class _Members:
    """The members of a gzip stream, one after the other (RFC 1952, section 2.2)."""

    def __init__(self, request: str) -> None:
        self._request = request
        self._count = 0
        self._rest = b""
        self._unpacker = zlib.decompressobj(wbits=31)
        self._is_open = False

    def unpack(self, data: bytes) -> Iterator[bytes]:
        """What these further bytes unpack to."""
        self._rest += data
        while self._is_open or self._begin():
            try:
                piece = self._unpacker.decompress(self._rest, PIECE)
            except zlib.error:
                raise BrokenResponse(self._request, "the export's gzip stream is damaged") from None
            self._is_open = not self._unpacker.eof
            self._rest = self._unpacker.unconsumed_tail if self._is_open else self._unpacker.unused_data
            if piece:
                yield piece
            if self._is_open and len(piece) < PIECE:  # else more may come without more input
                return

    def end(self) -> None:
        """Make sure that the stream has come to its end."""
        if self._is_open or not self._count:
            raise BrokenResponse(self._request, "the export's gzip stream is cut off")
        if self._rest:
            raise BrokenResponse(self._request, "the export's gzip stream is followed by something else")

    def _begin(self) -> bool:
        """Begin a member, if enough has come to see that there is one."""
        if len(self._rest) < len(_GZIP_MAGIC):
            return False
        if not self._rest.startswith(_GZIP_MAGIC):
            what = "is followed by something else" if self._count else "is none: what came is no gzip"
            raise BrokenResponse(self._request, f"the export's gzip stream {what}")
        self._count += 1
        if self._count > _MAX_MEMBERS:
            raise BrokenResponse(self._request, f"the export's gzip stream has more than {_MAX_MEMBERS} members")
        self._unpacker = zlib.decompressobj(wbits=31)
        return True
