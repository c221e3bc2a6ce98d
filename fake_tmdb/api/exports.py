"""The daily id exports: gzip of one JSON object a line, under /p/exports/ of what is files.tmdb.org in the real world.

No key is needed. A file appears at 08:00 UTC of its day and is kept for three months; a missing file is answered as
the storage behind the CDN does, with 403 and XML (its real status is not known; a fault can make it 404).
"""

from __future__ import annotations

import datetime as dt
import gzip
import re
from typing import TYPE_CHECKING

import orjson

from fake_tmdb.api.movies.parts import keyword
from fake_tmdb.api.responses import Answer
from fake_tmdb.catalogue import movies
from fake_tmdb.catalogue.texts import texts
from fake_tmdb.clock import http_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_tmdb.catalogue.movies import Json
    from fake_tmdb.catalogue.repository import World

PREFIX = "/p/exports/"
READY_HOUR = 8
KEPT_DAYS = 92
KINDS = frozenset({"adult_movie_ids", "collection_ids", "keyword_ids", "movie_ids", "production_company_ids"})
ADULT_SINCE = dt.date(2018, 1, 1)  # older lines lack `adult`
TTL = 3_600

_NAME = re.compile(r"/p/exports/([a-z_]+)_(\d{2})_(\d{2})_(\d{4})\.json\.gz")
_MISSING = Answer(
    403,
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
    content_type="application/xml",
)


def answer(world: World, path: str, now: float) -> Answer:
    """Answer the path of an export at a time in seconds since 1970."""
    named = _NAME.fullmatch(path)
    if named is None or named[1] not in KINDS:
        return _MISSING
    try:
        day = dt.datetime(int(named[4]), int(named[2]), int(named[3]), READY_HOUR, tzinfo=dt.UTC)
    except ValueError:
        return _MISSING
    age = now - day.timestamp()
    if not 0 <= age < KEPT_DAYS * 86_400:
        return _MISSING
    body = _file(world, named[1], with_adult=day.date() >= ADULT_SINCE)
    modified = (("last-modified", http_date(day.timestamp() - 2_432)),)  # 07:19:28, as measured
    return Answer(200, body, TTL, content_type="application/gzip", headers=modified)


def _file(world: World, kind: str, *, with_adult: bool) -> bytes:
    key = f"export {kind} {with_adult}"
    if key not in world.files:
        lines = b"".join(orjson.dumps(line) + b"\n" for line in _lines(world, kind, with_adult=with_adult))
        world.files[key] = gzip.compress(lines, compresslevel=6, mtime=0)
    return world.files[key]


def _lines(world: World, kind: str, *, with_adult: bool) -> Iterator[Json]:
    catalogue = world.catalogue
    if kind == "collection_ids":
        for block in range(-(-catalogue.size // movies.COLLECTION_STRIDE)):
            number = movies.COLLECTION_BASE + block
            yield {"id": number, "name": movies.collection_stub(catalogue, number, "en")["name"]}
    elif kind == "keyword_ids":
        yield from (keyword(number) for number in range(1, movies.KEYWORDS + 1))
    elif kind == "production_company_ids":
        for number in range(1, movies.COMPANIES + 1):
            yield {"id": number, "name": texts.company_name(catalogue.draws, number)}
    else:
        for row in range(catalogue.size):
            if bool(catalogue.adult[row]) == (kind == "adult_movie_ids"):
                yield _movie_line(world, row, with_adult=with_adult)


def _movie_line(world: World, row: int, *, with_adult: bool) -> Json:
    catalogue = world.catalogue
    original = movies.original_language(catalogue, row)
    line: Json = {"adult": bool(catalogue.adult[row])} if with_adult else {}
    line["id"] = int(catalogue.ids[row])
    line["original_title"] = texts.title_in(catalogue.draws, row, original, original)
    line["popularity"] = int(catalogue.popularity[row]) / 10_000
    line["video"] = bool(catalogue.video[row])
    return line
