"""What files of movies say of themselves, and reports about them, for tests that write such files past the pipeline."""

from datetime import date, datetime

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.lake.file_info import CollectionInfo, ConsolidationInfo
from tmdb_pipeline.lake.quality_report import DriftReport, QualityReport, ValidatedFile

_MOMENT = datetime(2024, 1, 7, 2, tzinfo=SEOUL)


def collection_info(**given) -> CollectionInfo:
    """Of a collection of which only ``given`` matters."""
    return CollectionInfo(
        **{
            "collection_type": "daily_popular",
            "source": "popular",
            "collection_date": date(2024, 1, 7),
            "total_collected": 0,
            "records_received": 0,
            "duplicates_dropped": 0,
            "below_min_rating_dropped": 0,
            "pages_asked": 1,
            "pages_processed": 1,
            "pages_resumed": 0,
            "ended_by": "all pages asked",
            "total_pages": 1,
            "total_results": 20,
            "base_url": "https://api.themoviedb.org/3",
            "language": "ko-KR",
            "region": "KR",
            "movies_sha256": "",
            "dag_id": "tmdb_daily_collection",
            "dag_run_id": "manual__1",
            "start_time": _MOMENT,
            "end_time": _MOMENT,
            "duration_seconds": 0.0,
        }
        | given
    )


def consolidation_info(**given) -> ConsolidationInfo:
    """Of a consolidation of which only ``given`` matters."""
    return ConsolidationInfo(
        **{
            "consolidation_date": date(2024, 1, 7),
            "week_number": 1,
            "sources_processed": [],
            "total_unique_movies": 0,
            "by_category": {},
            "records_received": 0,
            "duplicates_dropped": 0,
            "sources": [],
            "movies_sha256": "",
            "dag_id": "tmdb_weekly_comprehensive",
            "dag_run_id": "manual__1",
            "consolidated_at": _MOMENT,
        }
        | given
    )


def quality_report(**given) -> QualityReport:
    """A report of which only ``given`` matters."""
    return QualityReport(
        **{
            "validation_date": "2024-01-07",
            "run": {"run_id": "manual__1"},
            "verdict": "passed",
            "thresholds": {"warn": 80.0, "fail": 50.0},
            "files_validated": [ValidatedFile("raw/movies/daily/popular_movies_20240107.json", 1)],
            "overall_quality_score": 100.0,
            "total_movies_validated": 1,
            "total_movies_passed": 1,
            "validation_rate": 100.0,
            "dimension_scores": {},
            "quality_distribution": {},
            "quality_bins": {},
            "common_issues": [],
            "worst_records": [],
            "drift": DriftReport([], []),
        }
        | given
    )
