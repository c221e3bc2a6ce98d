"""What is recorded: one cassette for each endpoint and for each kind of error, and what the client asks for it.

Ids are those that both the fake and TMDB know. What needs a fault cannot be provoked at TMDB: it is always recorded
from the fake.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from movie_lists import POPULAR, TOP_RATED, TRENDING_DAY, TRENDING_WEEK, of_genre

from fake_tmdb import Fault
from tmdb_pipeline.clock import Clock
from tmdb_pipeline.settings import DEFAULT_BASE_URL, Credential, Settings
from tmdb_pipeline.tmdb.client import TmdbClient
from tmdb_pipeline.tmdb.errors import TmdbError
from tmdb_pipeline.tmdb.response import Response
from tmdb_pipeline.tmdb.retry import RetryBudget

#: A key that nobody gave out, for the answer to one.
REFUSED = Credential("api_key", "badc0de0" * 4)

_HTML = "<html><head><title>Maintenance</title></head><body><h1>We will be back soon.</h1></body></html>"
_MOVIE = 550
_NO_MOVIE = 2_147_483_647
#: Routes of the fake that have no cassette of their own, and why.
NOT_RECORDED = {
    "/certification/tv/list": "the same function and shape as /certification/movie/list",
    "/discover/tv": "no series here: always the empty page that discover_nothing_found holds",
    "/person/changes": "the same function and shape as /movie/changes",
    "/search/person": "no persons here: always the empty page",
    "/search/tv": "no series here: always the empty page",
    "/trending/all/week": "the same shape as /trending/all/day",
    "/trending/person/day": "no persons here: always the empty page",
    "/trending/person/week": "no persons here: always the empty page",
    "/trending/tv/day": "series only, of the shape that they have in /trending/all/day",
    "/trending/tv/week": "series only, of the shape that they have in /trending/all/day",
    "/tv/changes": "the same function and shape as /movie/changes",
    "/watch/providers/tv": "the same function and shape as /watch/providers/movie",
}


@dataclass(frozen=True)
class Recipe:
    """One cassette.

    Attributes:
        name: of its file.
        purpose: what it is for, in a sentence without its full stop.
        ask: what the client is asked for; what it returns is given back by ``run``.
        faults: the plan of the fake, where the answer has to be provoked.
        tries: how often the client tries; 1 shows the error itself.
        refused: whether the client has a key that TMDB does not know.
        malformed: what is wrong with the body, where that is the point.
    """

    name: str
    purpose: str
    ask: Callable[[TmdbClient], Any]
    faults: tuple[Fault, ...] = ()
    tries: int = 1
    refused: bool = False
    malformed: str = ""

    def run(self, credential: Credential, clock: Clock, base_url: str = DEFAULT_BASE_URL) -> Any:
        """What the client makes of it: what ``ask`` returned, or the error that it raised."""
        settings = Settings(REFUSED if self.refused else credential, base_url=base_url)
        budget = RetryBudget(tries=self.tries)
        with TmdbClient(settings, clock=clock, random=Random(4), budget=budget) as client:
            try:
                return self.ask(client)
            except TmdbError as error:
                return error


def get(path: str, **params: object) -> Callable[[TmdbClient], Response]:
    """A request for an endpoint that the pipeline has no method for, sent by its client all the same."""
    return lambda client: client._get(
        path, {"language": "ko-KR", **params}, raise_if_broken=lambda response: response.data
    )


def _movie_block(block: str) -> Recipe:
    name = f"movie_{block.replace('/', '_')}"
    return Recipe(name, f"The block {block} of a movie, asked for on its own", get(f"/movie/{_MOVIE}/{block}"))


ENDPOINTS = (
    Recipe("popular", "The first page of the popular movies", lambda client: client.page(POPULAR)),
    Recipe("top_rated", "The first page of the top rated movies", lambda client: client.page(TOP_RATED)),
    Recipe("trending_day", "The movies that trend today", lambda client: client.page(TRENDING_DAY)),
    Recipe("trending_all", "Movies and series that trend today", get("/trending/all/day")),
    Recipe("trending_week", "The movies that trend this week", lambda client: client.page(TRENDING_WEEK)),
    Recipe("discover_genre", "The most popular comedies", lambda client: client.page(of_genre(35))),
    Recipe("genres", "The genres of movies, in Korean", lambda client: client.genres()),
    Recipe("configuration", "Image addresses and change keys", lambda client: client.configuration()),
    Recipe("authentication", "The check of a good key", lambda client: client.authentication()),
    Recipe("movie", "The details of one movie", lambda client: client.movie(_MOVIE)),
    Recipe(
        "movie_appended",
        "The details of one movie with three blocks appended",
        lambda client: client.movie(_MOVIE, append=("credits", "keywords", "external_ids")),
    ),
    Recipe("now_playing", "Movies in cinemas, with the dates between which they came out", get("/movie/now_playing")),
    Recipe("upcoming", "Movies to come, with the dates between which they come out", get("/movie/upcoming")),
    Recipe("movie_latest", "The movie that was added last", get("/movie/latest")),
    Recipe(
        "changes",
        "Movies that changed on a day of the past, where those deleted since have nulls",
        get("/movie/changes", start_date="2025-12-01", end_date="2025-12-02"),
    ),
    *map(
        _movie_block,
        (
            "alternative_titles",
            "changes",
            "credits",
            "external_ids",
            "images",
            "keywords",
            "lists",
            "recommendations",
            "release_dates",
            "releases",
            "reviews",
            "similar",
            "translations",
            "videos",
            "watch/providers",
        ),
    ),
    Recipe("search_movie", "A search for movies", get("/search/movie", query="lantern")),
    Recipe("search_multi", "A search for anything", get("/search/multi", query="lantern")),
    Recipe("search_collection", "A search for collections", get("/search/collection", query="the")),
    Recipe("search_company", "A search for companies", get("/search/company", query="pictures")),
    Recipe("search_keyword", "A search for keywords", get("/search/keyword", query="a")),
    Recipe("find", "A movie by its IMDb id", get("/find/tt0137523", external_source="imdb_id")),
    Recipe("collection", "A collection with its movies", get("/collection/10")),
    Recipe("collection_images", "The images of a collection", get("/collection/10/images")),
    Recipe("collection_translations", "The translations of a collection", get("/collection/10/translations")),
    Recipe("company", "A production company", get("/company/1")),
    Recipe("company_images", "The logos of a company", get("/company/1/images")),
    Recipe("company_names", "Other names of a company", get("/company/1/alternative_names")),
    Recipe("company_movies", "The movies of a company", get("/company/1/movies")),
    Recipe("keyword", "A keyword", get("/keyword/1721")),
    Recipe("keyword_movies", "The movies with a keyword", get("/keyword/1721/movies")),
    Recipe("genre_movies", "The movies of a genre, by the undocumented route", get("/genre/37/movies")),
    Recipe("review", "A review by its own id", get("/review/5013bc76760ee372cb00253e")),
    Recipe("certifications", "The certifications of movies, by country", get("/certification/movie/list")),
    Recipe("countries", "The countries that TMDB knows", get("/configuration/countries")),
    Recipe("jobs", "The jobs of a crew, by department", get("/configuration/jobs")),
    Recipe("languages", "The languages that TMDB knows", get("/configuration/languages")),
    Recipe("primary_translations", "The languages of the site", get("/configuration/primary_translations")),
    Recipe("timezones", "Time zones by country", get("/configuration/timezones")),
    Recipe("tv_genres", "The genres of series", get("/genre/tv/list")),
    Recipe("watch_providers", "Everywhere that movies can be watched", get("/watch/providers/movie")),
    Recipe("watch_regions", "The countries with such providers", get("/watch/providers/regions")),
    Recipe(
        "discover_nothing_found",
        "A list without a movie: one page, and no results",
        get("/discover/movie", with_original_language="en-US"),
    ),
)

ERRORS = (
    Recipe("401_refused_key", "A key that TMDB does not know", lambda client: client.page(POPULAR), refused=True),
    Recipe("401_no_session", "A route that needs a session", get(f"/movie/{_MOVIE}/account_states")),
    Recipe("404_unknown_movie", "A movie that is not there", lambda client: client.movie(_NO_MOVIE)),
    Recipe("404_unknown_route", "A route that is not there", get("/no/such/route")),
    Recipe("400_invalid_page", "The page after the last that can be read", lambda client: client.page(POPULAR, 501)),
    Recipe("400_invalid_date", "A date that is none", get("/movie/changes", start_date="yesterday")),
    Recipe(
        "400_too_many_appended",
        "More blocks appended than TMDB allows",
        lambda client: client.movie(_MOVIE, append=("credits",) * 21),
    ),
    Recipe(
        "422_long_range",
        "Changes over more than 14 days",
        get("/movie/changes", start_date="2025-11-01", end_date="2025-12-01"),
    ),
    Recipe("422_no_query", "A search for nothing, refused in the older shape of errors", get("/search/movie")),
    Recipe(
        "429_modern",
        "Too many requests, as recorded since 2019: no word of how long to wait",
        lambda client: client.page(POPULAR),
        (Fault(status=429),),
    ),
    Recipe(
        "429_seconds",
        "Too many requests, as until 2019: how long to wait in seconds, and what is left of the limit",
        lambda client: client.page(POPULAR),
        (
            Fault(
                status=429,
                headers={
                    "Retry-After": "7",
                    "X-RateLimit-Limit": "40",
                    "X-RateLimit-Remaining": "0",
                    "X-RateLimit-Reset": "1767582007",
                },
            ),
        ),
    ),
    Recipe(
        "429_date",
        "Too many requests, with the end of the wait as a date",
        lambda client: client.page(POPULAR),
        (Fault(status=429, headers={"Retry-After": "Mon, 05 Jan 2026 03:00:09 GMT"}),),
    ),
    Recipe("500_json", "An internal error, in TMDB's shape", lambda client: client.page(POPULAR), (Fault(status=500),)),
    Recipe(
        "502_html",
        "A gateway without its server, which answers in HTML",
        lambda client: client.page(POPULAR),
        (Fault(status=502, body="html"),),
    ),
    Recipe(
        "503_maintenance",
        "Maintenance, in TMDB's shape and with a time to come back",
        lambda client: client.page(POPULAR),
        (Fault(status=503, code=46, headers={"Retry-After": "120"}),),
    ),
    Recipe("503_html", "An overload, in HTML", lambda client: client.page(POPULAR), (Fault(status=503, body="html"),)),
    Recipe(
        "504_json", "A server behind that did not answer", lambda client: client.page(POPULAR), (Fault(status=504),)
    ),
    Recipe(
        "200_html",
        "HTML under status 200, where JSON was promised",
        lambda client: client.page(POPULAR),
        (Fault(text=_HTML, content_type="text/html"),),
        malformed="HTML",
    ),
    Recipe("200_empty", "No body at all", lambda client: client.genres(), (Fault(text=""),), malformed="empty"),
    Recipe(
        "200_truncated_json",
        "JSON that ends in the middle",
        lambda client: client.genres(),
        (Fault(text='{"genres":[{"id":28,"name":"Act'),),
        malformed="cut off JSON",
    ),
    Recipe(
        "200_truncated_gzip",
        "A compressed body that ends in the middle",
        lambda client: client.genres(),
        (Fault(truncate=0.5),),
        malformed="cut off gzip",
    ),
    Recipe(
        "200_no_list",
        "JSON that is no page of movies",
        lambda client: client.page(POPULAR),
        (Fault(empty=True, remove=("results", "total_pages")),),
        malformed="no page",
    ),
    Recipe(
        "200_gzip_unlabelled",
        "Compressed without saying so, as in May 2026: read all the same",
        lambda client: client.genres(),
        (Fault(gzip="unlabelled"),),
    ),
    Recipe(
        "200_gzip_mislabelled",
        "Called compressed but is not, as in August 2022: read all the same",
        lambda client: client.genres(),
        (Fault(gzip="mislabelled"),),
    ),
)

STORIES = (
    Recipe(
        "recovers_429",
        "Too many requests, then the answer: the client waits as long as it was told",
        lambda client: client.genres(),
        (Fault(status=429, headers={"Retry-After": "2"}, times=1),),
        tries=2,
    ),
    Recipe(
        "recovers_502",
        "HTML from the gateway twice, then the answer",
        lambda client: client.genres(),
        (Fault(status=502, body="html", times=2),),
        tries=3,
    ),
    Recipe(
        "popular_two_pages",
        "Two pages of the popular movies, for collections without a server",
        lambda client: [client.page(POPULAR, 1), client.page(POPULAR, 2)],
    ),
)

RECIPES = {recipe.name: recipe for recipe in (*ENDPOINTS, *ERRORS, *STORIES)}
