import pytest
from cassette_tools.schema import COUNT, FLAG, TEXT, by_country, listing, or_null, record
from cassette_tools.shape import allowed, beyond, differences, shape

SCHEMA = record(
    id=COUNT,
    note=or_null(TEXT),
    score={"type": "number"},
    results=listing(record(id=COUNT, optional={"date": TEXT})),
    offers=by_country(record(link=TEXT)),
)
GOOD = {
    "id": 1,
    "note": None,
    "score": 1.5,
    "results": [{"id": 1, "date": ""}, {"id": 2}],
    "offers": {"KR": {"link": "a"}, "US": {"link": "b"}},
}


def test_shape_has_a_line_for_each_path():
    """Items of a list count as one, countries as keys too, and a key that only some have is said to be absent."""
    assert shape(GOOD) == {
        "$": {"object"},
        "$.id": {"integer"},
        "$.note": {"null"},
        "$.score": {"number"},
        "$.results": {"array"},
        "$.results[]": {"object"},
        "$.results[].id": {"integer"},
        "$.results[].date": {"string", "absent"},
        "$.offers": {"object"},
        "$.offers.*": {"object"},
        "$.offers.*.link": {"string"},
    }


def test_types_of_all_items_are_merged():
    """A list of several kinds has all of them; a bool is no integer."""
    assert shape([1, "a", True, None, 1.0, []])["$[]"] == {"integer", "string", "boolean", "null", "number", "array"}


def test_schema_has_the_shape_that_it_allows():
    """Optional fields may be absent, nullable ones null, and a number may be written without its point."""
    assert allowed(SCHEMA) == {
        **shape(GOOD),
        "$.note": {"string", "null"},
        "$.score": {"number", "integer"},
    }


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"note": "here"}, []),
        ({"score": 7}, []),
        ({"results": [], "offers": {}}, []),
        ({"id": "1"}, ["$.id: string, where the schema says integer"]),
        ({"id": 1.0}, ["$.id: number, where the schema says integer"]),
        ({"new": 1}, ["$.new: not in the schema"]),
        ({"results": [{"id": 1}, {}]}, ["$.results[].id: absent, where the schema says integer"]),
        ({"results": [{"date": ""}]}, ["$.results[].id: missing, though the schema requires it"]),
        ({"offers": {"KR": {"link": None}}}, ["$.offers.*.link: null, where the schema says string"]),
        ({"offers": {"KR": {}}}, ["$.offers.*.link: missing, though the schema requires it"]),
    ],
)
def test_what_the_schema_does_not_say_is_named_by_its_path(change, found):
    """Each departure from the schema is found, and what TMDB is free to do is not."""
    assert beyond(shape({**GOOD, **change}), allowed(SCHEMA)) == found


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"note": "a null says nothing about the type"}, []),
        ({"results": [{"id": 1}]}, []),
        ({"results": []}, []),
        ({"offers": {"JP": {"link": "c"}}}, []),
        ({"offers": {}}, []),
        ({"id": "1"}, ["$.id: integer in the one, string in the other"]),
        ({"score": 2}, ["$.score: number in the one, integer in the other"]),
        ({"results": [{"id": 1, "date": 2}]}, ["$.results[].date: string in the one, integer in the other"]),
        ({"new": 1}, ["$.new: only in the other"]),
        ({"results": [{"date": ""}]}, ["$.results[].id: only in the one"]),
    ],
)
def test_two_answers_of_an_endpoint_are_compared_by_shape(change, found):
    """Other values, countries, nulls and optional fields are no difference; another field or type is, by its path."""
    assert differences(shape(GOOD), shape({**GOOD, **change}), schema=allowed(SCHEMA)) == found


def test_list_item_of_another_kind_is_a_difference():
    """A list of texts and a list of numbers differ in their items."""
    schema = allowed(listing(FLAG))

    assert differences(shape([True]), shape(["a"]), schema=schema) == ["$[]: boolean in the one, string in the other"]
