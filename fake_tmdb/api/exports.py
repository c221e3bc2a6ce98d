"""The daily id exports: gzip of one JSON object a line, at /p/exports/ of what is files.tmdb.org in reality.

No key is needed. A file appears at 08:00 UTC of its day and stays for three months; for a missing file the
response is that of the storage behind the CDN, 403 with XML (its real status is not known; a fault can make it 404).
"""

from __future__ import annotations

import datetime as dt
import gzip
import re
from typing import TYPE_CHECKING

import numpy as np
import orjson

from fake_tmdb.api.groups.collections import collection_stub
from fake_tmdb.api.groups.keywords import keyword_stub
from fake_tmdb.api.movies.items import popularity
from fake_tmdb.api.responses import Response, http_date
from fake_tmdb.catalogue.dates import SECONDS_A_DAY, day_of
from fake_tmdb.catalogue.facts.collections import collection_ids, collection_rows
from fake_tmdb.catalogue.facts.keywords import KEYWORDS
from fake_tmdb.catalogue.facts.production import COMPANIES
from fake_tmdb.catalogue.facts.titles import original_title
from fake_tmdb.catalogue.texts.names import company_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_tmdb.api.paging import Json
    from fake_tmdb.catalogue.repository import Repository

PREFIX = "/p/exports/"
READY_HOUR = 8
KEPT_DAYS = 92
KINDS = frozenset({"adult_movie_ids", "collection_ids", "keyword_ids", "movie_ids", "production_company_ids"})
ADULT_SINCE = dt.date(2018, 1, 1)  # older lines lack `adult`
LIFETIME = 3_600
NOT_FOUND = 404

_NAME = re.compile(r"/p/exports/([a-z_]+)_(\d{2})_(\d{2})_(\d{4})\.json\.gz")
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{}</Code><Message>{}</Message></Error>'


def storage_error(status: int) -> Response:
    """Return an error as the storage behind the exports sends it; with 404 it says that there is no such file."""
    said = (
        ("NoSuchKey", "The specified key does not exist.") if status == NOT_FOUND else ("AccessDenied", "Access Denied")
    )
    return Response(status, _XML.format(*said).encode(), content_type="application/xml")


_MISSING = storage_error(403)


def respond(repository: Repository, path: str, now: float) -> Response:
    """Respond to the path of an export at a time in seconds since 1970."""
    named = _NAME.fullmatch(path)
    if named is None or named[1] not in KINDS:
        return _MISSING
    try:
        day = dt.datetime(int(named[4]), int(named[2]), int(named[3]), READY_HOUR, tzinfo=dt.UTC)
    except ValueError:
        return _MISSING
    age = now - day.timestamp()
    if not 0 <= age < KEPT_DAYS * SECONDS_A_DAY:
        return _MISSING
    body = _file(repository.on(day_of(day.timestamp())), named[1], with_adult=day.date() >= ADULT_SINCE)
    modified = (("last-modified", http_date(day.timestamp() - 2_432)),)  # 07:19:28, as measured
    return Response(200, body, LIFETIME, content_type="application/gzip", headers=modified)


def _file(repository: Repository, kind: str, *, with_adult: bool) -> bytes:
    key = f"export {kind} {with_adult}"
    if key not in repository.files:
        lines = b"".join(orjson.dumps(line) + b"\n" for line in _lines(repository, kind, with_adult=with_adult))
        repository.files[key] = gzip.compress(lines, compresslevel=6, mtime=0)
    return repository.files[key]


def _lines(repository: Repository, kind: str, *, with_adult: bool) -> Iterator[Json]:
    catalogue = repository.catalogue
    if kind == "collection_ids":
        for number in collection_ids(catalogue):
            if collection_rows(catalogue, number):
                yield {"id": number, "name": collection_stub(catalogue, number, "en")["name"]}
    elif kind == "keyword_ids":
        yield from map(keyword_stub, range(1, KEYWORDS + 1))
    elif kind == "production_company_ids":
        for number in range(1, COMPANIES + 1):
            yield {"id": number, "name": company_name(catalogue.draws, number)}
    else:
        for row in np.flatnonzero(catalogue.present & (catalogue.adult == (kind == "adult_movie_ids"))).tolist():
            yield _movie_line(repository, row, with_adult=with_adult)


def _movie_line(repository: Repository, row: int, *, with_adult: bool) -> Json:
    catalogue = repository.catalogue
    line: Json = {"adult": bool(catalogue.adult[row])} if with_adult else {}
    line["id"] = int(catalogue.ids[row])
    line["original_title"] = original_title(catalogue, row)
    line["popularity"] = popularity(catalogue, row)
    line["video"] = bool(catalogue.video[row])
    return line
