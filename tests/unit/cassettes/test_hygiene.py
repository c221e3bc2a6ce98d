import json
from base64 import b64encode
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests
from cassette_tools.hygiene import MOST_BYTES, RULES, Gate, used_up, valid
from cassette_tools.play import cassette
from cassette_tools.recipes import RECIPES
from cassette_tools.tape import CASSETTES, DamagedCassette, Tape, tapes

#: The recorder compares with its clock; here, without one, a time beyond this is a slip of the pen.
LATEST = datetime(2100, 1, 1, tzinfo=UTC)

GOOD = tapes()
GENRES = next(tape for tape in GOOD if tape.name == "genres")
#: A change that takes a field away.
GONE = object()

URI = "interactions.0.request.uri"
RESPONSE = "interactions.0.response"
BODY = f"{RESPONSE}.body"
GENRE = f"{BODY}.json.genres.0"
HEX = "deadbeef" * 4
PACKED = b64encode(GENRES.interactions[0].plain.replace("액션".encode(), HEX.encode())).decode()


class Defect(NamedTuple):
    """A good cassette with one thing wrong.

    Attributes:
        rule: the one that has to find it.
        name: what is wrong, in a word or two.
        changes: what is put in which place of the cassette, or the text of the whole file.
    """

    rule: str
    name: str
    changes: dict[str, Any] | str

    def tape(self, folder=CASSETTES):
        """The bad cassette, which lies in this folder."""
        return Tape(folder / GENRES.path.name, self.changes if isinstance(self.changes, str) else patched(self.changes))


def patched(changes):
    """The text of a good cassette with some changes, and without its ETag, which is that of the unchanged body."""
    document = deepcopy(GENRES.document)
    del document["interactions"][0]["response"]["headers"]["etag"]
    for place, value in changes.items():
        *parents, key = (int(part) if part.isdigit() else part for part in place.split("."))
        target = document
        for parent in parents:
            target = target[parent]
        if value is GONE:
            del target[key]
        elif isinstance(target, list):
            target[key : key + 1] = [value]
        else:
            target[key] = value
    return json.dumps(document, ensure_ascii=False, indent=1)


#: A response that no test asks for.
SECOND = json.loads(json.dumps(GENRES.document["interactions"][0]).replace("ko-KR", "de-DE"))

DEFECTS = [
    Defect("whole", "cut_off", GENRES.text[:42]),
    Defect("whole", "empty_object", "{}"),
    Defect("no_key", "hex_in_body", {f"{GENRE}.name": HEX}),
    Defect("no_key", "read_token_in_body", {f"{GENRE}.name": "eyJkZWFkYmVlZg.ZGVhZGJlZWY.ZGVhZGJlZWY"}),
    Defect("no_key", "bearer_in_body", {f"{GENRE}.name": "Bearer deadbeef-deadbeef"}),
    Defect(
        "no_key",
        "packed_in_base64",
        {BODY: {"base64": PACKED}},
    ),
    Defect("no_key", "api_key_in_uri", {URI: f"{GENRES.interactions[0].uri}&api_key=deadbeef"}),
    Defect("no_key", "authorization_sent", {"interactions.0.request.headers.Authorization": ["Basic ZGVhZGJlZWY="]}),
    Defect("no_key", "etag_of_another_body", {f"{RESPONSE}.headers.etag": [f'W/"{HEX}"']}),
    Defect("no_cookie", "sent_with_request", {"interactions.0.request.headers.Cookie": ["visit=1"]}),
    Defect("no_cookie", "set_by_response", {f"{RESPONSE}.headers.Set-Cookie": ["visit=1; Path=/"]}),
    Defect("small", "long_text", {f"{GENRE}.name": "long " * (MOST_BYTES // 5)}),
    Defect("dated", "never", {"about.recorded_at": GONE}),
    Defect("dated", "in_words", {"about.recorded_at": "yesterday"}),
    Defect("dated", "without_zone", {"about.recorded_at": "2026-11-22T05:00:00"}),
    Defect("dated", "in_the_future", {"about.recorded_at": "2126-11-22T05:00:00+00:00"}),
    Defect("explained", "other_name", {"about.name": "another"}),
    Defect("explained", "no_purpose", {"about.for": GONE}),
    Defect("explained", "no_origin", {"about.origin": GONE}),
    Defect("explained", "origin_is_no_address", {"about.origin": {"service": "somewhere"}}),
    Defect("explained", "fake_without_seed", {"about.origin.seed": GONE}),
    Defect("explained", "no_tools", {"about.tools": {}}),
    Defect("valid", "cut_off", {BODY: {"text": '{"genres":[{"id":28'}}),
    Defect("valid", "missing_field", {f"{GENRE}.name": GONE}),
    Defect("valid", "new_field", {f"{GENRE}.softcore": False}),
    Defect("valid", "retyped_field", {f"{GENRE}.id": "28"}),
    Defect("valid", "no_such_endpoint", {URI: "https://api.themoviedb.org/3/genre/book/list"}),
    Defect("valid", "called_malformed", {"about.malformed": "nothing"}),
    Defect("valid", "error_without_code", {f"{RESPONSE}.status.code": 500, BODY: {"json": {"status_message": "No."}}}),
    Defect("valid", "html_under_json", {f"{RESPONSE}.status.code": 502, BODY: {"text": "<html></html>"}}),
    Defect("asked_for", "by_nobody", {}),
    Defect("used_up", "no_response", {"interactions": []}),
    Defect("used_up", "second_response", {"interactions.1": SECOND}),
]


def gate_for(tape, *, played=True):
    """A gate where a test plays this cassette and asks for its first response, or where none does."""
    uris = [interaction.uri for interaction in ([] if tape.damage else tape.interactions)[:1]]
    plays = {tape.name: lambda: [requests.get(uri, timeout=1) for uri in uris]} if played else {}
    return Gate(now=LATEST, plays=plays)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule is not used_up])  # test_plays plays each to its end
def test_cassettes_are_clean(rule):
    """No rule finds anything in a cassette of this project."""
    gate = Gate(now=LATEST, plays={name: recipe.play for name, recipe in RECIPES.items()})

    assert {tape.name: found for tape in GOOD if (found := rule(tape, gate))} == {}


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: f"{defect.rule}-{defect.name}")
def test_each_defect_is_found_by_its_own_rule_and_by_no_other(tmp_path, defect):
    """A good cassette with one defect is refused by one rule, for one reason."""
    tape = defect.tape(tmp_path)
    tape.path.write_text(tape.text, encoding="utf-8")
    gate = gate_for(tape, played=defect.rule != "asked_for")

    found = {rule.__name__: findings for rule in RULES if (findings := rule(tape, gate))}

    assert list(found) == [defect.rule]
    assert len(found[defect.rule]) == 1


