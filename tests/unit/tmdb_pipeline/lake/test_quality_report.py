import pytest
from file_infos import quality_report

from tmdb_pipeline.lake.quality_report import QualityReport
from tmdb_pipeline.lake.store import Lake, LakeError


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path))


def test_report_is_read_as_it_was_written(lake):
    """A report comes back whole, also what it does not know."""
    made = quality_report(duplicates=2, records_received=6)

    made.write(lake, "report.json")

    assert QualityReport.read(lake, "report.json") == made


def test_report_of_an_earlier_version_is_completed():
    """What an earlier version did not write follows from what it wrote; its validation date was the moment of it."""
    counts = {"total_movies_validated": 4, "total_movies_passed": 3}

    made = quality_report(validated_at=None, validation_date="2026-01-01T02:04:11+09:00", **counts)

    assert made.validated_at == "2026-01-01T02:04:11+09:00"
    assert (made.records_received, made.quarantine.total, made.total_movies_quarantined) == (4, 1, 1)
    assert quality_report(duplicates=2, **counts).records_received == 6


def test_foreign_report_is_set_aside(lake):
    """A report is written over one of ours, and beside a file that is none."""
    lake.write("report.json", b"mine")

    quality_report().write(lake, "report.json")
    quality_report().write(lake, "report.json")

    assert lake.files("") == ["report.json", "report.json.set-aside-1"]


def test_what_is_no_report_is_refused(lake):
    """A file of another kind is refused in a message that names it."""
    lake.write("report.json", b"{}")

    with pytest.raises(LakeError, match=r"report\.json is half-written or not a file of this pipeline"):
        QualityReport.read(lake, "report.json")
