"""Collections: a list of TMDB, read page by page into one file of the lake, which says what became of it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import msgspec

from tmdb_pipeline.clock import SEOUL, Clock, SystemClock
from tmdb_pipeline.extract.checkpoint import Checkpoint
from tmdb_pipeline.extract.errors import EmptyCollection
from tmdb_pipeline.extract.pagination import Pagination, paginate
from tmdb_pipeline.extract.sources import Source
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.file_info import CollectionInfo
from tmdb_pipeline.lake.movie_file import MovieFile, write_movies
from tmdb_pipeline.lake.records import Deduplicate, Origin, Record, digest
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.movies import Movie, movie_id
from tmdb_pipeline.observability.log_keys import about
from tmdb_pipeline.observability.meter import count
from tmdb_pipeline.observability.metrics import PAGES, RECORDS
from tmdb_pipeline.observability.spans import phase
from tmdb_pipeline.run import Run
from tmdb_pipeline.tmdb.response import Response

if TYPE_CHECKING:
    # DAG files import this module at every parse; the client brings requests, a good third of what a parse costs.
    from tmdb_pipeline.tmdb.client import TmdbClient

log = logging.getLogger(__name__)


class Collection(msgspec.Struct, frozen=True):
    """A list of TMDB that was collected: its file, a path under the data root, and what that says of itself."""

    file: str
    info: CollectionInfo


def collect(
    client: TmdbClient,
    lake: Lake,
    run: Run,
    source: Source,
    *,
    deduplicate: Deduplicate,
    clock: Clock | None = None,
) -> Collection:
    """Collect a source into its file, resuming from pages that an unfinished collection of this date left behind.

    Each page is kept as received before anything is made of it. The file is replaced only once all pages have been had,
    or have gone on to contradict themselves or each other, however often they were asked for: those are named in
    ``pages_missing``, and what they hold is used as far as it can be.

    Raises:
        PageFailed: a page could not be had; the others are kept.
        EmptyCollection: the list has no movies at all.
        RunInProgress: the same source and date is being collected by another process.
        LakeError: the lake cannot be written.
    """
    clock = clock or SystemClock()
    folder = paths.pages_folder(run, source.name)
    with (
        about(source=source.name),
        phase("collect", source=source.name),
        lake.exclusive(folder, f"{source.name} of {run.day}"),
    ):
        start = clock.now().astimezone(SEOUL)
        settings = client.default_parameters
        if source.region:
            settings["region"] = source.region
        parameters = {"type": source.collection_type, **source.metadata, **settings}
        checkpoint = Checkpoint(lake, run, source.name, parameters, start)

        def keep(number: int, response: Response, contradiction: str | None) -> None:
            checkpoint.keep(number, response, contradiction)
            last, movies = max(number, source.pages), len(response.page.results)
            log.info("%s: page %d of %d received, %d movies", source.name, number, last, movies)

        read = paginate(
            source.name,
            lambda number: client.page(source.movies, number),
            source.pages,
            parallel=client.parallel,
            cached=checkpoint.cached(source.pages + 1),  # one more bears witness of a list's end, and stays kept
            keep=keep,
            pause=client.pause,
        )
        received = _records(source, read)
        if not received:
            raise EmptyCollection(source.name, source.metadata.get("parameters"))
        movies, copies, below = _well_rated(*deduplicate(received, run), source.min_rating)
        end = clock.now().astimezone(SEOUL)
        fullest = max((response.page for response in read.pages.values()), key=lambda page: page.total_results)
        info = CollectionInfo(
            collection_type=source.collection_type,
            source=source.name,
            collection_date=run.day,
            total_collected=len(movies),
            records_received=len(received),
            duplicates_dropped=len(copies),
            below_min_rating_dropped=below,
            pages_asked=source.pages,
            pages_processed=len(read.pages),
            pages_missing=list(read.missing),
            pages_resumed=read.resumed,
            ended_by=read.ended_by,
            total_pages=fullest.total_pages,
            total_results=fullest.total_results,
            **source.metadata,
            **settings,
            movies_sha256=digest([record.movie for record in movies]),
            dag_id=run.dag_id,
            dag_run_id=run.run_id,
            start_time=start,
            end_time=end,
            duration_seconds=round((end - start).total_seconds(), 3),
        )
        write_movies(lake, source.file, MovieFile(movies, copies, info))
        checkpoint.complete()
        _measure(info, source.name)
    log.info(
        "%s: %d movies from %d records (%d duplicates, %d below the minimum rating) on %d pages",
        *(source.name, len(movies), len(received), len(copies), below, len(read.pages)),
    )
    return Collection(source.file, info)


def _measure(info: CollectionInfo, source: str) -> None:
    """Count what a collection has brought."""
    asked_for = info.pages_processed - info.pages_resumed
    for outcome, pages in (
        ("received", asked_for),
        ("resumed", info.pages_resumed),
        ("missing", len(info.pages_missing)),
    ):
        count(PAGES, pages, source=source, outcome=outcome)
    count(RECORDS, info.total_collected, source=source, outcome="kept")
    count(RECORDS, info.duplicates_dropped, source=source, outcome="duplicate")
    count(RECORDS, info.below_min_rating_dropped, source=source, outcome="below_minimum")


def _records(source: Source, read: Pagination) -> list[Record]:
    """The records that were read, each with its origin."""
    days = {number: response.as_of.astimezone(SEOUL).date() for number, response in read.pages.items()}
    return [
        Record(found.movie, Origin(source.name, found.page, found.index, days[found.page])) for found in read.movies
    ]


def _well_rated(
    movies: list[Record], copies: list[Record], minimum: float | None
) -> tuple[list[Record], list[Record], int]:
    """The movies that are not below the minimum by their best copy, their copies, and how many records are neither."""
    kept = [record for record in movies if not _is_below(record.movie, minimum)]
    dropped = {movie_id(record.movie) for record in movies} - {movie_id(record.movie) for record in kept}
    others = [record for record in copies if movie_id(record.movie) not in dropped]
    return kept, others, len(movies) + len(copies) - len(kept) - len(others)


def _is_below(movie: Movie, minimum: float | None) -> bool:
    """Whether a movie is surely below the minimum. One without a usable average is left for the validator to judge."""
    if minimum is None or not isinstance(movie, dict):
        return False
    average = movie.get("vote_average")
    return isinstance(average, int | float) and not isinstance(average, bool) and average < minimum
