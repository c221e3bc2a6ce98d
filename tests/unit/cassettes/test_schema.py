import re

import pytest
from cassette_tools import schema
from cassette_tools.recipes import ENDPOINTS
from cassette_tools.tape import tapes

BASE = "https://api.themoviedb.org/3"
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
    "poster_path": "/a.jpg",
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
        {"release_date": "2026-01-05", "backdrop_path": "/b.jpg"},
    ],
)
def test_what_tmdb_sends_is_valid(change):
    """Empty dates and overviews, null images, whole numbers and odd languages are what TMDB sends."""
    assert schema.findings({**MOVIE, **change}, schema.MOVIE) == []


def test_movie_without_a_release_date_is_valid():
    """The field was missing for days in March 2023."""
    assert schema.findings({key: value for key, value in MOVIE.items() if key != "release_date"}, schema.MOVIE) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"id": 7.0}, "$.id"),
        ({"id": True}, "$.id"),
        ({"id": 0}, "$.id"),
        ({"title": None}, "$.title"),
        ({"title": ""}, "$.title"),
        ({"poster_path": ""}, "$.poster_path"),
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
    (found,) = schema.findings({**MOVIE, **change}, schema.MOVIE)

    assert found.startswith(f"{place}: ")


@pytest.mark.parametrize("missing", [field for field in MOVIE if field != "release_date"])
def test_each_field_of_a_movie_is_required(missing):
    """A movie without one of its fields is not what TMDB sends."""
    (found,) = schema.findings({key: value for key, value in MOVIE.items() if key != missing}, schema.MOVIE)

    assert f"'{missing}' is a required property" in found


def test_pages_have_their_envelope_and_at_most_twenty_movies():
    """A page without a total, with page 501, or with 21 movies is none."""
    page = {"page": 1, "results": [MOVIE] * 20, "total_pages": 1, "total_results": 20}
    popular = schema.endpoint(f"{BASE}/movie/popular?page=1")

    assert schema.findings(page, popular) == []
    assert schema.findings({**page, "page": 501}, popular)
    assert schema.findings({**page, "results": [MOVIE] * 21}, popular)
    assert schema.findings({key: value for key, value in page.items() if key != "total_pages"}, popular)


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
def test_errors_have_one_of_two_shapes(body, valid):
    """Today's shape with a code of TMDB's table, or the list of sentences of before 2023."""
    assert (schema.findings(body, schema.ERROR) == []) is valid


def test_each_endpoint_has_its_schema_and_each_schema_its_cassette():
    """No address is judged by the schema of another, and no schema stands there untried."""
    by_pattern = {pattern: [] for pattern, _ in schema.ENDPOINTS}
    names = {recipe.name for recipe in ENDPOINTS}
    for tape in tapes():
        if tape.name in names:
            path = re.sub(r"^.*?/3|\?.*$", "", tape.interactions[0].uri)
            first = next(pattern for pattern in by_pattern if re.fullmatch(pattern, path))
            by_pattern[first].append(tape.name)

    assert [pattern for pattern, used in by_pattern.items() if not used] == []
    assert schema.endpoint(f"{BASE}/no/such/route") is None
