import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmdb_pipeline.tmdb.errors import BrokenResponse
from tmdb_pipeline.tmdb.exports.gzip_stream import PIECE, gunzipped

PACKED = gzip.compress(b"line\n" * 1000, mtime=0)


def unpacked(*chunks, **limit):
    return b"".join(gunzipped("/x.gz", chunks, **limit))


@given(
    members=st.lists(st.binary(max_size=300).map(lambda data: data * 2000), min_size=1, max_size=3),
    sizes=st.lists(st.integers(1, 5000), min_size=1),
)
def test_stream_is_unpacked_however_it_is_cut(members, sizes):
    """Whatever pieces a gzip stream of one or more members comes in, what comes out is what went in."""
    packed = b"".join(gzip.compress(member, mtime=0) for member in members)
    chunks, at = [], 0
    while at < len(packed):
        size = sizes[len(chunks) % len(sizes)]
        chunks.append(packed[at : at + size])
        at += size

    assert unpacked(*chunks) == b"".join(members)


@pytest.mark.parametrize(
    ("chunks", "what"),
    [
        ([], "is cut off"),
        ([b"\x1f"], "is cut off"),
        ([PACKED[:-1]], "is cut off"),
        ([PACKED[: len(PACKED) // 2]], "is cut off"),
        ([PACKED[:10]], "is cut off"),
        ([PACKED[:-8] + b"\0" * 8], "is damaged"),
        ([PACKED[:20] + b"\xff\xff\xff" + PACKED[23:]], "is damaged"),
        ([PACKED, b"\x1f"], "is followed by something else"),
        ([PACKED, b"<html>"], "is followed by something else"),
        ([b"<html>"], "what came is no gzip"),
        ([b'{"id":1}\n'], "what came is no gzip"),
        ([gzip.compress(b"", mtime=0) * 1001], "has more than 1000 members"),
    ],
)
def test_stream_that_is_not_whole_is_broken(chunks, what):
    """A stream that is cut, damaged, followed by anything, or no gzip at all, is a broken response."""
    with pytest.raises(BrokenResponse, match=f"^/x.gz: the export's gzip stream .*{what}"):
        unpacked(*chunks)


def test_stream_may_be_as_long_as_the_limit_and_no_longer():
    """The limit is that of the unpacked bytes, to the byte."""
    assert len(unpacked(PACKED, limit=5000)) == 5000
    with pytest.raises(BrokenResponse, match="unpacks to more than 4999 bytes"):
        unpacked(PACKED, limit=4999)


def test_memory_does_not_grow_with_what_comes_out():
    """Of a few bytes that unpack to 100 MB never more than some pieces are held."""
    packer = zlib.compressobj(wbits=31)
    packed = b"".join([*(packer.compress(bytes(2**20)) for _ in range(100)), packer.flush()])

    tracemalloc.start()
    size = sum(map(len, gunzipped("/x.gz", [packed])))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert size == 100 * 2**20
    assert peak < 4 * PIECE
