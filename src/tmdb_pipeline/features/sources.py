"""Which collections a day's features are made of, and where these say that they come from."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from tmdb_pipeline.dags import DAILY
from tmdb_pipeline.features.definition import CHANGES, HORIZON
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.file_info import CollectionInfo
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.run import Run

ListName = Literal["popular", "trending"]
_FILES: tuple[tuple[ListName, str, str], ...] = (
    ("popular", "daily", "popular_movies"),
    ("trending", "trending", "trending_movies"),
)
#: Days before a day that are read to build it, and the labels that are known since then.
BACK = HORIZON + max(CHANGES)


def collections(lake: Lake, day: date) -> list[tuple[ListName, Run, str]]:
    """The lists that the lake holds of what is read to build a day: each with its run and its file.

    Raises:
        LakeError: nobody can say what is there.
    """
    runs = [Run(DAILY.id, "", day - timedelta(days=number)) for number in range(BACK, -1, -1)]
    return [
        (name, run, file)
        for run in runs
        for name, folder, stem in _FILES
        if lake.exists(file := paths.movies_file(run, folder, stem))
    ]


def addresses(lake: Lake, day: date) -> Iterator[tuple[str, str]]:
    """Each file that is read to build a day, and the address that it says it was collected from, as it is asked for.

    Raises:
        LakeError: a file cannot be read.
    """
    for _, _, file in collections(lake, day):
        yield file, lake.read_field(file, CollectionInfo.key, CollectionInfo).base_url
