import ast
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from quarantines import BAD
from rich.cells import cell_len

from tmdb_pipeline.quality.replay.literal import is_deep, literal
from tmdb_pipeline.quality.values.json_values import canonical

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(st.text(), inner, max_size=9),
    max_leaves=25,
)


@given(VALUES)
def test_literal_is_the_value(value):
    """Python reads back what was written, with its types and order, and nothing in it steers a terminal."""
    source = literal(value, "RECORD = ")

    read = ast.literal_eval(source)
    assert canonical(read) == canonical(value)
    assert repr(read) == repr(value)
    assert all(line.isprintable() for line in source.split("\n"))


@given(st.dictionaries(st.text(max_size=9), st.text("가a\x1b\"'\\ 🎬", max_size=300), max_size=4))
def test_long_texts_are_broken_into_lines(record):
    """A line fits an editor, whatever the letters are wide."""
    assert max(cell_len(line) for line in f"RECORD = {literal(record, 'RECORD = ')}".split("\n")) <= 120


def test_literal_looks_as_formatted():
    """A field a line, in double quotes, in the order in which TMDB sent them; what is short stands on one line."""
    value = BAD | {"title": 'Say "별"', "original_title": "It's", "overview": "가" * 60, "genre_ids": [28, 18]}

    assert literal(value, "RECORD = ").split("\n")[:9] == [
        "{",
        '    "adult": False,',
        '    "backdrop_path": "/backdrop.jpg",',
        '    "genre_ids": [28, 18],',
        '    "id": 4711,',
        '    "title": \'Say "별"\',',
        '    "original_language": "ko",',
        '    "original_title": "It\'s",',
        '    "overview": (',
    ]
    assert literal(["가" * 40, {"a": None}], "") == f'["{"가" * 40}", {{"a": None}}]'
    assert literal([["가" * 40] * 2]) == f'[\n    [\n        "{"가" * 40}",\n        "{"가" * 40}",\n    ],\n]'
    assert literal(10**130) == "1" + "0" * 130


@pytest.mark.parametrize("levels", [20, 21, 250])
def test_value_too_deep_for_the_parser_of_python_is_parsed_from_json(levels):
    """Python takes no 200 brackets in each other; JSON's parser does."""
    value = "별"
    for _ in range(levels):
        value = {"x": [value]} if levels % 2 else [value]

    source = literal(value)

    assert is_deep(value) == (levels > 20) == source.startswith("json.loads(")
    assert eval(source, {"json": json}) == value  # noqa: S307 - our own
