import ast
from pathlib import Path

import pytest
from cassette_tools.schema import findings

from fake_tmdb.schema import responses
from fake_tmdb.schema.movies import MOVIE as SCHEMA
from fake_tmdb.schema.responses import ERROR, RESPONSES, response

MOVIE = {
    "adult": False,
    "backdrop_path": None,
    "genre_ids": [],
    "id": 1,
    "title": "가",
    "original_language": "xx",
    "original_title": "A",
    "overview": "",
    "popularity": 0.0,
    "poster_path": f"/{'a' * 27}.jpg",
    "release_date": "",
    "softcore": False,
    "video": False,
    "vote_average": 0.0,
    "vote_count": 0,
}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"vote_average": 7, "popularity": 3},
        {"release_date": "2026-01-05", "backdrop_path": f"/{'b' * 27}.png"},
    ],
)
def test_what_tmdb_sends_is_valid(change):
    """Empty dates and overviews, null images, whole numbers and odd languages are what TMDB sends."""
    assert findings({**MOVIE, **change}, SCHEMA) == []


def test_movie_without_a_release_date_is_valid():
    """The field was missing for days in March 2023."""
    assert findings({key: value for key, value in MOVIE.items() if key != "release_date"}, SCHEMA) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"id": 7.0}, "$.id"),
        ({"id": True}, "$.id"),
        ({"id": 0}, "$.id"),
        ({"title": None}, "$.title"),
        ({"title": ""}, "$.title"),
        ({"poster_path": ""}, "$.poster_path"),
        ({"poster_path": "/a.jpg"}, "$.poster_path"),
        ({"release_date": None}, "$.release_date"),
        ({"release_date": "5.1.2026"}, "$.release_date"),
        ({"vote_average": 10.1}, "$.vote_average"),
        ({"vote_average": "7"}, "$.vote_average"),
        ({"genre_ids": ["28"]}, "$.genre_ids[0]"),
        ({"original_language": "en-US"}, "$.original_language"),
        ({"new_field": 1}, "$"),
    ],
)
def test_what_tmdb_never_sends_is_found_by_its_place(change, place):
    """A wrong type, an impossible value and a new field are found where they stand."""
    (found,) = findings({**MOVIE, **change}, SCHEMA)

    assert found.startswith(f"{place}: ")


@pytest.mark.parametrize("missing", [field for field in MOVIE if field != "release_date"])
def test_each_field_of_a_movie_is_required(missing):
    """A movie without one of its fields is not what TMDB sends."""
    (found,) = findings({key: value for key, value in MOVIE.items() if key != missing}, SCHEMA)

    assert f"'{missing}' is a required property" in found


def test_pages_have_their_envelope_and_at_most_twenty_movies():
    """A page without a total, with page 501, or with 21 movies is none."""
    page = {"page": 1, "results": [MOVIE] * 20, "total_pages": 1, "total_results": 20}
    popular = response("/movie/popular")

    assert findings(page, popular) == []
    assert findings({**page, "page": 501}, popular)
    assert findings({**page, "results": [MOVIE] * 21}, popular)
    assert findings({key: value for key, value in page.items() if key != "total_pages"}, popular)


@pytest.mark.parametrize(
    ("body", "valid"),
    [
        ({"success": False, "status_code": 34, "status_message": "No."}, True),
        ({"status_code": 25, "status_message": "No."}, True),
        ({"success": False, "failure": True, "status_code": 17, "status_message": "No."}, True),
        ({"errors": ["query must be provided"]}, True),
        ({"errors": []}, False),
        ({"success": True, "status_code": 34, "status_message": "No."}, False),
        ({"status_message": "No."}, False),
        ({"status_code": 48, "status_message": "No."}, False),
    ],
)
def test_errors_have_one_of_two_forms(body, valid):
    """Today's form with a code of TMDB's table, or the list of messages of before 2023."""
    assert (findings(body, ERROR) == []) is valid


@pytest.mark.parametrize(
    "path", ["/no/such/route", "/movie", "/movie/550/no_such_part", "/movie/550/account_states", ""]
)
def test_what_is_no_endpoint_has_no_schema(path):
    """A path that is not listed is not taken for some object: it has no schema at all."""
    assert response(path) is None


@pytest.mark.parametrize(
    ("path", "same"),
    [("/movie/changes", "/tv/changes"), ("/movie/550", "/movie/latest"), ("/movie/550-a/videos", "/movie/{id}/videos")],
)
def test_paths_with_an_id_find_their_schema(path, same):
    """A path that is listed as it stands comes before one with an id in that place."""
    assert response(path) is RESPONSES[same]


def test_schema_is_written_independently_of_the_fake():
    """It imports nothing that makes responses: what both have in common would prove nothing."""
    modules = [*Path(responses.__file__).parent.glob("*.py")]
    trees = [ast.parse(module.read_text("utf-8")) for module in modules]
    imported = {node.module for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {name for name in imported if not name.startswith("fake_tmdb.schema.")} <= {"__future__", "typing"}
    assert {f"fake_tmdb.schema.{module.stem}" for module in modules} - imported <= {
        "fake_tmdb.schema.__init__",
        "fake_tmdb.schema.responses",
    }
