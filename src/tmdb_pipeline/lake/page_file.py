"""The file of a page: TMDB's response byte for byte, with when and how it was requested. Checkpoint and evidence."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import msgspec
import orjson

from tmdb_pipeline.lake import document
from tmdb_pipeline.lake.document import DocumentError
from tmdb_pipeline.lake.store import Lake, to_json


class PageFile(msgspec.Struct, kw_only=True):
    """A response for one page of a list. Times are aware, written with Seoul's offset.

    Attributes:
        collection: the collection that it belongs to, by the name in its ``checkpoint.json``.
        page: the number of the page that was requested, from 1.
        request: path and query without the key.
        status: the HTTP status.
        etag: TMDB's ETag, or None.
        date: the moment that the response's ``Date`` header names; None where it has none.
        received_at: when it came.
        contradiction: what is wrong with it, in words, or None.
        body: the JSON as received.
        sha256: the checksum of all the others; None in files of earlier versions.
    """

    key: ClassVar = "collection"

    collection: str
    page: int
    request: str
    status: int
    etag: str | None
    date: datetime | None = None
    received_at: datetime
    contradiction: str | None = None
    body: msgspec.Raw
    sha256: str | None = None

    @classmethod
    def parse(cls, data: bytes, *, checksums: bool) -> "PageFile":
        """The page that a file holds, which is as it was written by its checksum, where there are ``checksums``.

        Raises:
            DocumentError: it is damaged, or no page.
        """
        page = document.read(data, cls)
        if checksums and page.sha256 != _checksum(orjson.loads(data)):
            raise DocumentError("its checksum is that of another content")
        return page

    def write(self, lake: Lake, file: str) -> None:
        """Write the page with its checksum, over an earlier one.

        Raises:
            LakeError: it cannot be written.
        """
        page = {name: getattr(self, name) for name in self.__struct_fields__}
        page["sha256"] = _checksum(page | {"body": orjson.loads(bytes(self.body))})
        lake.write(file, to_json(page))


def _checksum(page: Mapping[str, Any]) -> str:
    """The SHA-256, in hex, of a page's file without its checksum: as content, since the file is indented."""
    return hashlib.sha256(orjson.dumps({name: page[name] for name in page if name != "sha256"})).hexdigest()
