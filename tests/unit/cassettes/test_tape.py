import base64
import gzip
import json
import re

import pytest
from cassette_tools.tape import SERIALIZER, DamagedCassette, Tape, compact, played, readable, tapes
from hypothesis import given
from hypothesis import strategies as st
from support import examples

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
REQUEST = {"method": "GET", "uri": "https://tmdb.invalid/3/a", "body": None, "headers": {"Accept": ["*/*"]}}
RESPONSE = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"json": []}}


def holding(**changes):
    """A cassette of one interaction, with changes to its response."""
    return {"interactions": [{"request": REQUEST, "response": RESPONSE | changes}]}


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
        (TWICE := gzip.compress(gzip.compress(b"[]", mtime=0), mtime=0), {"base64": base64.b64encode(TWICE).decode()}),
        (LARGE := gzip.compress(bytes(2**24 + 1), mtime=0), {"base64": base64.b64encode(LARGE).decode()}),
        (DEEP := b"[" * 5000 + b"]" * 5000, {"text": DEEP.decode()}),
        (b"NaN", {"text": "NaN"}),
        (b'"\\ud800"', {"text": '"\\ud800"'}),
    ],
    ids=lambda value: str(value)[:30],
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
        "interactions": [{"request": REQUEST, "response": {**RESPONSE, "body": {"string": body}}} for body in bodies],
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


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is no cassette, Expecting value: line 1 column 1"),
        ("1", "it is no cassette, Expected `object`, got `int`"),
        ("[" * 5000, "it is nested too deep"),
        ("9" * 5000, "it is no cassette, Exceeds the limit"),
        ("{}", "Object missing required field `interactions`"),
        ('{"interactions": {}}', r"Expected `array`, got `object` - at `\$.interactions`"),
        ('{"interactions": [], "about": 5}', r"Expected `object`, got `int` - at `\$.about`"),
        ('{"interactions": [], "version": 2}', "Invalid enum value 2"),
        (json.dumps({"interactions": [{"request": REQUEST}]}), "missing required field `response`"),
        (json.dumps(holding(body={})), r"a body with \[\] is none of the forms json, text and base64"),
        (json.dumps(holding(body={"text": 5})), r"a body with \['text'\] is none of the forms"),
        (json.dumps(holding(body={"json": 5, "text": ""})), r"a body has \['json', 'text'\], more than one form"),
        (json.dumps(holding(body={"json": 5, "gzip": "yes"})), r"a body has \['gzip', 'json'\], more than one form"),
        (json.dumps(holding(body={"base64": "?"})), "base64"),
        (json.dumps(holding(body={"text": "\ud800"})), "surrogates not allowed"),
        (json.dumps(holding(status={"code": "200"})), "Expected `int`, got `str`"),
        (json.dumps(holding(headers={"etag": []})), "Expected `array` of length >= 1"),
        (json.dumps(holding()).replace("https://tmdb", "https://[tmdb"), "Invalid IPv6 URL"),
        ("\udcff", "it is not UTF-8"),
    ],
    ids=lambda value: value[:30],
)
def test_what_is_no_cassette_says_why(text, why):
    """Whatever lies there under the name of a cassette, its damage is a message, and it contains nothing."""
    tape = Tape(None, text)

    assert re.search(why, tape.damage)
    assert tape.about == {}
    with pytest.raises(DamagedCassette):
        _ = tape.interactions


def test_tapes_of_a_folder_are_read_whatever_their_bytes(tmp_path):
    """A file that is not UTF-8 is found by the gate instead of ending it."""
    (tmp_path / "a.json").write_bytes(b"\xff")

    assert [tape.damage for tape in tapes(tmp_path)] == ["it is not UTF-8"]
