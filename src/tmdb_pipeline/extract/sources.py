"""The lists of TMDB that are collected, each declared once: which list it is, how much of it, and where it goes.

A new list is a new function here, and a task in a DAG file: the client, the checkpoint and the files know nothing of
single lists. What else ``collection_info`` is to say of a source has to be a key of ``SourceMetadata``.
"""

from dataclasses import dataclass, field
from typing import Literal

from tmdb_pipeline.custom.collection import CustomCollection
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.file_info import SourceMetadata
from tmdb_pipeline.movies import Genre
from tmdb_pipeline.run import Run
from tmdb_pipeline.tmdb.movie_list import MovieList

TimeWindow = Literal["day", "week"]


@dataclass(frozen=True)
class Source:
    """A list of TMDB to collect for one run.

    Attributes:
        name: ASCII name of the list, unique in its DAG; also the folder of its pages.
        collection_type: what the file says it is.
        movies: how a page is asked for.
        pages: how many pages to ask for, 1 to 500.
        file: where the collection goes, under the data root.
        min_rating: drop movies below this vote average (0 to 10), or keep all.
        metadata: what else ``collection_info`` says.
    """

    name: str
    collection_type: str
    movies: MovieList
    pages: int
    file: str
    min_rating: float | None = None
    metadata: SourceMetadata = field(default_factory=SourceMetadata)

    @property
    def region(self) -> str | None:
        """The region that goes in the place of the client's, if its parameters have one."""
        region = self.movies.parameters.get("region")
        return None if region is None else str(region)


def popular(run: Run, pages: int) -> Source:
    """``/movie/popular``: most popular first."""
    return Source(
        name="popular",
        collection_type="daily_popular",
        movies=MovieList("/movie/popular", regional=True),
        pages=pages,
        file=paths.movies_file(run, "daily", "popular_movies"),
    )


def trending(run: Run, window: TimeWindow) -> Source:
    """``/trending/movie/{day|week}``, page 1 of it, in no order that popularity explains."""
    return Source(
        name="trending",
        collection_type="daily_trending",
        movies=MovieList(f"/trending/movie/{window}"),
        pages=1,
        file=paths.movies_file(run, "trending", "trending_movies"),
        metadata={"time_window": window},
    )


def genre(run: Run, kind: Genre, pages: int) -> Source:
    """``/discover/movie`` for one genre: most popular first."""
    return Source(
        name=kind.slug,
        collection_type="weekly_genre",
        movies=MovieList(
            "/discover/movie",
            regional=True,
            parameters={
                "sort_by": "popularity.desc",
                "include_adult": "false",
                "include_video": "false",
                "with_genres": kind.id,
            },
            genre_id=kind.id,
        ),
        pages=pages,
        file=paths.movies_file(run, "genre", kind.slug),
        metadata={"genre_id": kind.id, "genre_name": kind.name, "week_number": run.week},
    )


def top_rated(run: Run, pages: int, min_rating: float) -> Source:
    """``/movie/top_rated``: best average first, with at least 200 votes, of which those below ``min_rating`` go."""
    return Source(
        name="top_rated",
        collection_type="weekly_top_rated",
        movies=MovieList("/movie/top_rated", regional=True),
        pages=pages,
        file=paths.movies_file(run, "weekly", "top_rated"),
        min_rating=min_rating,
        metadata={"min_rating": min_rating, "week_number": run.week},
    )


def custom(run: Run, collection: CustomCollection, pages: int) -> Source:
    """What an entry of ``custom_collections.yaml`` asks for: a list, or ``/discover/movie`` with its parameters."""
    genre_asked = collection.discover.get("with_genres", "")
    return Source(
        name=collection.id,
        collection_type="custom",
        movies=MovieList(
            collection.path,
            regional=collection.regional,
            parameters=collection.discover,
            genre_id=int(genre_asked) if genre_asked.isdigit() else None,
        ),
        pages=pages,
        file=paths.movies_file(run, f"custom/{collection.id}", collection.id),
        metadata={"path": collection.path, "parameters": {**collection.discover}},
    )
