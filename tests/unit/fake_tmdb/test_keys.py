import pytest

from fake_tmdb.keys import Keys, without_key

KEYS = Keys("v3", "token")


@pytest.mark.parametrize(
    ("parameters", "authorization", "allowed"),
    [
        ({"api_key": "v3"}, b"", True),
        ({}, b"Bearer token", True),
        ({}, b"bearer  token", True),
        ({"api_key": "wrong"}, b"Bearer token", True),
        ({}, b"", False),
        ({"api_key": ""}, b"", False),
        ({"api_key": "token"}, b"", False),
        ({}, b"Bearer v3", False),
        ({}, b"Basic token", False),
        ({}, b"token", False),
        ({"api_key": "wrong"}, b"", False),
    ],
)
def test_keys(parameters, authorization, allowed):
    """A v3 key counts as api_key, a read token as Bearer, and neither in the place of the other."""
    assert KEYS.allow(parameters, authorization) is allowed


@pytest.mark.parametrize(
    ("query", "left"),
    [
        (b"api_key=secret", ""),
        (b"api_key=secret&page=2", "page=2"),
        (b"page=2&api_key=secret", "page=2"),
        (b"page=2&api_key=secret&language=ko", "page=2&language=ko"),
        (b"api%5Fkey=secret&page=2", "page=2"),
        (b"my_api_key=1&page=%41", "my_api_key=1&page=%41"),
        (b"", ""),
        (b"\xff=1", "\ufffd=1"),
    ],
)
def test_the_key_is_left_out(query, left):
    """A query as it is kept holds no key, however the name of the parameter was written."""
    assert without_key(query) == left


@pytest.mark.parametrize("keys", [{"api_key": ""}, {"read_token": ""}])
def test_empty_keys(keys):
    """An empty key would be shown by every request without one, so it is refused."""
    with pytest.raises(ValueError, match="cannot be empty"):
        Keys(**keys)
