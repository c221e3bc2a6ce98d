import socket

import pytest
from cassette_tools.play import NoSuchCassette, UnusedResponses, cassette
from cassette_tools.recipe import ANY_KEY
from cassette_tools.recipes import RECIPES
from movie_lists import POPULAR
from pytest_socket import SocketBlockedError
from support import HeldClock
from vcr.errors import CannotOverwriteExistingCassetteException

from tmdb_pipeline.settings import Settings
from tmdb_pipeline.tmdb.client import TmdbClient


@pytest.fixture
def client():
    with TmdbClient(Settings(ANY_KEY), clock=HeldClock()) as made:
        yield made


def test_missing_cassette_is_named_and_not_taken_for_an_empty_one():
    """The name of a cassette that is not there gives a message that says how to record it."""
    with (
        pytest.raises(NoSuchCassette, match=r"no cassette 'nobody'.* nox -s record -- --only nobody"),
        cassette("nobody"),
    ):
        pass  # pragma: no cover - the cassette does not open


@pytest.mark.parametrize("name", ["genres", "top_rated", "400_invalid_page"])
def test_request_that_is_not_recorded_fails(name):
    """What the cassette does not hold goes nowhere, be it another endpoint or another page of the same one."""
    with pytest.raises(CannotOverwriteExistingCassetteException), cassette("popular"):
        RECIPES[name].run(ANY_KEY, HeldClock())


@pytest.mark.parametrize("base_url", ["https://tmdb.invalid/3", "https://api.themoviedb.org/4"])
def test_another_address_is_another_request(base_url):
    """A cassette plays for TMDB's own address only, so that a client that asks elsewhere is found out."""
    with pytest.raises(CannotOverwriteExistingCassetteException), cassette("popular"):
        RECIPES["popular"].run(ANY_KEY, HeldClock(), base_url)


def test_responses_left_over_fail_the_test(client):
    """A test that asks for one page of two is told which one it left."""
    with (
        pytest.raises(
            UnusedResponses, match=r"'popular_two_pages' contains responses that nobody asked for: GET .*page=2"
        ),
        cassette("popular_two_pages"),
    ):
        client.page(POPULAR, 1)


def test_failure_inside_is_not_covered_by_responses_left_over():
    """A test that fails for its own reason shows that reason."""
    with pytest.raises(ZeroDivisionError), cassette("popular"):
        raise ZeroDivisionError


def test_response_is_played_once(client):
    """Asking again for what was played fails, for the cassette contains one response."""
    with cassette("genres"):
        client.genres()
        with pytest.raises(CannotOverwriteExistingCassetteException):
            client.genres()


@pytest.mark.filterwarnings("ignore:A test tried to use socket")  # pytest-socket warns before it raises
def test_nothing_can_be_reached_while_a_cassette_plays():
    """Loopback is blocked like the rest, name look-ups too, and both work again afterwards."""
    before = socket.socket, socket.getaddrinfo

    with cassette("genres", all_used=False):
        for reach in (
            socket.socket,
            lambda: socket.create_connection(("127.0.0.1", 9), timeout=1),
            lambda: socket.getaddrinfo("localhost", 9),
        ):
            with pytest.raises(SocketBlockedError):
                reach()

    assert (socket.socket, socket.getaddrinfo) == before


def test_sockets_can_be_left_for_what_a_test_needs_besides(client):
    """With ``offline=False`` sockets are as before, and what is not recorded still goes nowhere."""
    before = socket.socket

    with cassette("genres", offline=False):
        inside = socket.socket
        client.genres()
        with pytest.raises(CannotOverwriteExistingCassetteException):
            client.page(POPULAR)

    assert inside is before


def test_header_is_there_for_tests_to_read():
    """Within the block, vcrpy's cassette gives the header of the file."""
    with cassette("genres", all_used=False) as playing:
        about = playing.get_metadata("about", None)

    assert about["name"] == "genres"
