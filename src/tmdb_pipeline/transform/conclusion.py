"""The conclusion of a run: what was collected, and how good it is, in one place for whoever waits for it."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tmdb_pipeline.lake.movie_file import read_movies
from tmdb_pipeline.lake.quality_report import read_quality
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.run import Run


class Conclusion(msgspec.Struct):
    """What a run has come to.

    Attributes:
        file: the file of movies that was judged, under the data root.
        info: what that file says of itself.
        quality_summary: what the quality report says of it.
    """

    file: str
    info: Mapping[str, Any]
    quality_summary: Mapping[str, Any]


def conclude(lake: Lake, run: Run, report: str) -> Conclusion:
    """The conclusion of a run that has judged one file of movies.

    Args:
        lake: where the file is.
        run: the run that wrote it.
        report: the quality report of the file.

    Raises:
        MixedRuns: the file, or the report, was replaced by another run meanwhile.
        LakeError: one of them cannot be read.
    """
    quality = read_quality(lake, run, report)
    file = quality["files_validated"][0]["file"]
    return Conclusion(file, read_movies(lake, run, file).info, quality)
