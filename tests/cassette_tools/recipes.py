"""What is recorded: one cassette for each request that the client has a method for, and for each kind of error.

Ids are those that both the fake and TMDB know. What needs a fault cannot be provoked at TMDB: it is always recorded
from the fake.
"""

from cassette_tools.checks import appended, lists, movies, recovers, says, two_pages
from cassette_tools.error_recipes import ERRORS
from cassette_tools.recipe import Recipe, page
from movie_lists import NOW_PLAYING, POPULAR, TOP_RATED, TRENDING_DAY, TRENDING_WEEK, UPCOMING, of_genre

from fake_tmdb import Fault
from tmdb_pipeline.tmdb.client import TmdbClient

_MOVIE = 550
_COMEDY = 35
_NO_GENRE = 1
_PARTS = ("credits", "keywords", "external_ids")

ENDPOINTS = (
    Recipe("popular", "The first page of the popular movies", page(POPULAR), movies(20, "genre_ids")),
    Recipe("top_rated", "The first page of the top rated movies", page(TOP_RATED), movies(20, "genre_ids")),
    # Of the 2,000 movies of the fake few are in cinemas at the moment of the recording.
    Recipe("now_playing", "The movies that are in cinemas", page(NOW_PLAYING), movies(3, "genre_ids")),
    Recipe("upcoming", "The movies that will be in cinemas", page(UPCOMING), movies(4, "genre_ids")),
    Recipe(
        "trending_day",
        "The movies that trend today",
        page(TRENDING_DAY),
        movies(20, "genre_ids", "media_type"),
    ),
    Recipe(
        "trending_week",
        "The movies that trend this week",
        page(TRENDING_WEEK),
        movies(20, "genre_ids", "media_type"),
    ),
    Recipe(
        "discover_genre",
        "The most popular comedies",
        page(of_genre(_COMEDY)),
        movies(20, "genre_ids"),
    ),
    Recipe(
        "discover_nothing_found",
        "A list without a movie: one page, and no results",
        page(of_genre(_NO_GENRE)),
        says(page=1, results=[], total_pages=1, total_results=0),
    ),
    Recipe(
        "genres",
        "The genres of movies, in Korean",
        TmdbClient.genres,
        lists("genres", {"id": 28, "name": "액션"}),
    ),
    Recipe(
        "configuration",
        "Image addresses and change keys",
        TmdbClient.configuration,
        lists("change_keys", "adult"),
    ),
    Recipe("authentication", "The check of a good key", TmdbClient.authentication, says(success=True)),
    Recipe(
        "movie",
        "The details of one movie",
        lambda client: client.movie(_MOVIE),
        says(id=_MOVIE, imdb_id="tt0137523"),
    ),
    Recipe(
        "movie_appended",
        "The details of one movie with three parts appended",
        lambda client: client.movie(_MOVIE, append=_PARTS),
        appended(_MOVIE, *_PARTS),
    ),
)

STORIES = (
    Recipe(
        "200_gzip_unlabelled",
        "Compressed without saying so, as in May 2026: read all the same",
        TmdbClient.genres,
        recovers(),
        (Fault(gzip="unlabelled"),),
    ),
    Recipe(
        "200_gzip_mislabelled",
        "Called compressed but is not, as in August 2022: read all the same",
        TmdbClient.genres,
        recovers(),
        (Fault(gzip="mislabelled"),),
    ),
    Recipe(
        "recovers_429",
        "Too many requests, then the genres: the client waits as long as it was told",
        TmdbClient.genres,
        recovers(2.0),
        (Fault(status=429, headers={"Retry-After": "2"}, times=1),),
        tries=2,
    ),
    Recipe(
        "recovers_502",
        "HTML from the gateway twice, then the genres",
        TmdbClient.genres,
        recovers(0.0, 0.0),
        (Fault(status=502, body="html", times=2),),
        tries=3,
    ),
    Recipe(
        "popular_two_pages",
        "Two pages of the popular movies, for collections without a server",
        lambda client: [client.page(POPULAR, 1), client.page(POPULAR, 2)],
        two_pages,
    ),
)

RECIPES = {recipe.name: recipe for recipe in (*ENDPOINTS, *ERRORS, *STORIES)}
