from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from cassette_tools.hygiene import RULES, Gate, used_up
from cassette_tools.plays import PLAYS
from cassette_tools.tape import tapes

#: The recorder compares with its clock; here, without one, a time beyond this is a slip of the pen.
LATEST = datetime(2100, 1, 1, tzinfo=UTC)

GOOD = tapes()
BAD = tapes(Path(__file__).with_name("bad"))


def gate_for(tape):
    """A gate where a test plays this cassette and asks for its first answer, unless the defect is that none does."""
    uris = [interaction.uri for interaction in tape.interactions[:1]]
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
