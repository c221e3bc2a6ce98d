import json
from datetime import datetime
from typing import Any, TypedDict

import msgspec
import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support import examples

from tmdb_pipeline.lake import document
from tmdb_pipeline.lake.document import DocumentError

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


class Info(msgspec.Struct):
    dag_run_id: str


class File(msgspec.Struct):
    movies: list[Any]
    info: Info


class Kept(msgspec.Struct):
    received_at: datetime
    body: msgspec.Raw


class Marked(TypedDict):
    marker: int


def nested(levels, *, inner="1"):
    return ("[" * levels + inner + "]" * levels).encode()


def test_document_is_utf8_indented_and_ends_its_last_line():
    """Korean text stays readable in the files."""
    assert document.write({"genre_name": "액션"}) == '{\n  "genre_name": "액션"\n}\n'.encode()


@examples(60)
@given(st.dictionaries(st.text(), JSON, max_size=4))
@example({"a": {"b": [{"a": 1}, {"a": 1}]}})
def test_what_is_written_is_read_back(value):
    """Every JSON object that can be written comes back as it was."""
    assert document.read(document.write(value), dict[str, Any]) == value


def test_document_is_read_as_its_shape():
    """Fields come with their types, unknown ones are ignored, and what is TMDB's is left as it is."""
    data = b'{"movies": [{"id": 1}, 5, null], "info": {"dag_run_id": "r1", "later": 1}, "more": true}'

    assert document.read(data, File) == File([{"id": 1}, 5, None], Info("r1"))
    assert document.read(b'{"marker": 1}', Marked) == {"marker": 1}


def test_raw_field_has_its_bytes_as_they_stand_there():
    """A body that is kept as received can be compared with its digest, blanks and order included."""
    kept = document.read(b'{"received_at": "2024-01-01T00:00:00+09:00", "body": {"b": 1.50,  "a":[]}}', Kept)

    assert bytes(kept.body) == b'{"b": 1.50,  "a":[]}'
    assert kept.received_at == datetime.fromisoformat("2024-01-01T00:00:00+09:00")


@pytest.mark.parametrize(
    ("data", "shape", "why"),
    [
        (b"", File, "no JSON, Input is a zero-length, empty document"),
        (b'{"movies": [', File, "no JSON, unexpected end of data"),
        (b'{"movies": ["\xff"]}', File, "no JSON, str is not valid UTF-8"),
        ('{"movies": []}'.encode("utf-16"), File, "no JSON, "),
        (b"NaN", File, "no JSON, "),
        (b"5", File, "Expected `object`, got `int`"),
        (b"5", Kept, "Expected `object`, got `int`"),
        (b"[]", Marked, "Expected `object`, got `array`"),
        (b"null", dict[str, Any], "Expected `object`, got `null`"),
        (b'{"movies": 5, "info": {"dag_run_id": "r1"}}', File, r"Expected `array`, got `int` - at `\$.movies`"),
        (b'{"movies": [], "info": 5}', File, r"Expected `object`, got `int` - at `\$.info`"),
        (b'{"movies": [], "info": {}}', File, r"Object missing required field `dag_run_id` - at `\$.info`"),
        (
            b'{"movies": [], "info": {"dag_run_id": null}}',
            File,
            r"Expected `str`, got `null` - at `\$.info.dag_run_id`",
        ),
        (b'{"body": 1, "received_at": "yesterday"}', Kept, r"Invalid RFC3339 encoded datetime - at `\$.received_at`"),
        (b'{"received_at": "2024-01-01T00:00:00Z"}', Kept, "Object missing required field `body`"),
        (b'{"movies": [], "movies": [], "info": {"dag_run_id": "r1"}}', File, "key 'movies' stands there twice"),
        (b'{"movies": [], "\\u006dovies": []}', dict[str, Any], "key 'movies' stands there twice"),
        (b'{"movies": [], "info": {"dag_run_id": "r1", "dag_run_id": "r2"}}', File, "key 'dag_run_id' stands there"),
        (b'{"movies": ' + nested(254) + b"}", File, "nested more than 254 levels deep"),
        (nested(255), File, "nested more than 254 levels deep"),
        (nested(5000), File, "no JSON, depth limit exceeded"),
        (b'{"a": ' * 255 + b"1" + b"}" * 255, dict[str, Any], "nested more than 254 levels deep"),
    ],
)
def test_other_shapes_are_refused_with_their_place(data, shape, why):
    """Whatever else a file holds, what it is and where is said in a sentence."""
    with pytest.raises(DocumentError, match=why):
        document.read(data, shape)


def test_deepest_document_is_read_and_can_be_written_inside_of_another():
    """A document that is read can be written again, also as a part of one of ours."""
    deepest = document.read(b'{"movies": ' + nested(199) + b"}", dict[str, Any])

    assert orjson.loads(document.write({"files": [{"record": deepest}]})) == {"files": [{"record": deepest}]}


def test_key_that_stands_twice_inside_of_a_list_is_the_word_of_tmdb():
    """Records and results are as received, so that nothing is refused that TMDB's own JSON readers let pass."""
    assert document.read(b'{"movies": [{"id": 1, "id": 2}]}', dict[str, Any]) == {"movies": [{"id": 2}]}


@examples(60)
@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()) | JSON.map(orjson.dumps))
def test_any_bytes_are_a_document_or_refused(data):
    """Whatever bytes there are: an object that can be written again, or one sentence."""
    try:
        found = document.read(data, dict[str, Any])
    except DocumentError:
        return
    assert document.read(document.write(found), dict[str, Any]) == found


@pytest.mark.parametrize(
    "value",
    [{"a": object()}, {1: 2}, {"a": 2**70}, {"a": "\ud800"}, {"a": {1, 2}}, orjson.loads(nested(300)), b""],
    ids=["object", "number as key", "large number", "half a character", "set", "deep", "bytes"],
)
def test_what_json_cannot_carry_is_not_written(value):
    """A value that JSON or UTF-8 cannot carry is refused, whatever it is."""
    with pytest.raises(DocumentError):
        document.write(value)
