"""Collections: a list of TMDB, read page by page into one file of the lake, with an account of what became of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tmdb_pipeline import layout
from tmdb_pipeline.checkpoint import Checkpoint
from tmdb_pipeline.clock import SEOUL, Clock, SystemClock
from tmdb_pipeline.lake import Lake
from tmdb_pipeline.layout import Run
from tmdb_pipeline.movies import Genre, Movie, movie_id
from tmdb_pipeline.quality.copies import choose
from tmdb_pipeline.quality.rules import AdultPolicy
from tmdb_pipeline.records import MovieFile, Origin, Record, digest, write_movies
from tmdb_pipeline.tmdb.answer import Answer
from tmdb_pipeline.tmdb.errors import EmptyCollection
from tmdb_pipeline.tmdb.paging import Walk, walk

if TYPE_CHECKING:
    # DAG files import this module at every parse; the client brings requests, a good third of what a parse costs.
    from tmdb_pipeline.tmdb.client import TimeWindow, TmdbClient

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """A list of TMDB to collect.

    Attributes:
        name: ASCII name of the list, unique in its DAG; also the folder of its pages.
        collection_type: what the file says it is.
        file: where the collection goes.
        pages: how many pages to ask for, 1 to 500.
        fetch: asks for one page.
        min_rating: drop movies below this vote average (0 to 10), or keep all.
        facts: what else ``collection_info`` says.
    """

    name: str
    collection_type: str
    file: str
    pages: int
    fetch: Callable[[TmdbClient, int], Answer]
    min_rating: float | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def popular(run: Run, pages: int) -> Source:
    """The popular movies."""
    return Source(
        "popular", "daily_popular", layout.popular_file(run), pages, lambda client, page: client.popular(page)
    )


def trending(run: Run, window: TimeWindow) -> Source:
    """The trending movies of a day or a week: the first page of them."""
    return Source(
        "trending",
        "daily_trending",
        layout.trending_file(run),
        1,
        lambda client, page: client.trending(window, page),
        facts={"time_window": window},
    )


def genre(run: Run, kind: Genre, pages: int) -> Source:
    """The most popular movies of a genre."""
    return Source(
        kind.slug,
        "weekly_genre",
        layout.genre_file(run, kind.slug),
        pages,
        lambda client, page: client.discover(genre_id=kind.id, page=page),
        facts={"genre_id": kind.id, "genre_name": kind.name, "week_number": run.week},
    )


def top_rated(run: Run, pages: int, min_rating: float) -> Source:
    """The top rated movies with an average of at least ``min_rating``."""
    return Source(
        "top_rated",
        "weekly_top_rated",
        layout.top_rated_file(run),
        pages,
        lambda client, page: client.top_rated(page),
        min_rating=min_rating,
        facts={"min_rating": min_rating, "week_number": run.week},
    )


def collect(
    client: TmdbClient,
    lake: Lake,
    run: Run,
    source: Source,
    *,
    adult: AdultPolicy = "warn",
    clock: Clock | None = None,
) -> dict[str, Any]:
    """Collect a source into its file, resuming from pages that an unfinished collection of this date left behind.

    Each page is kept as received before anything is made of it. The file is replaced only once all pages have been had,
    or have gone on to contradict themselves or each other, however often they were asked for: those are named in
    ``pages_missing``, and what they hold is used as far as it can be.

    Returns:
        ``collection_info`` of the file, and ``file``, its path under the data root.

    Raises:
        PageFailed: a page could not be had; the others are kept.
        EmptyCollection: the list has no movies at all.
        RunInProgress: the same source and date is being collected by another process.
        LakeError: the lake cannot be written.
    """
    clock = clock or SystemClock()
    with lake.exclusive(layout.pages_folder(run, source.name), f"{source.name} of {run.day}"):
        start = clock.now().astimezone(SEOUL)
        question = {"type": source.collection_type, **source.facts, **client.asks_for}
        checkpoint = Checkpoint(lake, run, source.name, question, start)

        def keep(number: int, answer: Answer, contradiction: str | None) -> None:
            checkpoint.keep(number, answer, contradiction)
            log.info(
                "%s: page %d of %d received, %d movies", source.name, number, source.pages, len(answer.page.results)
            )

        read = walk(
            source.name,
            lambda number: source.fetch(client, number),
            source.pages,
            parallel=client.parallel,
            held=checkpoint.held(source.pages),
            keep=keep,
            pause=client.pause,
        )
        received = _records(source, read)
        if not received:
            raise EmptyCollection(source.name)
        movies, copies, below = _well_rated(*once_each(received, run, adult), source.min_rating)
        end = clock.now().astimezone(SEOUL)
        fullest = max((answer.page for answer in read.pages.values()), key=lambda page: page.total_results)
        info = {
            "collection_type": source.collection_type,
            "source": source.name,
            "collection_date": run.day.isoformat(),
            "total_collected": len(movies),
            "records_received": len(received),
            "duplicates_dropped": len(copies),
            "below_min_rating_dropped": below,
            "pages_asked": source.pages,
            "pages_processed": len(read.pages),
            "pages_missing": [{"source": source.name, **missing._asdict()} for missing in read.missing],
            "pages_resumed": read.held,
            "ended_by": read.ended_by,
            "total_pages": fullest.total_pages,
            "total_results": fullest.total_results,
            **source.facts,
            **client.asks_for,
            "movies_sha256": digest([record.movie for record in movies]),
            "dag_id": run.dag_id,
            "dag_run_id": run.run_id,
            "start_time": start.isoformat(),
            "end_time": end.isoformat(),
            "duration_seconds": round((end - start).total_seconds(), 3),
        }
        write_movies(lake, source.file, "collection_info", MovieFile(movies, copies, info))
        checkpoint.complete()
    log.info(
        "%s: %d movies from %d records (%d duplicates, %d below the minimum rating) on %d pages",
        *(source.name, len(movies), len(received), len(copies), below, len(read.pages)),
    )
    return {"file": source.file, **info}


def once_each(records: Sequence[Record], run: Run, adult: AdultPolicy) -> tuple[list[Record], list[Record]]:
    """The records that stand for their movies, the best of each as the quality rules see it, and their further copies.

    Both keep the order of ``records``. Those without a usable id are no copies of anything.
    """
    days = [record.received_on(run) for record in records]
    chosen = choose([record.movie for record in records], on=days, adult=adult)
    return [records[at] for at in chosen.kept], [records[at] for at in chosen.copies]


def _records(source: Source, read: Walk) -> list[Record]:
    """The records that were read, each with its origin."""
    days = {number: answer.as_of.astimezone(SEOUL).date() for number, answer in read.pages.items()}
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
