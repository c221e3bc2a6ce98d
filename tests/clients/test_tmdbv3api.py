import pytest
import tmdbv3api


@pytest.fixture(autouse=True)
def _redirected(tmdb, monkeypatch):
    """Point the client at the fake: its base address is set in its constructor, its options live in the environment."""
    original = tmdbv3api.TMDb.__init__

    def redirected(self, *args, **kwargs):
        original(self, *args, **kwargs)
        self._base = tmdb.url

    monkeypatch.setattr(tmdbv3api.TMDb, "__init__", redirected)
    for name, value in (
        ("TMDB_API_KEY", tmdb.fake.api_key),
        ("TMDB_LANGUAGE", "en-US"),
        ("TMDB_CACHE_ENABLED", "False"),
    ):
        monkeypatch.setenv(name, value)
    for name in ("page", "total_results", "total_pages"):  # which the client writes to the environment
        monkeypatch.setenv(name, "0")
    monkeypatch.setattr(tmdbv3api.TMDb, "_session", None)
    yield
    if tmdbv3api.TMDb._session is not None:
        tmdbv3api.TMDb._session.close()


def test_pages(pages, popular):
    """Every page of popular movies is read as it is."""
    read = [movie for page in pages for movie in tmdbv3api.Movie().popular(page=page).results]

    assert [(movie.id, movie.title) for movie in read] == popular


@pytest.mark.parametrize(
    "method",
    [
        "alternative_titles", "changes", "credits", "details", "external_ids", "images", "keywords", "lists",
        "recommendations", "release_dates", "reviews", "similar", "translations", "videos", "watch_providers",
    ],
)  # fmt: skip
def test_everything_about_a_movie(method):
    """Each call about a movie is answered and understood."""
    assert len(getattr(tmdbv3api.Movie(), method)(111)) > 0


@pytest.mark.parametrize("method", ["latest", "now_playing", "popular", "top_rated", "upcoming"])
def test_lists(method):
    """Each list is answered."""
    assert len(getattr(tmdbv3api.Movie(), method)()) > 0


def test_changes_of_any_window():
    """A window with both ends, one end or none has changes."""
    movie = tmdbv3api.Movie()
    windows = [
        {"start_date": "2016-08-29", "end_date": "2016-09-10"},
        {"start_date": "2016-08-29"},
        {"end_date": "2016-09-10"},
    ]

    assert all(len(movie.changes(111, **window).changes) > 0 for window in [*windows, {"page": 2}])


def test_discover():
    """A year, a genre and a vote floor together find movies for which all three hold."""
    query = {"primary_release_year": "2015", "with_genres": "28", "vote_average.gte": "8", "page": "1"}
    found = tmdbv3api.Discover().discover_movies(query)

    assert len(found.results) > 0
    assert all(movie.vote_average >= 8 and 28 in movie.genre_ids for movie in found.results)


def test_reference():
    """Collections, companies, genres, keywords and the rest have what the client's own tests ask for."""
    assert all(len(part["genre_ids"]) > 0 for part in tmdbv3api.Collection().details(10).parts)
    assert len(tmdbv3api.Collection().images(10).posters) > 0
    assert len(tmdbv3api.Company().images(1).logos) > 0
    assert len(tmdbv3api.Company().alternative_names(1).results) > 0
    assert len(tmdbv3api.Keyword().movies(180547).results) > 0
    assert len(tmdbv3api.Genre().movie_list().genres) == 19
    assert "en-US" in list(tmdbv3api.Configuration().primary_translations())
    assert len(tmdbv3api.Trending().movie_week()) > 0
    assert len(tmdbv3api.Search().movies("lighthouse").results) > 0


def test_errors_are_understood():
    """An error of the fake becomes the client's own."""
    with pytest.raises(tmdbv3api.exceptions.TMDbException, match="could not be found"):
        tmdbv3api.Movie().details(999_999_999)
