import base64
import json
import re
from pathlib import Path

import pytest

from fake_tmdb.http.keys import DEFAULT_API_KEY, DEFAULT_READ_TOKEN, Keys, without_key

ROOT = Path(__file__).parents[4]

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


def decoded(part):
    """Return the bytes of a part in base64url, which leaves the padding out."""
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_the_default_token_has_the_form_of_a_real_one():
    """A client that looks whether its credential is a JWT finds one: JSON, JSON and a signature, in base64url."""
    header, payload, signature = DEFAULT_READ_TOKEN.split(".")
    claims = json.loads(decoded(payload))

    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", part) for part in (header, payload, signature))
    assert json.loads(decoded(header)) == {"alg": "HS256"}
    assert list(claims) == ["aud", "nbf", "sub", "scopes", "version"]
    assert claims["aud"] == DEFAULT_API_KEY
    assert isinstance(claims["nbf"], float)
    assert re.fullmatch(r"[0-9a-f]{24}", claims["sub"])
    assert (claims["scopes"], claims["version"]) == (["api_read"], 1)
    assert len(decoded(signature)) == 32


def test_the_default_key_has_the_form_of_a_real_one():
    """A v3 key is 32 hexadecimal digits, and the README of the project gives the one that the fake takes."""
    assert re.fullmatch(r"[0-9a-f]{32}", DEFAULT_API_KEY)
    assert f"TMDB_API_KEY={DEFAULT_API_KEY}\n" in (ROOT / "README.md").read_text(encoding="utf-8")
