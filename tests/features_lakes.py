"""Lakes in memory that hold drawn collections, and what is built of them."""

from contextlib import contextmanager
from itertools import count

from tmdb_features import ADDRESS, DAYS, day
from upath import UPath

from tmdb_pipeline.dags import DAILY
from tmdb_pipeline.features.build import build, folder
from tmdb_pipeline.features.definition import FEATURES
from tmdb_pipeline.features.permission import Permission
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.quarantine_file import write_quarantine
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.run import Run

PERMISSION = Permission(ADDRESS, "")
LAST = day(DAYS)
_numbers = count()


@contextmanager
def lake_of(arrivals):
    """A lake in memory that holds these collections."""
    root = f"memory://features{next(_numbers)}/lake"
    lake = Lake(root)
    for arrival in arrivals:
        arrival.write(lake)
    try:
        yield lake
    finally:
        UPath(root).fs.store.clear()


def files(lake, view, number):
    """The bytes of what was built of a view of a day."""
    return [lake.read(f"{folder(view, day(number))}/{name}") for name in ("part.parquet", "manifest.json")]


def built(arrivals, number, view=FEATURES, of=None):
    """The files of a view of a day, where these collections are all that there is; ``number`` is the day built."""
    with lake_of(arrivals) as lake:
        build(lake, day(number), today=LAST, permission=PERMISSION)
        return files(lake, view, number if of is None else of)


def reject(lake, lines):
    """Let the quality gate have rejected records of day 14."""
    write_quarantine(lake, paths.quarantine_file(Run(DAILY.id, "", day(14))), lines)
