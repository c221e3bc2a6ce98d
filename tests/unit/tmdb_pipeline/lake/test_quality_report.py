import pytest

from tmdb_pipeline.lake.quality_report import DriftReport, QualityReport, ValidatedFile
from tmdb_pipeline.lake.store import Lake, LakeError


def report(**changes):
    fields = {
        "validation_date": "2026-01-01",
        "validated_at": "2026-01-02T02:04:11+09:00",
        "run": {"run_date": "2026-01-01"},
        "verdict": "passed",
        "thresholds": {"warn": 80.0, "fail": 50.0},
        "files_validated": [ValidatedFile("movies.json", 4)],
        "overall_quality_score": 75.0,
        "total_movies_validated": 4,
        "total_movies_passed": 3,
        "validation_rate": 75.0,
        "dimension_scores": {},
        "quality_distribution": {},
        "quality_bins": {},
        "common_issues": [],
        "worst_records": [],
        "drift": DriftReport([], []),
    }
    return QualityReport(**(fields | changes))


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path))


def test_report_is_read_as_it_was_written(lake):
    """A report comes back whole, also what it does not know."""
    made = report(duplicates=2, records_received=6)

    made.write(lake, "report.json")

    assert QualityReport.read(lake, "report.json") == made


def test_report_of_an_earlier_version_is_completed():
    """What an earlier version did not write follows from what it wrote; its validation date was the moment of it."""
    made = report(validated_at=None, validation_date="2026-01-01T02:04:11+09:00")

    assert made.validated_at == "2026-01-01T02:04:11+09:00"
    assert (made.records_received, made.quarantine.total, made.total_movies_quarantined) == (4, 1, 1)
    assert report(duplicates=2).records_received == 6


def test_foreign_report_is_set_aside(lake):
    """A report is written over one of ours, and beside a file that is none."""
    lake.write("report.json", b"mine")

    report().write(lake, "report.json")
    report().write(lake, "report.json")

    assert lake.files("") == ["report.json", "report.json.set-aside-1"]


def test_what_is_no_report_is_refused(lake):
    """A file of another kind is refused in a message that names it."""
    lake.write("report.json", b"{}")

    with pytest.raises(LakeError, match=r"report\.json is half-written or not a file of this pipeline"):
        QualityReport.read(lake, "report.json")
