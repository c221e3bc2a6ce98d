"""The lists of TMDB that are collected: what each is called, how a page of it is asked for, and where it goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tmdb_pipeline.lake import paths
from tmdb_pipeline.movies import Genre
from tmdb_pipeline.run import Run
from tmdb_pipeline.tmdb.response import Answer

if TYPE_CHECKING:
    # DAG files import this module at every parse; the client brings requests, a good third of what a parse costs.
    from tmdb_pipeline.tmdb.client import TimeWindow, TmdbClient


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
    return Source("popular", "daily_popular", paths.popular_file(run), pages, lambda client, page: client.popular(page))


def trending(run: Run, window: TimeWindow) -> Source:
    """The trending movies of a day or a week: the first page of them."""
    return Source(
        "trending",
        "daily_trending",
        paths.trending_file(run),
        1,
        lambda client, page: client.trending(window, page),
        facts={"time_window": window},
    )


def genre(run: Run, kind: Genre, pages: int) -> Source:
    """The most popular movies of a genre."""
    return Source(
        kind.slug,
        "weekly_genre",
        paths.genre_file(run, kind.slug),
        pages,
        lambda client, page: client.discover(genre_id=kind.id, page=page),
        facts={"genre_id": kind.id, "genre_name": kind.name, "week_number": run.week},
    )


def top_rated(run: Run, pages: int, min_rating: float) -> Source:
    """The top rated movies with an average of at least ``min_rating``."""
    return Source(
        "top_rated",
        "weekly_top_rated",
        paths.top_rated_file(run),
        pages,
        lambda client, page: client.top_rated(page),
        min_rating=min_rating,
        facts={"min_rating": min_rating, "week_number": run.week},
    )
