"""What features and labels are: the views, each a declaration whose hash is its version."""

import hashlib

import msgspec
import orjson

#: Days back over which the popularity is compared.
CHANGES = (1, 3, 7, 14)
#: Days, the day itself included, in which it is counted how often a movie was seen.
WINDOW = 14
#: Places at the head of the popular list that count, and days until it is looked at again.
TOP = 100
HORIZON = 7


class Column(msgspec.Struct, frozen=True):
    """A column of a view: its name, its type in Parquet as DuckDB calls it, and what it says."""

    name: str
    type: str
    meaning: str


class View(msgspec.Struct, frozen=True):
    """A view: a row for each movie on the popular or trending list of a day.

    Attributes:
        name: under which its files lie.
        matures: days until its rows can be known.
        columns: in the order of the file.
        revision: raised by who changes what the code makes of the same declaration.
    """

    name: str
    matures: int
    columns: tuple[Column, ...]
    revision: int = 1

    @property
    def version(self) -> str:
        """The hash of all that is declared."""
        return hashlib.sha256(orjson.dumps(msgspec.to_builtins(self))).hexdigest()[:16]


_ENTITY = (
    Column("movie_id", "BIGINT", "the movie"),
    Column("day", "DATE", "the run date, in Seoul, on whose lists it is"),
)
FEATURES = View(
    "movie_day",
    0,
    (
        *_ENTITY,
        Column("rank", "INTEGER", "its place on the popular list, from 1; null if it is on the trending list alone"),
        Column("trending_rank", "INTEGER", "its place on the trending list, or null"),
        Column("popularity", "DOUBLE", "as the popular list says, else the trending list"),
        *(
            Column(f"popularity_change_{days}d", "DOUBLE", f"less that of {days} days before; null if not seen then")
            for days in CHANGES
        ),
        Column(
            f"days_seen_{WINDOW}d", "INTEGER", f"days of the last {WINDOW}, this one included, on which it was seen"
        ),
        Column("age_days", "INTEGER", "days since its release; negative before"),
        Column("genres", "INTEGER[]", "ids, rising"),
        Column("weekday", "INTEGER", "1 for Monday to 7 for Sunday"),
    ),
)
LABELS = View(
    "popular_again",
    HORIZON,
    (*_ENTITY, Column("label", "BOOLEAN", f"whether it is in the popular list's first {TOP} after {HORIZON} days")),
)
VIEWS = (FEATURES, LABELS)
