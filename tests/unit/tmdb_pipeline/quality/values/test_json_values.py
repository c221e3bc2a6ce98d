import json
from datetime import date

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies.movies import garbage
from support import examples

from tmdb_pipeline.quality.values.json_values import (
    canonical,
    describe,
    is_storable_text,
    key_name,
    printable,
    survives_json,
    tagged,
)


class Hostile:
    def __repr__(self):
        raise RuntimeError("nobody should ask")  # pragma: no cover - nobody does, which is what is tested

    __str__ = __repr__


def nested(depth):
    value = 1
    for _ in range(depth):
        value = [value]
    return value


def nested_pairs(depth):
    value = {1: 1}
    for _ in range(depth):
        value = {1: value}
    return value


def circle():
    value = {"a": 1}
    value["self"] = value
    return value


@given(garbage())
def test_what_survives_json_is_read_back_equal(value):
    """If the value is said to survive, writing and reading it gives it back; if not, something is lost or refused."""
    try:
        back = orjson.loads(orjson.dumps(value))
    except TypeError:
        assert not survives_json(value)
    else:
        assert survives_json(value) == (back == value)


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), (1,), {1: 2}, 2**64, "\ud800", {"a": ["\udfff"]}, date(2024, 1, 1), circle()]
)
def test_what_json_cannot_carry_does_not_survive(value):
    """Nothing passes that would be altered on the way, such as NaN to null or a tuple to a list."""
    assert not survives_json(value)


@given(st.text(st.characters()))
@example("\0")
@example("별\ud800")
def test_a_storable_text_can_be_encoded_and_has_no_nul(text):
    """UTF-8 refuses lone surrogates, PostgreSQL refuses NUL, everything else is fine."""
    refused = "\0" in text or any("\ud800" <= char <= "\udfff" for char in text)

    assert is_storable_text(text) == (not refused)


@given(st.text(st.characters()), st.integers(1, 40))
def test_a_printable_text_is_one_line_that_can_be_encoded(text, limit):
    """Whatever is shown fits one line of UTF-8 and holds no invisible character that turns the line around."""
    shown = printable(text, limit)

    assert shown.isprintable()
    assert shown.encode().decode() == shown
    assert len(shown) <= 10 * limit + 40


def test_a_long_text_is_cut_and_says_how_long_it_was():
    """A million characters become a few, and their number."""
    assert printable("별" * 1_000_000, 3) == "별별별… (1,000,000 characters)"
    assert printable("별별별", 3) == "별별별"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "null"),
        (True, "true"),
        (8, "8"),
        (8.0, "8.0"),
        ("8", '"8"'),
        ("a\nb\u202e", '"a\\nb\\u202e"'),
        (float("nan"), "nan"),
        (2**300, "an integer of 301 bits"),
        ([], "[]"),
        ([28, "35", [1, 2], {}], '[28, "35", a list of 2, an object of 0]'),
        (list(range(1000)), "[0, 1, 2, 3, 4, 5, … (1,000 in all)]"),
        ({"id": 1, "x": ["y"]}, '{"id": 1, "x": a list of 1}'),
        (Hostile(), "a Python object of type Hostile"),
        (b"x", "a Python object of type bytes"),
    ],
)
def test_values_are_described_as_json_would_write_them(value, expected):
    """A number and a text of the same digits look different, and nothing is too large or too strange to describe."""
    assert describe(value) == expected


def test_an_integer_too_long_for_python_to_write_is_described():
    """Python refuses to write more than 4,300 digits; a report does not need them."""
    assert describe(10**5000) == "an integer of 16,610 bits"


@given(garbage())
@examples(50)
def test_any_description_is_short(value):
    """A description never fails, fits a report, and can be encoded."""
    assert len(describe(value).encode()) < 5000


@given(garbage())
def test_anything_can_be_written_once_tagged(value):
    """A tagged value survives JSON, whatever it was."""
    assert survives_json({"record": tagged(value)})


@pytest.mark.parametrize(
    "make", [circle, lambda: nested(5000), lambda: nested_pairs(5000), lambda: {(1, 2): {"a": 10**5000}}]
)
def test_what_nests_for_ever_or_too_deep_is_described_and_tagged(make):
    """Neither a circle nor a deep nest runs into a limit."""
    value = make()

    assert len(describe(value)) < 200
    assert survives_json({"record": tagged(value)})


@given(garbage())
def test_tagging_leaves_alone_what_json_can_carry(value):
    """Only what JSON cannot carry is replaced."""
    if survives_json(value):
        assert tagged(value) == value


@given(st.dictionaries(st.text(max_size=3), st.integers() | st.floats(), max_size=4), st.randoms())
def test_the_canonical_form_does_not_depend_on_the_order_of_fields(fields, random):
    """The same fields in another order are the same content; another value is another content."""
    entries = list(fields.items())
    random.shuffle(entries)

    assert canonical(dict(entries)) == canonical(fields)
    assert canonical({**fields, "other": 1}) != canonical({**fields, "other": 2})


def test_the_canonical_form_goes_as_deep_as_json():
    """Contents that differ hundreds of levels down differ, and what JSON would alter is told from what it becomes."""
    assert canonical(nested(200)) != canonical(nested(201))
    assert canonical([float("nan")]) != canonical([None])
    assert canonical([(1,)]) != canonical([[1]])


@pytest.mark.parametrize(("key", "expected"), [("별\ud800", "별\ud800"), (None, "null"), (5, "5"), ((1,), "[1]")])
def test_a_key_has_a_name(key, expected):
    """A text is its own name, any other key is described, the null key too."""
    assert key_name(key) == expected


def test_tags_say_what_was_there():
    """Each replaced part can be told, and but for foreign objects read back exactly."""
    value = {"float": float("-inf"), "int": 2**64, "text": "별\ud800", "keys": {1: "a"}, "object": (1,), "good": [1]}

    found = tagged(value)

    assert found == {
        "float": {"$float": "-inf"},
        "int": {"$int": "0x10000000000000000"},
        "text": {"$text": '"\\ubcc4\\ud800"'},
        "keys": {"$pairs": [[1, "a"]]},
        "object": {"$object": "[1]"},
        "good": [1],
    }
    assert json.loads(found["text"]["$text"]) == "별\ud800"
