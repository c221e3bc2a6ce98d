import datetime as dt

import pytest

from fake_tmdb.api.movies.lists import next_wednesday

SERIES_KEYS = [
    "adult", "backdrop_path", "id", "name", "original_name", "overview", "poster_path", "media_type",
    "original_language", "genre_ids", "popularity", "first_air_date", "softcore", "vote_average", "vote_count",
    "origin_country",
]  # fmt: skip


@pytest.mark.parametrize(
    "path",
    [
        "/movie/popular",
        "/movie/top_rated",
        "/movie/now_playing",
        "/movie/upcoming",
        "/trending/movie/day",
        "/discover/movie",
    ],
)
def test_pages_hold_twenty_and_add_up(ask, path):
    """Every list has twenty movies a page, its totals agree, and its first two pages share no movie."""
    first, second = (ask(f"{path}?page={page}").json() for page in (1, 2))

    assert len(first["results"]) == len(second["results"]) == 20
    assert first["total_pages"] == -(-first["total_results"] // 20)
    assert not {item["id"] for item in first["results"]} & {item["id"] for item in second["results"]}


def test_total_pages_exceed_the_readable_ones(ask):
    """Popular says more than 500 pages, page 500 can be read, page 501 is refused."""
    last, beyond = ask("/movie/popular?page=500"), ask("/movie/popular?page=501")

    assert last.json()["total_pages"] > 500
    assert len(last.json()["results"]) == 20
    assert (beyond.status, beyond.json()["status_code"]) == (400, 22)


@pytest.mark.parametrize(
    "path", ["/movie/popular", "/trending/movie/week", "/movie/changes", "/search/movie?query=the"]
)
@pytest.mark.parametrize("page", ["0", "-1", "501", "one"])
def test_invalid_pages(ask, path, page):
    """A page that is no integer from 1 to 500 is code 22 with status 400, on every paged route."""
    reply = ask(f"{path}{'&' if '?' in path else '?'}page={page}")

    assert (reply.status, reply.json()["status_code"]) == (400, 22)


def test_a_page_after_the_last_is_empty(ask):
    """A readable page after the last one has no results and the usual totals."""
    document = ask("/movie/top_rated?page=400").json()

    assert document["results"] == []
    assert document["page"] == 400 > document["total_pages"]


def test_popular_is_discover(ask):
    """Popular is discover's default order without adult movies and recordings."""
    popular = ask("/movie/popular?page=3").body
    discovered = ask("/discover/movie?include_adult=false&include_video=false&sort_by=popularity.desc&page=3").body

    assert popular == discovered


def test_top_rated_has_votes_and_no_documentaries(ask):
    """Top rated holds at least 200 votes each, the best first, and neither documentaries nor music."""
    items = [item for page in range(1, 6) for item in ask(f"/movie/top_rated?page={page}").json()["results"]]

    assert min(item["vote_count"] for item in items) >= 200
    assert min(item["vote_average"] for item in items) >= 7.5
    assert not any(99 in item["genre_ids"] for item in items)


@pytest.mark.parametrize(
    ("day", "wednesday"),
    [
        ("2024-01-01", "2024-01-03"),
        ("2024-01-02", "2024-01-03"),
        ("2024-01-03", "2024-01-10"),
        ("2024-01-04", "2024-01-10"),
    ],
)
def test_the_next_wednesday(day, wednesday):
    """Dates turn on the Wednesday after the day of the request; on a Wednesday it is the following one."""
    at = dt.datetime.fromisoformat(f"{day}T23:59:00+00:00").timestamp()

    assert next_wednesday(at).isoformat() == wednesday


@pytest.mark.parametrize(
    ("path", "minimum", "maximum"),
    [("now_playing", "2023-11-22", "2024-01-03"), ("upcoming", "2024-01-03", "2024-01-24")],
)
def test_dates_stand_first_and_bound_the_release(ask, path, minimum, maximum):
    """now_playing and upcoming tell their dates first; with a region every shown date lies within them."""
    document = ask(f"/movie/{path}?region=KR").json()

    assert next(iter(document)) == "dates"
    assert document["dates"] == {"maximum": maximum, "minimum": minimum}
    assert all(minimum <= item["release_date"] <= maximum for item in document["results"])


def test_region_changes_only_the_dates_of_popular(ask):
    """On popular a region is a presentation filter: the same movies, some with another date."""
    plain, korean = ask("/movie/popular").json(), ask("/movie/popular?region=KR").json()

    assert [item["id"] for item in plain["results"]] == [item["id"] for item in korean["results"]]
    assert [item["release_date"] for item in plain["results"]] != [item["release_date"] for item in korean["results"]]


def test_trending(ask):
    """Trending has 10,000 results of their own kind, not sorted by popularity, and a week differs from a day."""
    day, week = ask("/trending/movie/day").json(), ask("/trending/movie/week").json()
    shown = [item["popularity"] for item in day["results"]]

    assert (day["total_pages"], day["total_results"]) == (500, 10_000)
    assert {item["media_type"] for item in day["results"]} == {"movie"}
    assert shown != sorted(shown, reverse=True)
    assert day["results"] != week["results"]


def test_trending_of_everything_has_series_among_the_movies(ask):
    """About one result in four is a series, with the keys of one; the movies are those of the catalogue."""
    results = [item for page in range(1, 11) for item in ask(f"/trending/all/day?page={page}").json()["results"]]
    series = [item for item in results if item["media_type"] == "tv"]
    films = [item for item in results if item["media_type"] == "movie"]

    assert 0.15 < len(series) / len(results) < 0.35
    assert len(series) + len(films) == len(results) == 200
    assert all(list(item) == SERIES_KEYS for item in series)
    assert all(ask(f"/movie/{item['id']}").json()["title"] == item["title"] for item in films[:5])
    assert {genre for item in series for genre in item["genre_ids"]} <= {
        genre["id"] for genre in ask("/genre/tv/list").json()["genres"]
    }


def test_trending_series_are_those_of_trending_of_everything(ask):
    """Trending series are the same ones in the same order, and change with the language only in their texts."""
    among = [item for page in range(1, 6) for item in ask(f"/trending/all/week?page={page}").json()["results"]]
    alone, korean = (ask(f"/trending/tv/week?language={code}").json()["results"] for code in ("en-US", "ko-KR"))

    assert alone == [item for item in among if item["media_type"] == "tv"][:20]
    assert [item["id"] for item in korean] == [item["id"] for item in alone]
    assert [item["name"] for item in korean] != [item["name"] for item in alone]
    assert ask("/trending/tv/week?page=0").status == ask("/trending/all/week?page=501").status == 400


def test_language_changes_texts_only(ask):
    """The same ids in the same order, whatever the language, with Korean titles where there are some."""
    english, korean = (ask(f"/movie/popular?language={language}").json()["results"] for language in ("en-US", "ko-KR"))

    assert [item["id"] for item in english] == [item["id"] for item in korean]
    assert sum(item["title"] != other["title"] for item, other in zip(english, korean, strict=True)) > 10


def test_nothing_found(ask):
    """A list without results has one page, as recorded: 57 bytes."""
    reply = ask("/discover/movie?with_genres=999999")

    assert reply.body == b'{"page":1,"results":[],"total_pages":1,"total_results":0}'


def test_a_bare_list_does_not_depend_on_the_clock(ask, clock):
    """With drift off the same bytes come a year later."""
    before = ask("/trending/movie/day?page=2").body
    clock.move(365 * 86_400)

    assert ask("/trending/movie/day?page=2").body == before


@pytest.fixture
def listed(ask):
    """Return a function that reads a list to its last page, at most 500 of them."""

    def listed(path):
        first = ask(f"{path}page=1").json()
        rest = range(2, min(first["total_pages"], 500) + 1)
        return first["results"] + [movie for page in rest for movie in ask(f"{path}page={page}").json()["results"]]

    return listed


@pytest.mark.parametrize("path", ["/movie/popular?", "/trending/movie/week?", "/discover/movie?include_adult=false&"])
def test_a_few_movies_slip_into_lists_that_asked_for_none(listed, path):
    """Adult and softcore movies are in lists that asked for none, as reported, but in few of some hundred places."""
    movies = listed(path)

    assert 1 <= sum(movie["adult"] for movie in movies) <= len(movies) / 300
    assert 1 <= sum(movie["softcore"] for movie in movies) <= len(movies) / 300


def test_including_adult_movies_shows_all_of_them(ask, catalogue):
    """Whoever asks for adult movies gets every one of the catalogue that is no recording."""
    total = ask("/discover/movie?include_adult=true").json()["total_results"]

    assert total == (~catalogue.video).sum()
