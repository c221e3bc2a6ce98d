import pytest
import tmdbsimple


@pytest.fixture(autouse=True)
def _redirected(tmdb, monkeypatch):
    """Point the client at the fake: its base address is set in its constructor."""
    original = tmdbsimple.base.TMDB.__init__

    def redirected(self):
        original(self)
        self.base_uri = tmdb.url

    monkeypatch.setattr(tmdbsimple.base.TMDB, "__init__", redirected)
    monkeypatch.setattr(tmdbsimple, "API_KEY", tmdb.fake.api_key)


def test_pages(pages, popular):
    """Every page of popular movies is read as it is."""
    read = [item for page in pages for item in tmdbsimple.Movies().popular(page=page)["results"]]

    assert [(item["id"], item["title"]) for item in read] == popular


@pytest.mark.parametrize(
    "method",
    [
        "alternative_titles", "changes", "credits", "external_ids", "images", "info", "keywords", "lists",
        "recommendations", "release_dates", "releases", "reviews", "similar_movies", "translations", "videos",
        "watch_providers",
    ],
)  # fmt: skip
def test_everything_about_a_movie(method):
    """Each call about a movie is answered and understood."""
    for known in (550, 103332):
        assert getattr(tmdbsimple.Movies(known), method)()


@pytest.mark.parametrize("method", ["latest", "now_playing", "popular", "top_rated", "upcoming"])
def test_lists(method):
    """Each list is answered."""
    assert getattr(tmdbsimple.Movies(), method)()


def test_discover_turns_underscores_into_dots():
    """Filters given with underscores reach the fake with dots, and hold."""
    found = tmdbsimple.Discover().movie(page=2, vote_average_gte=8)["results"]

    assert found
    assert all(item["vote_average"] >= 8 for item in found)


def test_reference():
    """Configuration and the rest are answered in the shapes that the client expects."""
    assert tmdbsimple.Configuration().info()["change_keys"][0] == "adult"
    assert tmdbsimple.Configuration().primary_translations()[0] == "af-ZA"
    assert tmdbsimple.Configuration().timezones()[0]["iso_3166_1"] == "AD"
    assert len(tmdbsimple.Genres().movie_list()["genres"]) == 19
    assert tmdbsimple.Collections(10).info()["parts"]
    assert tmdbsimple.Companies(1).movies()["results"]
    assert tmdbsimple.Keywords(1721).movies()["results"]
    assert tmdbsimple.Trending("movie", "week").info()["results"]
    assert tmdbsimple.Changes().movie()["results"]
    assert tmdbsimple.Search().movie(query="lighthouse")["results"]
    assert tmdbsimple.Find("tt0137523").info(external_source="imdb_id")["movie_results"][0]["id"] == 550
    assert tmdbsimple.Reviews("5013bc76760ee372cb00253e").info()["media_id"] == 550
