import asyncio

import pytest
import themoviedb


@pytest.fixture(autouse=True)
def _redirected(tmdb, monkeypatch):
    """Point the client at the fake: its host is a field of its configuration."""
    from themoviedb._core.config import ClientConfig

    original = ClientConfig.from_values.__func__

    def redirected(cls, **kwargs):
        config = original(cls, **kwargs)
        config.host = tmdb.root
        return config

    monkeypatch.setattr(ClientConfig, "from_values", classmethod(redirected))


def test_pages(tmdb, pages, popular):
    """Every page of popular movies is read as it is, into typed objects."""
    with themoviedb.TMDb(api_key=tmdb.fake.api_key) as client:
        read = [movie for page in pages for movie in client.movies().popular(page=page)]

    assert [(movie.id, movie.title) for movie in read] == popular


def test_pages_at_once(tmdb, pages, popular):
    """Every page of popular movies is read at once by the asynchronous client."""

    async def read():
        async with themoviedb.aioTMDb(api_key=tmdb.fake.api_key) as client:
            return await asyncio.gather(*(client.movies().popular(page=page) for page in pages))

    assert [(movie.id, movie.title) for page in asyncio.run(read()) for movie in page] == popular


@pytest.mark.parametrize(
    "method",
    [
        "alternative_titles", "credits", "details", "external_ids", "images", "keywords", "lists",
        "recommendations", "release_dates", "reviews", "similar", "translations", "videos", "watch_providers",
    ],
)  # fmt: skip
def test_everything_about_a_movie(tmdb, method):
    """Each call about a movie is answered and parsed into the client's types."""
    with themoviedb.TMDb(api_key=tmdb.fake.api_key) as client:
        assert getattr(client.movie(550), method)()


def test_reference(tmdb):
    """Lists, collections, companies, configuration and search are parsed into the client's types."""
    with themoviedb.TMDb(api_key=tmdb.fake.api_key) as client:
        assert client.movies().now_playing().dates
        assert client.movies().upcoming().dates
        assert len(client.movies().top_rated()) == 20
        assert client.trending().movie_daily()
        assert client.discover().movie(with_genres="28", sort_by="vote_average.desc")
        assert client.collection(10).details().parts
        assert client.company(1).details().name
        assert len(client.genres().movie().genres) == 19
        assert client.search().movies("lighthouse")
        assert client.find().by_imdb("tt0137523").movie_results
