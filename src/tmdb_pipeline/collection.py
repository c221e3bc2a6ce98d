"""Collections: a list of TMDB, read page by page into one file of the lake, with an account of what became of it."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from tmdb_pipeline import layout
from tmdb_pipeline.checkpoint import Checkpoint
from tmdb_pipeline.clock import Clock, SystemClock
from tmdb_pipeline.lake import Lake, LakeError, to_json
from tmdb_pipeline.layout import Run
from tmdb_pipeline.movies import Genre, Movie, unique
from tmdb_pipeline.tmdb.answer import Answer
from tmdb_pipeline.tmdb.errors import EmptyCollection
from tmdb_pipeline.tmdb.paging import walk

if TYPE_CHECKING:
    # DAG files import this module at every parse; the client brings requests, a good third of what a parse costs.
    from tmdb_pipeline.tmdb.client import TimeWindow, TmdbClient

log = logging.getLogger(__name__)


class MixedRuns(LakeError):
    """A file was written by another run than the one that reads it."""


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


def collect(client: TmdbClient, lake: Lake, run: Run, source: Source, *, clock: Clock | None = None) -> dict[str, Any]:
    """Collect a source into its file, resuming from pages that an unfinished collection of this date left behind.

    Each page is kept as received before anything is made of it. The file is replaced only once all pages are there.

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
        start = clock.now()
        question = {"type": source.collection_type, **source.facts, **client.asks_for}
        checkpoint = Checkpoint(lake, run, source.name, question, start)
        held = checkpoint.held(source.pages)

        def keep(number: int, answer: Answer) -> None:
            checkpoint.keep(number, answer)
            log.info(
                "%s: page %d of %d received, %d movies", source.name, number, source.pages, len(answer.page.results)
            )

        read = walk(
            source.name,
            lambda number: source.fetch(client, number),
            source.pages,
            parallel=client.parallel,
            held=held,
            keep=keep,
        )
        received = read.movies
        if not received:
            raise EmptyCollection(source.name)
        rated = [movie for movie in received if not _is_below(movie, source.min_rating)]
        movies, duplicates = unique(rated)
        end = clock.now()
        first = read.pages[0].page
        info = {
            "collection_type": source.collection_type,
            "collection_date": run.day.isoformat(),
            "total_collected": len(movies),
            "records_received": len(received),
            "duplicates_dropped": duplicates,
            "below_min_rating_dropped": len(received) - len(rated),
            "pages_asked": source.pages,
            "pages_processed": len(read.pages),
            "pages_resumed": read.held,
            "ended_by": read.ended_by,
            "total_pages": first.total_pages,
            "total_results": first.total_results,
            **source.facts,
            **client.asks_for,
            "movies_sha256": digest(movies),
            "dag_id": run.dag_id,
            "dag_run_id": run.run_id,
            "start_time": start.isoformat(),
            "end_time": end.isoformat(),
            "duration_seconds": round((end - start).total_seconds(), 3),
        }
        lake.write(source.file, to_json({"movies": movies, "collection_info": info}), key="collection_info")
        checkpoint.complete(len(read.pages))
    log.info(
        "%s: %d movies from %d records (%d duplicates, %d below the minimum rating) on %d pages",
        *(source.name, len(movies), len(received), duplicates, len(received) - len(rated), len(read.pages)),
    )
    return {"file": source.file, **info}


def read_movies(lake: Lake, run: Run, file: str) -> tuple[list[Movie], dict[str, Any]]:
    """The movies of a file that this run has written, and the account (``..._info``) that stands beside them.

    Raises:
        MixedRuns: another run of the same date has written it meanwhile.
        LakeError: it is not there, or damaged.
    """
    document = lake.read_json(file, key="movies")
    info: dict[str, Any] = next((value for key, value in document.items() if key.endswith("_info")), {})
    if (writer := info.get("dag_run_id")) != run.run_id:
        raise MixedRuns(
            f"{lake.locate(file)} was written by run {writer}, not by this run {run.run_id}: two runs of one date must "
            "not be mixed. Run this date again when no other run of it is under way."
        )
    return document["movies"], info


def digest(movies: list[Movie]) -> str:
    """The SHA-256 of the movies as compact JSON, in hex: equal for equal movies in equal order."""
    return hashlib.sha256(orjson.dumps(movies)).hexdigest()


def _is_below(movie: Movie, minimum: float | None) -> bool:
    """Whether a movie is surely below the minimum. One without a usable average is left for the validator to judge."""
    if minimum is None or not isinstance(movie, dict):
        return False
    average = movie.get("vote_average")
    return isinstance(average, int | float) and not isinstance(average, bool) and average < minimum
