"""Lists of movies as TMDB documents them, for tests that ask for one past the sources of the pipeline."""

from tmdb_pipeline.tmdb.movie_list import MovieList

POPULAR = MovieList("/movie/popular", regional=True)
TOP_RATED = MovieList("/movie/top_rated", regional=True)
NOW_PLAYING = MovieList("/movie/now_playing", regional=True)
UPCOMING = MovieList("/movie/upcoming", regional=True)
TRENDING_DAY = MovieList("/trending/movie/day")
TRENDING_WEEK = MovieList("/trending/movie/week")


def of_genre(genre_id: int) -> MovieList:
    """The most popular movies of a genre."""
    parameters = {"sort_by": "popularity.desc", "include_adult": "false", "include_video": "false"}
    return MovieList(
        "/discover/movie", regional=True, parameters=parameters | {"with_genres": genre_id}, genre_id=genre_id
    )
