"""Runs of a few movies, written as the tasks write them but for the pages, and what the warehouse must make of them.

``World`` is the second witness: a few lines of Python over the movies that were put in, and no SQL.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from tmdb_pipeline import dags
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.file_info import CollectionInfo
from tmdb_pipeline.lake.movie_file import MovieFile, write_movies
from tmdb_pipeline.lake.records import Origin, Record, digest
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Language
from tmdb_pipeline.quality.deduplicate import once_each
from tmdb_pipeline.quality.gate import QualityFailed, check_run
from tmdb_pipeline.quality.thresholds import Thresholds
from tmdb_pipeline.run import Run
from tmdb_pipeline.transform.weekly_consolidation import consolidate_week

DAILY, WEEKLY = dags.DAILY.id, dags.WEEKLY.id
#: The lists of each DAG here: folder, name of the file, type of the collection.
LISTS = {
    DAILY: {
        "popular": ("daily", "popular_movies", "daily_popular"),
        "trending": ("trending", "trending_movies", "daily_trending"),
    },
    WEEKLY: {
        "horror": ("genre", "horror", "weekly_genre"),
        "top_rated": ("weekly", "top_rated", "weekly_top_rated"),
    },
}
MOMENT = datetime(2024, 1, 7, 3, tzinfo=UTC)

Movie = Mapping[str, Any]
Lists = Mapping[str, Sequence[Movie]]


def movie(number: int, **changes: object) -> dict[str, Any]:
    """An invented movie that breaks no rule."""
    return {
        "id": number,
        "title": f"영화 {number}",
        "original_title": f"Movie {number}",
        "original_language": "ko",
        "overview": f"{number}번째 이야기.",
        "release_date": "2023-05-01",
        "adult": False,
        "video": False,
        "poster_path": f"/p{number}.jpg",
        "backdrop_path": f"/b{number}.jpg",
        "genre_ids": [18, 27],
        "popularity": 10.5,
        "vote_average": 7.5,
        "vote_count": 100,
        **changes,
    }


class SmallRuns:
    """Writes runs into a lake."""

    def __init__(self, lake: Lake, moment: datetime = MOMENT) -> None:
        self.lake = lake
        self.moment = moment
        self._numbers = count(1)

    def write(self, dag_id: str, day: date, lists: Lists, *, origins: bool = True, fail_below: float = 0) -> Run:
        """Write the run of a DAG for a day, over an earlier one: what each list holds, in the order of TMDB."""
        run = Run(dag_id, f"run_{next(self._numbers)}", day)
        files = [self._collection(run, source, lists.get(source, ()), origins=origins) for source in LISTS[dag_id]]
        if dag_id == WEEKLY:
            consolidate_week(self.lake, run, files, self.moment, deduplicate=once_each())
            files = [paths.consolidated_file(run)]
        try:
            check_run(
                self.lake,
                run,
                files,
                thresholds=Thresholds(warn=fail_below, fail=fail_below),
                now=self.moment,
                language=Language.KO,
            )
        except QualityFailed:
            assert fail_below
        return run

    def _collection(self, run: Run, source: str, movies: Sequence[Movie], *, origins: bool) -> str:
        folder, name, kind = LISTS[run.dag_id][source]
        file = paths.movies_file(run, folder, name)
        records = [
            Record(each, Origin(source, at // 20 + 1, at % 20, run.day) if origins else None)
            for at, each in enumerate(movies)
        ]
        info = CollectionInfo(
            collection_type=kind,
            source=source if origins else None,  # versions that kept no origins did not name it either
            collection_date=run.day,
            total_collected=len(records),
            records_received=len(records),
            duplicates_dropped=0,
            below_min_rating_dropped=0,
            pages_asked=5,
            pages_processed=1,
            pages_resumed=0,
            ended_by="the end of the list",
            total_pages=1,
            total_results=len(records),
            base_url="http://127.0.0.1/3",
            language="ko-KR",
            region="KR",
            movies_sha256=digest([*movies]),
            dag_id=run.dag_id,
            dag_run_id=run.run_id,
            start_time=self.moment,
            end_time=self.moment,
            duration_seconds=0.0,
        )
        write_movies(self.lake, file, MovieFile(records, [], info))
        return file


@dataclass
class World:
    """What was put in, by run; a movie whose title is empty is one that the quality gate rejects."""

    runs: dict[tuple[date, str], Lists] = field(default_factory=dict)

    def observations(self) -> set[tuple[object, ...]]:
        """Day, DAG, list, movie, place, title and popularity of each accepted record."""
        return {
            (day, dag_id, source, each["id"], at, each["title"], each["popularity"])
            for (day, dag_id), lists in self.runs.items()
            for source, movies in lists.items()
            for at, each in enumerate(movies, start=1)
            if each["title"]
        }

    def movies(self) -> dict[int, tuple[object, ...]]:
        """Title, popularity, first and last day and genres of each movie, as its latest list has it."""
        latest: dict[int, tuple[object, ...]] = {}
        first: dict[int, date] = {}
        for (day, _), lists in sorted(self.runs.items(), key=lambda item: item[0]):
            for source in sorted(lists):
                for each in lists[source]:
                    if each["title"]:
                        identity = each["id"]
                        first.setdefault(identity, day)
                        genres = {*each["genre_ids"]}
                        latest[identity] = (each["title"], each["popularity"], first[identity], day, source, genres)
        return latest
