from datetime import UTC, date, datetime

import msgspec
import pytest

from tmdb_pipeline import dags
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.errors import MixedRuns
from tmdb_pipeline.quality.deduplicate import once_each
from tmdb_pipeline.run import Run
from tmdb_pipeline.transform.conclusion import conclude
from tmdb_pipeline.transform.weekly_consolidation import consolidate_week

WEEK = Run(dags.WEEKLY.id, "manual__2", date(2024, 1, 7))
OTHER = Run(dags.WEEKLY.id, "manual__1", WEEK.day)
NOW = datetime(2024, 1, 6, 18, 30, tzinfo=UTC)
TOP_RATED = paths.movies_file(WEEK, "weekly", "top_rated")


def test_conclusion_holds_the_metrics_and_no_movies(lake, write, quality, told):
    """What a week publishes is what its file says of itself, and its quality."""
    write(lake, WEEK, TOP_RATED, "weekly_top_rated", [{"id": 1}])
    info = consolidate_week(lake, WEEK, [TOP_RATED], NOW, deduplicate=once_each())
    file = paths.consolidated_file(WEEK)

    conclusion = conclude(lake, WEEK, quality(lake, WEEK, file))

    assert msgspec.to_builtins(conclusion) == {
        "file": file,
        "info": msgspec.to_builtins(info),
        "quality_summary": told(file),
    }


def test_conclusion_is_that_of_any_file_of_movies(lake, write, quality):
    """A DAG that collects one list and consolidates nothing has a conclusion, too."""
    write(lake, WEEK, TOP_RATED, "weekly_top_rated", [{"id": 1}])

    conclusion = conclude(lake, WEEK, quality(lake, WEEK, TOP_RATED))

    assert (conclusion.file, conclusion.info.total_collected) == (TOP_RATED, 1)


@pytest.mark.parametrize(("writer", "judge"), [(OTHER, WEEK), (WEEK, OTHER)])
def test_file_or_report_of_another_run_is_not_published(lake, write, quality, writer, judge):
    """What another run replaced meanwhile is refused."""
    write(lake, writer, TOP_RATED, "weekly_top_rated", [{"id": 1}])

    with pytest.raises(MixedRuns):
        conclude(lake, WEEK, quality(lake, judge, TOP_RATED))
