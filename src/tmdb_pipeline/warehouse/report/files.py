"""The report on the lake: JSON for programs, a page for people. A later run of the same day replaces it."""

import msgspec

from tmdb_pipeline import dags
from tmdb_pipeline.lake.store import Lake, to_json
from tmdb_pipeline.run import Run
from tmdb_pipeline.warehouse.report.document import KEY, WarehouseReport
from tmdb_pipeline.warehouse.report.html import render_page


def report_file(run: Run, suffix: str) -> str:
    """The path of a run's report under the data root, ``suffix`` json or html."""
    return f"raw/metadata/warehouse_reports/{dags.find(run.dag_id).report}_{run.stamp}.{suffix}"


def as_json(report: WarehouseReport) -> bytes:
    """The report as it stands in its JSON file."""
    return to_json(msgspec.to_builtins(report))


def write_report(lake: Lake, run: Run, report: WarehouseReport) -> None:
    """Write both files.

    Raises:
        LakeError: one of them cannot be written.
    """
    lake.write(report_file(run, "json"), as_json(report), key=KEY)
    lake.write(report_file(run, "html"), render_page(report).encode())