def test_each_rule_has_a_defect_that_it_finds():
    """A rule that nothing proves, and a defect that no rule owns, are found."""
    assert {defect.rule for defect in DEFECTS} == {rule.__name__ for rule in RULES}


def test_findings_name_their_place():
    """A finding says what and where, so that nobody has to search."""
    (tape,) = (defect.tape() for defect in DEFECTS if defect.name == "retyped_field")

    found = [finding for rule in RULES if rule is not used_up for finding in rule(tape, gate_for(tape))]

    assert found == [f"{GENRES.interactions[0]}: $.genres[0].id: '28' is not of type 'integer'"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{}", {"whole": ["it is no cassette, Object missing required field `interactions`"]}),
        ("1", {"whole": ["it is no cassette, Expected `object`, got `int`"]}),
        (
            '{"interactions": []}',
            {
                "dated": ["recorded_at is 'None', no time in ISO 8601"],
                "explained": [
                    "its name is None, not that of the file",
                    "it does not say what it is for",
                    "its origin is neither the fake nor the address of a service",
                    "it does not say which tools recorded it",
                ],
                "used_up": ["it contains no response"],
            },
        ),
        (
            '{"eyJhbGciOiJI.eyJhdWQiOiI.c2lnbmF0dXJl": 1}',
            {
                "whole": ["it is no cassette, Object missing required field `interactions`"],
                "no_key": ["it contains three parts of base64 with dots between, as a read token has"],
            },
        ),
    ],
)
def test_what_is_hardly_a_cassette_is_found_and_not_stumbled_over(text, found):
    """Of a file that is no cassette every rule says what it can see, a key above all, and none fails."""
    tape = Tape(Path("any.json"), text)

    assert {rule.__name__: said for rule in RULES if (said := rule(tape, gate_for(tape)))} == found


def test_body_that_is_nested_too_deep_is_found():
    """JSON that cannot be read for its depth is a finding."""
    tape = Tape(GENRES.path, patched({BODY: {"text": "[" * 200_000}}))

    assert valid(tape, gate_for(tape)) == [f"{GENRES.interactions[0]}: JSON that is nested too deep"]


@pytest.mark.parametrize(("content", "why"), [(b"{}", "it is no cassette, Object missing"), (b"\xff", "not UTF-8")])
def test_damaged_cassette_is_not_played(tmp_path, content, why):
    """A test that plays what is no cassette fails with a message."""
    (tmp_path / "any.json").write_bytes(content)

    with pytest.raises(DamagedCassette, match=why), cassette("any", folder=tmp_path):
        pass  # pragma: no cover - the cassette does not open
