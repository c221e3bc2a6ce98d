"""The kinds of error, each with the one message that the client makes of it."""

from cassette_tools.checks import fails
from cassette_tools.recipe import Recipe, get, page
from movie_lists import POPULAR

from fake_tmdb import Fault
from tmdb_pipeline.tmdb.client import TmdbClient
from tmdb_pipeline.tmdb.errors import BadRequest, BrokenResponse, NotFound, RateLimited, RefusedKey, Unavailable

_HTML = "<html><head><title>Maintenance</title></head><body><h1>We will be back soon.</h1></body></html>"
_NO_MOVIE = 2_147_483_647

_POPULAR = "/movie/popular?language=ko-KR&region=KR&page=1"
_GENRES = "/genre/movie/list?language=ko-KR"
_ADVICE = "Check TMDB_READ_TOKEN (long, with two dots) or TMDB_API_KEY (32 characters), or the Connection tmdb_default."
_NOT_FOUND = (
    "TMDB does not know this (404: The resource you requested could not be found). Does the base URL end in /3?"
)
_OFTEN = "TMDB says that we ask too often (429: Your request count (41) is over the allowed limit of 40"

_REFUSED = (
    Recipe(
        "401_refused_key",
        "A key that TMDB does not know",
        page(POPULAR),
        fails(
            RefusedKey,
            _POPULAR,
            f"TMDB refused the key (401: Invalid API key: You must be granted a valid key). {_ADVICE}",
        ),
        refused=True,
    ),
    Recipe(
        "401_no_session",
        "A route that needs a session",
        get("/movie/550/account_states"),
        fails(
            RefusedKey,
            "/movie/550/account_states?language=ko-KR",
            f"TMDB refused the key (401: Session denied). {_ADVICE}",
        ),
    ),
    Recipe(
        "404_unknown_movie",
        "A movie that is not there",
        lambda client: client.movie(_NO_MOVIE),
        fails(NotFound, f"/movie/{_NO_MOVIE}?language=ko-KR", _NOT_FOUND),
    ),
    Recipe(
        "404_unknown_route",
        "A route that is not there",
        get("/no/such/route"),
        fails(NotFound, "/no/such/route?language=ko-KR", _NOT_FOUND),
    ),
    Recipe(
        "400_invalid_page",
        "The page after the last that can be read",
        page(POPULAR, 501),
        fails(
            BadRequest,
            "/movie/popular?language=ko-KR&region=KR&page=501",
            "TMDB does not accept this request (400: Invalid page: Pages start at 1 and max at 500. They are expected "
            "to be an integer).",
        ),
    ),
    Recipe(
        "400_invalid_date",
        "A date that is none",
        get("/movie/changes", start_date="yesterday"),
        fails(
            BadRequest,
            "/movie/changes?language=ko-KR&start_date=yesterday",
            "TMDB does not accept this request (400: Invalid date: Format needs to be YYYY-MM-DD).",
        ),
    ),
    Recipe(
        "400_too_many_appended",
        "More parts appended than TMDB allows",
        lambda client: client.movie(550, append=("credits",) * 21),
        fails(
            BadRequest,
            f"/movie/550?language=ko-KR&append_to_response={'%2C'.join(['credits'] * 21)}",
            "TMDB does not accept this request (400: Too many append to response objects: The maximum number of remote "
            "calls is 20).",
        ),
    ),
    Recipe(
        "422_long_range",
        "Changes over more than 14 days",
        get("/movie/changes", start_date="2025-11-01", end_date="2025-12-01"),
        fails(
            BadRequest,
            "/movie/changes?language=ko-KR&start_date=2025-11-01&end_date=2025-12-01",
            "TMDB does not accept this request (422: Invalid date range: Should be a range no longer than 14 days).",
        ),
    ),
    Recipe(
        "422_no_query",
        "A search for nothing, refused in the older form of errors",
        get("/search/movie"),
        fails(
            BadRequest,
            "/search/movie?language=ko-KR",
            "TMDB does not accept this request (422: query must be provided).",
        ),
    ),
)


