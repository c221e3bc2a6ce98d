import gzip
import json

import pytest
from cassette_tools.tape import SERIALIZER, Tape, compact, played, readable, tapes
from hypothesis import given
from hypothesis import strategies as st
from support import examples

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("body", "written"),
    [
        (b'{"page":1,"title":"\xea\xb0\x80"}', {"json": {"page": 1, "title": "가"}}),
        (b'{"vote_average":7.0}', {"json": {"vote_average": 7.0}}),
        (b'{"page": 1}', {"text": '{"page": 1}'}),
        (b'{"page":1', {"text": '{"page":1'}),
        (b"", {"text": ""}),
        (b'{"a":1,"a":1}', {"text": '{"a":1,"a":1}'}),
        (b"\xff\xfe", {"base64": "//4="}),
        (gzip.compress(b"[]", mtime=0), {"gzip": True, "json": []}),
        (b"\x1f\x8bcut off", {"base64": "H4tjdXQgb2Zm"}),
        (b"NaN", {"text": "NaN"}),
        (b'"\\ud800"', {"text": '"\\ud800"'}),
    ],
)
def test_bodies_are_written_for_people_where_no_byte_is_lost(body, written):
    """Compact JSON is written as JSON, other text as text, and what is neither as base64."""
    assert readable(body) == written
    assert played(written) == body


@examples(40)
@given(
    st.binary() | DOCUMENTS.map(lambda document: json.dumps(document).encode(errors="ignore")) | DOCUMENTS.map(compact)
)
def test_any_body_comes_back_as_it_was(body):
    """Whatever bytes were recorded, those are played; also compressed."""
    assert played(readable(body)) == body
    assert gzip.decompress(played(readable(gzip.compress(body, mtime=0)))) == body


def test_vcrpy_loads_what_it_saved():
    """The serializer gives vcrpy the same interactions and header back, whatever the bodies are."""
    bodies = ["text", b'{"a":[1,2.0]}', gzip.compress(b"{}", mtime=0), b"\x1f\x8bbroken"]
    saved = {
        "version": 1,
        "metadata": {"about": {"name": "any"}},
        "interactions": [{"request": {"uri": "u"}, "response": {"body": {"string": body}}} for body in bodies],
    }

    loaded = SERIALIZER.deserialize(SERIALIZER.serialize(saved))

    assert loaded["metadata"] == saved["metadata"]
    assert [each["response"]["body"]["string"] for each in loaded["interactions"]] == [b"text", *bodies[1:]]


def test_tapes_of_a_folder_are_read_in_order_of_their_names(tmp_path):
    """Only JSON files are cassettes."""
    for name in ("b.json", "a.json", "note.md"):
        (tmp_path / name).write_text("{}", encoding="utf-8")

    assert [(tape.name, tape.about) for tape in tapes(tmp_path)] == [("a", {}), ("b", {})]


def test_interaction_reads_like_a_request_line():
    """Findings name an interaction by what was asked and its status; header names are compared without case."""
    response = {"status": {"code": 200}, "headers": {"ETag": ["x"]}, "body": {"gzip": True, "json": []}}
    request = {"method": "GET", "uri": "https://tmdb.invalid/3/a", "headers": {}}
    document = {"interactions": [{"request": request, "response": response}]}

    (interaction,) = Tape(None, json.dumps(document)).interactions

    assert str(interaction) == "GET https://tmdb.invalid/3/a -> 200"
    assert (interaction.header("etag"), interaction.header("date")) == ("x", "")
    assert (interaction.plain, interaction.body[:2]) == (b"[]", b"\x1f\x8b")
