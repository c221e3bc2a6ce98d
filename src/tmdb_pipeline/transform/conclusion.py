"""The conclusion of a run: what was collected, and how good it is, in one place for whoever waits for it."""

import msgspec

from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.file_info import CollectionInfo, ConsolidationInfo
from tmdb_pipeline.lake.movie_file import read_info
from tmdb_pipeline.lake.quality_report import QualityMetrics, read_metrics
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
    info: CollectionInfo | ConsolidationInfo
    quality_summary: QualityMetrics


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
    quality = read_metrics(lake, run, report)
    file = quality.files_validated[0].file
    if file == paths.consolidated_file(run):
        return Conclusion(file, read_info(lake, file, ConsolidationInfo, run=run), quality)
    return Conclusion(file, read_info(lake, file, CollectionInfo, run=run), quality)
