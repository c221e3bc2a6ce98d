"""Where each file lies under the data root.

Dates in names are calendar days in Asia/Seoul, written YYYYMMDD.
"""

import re
from datetime import date

from tmdb_pipeline import dags
from tmdb_pipeline.run import Run

#: The quality reports of all DAGs that collect movies.
REPORTS_FOLDER = "raw/metadata/quality_reports"
#: The daily exports of TMDB's movies, a file a day.
EXPORTS_FOLDER = "raw/exports/movie_ids"
_CUSTOM = re.compile(f"validation_report_custom_{dags.CUSTOM_NAME}")


def pages_folder(run: Run, source: str) -> str:
    """The checkpoint of one collection: its pages as received."""
    return f"raw/pages/{run.dag_id}/{run.stamp}/{source}"


def page_file(run: Run, source: str, number: int) -> str:
    """One page as received, with when and how it was asked."""
    return f"{pages_folder(run, source)}/page_{number:03d}.json"


def movies_file(run: Run, folder: str, name: str) -> str:
    """A collection of movies; folder and name stand in its source (``extract.sources``)."""
    return f"raw/movies/{folder}/{name}_{run.stamp}.json"


def report_file(run: Run, suffix: str) -> str:
    """The quality report of a run, ``suffix`` json or html, under its DAG's name for it: a date may have several.

    The run is of a DAG that collects movies.
    """
    return f"{REPORTS_FOLDER}/{dags.find(run.dag_id).report}_{run.stamp}.{suffix}"


def reported(name: str) -> tuple[dags.DagSpec, date] | None:
    """Whose quality report of which day a file in ``REPORTS_FOLDER`` is, by its name; None for what is no such JSON."""
    found = re.fullmatch(r"(\w+)_(\d{8})\.json", name, re.ASCII)
    if found is None:
        return None
    custom = dags.find(f"tmdb_{found[1].removeprefix('validation_report_')}") if _CUSTOM.fullmatch(found[1]) else None
    spec = custom or next((spec for spec in dags.COLLECTIONS if spec.report == found[1]), None)
    try:
        return (spec, date.fromisoformat(found[2])) if spec else None
    except ValueError:
        return None


def warehouse_report_file(run: Run, suffix: str) -> str:
    """The report of a check of the warehouse, ``suffix`` json or html."""
    return f"raw/metadata/warehouse_reports/{dags.find(run.dag_id).report}_{run.stamp}.{suffix}"


def quarantine_file(run: Run) -> str:
    """The rejected records of a run, one JSON object a line; empty if there were none."""
    return f"raw/metadata/quarantine/{run.stamp}/{run.dag_id}.jsonl"


def summary_file(run: Run) -> str:
    """The summary of a daily run."""
    return f"raw/metadata/daily_summaries/daily_summary_{run.stamp}.json"


def custom_summary_file(run: Run) -> str:
    """The summary of a run of a custom collection."""
    return f"raw/metadata/custom_summaries/{run.dag_id}/summary_{run.stamp}.json"


def consolidated_file(run: Run) -> str:
    """All movies of a weekly run, each once."""
    return f"processed/weekly/consolidated_week_{run.week:02d}_{run.stamp}.json"


def staged_file(run: Run, checksum: str) -> str:
    """The header of a run that is staged for the warehouse, and how the names of its other files begin.

    Another content, which ``checksum`` tells, has another name, so that two loads do not disturb each other.
    """
    return f"processed/warehouse/{run.dag_id}/{run.stamp}.{checksum[:16]}.json"


def export_file(day: date) -> str:
    """The id export of a day, which is a day in UTC: TMDB's own date, not a run date."""
    return f"{EXPORTS_FOLDER}/day={day.isoformat()}.parquet"