def _limited(name: str, purpose: str, headers: dict[str, str], message: str, retry_after: float | None) -> Recipe:
    fault = Fault(status=429, headers=headers)
    return Recipe(
        name, purpose, page(POPULAR), fails(RateLimited, _POPULAR, message, retry_after=retry_after), (fault,)
    )


_LIMITED = (
    _limited(
        "429_modern",
        "Too many requests, as recorded since 2019: no word of how long to wait",
        {},
        f"{_OFTEN}).",
        None,
    ),
    _limited(
        "429_seconds",
        "Too many requests, as until 2019: how long to wait in seconds, and what is left of the limit",
        {
            "Retry-After": "7",
            "X-RateLimit-Limit": "40",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": "1767582007",
        },
        f"{_OFTEN}, and asks to wait 7 s).",
        7,
    ),
    _limited(
        "429_date",
        "Too many requests, with the end of the wait as a date",
        {"Retry-After": "Mon, 05 Jan 2026 03:00:09 GMT"},
        f"{_OFTEN}, and asks to wait 9 s).",
        9,
    ),
)


def _unavailable(name: str, purpose: str, fault: Fault, told: str, retry_after: float | None = None) -> Recipe:
    message = f"TMDB is in trouble ({told})."
    return Recipe(
        name, purpose, page(POPULAR), fails(Unavailable, _POPULAR, message, retry_after=retry_after), (fault,)
    )


_UNAVAILABLE = (
    _unavailable(
        "500_json",
        "An internal error, in TMDB's form",
        Fault(status=500),
        "500: Internal error: Something went wrong, contact TMDB",
    ),
    _unavailable(
        "502_html", "A gateway without its server, which answers in HTML", Fault(status=502, body="html"), "502"
    ),
    _unavailable(
        "503_maintenance",
        "Maintenance, in TMDB's form and with a time to come back",
        Fault(status=503, code=46, headers={"Retry-After": "120"}),
        "503: The API is undergoing maintenance. Try again later, and asks to wait 120 s",
        120,
    ),
    _unavailable("503_html", "An overload, in HTML", Fault(status=503, body="html"), "503"),
    _unavailable(
        "504_json",
        "A server behind that did not answer",
        Fault(status=504),
        "504: Your request to the backend server timed out. Try again",
    ),
)
_BROKEN = (
    Recipe(
        "200_html",
        "HTML under status 200, where JSON was promised",
        page(POPULAR),
        fails(BrokenResponse, _POPULAR, "the response is HTML where JSON was promised."),
        (Fault(text=_HTML, content_type="text/html"),),
        malformed="HTML",
    ),
    Recipe(
        "200_empty",
        "No body at all",
        TmdbClient.genres,
        fails(BrokenResponse, _GENRES, "the response is empty."),
        (Fault(text=""),),
        malformed="empty",
    ),
    Recipe(
        "200_truncated_json",
        "JSON that ends in the middle",
        TmdbClient.genres,
        fails(
            BrokenResponse,
            _GENRES,
            "the response is no valid JSON, or cut off (unexpected end of data at byte 31 of 31).",
        ),
        (Fault(text='{"genres":[{"id":28,"name":"Act'),),
        malformed="cut off JSON",
    ),
    Recipe(
        "200_truncated_gzip",
        "A compressed body that ends in the middle",
        TmdbClient.genres,
        fails(BrokenResponse, _GENRES, "the response's gzip stream is cut off."),
        (Fault(truncate=0.5),),
        malformed="cut off gzip",
    ),
    Recipe(
        "200_no_list",
        "JSON that is no page of movies",
        page(POPULAR),
        fails(BrokenResponse, _POPULAR, "the response is JSON, but not a page of movies."),
        (Fault(empty=True, remove=("results", "total_pages")),),
        malformed="no page",
    ),
)

ERRORS = (*_REFUSED, *_LIMITED, *_UNAVAILABLE, *_BROKEN)
