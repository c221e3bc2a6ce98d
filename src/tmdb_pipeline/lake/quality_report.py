"""The quality report of a run, as it stands in the lake.

A field with a default was not written by an earlier version; reports of all versions can be read.
"""

from typing import Annotated, ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from tmdb_pipeline.lake.file_info import MissingPage
from tmdb_pipeline.lake.movie_file import require_writer
from tmdb_pipeline.lake.records import PagePlace
from tmdb_pipeline.lake.store import Lake, to_json
from tmdb_pipeline.language import Said
from tmdb_pipeline.run import Run


class ValidatedFile(msgspec.Struct):
    """What came of the records of one file; ``movie_count`` is how many movies stand in it."""

    file: str
    movie_count: int
    passed: int | UnsetType = UNSET
    duplicates: int | UnsetType = UNSET
    quarantined: int | UnsetType = UNSET


#: The names of fields in files, where they are others.
_IN_FILES = {"message": "sentence", "message_ko": "sentence_ko"}


class BrokenRule(msgspec.Struct, kw_only=True, rename=_IN_FILES):
    """A rule that a record breaks: in which field, None for the record as a whole, and by which value, shortened."""

    rule: str
    severity: str
    message: str
    message_ko: str | UnsetType = UNSET
    field: str | None
    value: str

    @property
    def said(self) -> Said:
        """The message; an earlier version wrote it in English alone."""
        return Said(self.message, self.message_ko or self.message)


class CommonIssue(msgspec.Struct, kw_only=True, rename=_IN_FILES):
    """A rule that was broken, how often, and by how many percent of the records."""

    rule: str
    dimension: str
    severity: str
    message: str
    message_ko: str | UnsetType = UNSET
    count: int
    share: float

    @property
    def said(self) -> Said:
        """The message; an earlier version wrote it in English alone."""
        return Said(self.message, self.message_ko or self.message)


class WorstRecord(msgspec.Struct):
    """A record with a fault; ``id`` and ``title`` are short texts, whatever stood there."""

    id: str | None
    title: str | None
    where: PagePlace | None
    score: int
    issues: list[BrokenRule]


class QuarantinedRecord(msgspec.Struct):
    """A record in quarantine, with the ids of the rules that it breaks."""

    id: str | None
    title: str | None
    where: PagePlace | None
    rules: list[str]


class QuarantineSummary(msgspec.Struct):
    """Which file holds the rejected records whole, how many there are, and the worst of them."""

    file: str | None = None
    total: int | None = None
    records: list[QuarantinedRecord] = []


class FieldCount(msgspec.Struct):
    """In how many records a field is new, or absent."""

    field: str
    count: int


class DriftReport(msgspec.Struct):
    """How the records differ from those we know, the commonest first."""

    unknown_fields: list[FieldCount]
    absent_fields: list[FieldCount]


class QualityMetrics(msgspec.Struct, kw_only=True):
    """What of a report goes on to other tasks, and into summaries; the rest is for people."""

    verdict: str
    overall_quality_score: float
    validation_rate: float
    total_movies_validated: int
    total_movies_passed: int
    duplicates: int
    quality_distribution: dict[str, int]
    dimension_scores: dict[str, float]
    common_issues: list[CommonIssue]
    pages_missing: list[MissingPage]
    files_validated: list[ValidatedFile]
    thresholds: dict[str, float]
    total_movies_quarantined: int


class QualityReport(msgspec.Struct, kw_only=True):
    """The report. Percentages and scores are cut to two decimals.

    Attributes:
        validation_date: the run date, YYYY-MM-DD; in reports of an earlier version the moment of validation.
        validated_at: the moment of validation in ISO 8601 with its zone.
        run: which run this was: ``run_date``, ``dag_id``, ``run_id``.
        thresholds: the pass rates, in percent, under which a run is warned about (``warn``) and fails (``fail``).
        overall_quality_score: the mean of the records' scores, 0 to 100; ``dimension_scores`` by dimension.
        records_received: ``total_movies_validated`` and the duplicates.
        quality_bins: the lowest score of each part of ``quality_distribution``.
    """

    key: ClassVar = "overall_quality_score"

    validation_date: str
    validated_at: str | None = None
    run: dict[str, str] = {}
    verdict: str
    thresholds: dict[str, float]
    files_validated: Annotated[list[ValidatedFile], msgspec.Meta(min_length=1)]
    overall_quality_score: float
    pages_missing: list[MissingPage] = []
    records_received: int | None = None
    duplicates: int = 0
    total_movies_validated: int
    total_movies_passed: int
    validation_rate: float
    dimension_scores: dict[str, float]
    quality_distribution: dict[str, int]
    quality_bins: dict[str, int]
    common_issues: list[CommonIssue]
    worst_records: list[WorstRecord]
    quarantine: QuarantineSummary = msgspec.field(default_factory=QuarantineSummary)
    drift: DriftReport

    def __post_init__(self) -> None:
        """Add what an earlier version did not write: its validation date was the moment of validation."""
        self.validated_at = self.validated_at or self.validation_date
        if self.records_received is None:
            self.records_received = self.total_movies_validated + self.duplicates
        if self.quarantine.total is None:
            self.quarantine.total = self.total_movies_quarantined

    @property
    def total_movies_quarantined(self) -> int:
        """The number of records that were rejected."""
        return self.total_movies_validated - self.total_movies_passed

    def metrics(self) -> QualityMetrics:
        """What goes on to other tasks."""
        return QualityMetrics(**{name: getattr(self, name) for name in QualityMetrics.__struct_fields__})

    @classmethod
    def read(cls, lake: Lake, file: str) -> "QualityReport":
        """The report in a file.

        Raises:
            LakeError: it is not there, damaged, or no report.
        """
        return lake.read_document(file, cls)

    def write(self, lake: Lake, file: str) -> None:
        """Write the report, over an earlier one.

        Raises:
            LakeError: it cannot be written.
        """
        lake.write(file, to_json(msgspec.to_builtins(self)), key=self.key)


def read_metrics(lake: Lake, run: Run, file: str) -> QualityMetrics:
    """The metrics of a report of this run, as the quality gate gave them: read back, so that another run is noticed.

    Raises:
        MixedRuns: another run of the date has written it meanwhile.
        LakeError: it is not there, or damaged.
    """
    found = QualityReport.read(lake, file)
    require_writer(lake, file, found.run.get("run_id"), run)
    return found.metrics()
