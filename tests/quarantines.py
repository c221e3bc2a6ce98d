"""Quarantines for tests: a few records as a run would have left them, with their page, their file and their report."""

from datetime import date, datetime
from pathlib import Path

import msgspec
import orjson
from file_infos import collection_info

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.movie_file import MovieFile, write_movies
from tmdb_pipeline.lake.page_file import PageFile
from tmdb_pipeline.lake.records import Origin, Record
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Language
from tmdb_pipeline.quality.gate import check_run
from tmdb_pipeline.quality.thresholds import Thresholds
from tmdb_pipeline.run import Run

RUN = Run("tmdb_daily_collection", "manual__1", date(2024, 1, 7))
MOVIES = paths.movies_file(RUN, "daily", "popular_movies")
PAGE = paths.page_file(RUN, "popular", 2)
QUARANTINE = paths.quarantine_file(RUN)
REPORT = paths.report_file(RUN, "json")
#: After midnight in Seoul, and on the day before the run date: the records are judged as of this day.
RECEIVED = datetime(2024, 1, 6, 2, 0, tzinfo=SEOUL)


def movie(number=4711, **changes):
    """A record that breaks no rule but by what is changed."""
    good = {
        "adult": False,
        "backdrop_path": "/backdrop.jpg",
        "genre_ids": [28],
        "id": number,
        "title": f"새벽의 등대 {number}",
        "original_language": "ko",
        "original_title": f"새벽의 등대 {number}",
        "overview": "등대지기가 마지막 밤을 보낸다.",
        "popularity": 12.5,
        "poster_path": "/poster.jpg",
        "release_date": "2023-05-01",
        "softcore": False,
        "video": False,
        "vote_average": 7.1,
        "vote_count": 310,
    }
    return good | changes


BAD = movie(vote_average=11.0)
GOOD = movie(1), movie(2)


def write_page(lake: Lake, results, *, file=PAGE, body=None, **given):
    """The page of these records, or of this ``body``."""
    body = body or orjson.dumps({"page": 2, "results": results, "total_pages": 9, "total_results": 180})
    page = {
        "collection": "c1",
        "page": 2,
        "request": "/movie/popular?language=ko-KR&region=KR&page=2",
        "status": 200,
        "etag": 'W/"e"',
        "date": RECEIVED,
        "received_at": RECEIVED,
        "body": msgspec.Raw(body),
    }
    PageFile(**page | given).write(lake, file)


def reject(root: Path, movies, *, copies=(), known=True, adult="warn", run=RUN) -> Lake:
    """A lake in which a run has collected and validated these records.

    They stand one after the other on page 2 of "popular"; ``known`` says whether their file tells so.
    """
    lake = Lake(str(root))
    received = [*movies, *copies]
    write_page(lake, received, file=paths.page_file(run, "popular", 2))
    records = [
        Record(record, Origin("popular", 2, index, RECEIVED.date()) if known else None)
        for index, record in enumerate(received)
    ]
    parts = records[: len(movies)], records[len(movies) :]
    write_movies(lake, MOVIES, MovieFile(*parts, collection_info(dag_run_id=run.run_id, dag_id=run.dag_id)))
    check_run(
        lake, run, [MOVIES], thresholds=Thresholds(warn=0, fail=0), now=RECEIVED, language=Language.KO, adult=adult
    )
    return lake
