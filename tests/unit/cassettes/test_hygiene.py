import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from cassette_tools.hygiene import RULES, Gate, used_up, valid
from cassette_tools.play import cassette
from cassette_tools.plays import PLAYS
from cassette_tools.tape import DamagedCassette, Tape, tapes

#: The recorder compares with its clock; here, without one, a time beyond this is a slip of the pen.
LATEST = datetime(2100, 1, 1, tzinfo=UTC)

GOOD = tapes()
BAD = tapes(Path(__file__).with_name("bad"))


def gate_for(tape):
    """A gate where a test plays this cassette and asks for its first answer, unless the defect is that none does."""
    uris = [interaction.uri for interaction in ([] if tape.damage else tape.interactions)[:1]]
    played = (
        {} if tape.name.startswith("asked_for__") else {tape.name: lambda: [requests.get(u, timeout=1) for u in uris]}
    )
    return Gate(now=LATEST, plays=played)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule is not used_up])  # test_plays plays each to its end
def test_cassettes_are_clean(rule):
    """No rule finds anything in a cassette of this project."""
    gate = Gate(now=LATEST, plays=PLAYS)

    assert {tape.name: found for tape in GOOD if (found := rule(tape, gate))} == {}


@pytest.mark.parametrize("tape", BAD, ids=lambda tape: tape.name)
def test_each_defect_is_found_by_its_own_rule_and_by_no_other(tape):
    """The name of a bad cassette begins with the rule that has to find its one defect."""
    owner, _, _ = tape.name.partition("__")

    found = {rule.__name__: rule(tape, gate_for(tape)) for rule in RULES}

    assert [name for name, findings in found.items() if findings] == [owner]
    assert len(found[owner]) == 1


def test_each_rule_has_a_cassette_that_it_finds():
    """A rule that nothing proves, and a bad cassette that no rule owns, are found."""
    owners = {tape.name.partition("__")[0] for tape in BAD}

    assert owners == {rule.__name__ for rule in RULES}


def test_findings_are_sentences_with_their_place():
    """A finding says what and where, so that nobody has to search."""
    (tape,) = (tape for tape in BAD if tape.name == "valid__retyped_field")

    found = [finding for rule in RULES for finding in rule(tape, gate_for(tape))]

    place = "GET https://api.themoviedb.org/3/genre/movie/list?language=ko-KR -> 200: $.genres[0].id"
    assert found == [f"{place}: '28' is not of type 'integer'"]


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
                "used_up": ["it holds no answer"],
            },
        ),
        (
            '{"eyJhbGciOiJI.eyJhdWQiOiI.c2lnbmF0dXJl": 1}',
            {
                "whole": ["it is no cassette, Object missing required field `interactions`"],
                "no_key": ["it holds three parts of base64 with dots between, as a read token has"],
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
    tape = next(tape for tape in GOOD if tape.name == "genres")
    document = json.loads(tape.text)
    document["interactions"][0]["response"]["body"] = {"text": "[" * 200_000}

    found = valid(Tape(tape.path, json.dumps(document)), gate_for(tape))

    assert found == [f"{tape.interactions[0]}: JSON that is nested too deep"]


@pytest.mark.parametrize(("content", "why"), [(b"{}", "it is no cassette, Object missing"), (b"\xff", "not UTF-8")])
def test_damaged_cassette_is_not_played(tmp_path, content, why):
    """A test that plays what is no cassette fails with a sentence."""
    (tmp_path / "any.json").write_bytes(content)

    with pytest.raises(DamagedCassette, match=why), cassette("any", folder=tmp_path):
        pass  # pragma: no cover - the cassette does not open
