import pytest


def test_keywords(ask):
    """A keyword has a name, and its movies have it."""
    for known in (1_721, 180_547, 4_270, 1_004):
        listed = ask(f"/keyword/{known}/movies").json()
        words = ask(f"/movie/{listed['results'][0]['id']}/keywords").json()["keywords"]

        assert listed["id"] == known
        assert ask(f"/keyword/{known}").json() in words


def test_genre_movies(ask):
    """The undocumented list of a genre is that of discover, with the genre's id first."""
    listed = ask("/genre/28/movies").json()

    assert listed["id"] == 28
    assert listed["results"] == ask("/discover/movie?with_genres=28").json()["results"]


def test_what_the_fake_knows_nothing_of(ask):
    """There are no persons, and series only trend: other lists and searches are empty, or hold movies."""
    for path in ("/discover/tv", "/trending/person/day", "/search/tv?query=a", "/search/person?query=a"):
        assert ask(path).json()["total_results"] == 0
    assert ask("/tv/changes").body == ask("/person/changes").body == ask("/movie/changes").body
    found = ask("/search/multi?query=lighthouse").json()["results"]
    assert {item["media_type"] for item in found} == {"movie"}


@pytest.mark.parametrize(
    "path",
    [
        "/collection/9", "/collection/999999", "/collection/x", "/collection/9/images", "/company/0", "/company/401",
        "/company/0/images", "/keyword/0", "/keyword/1401/movies", "/keyword/1001", "/keyword/99999999999999999999",
        "/genre/1/movies",
    ],
)  # fmt: skip
def test_what_does_not_exist(ask, path):
    """Unknown numbers are 404."""
    assert ask(path).status == 404


def test_find(ask):
    """A movie is found by its IMDb id; other sources and unknown ids find nothing; without a source it is refused."""
    found = ask("/find/tt0137523?external_source=imdb_id").json()

    assert [item["id"] for item in found["movie_results"]] == [550]
    assert ask("/find/tt1?external_source=imdb_id").json()["movie_results"] == []
    assert ask("/find/tt0137523?external_source=tvdb_id").json()["movie_results"] == []
    assert ask("/find/tt0137523").json()["status_code"] == 5


@pytest.mark.parametrize("query", ["lighthouse", "the lighth", "%EB%93%B1%EB%8C%80"])
def test_search_finds_words(ask, query):
    """Search finds titles by the beginnings of their words, in English and in Korean."""
    results = ask(f"/search/movie?query={query}&language=en-US").json()["results"]
    titles = [item["title"].lower() + item["original_title"].lower() for item in results]

    assert len(results) == 20
    assert sum("lighthouse" in title for title in titles) > 10


def test_search_narrows(ask):
    """A year narrows a search, adult movies come only when asked for, and nothing matches nonsense."""
    everything = ask("/search/movie?query=lighthouse").json()["total_results"]
    year = ask("/search/movie?query=lighthouse&year=2020").json()
    adult = ask("/search/movie?query=lighthouse&include_adult=true").json()["total_results"]

    assert {item["release_date"][:4] for item in year["results"]} == {"2020"}
    assert 0 < year["total_results"] < everything < adult
    assert ask("/search/movie?query=zzzz").json()["total_results"] == 0


@pytest.mark.parametrize("kind", ["movie", "company", "keyword", "collection", "multi", "tv", "person"])
def test_search_needs_a_query(ask, kind):
    """Without a query a search is refused in the old shape."""
    reply = ask(f"/search/{kind}")

    assert (reply.status, reply.json()) == (422, {"errors": ["query must be provided"]})


@pytest.mark.parametrize(("kind", "word"), [("company", "paper"), ("keyword", "winter"), ("collection", "the")])
def test_search_by_name(ask, kind, word):
    """Companies, keywords and collections are found by name, and their pages are checked."""
    results = ask(f"/search/{kind}?query={word}").json()["results"]

    assert results
    assert all(word in item["name"].lower() for item in results)
    assert ask(f"/search/{kind}?query={word}&page=0").status == 400
