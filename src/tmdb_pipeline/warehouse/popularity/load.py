"""Loading the export of a day into ``movie_popularity``, and finding the days that have to be loaded."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

import msgspec
import numpy as np
import psycopg
from numpy.typing import NDArray

from tmdb_pipeline.lake.exports.export_file import Export
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.load.statements import LOCK
from tmdb_pipeline.warehouse.schema.shape import require_shape


class PopularityLoad(msgspec.Struct, frozen=True):
    """What the load of a day did: how many movies the warehouse knows of it, and the rows that changed."""

    day: date
    known: int
    inserted: int
    updated: int
    deleted: int


def load_popularity(connection: psycopg.Connection, address: Address, export: Export, now: datetime) -> PopularityLoad:
    """Make ``movie_popularity`` hold of a day what its export says of each movie in ``movies``, in one transaction.

    Only what differs is written, so the same export again writes nothing. Memory is that of a batch, and of 8 bytes for
    each movie of the warehouse.

    Args:
        connection: to the warehouse, in autocommit.
        address: of it, for messages.
        export: the export of the day.
        now: the moment of loading, aware.

    Raises:
        LakeError: the file is damaged; nothing has changed.
        WrongSchema: the tables are not those of this version.
        psycopg.Error: see ``database.connected``; nothing has changed.
    """
    day = export.info.day
    with connection.transaction(), connection.cursor() as cursor:
        require_shape(connection, address)
        cursor.execute(LOCK)  # a load of movies that goes on meanwhile might add some that this one does not see
        cursor.execute("SELECT movie_id FROM movies")
        movies = np.fromiter((number for (number,) in cursor), dtype=np.int64)
        cursor.execute("CREATE TEMPORARY TABLE of_day (movie_id bigint, popularity double precision) ON COMMIT DROP")
        with cursor.copy("COPY of_day FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int8", "float8"])
            for row in _rows_of(movies, export):
                copy.write_row(row)
        known = cursor.rowcount
        cursor.execute("ANALYZE of_day")
        cursor.execute(_DELETE, [day])
        deleted = cursor.rowcount
        cursor.execute(_UPDATE, [day])
        updated = cursor.rowcount
        cursor.execute(_INSERT, [day, day])
        inserted = cursor.rowcount
        info = export.info
        cursor.execute(_LEDGER, [day, export.file, info.sha256, info.lines, info.odd_lines, known, now])
    return PopularityLoad(day, known, inserted, updated, deleted)


def days_to_load(connection: psycopg.Connection, held: Sequence[date]) -> list[date]:
    """Those of the days of which the lake holds the export that were not loaded, or not for movies that came later."""
    found = connection.execute(_STALE, [[*held]])
    return [day for (day,) in found]


def _rows_of(movies: NDArray[np.int64], export: Export) -> Iterator[tuple[int, float]]:
    """Id and popularity of those of the movies that an export has."""
    for batch in export.batches():
        wanted = np.isin(batch.ids, movies)
        yield from zip(batch.ids[wanted].tolist(), batch.popularity[wanted].tolist(), strict=True)


_DELETE = """
DELETE FROM movie_popularity AS p
WHERE p.day = %s AND NOT EXISTS (SELECT FROM of_day AS o WHERE o.movie_id = p.movie_id)
"""
_UPDATE = """
UPDATE movie_popularity AS p
SET popularity = o.popularity
FROM of_day AS o
WHERE p.day = %s AND p.movie_id = o.movie_id AND p.popularity IS DISTINCT FROM o.popularity
"""
_INSERT = """
INSERT INTO movie_popularity (day, movie_id, popularity)
SELECT %s, o.movie_id, o.popularity
FROM of_day AS o
WHERE NOT EXISTS (SELECT FROM movie_popularity AS p WHERE p.day = %s AND p.movie_id = o.movie_id)
"""
_LEDGER = """
INSERT INTO export_ledger AS e (day, file, sha256, lines, odd_lines, movies_known, as_of_load, loaded_at)
VALUES (%s, %s, %s, %s, %s, %s, (SELECT coalesce(max(load_id), 0) FROM load_ledger), %s)
ON CONFLICT (day) DO UPDATE
SET (file, sha256, lines, odd_lines, movies_known, as_of_load, loaded_at)
    = (excluded.file, excluded.sha256, excluded.lines, excluded.odd_lines, excluded.movies_known,
        excluded.as_of_load, excluded.loaded_at)
WHERE (e.file, e.sha256, e.lines, e.odd_lines, e.movies_known, e.as_of_load)
    IS DISTINCT FROM (excluded.file, excluded.sha256, excluded.lines, excluded.odd_lines, excluded.movies_known,
        excluded.as_of_load)
"""
_STALE = """
SELECT held.day
FROM unnest(%s::date[]) AS held (day)
LEFT JOIN export_ledger AS e USING (day)
WHERE e.day IS NULL
    OR EXISTS (SELECT FROM load_ledger AS l WHERE l.load_id > e.as_of_load AND l.movies_inserted > 0)
ORDER BY held.day
"""
