"""Statements that stand alone: with their values written in, they can be run in psql as they are."""

import re
from datetime import datetime
from typing import Final

_COUNTED: Final = """
SELECT (SELECT count(*) FROM (
    :rows
) AS of_these)::float8 AS value
WHERE EXISTS (SELECT FROM tmdb.collection_runs) OR EXISTS (SELECT FROM tmdb.movie_observations)
    OR EXISTS (SELECT FROM tmdb.movies)
"""
_PLACE: Final = re.compile(r"(?<!:):([a-z][a-z_]*)\b")


def bound(statement: str, **values: str | datetime) -> str:
    """The statement with literals in the place of each ``:name`` that has a value; others stay.

    Moments are aware, and become a ``timestamptz``.
    """
    return _PLACE.sub(lambda found: _literal(values[found[1]]) if found[1] in values else found[0], statement)


def fragments(statement: str, **parts: str) -> str:
    """The statement with parts of SQL of our own in the place of each ``:name`` that has one; others stay."""
    return _PLACE.sub(lambda found: parts.get(found[1], found[0]), statement)


def counted(rows: str) -> str:
    """A statement that counts the rows of another, as ``value``; nothing is counted in a warehouse that is empty."""
    return fragments(_COUNTED, rows="\n".join(f"    {line}" for line in rows.strip().splitlines()).lstrip())


def _literal(value: str | datetime) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"The moment {value} says no time zone; pass an aware one.")
        return f"TIMESTAMPTZ '{value.isoformat()}'"
    escaped = value.replace("'", "''")
    return f"'{escaped}'"
