"""The movie record as TMDB sends it, the genres that are collected, and what makes two records the same movie.

A record stays the ``dict`` that TMDB sent: nothing is renamed, converted or dropped on the way to the lake, so what
lies there is evidence. Shapes are checked by ``tmdb_pipeline.quality``.
"""

from typing import Any, NamedTuple, TypeAlias

#: One element of ``results``; of any shape, for only the validator may judge it.
Movie: TypeAlias = Any


class Genre(NamedTuple):
    """A TMDB genre: its id, the ASCII slug used in task ids and file names, and its Korean name as TMDB shows it."""

    id: int
    slug: str
    name: str


#: The genres of the weekly collection, in the order of their tasks. Ids: TMDB ``/genre/movie/list``.
GENRES = (
    Genre(28, "action", "액션"),
    Genre(35, "comedy", "코미디"),
    Genre(18, "drama", "드라마"),
    Genre(27, "horror", "공포"),
    Genre(10749, "romance", "로맨스"),
    Genre(878, "science_fiction", "SF"),
    Genre(53, "thriller", "스릴러"),
    Genre(16, "animation", "애니메이션"),
)


def movie_id(movie: Movie) -> int | None:
    """The id that identifies a record, or None where it has none that could (absent, not an object, not an integer)."""
    if isinstance(movie, dict):
        value = movie.get("id")
        if type(value) is int:  # a bool is an int to isinstance, and would be movie 1
            return value
    return None
