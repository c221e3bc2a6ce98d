"""Files of a run that are summarised, and the report about them."""

import msgspec
import pytest
from file_infos import collection_info, quality_report

from tmdb_pipeline.lake.movie_file import MovieFile, write_movies
from tmdb_pipeline.lake.records import Origin, Record
from tmdb_pipeline.lake.store import Lake, to_json

QUALITY = {
    "verdict": "warned",
    "overall_quality_score": 71.25,
    "validation_rate": 75.0,
    "total_movies_validated": 4,
    "total_movies_passed": 3,
    "duplicates": 2,
    "quality_distribution": {"excellent": 3, "good": 0, "fair": 0, "poor": 1},
    "dimension_scores": {"validity": 75.0},
    "common_issues": [
        {
            "rule": "title.missing",
            "dimension": "completeness",
            "severity": "error",
            "sentence": "There is no title.",
            "count": 1,
            "share": 25.0,
        }
    ],
    "pages_missing": [{"source": "popular", "page": 3, "reason": "it is empty"}],
}
COUNTS = {"movie_count": 2, "passed": 1, "duplicates": 1, "quarantined": 0}


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path))


@pytest.fixture(scope="session")
def write():
    """Writes a file of movies, which all came from page 1 of the list that the file is named after."""

    def write(lake, run, file, kind, movies, copies=(), **info):
        source = file.rpartition("/")[2].rpartition("_")[0]
        records = [Record(movie, Origin(source, 1, at, run.day)) for at, movie in enumerate([*movies, *copies])]
        given = {"collection_type": kind, "total_collected": len(movies), "dag_run_id": run.run_id}
        content = MovieFile(records[: len(movies)], records[len(movies) :], collection_info(**given | info))
        write_movies(lake, file, content)
        return file

    return write


@pytest.fixture(scope="session")
def quality():
    """Leaves the report about files, and gives its path."""

    def quality(lake, run, *files, **changes):
        whole = msgspec.to_builtins(quality_report())
        lake.write("report.json", to_json(whole | told_of(files) | {"run": {"run_id": run.run_id}} | changes))
        return "report.json"

    return quality


@pytest.fixture(scope="session")
def told():
    """What a summary says of the quality of files."""
    return lambda *files: told_of(files)


def told_of(files):
    return {
        **QUALITY,
        "files_validated": [{"file": file, **COUNTS} for file in files],
        "thresholds": {"warn": 80.0, "fail": 50.0},
        "total_movies_quarantined": 1,
    }
