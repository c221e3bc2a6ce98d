import pytest

from fake_tmdb.api.movies import details, lists
from fake_tmdb.api.routes import EXACT, reached_by, route


@pytest.mark.parametrize("path", sorted(EXACT))
def test_every_exact_path_answers(ask, path):
    """Each route responds, with 422 where a search lacks its query."""
    assert ask(path).status == (422 if path.startswith("/search") else 200)


def test_named_lists_win_over_ids():
    """Popular is not taken for the id of a movie."""
    assert route("GET", "/movie/popular") is lists.popular
    assert route("GET", "/movie/5") is details.movie


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/movie/popular"), ("DELETE", "/movie/5"), ("GET", "/tv/1"), ("GET", "")]
)
def test_no_route(method, path):
    """Other methods and other paths lead nowhere."""
    assert route(method, path) is None


def test_head_is_get():
    """HEAD has the routes of GET."""
    assert route("HEAD", "/movie/popular") is lists.popular


@pytest.mark.parametrize(
    "pattern",
    [
        *sorted(EXACT), "*", "/*", "/movie/*", "/movie/550", "/movie/55?", "/movie/[0-9]*", "*/credits",
        "/movie/*/credits", "/collection/1[0-9]", "/company/*/movies", "/p/exports/*", "*.gz", "/search/*", "*popular",
        "/p/exports/movie_ids_05_20_2024.json.gz", "/review/*", "/find/tt*", "/movie/5/watch/providers",
    ],
)  # fmt: skip
def test_globs_that_reach_a_route(pattern):
    """A glob that a request with a route can have is known as one, whatever its wildcards."""
    assert reached_by(pattern)


@pytest.mark.parametrize("pattern", ["/tv/1399", "/movies/*", "/movie/popular/x/y", "/discover/films", "/other", "/"])
def test_globs_that_reach_no_route(pattern):
    """A glob that only unknown paths can have is told apart."""
    assert not reached_by(pattern)
