import pytest
import tmdbapis


@pytest.fixture
def client(tmdb, monkeypatch):
    """Return a client pointed at the fake: its base address is a constant of a module."""
    monkeypatch.setattr("tmdbapis.api3.base_url", tmdb.url)
    client = tmdbapis.TMDbAPIs(tmdb.fake.api_key)
    yield client
    client._session.close()


def test_pages(client, pages, popular):
    """Every page of popular movies is read as it is."""
    results = client.popular_movies()
    read = []
    for page in pages:
        results.load_page(page)
        read += [(movie.id, movie.title) for movie in results]

    assert read == popular


def test_a_movie_with_everything(client):
    """Details with all that the client appends are parsed into its objects."""
    movie = client.movie(550)

    assert movie.id == 550
    assert movie.genres
    assert movie.cast
    assert movie.posters
    assert movie.release_dates
    assert movie.videos


def test_reference(client):
    """Lists, collections, companies, configuration and search are parsed into the client's objects."""
    assert len(client.movie_genres()) == 19
    assert client.collection(10).movies
    assert client.company(1).name
    assert client.movie_search("lighthouse").results
    assert client.find_by_id(imdb_id="tt0137523").movie_results
    assert client.discover_movies(with_genres="28").results
    assert client.trending("movie", "week").results
    assert client.now_playing_movies().results
    assert client.upcoming_movies().results
    assert client.top_rated_movies().results
    assert client.movie_certifications()


def test_errors_are_understood(client):
    """An unknown movie is the client's own error."""
    with pytest.raises(tmdbapis.NotFound):
        client.movie(999_999_999)
