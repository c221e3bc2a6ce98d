"""A list of movies of TMDB: how a page of it is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class MovieList:
    """A list endpoint with its parameters; ``client.page`` adds the language, and the number of the page.

    Attributes:
        path: such as ``/movie/popular``.
        regional: whether TMDB takes a region for it.
        parameters: what else is sent, in this order.
        genre_id: the genre that its movies have to be of, where it is the list of a genre.
    """

    path: str
    regional: bool = False
    parameters: Mapping[str, str | int] = field(default_factory=dict)
    genre_id: int | None = None
