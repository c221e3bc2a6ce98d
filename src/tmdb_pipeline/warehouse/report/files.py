"""The report on the lake: JSON for programs, a page for people. A later run of the same day replaces it."""

import msgspec

from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.store import Lake, to_json
from tmdb_pipeline.language import Language
from tmdb_pipeline.run import Run
from tmdb_pipeline.warehouse.report.document import KEY, WarehouseReport
from tmdb_pipeline.warehouse.report.html import render_page


def as_json(report: WarehouseReport) -> bytes:
    """The report as it stands in its JSON file."""
    return to_json(msgspec.to_builtins(report))


def write_report(lake: Lake, run: Run, report: WarehouseReport, language: Language) -> None:
    """Write both files, the page in one language.

    Raises:
        LakeError: one of them cannot be written.
    """
    lake.write(paths.warehouse_report_file(run, "json"), as_json(report), key=KEY)
    lake.write(paths.warehouse_report_file(run, "html"), render_page(report, language).encode())
