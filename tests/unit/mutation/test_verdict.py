import json

import pytest
from mutation.verdict import Change, Outcome, complaints, listed_in, outcome_of, table

CHANGE = Change("shop.till.total", "prices, -1", "prices, +1")
OTHER = CHANGE._replace(becomes="prices, None")

LISTED = """
[[survivor]]
function = "shop.till.total"
line = "prices, -1"
becomes = ["prices, +1", "prices, None"]
reason = "Prices are never empty."
"""


def outcome(change=CHANGE, module="shop.till", *, killed, seconds=30.0):
    return Outcome(module, change, killed, seconds)


def test_outcomes_are_read_as_the_trials_print_them():
    """Each line of the trials is one mutant."""
    said = {"module": "shop.till", "change": list(CHANGE), "killed": False, "seconds": 30.0}

    assert outcome_of(json.dumps(said)) == outcome(killed=False)


def test_list_gives_each_change():
    """An entry may explain several changes of one line."""
    assert listed_in(LISTED) == [CHANGE, OTHER]


def test_empty_list_is_one():
    """Where nothing survives nothing has to be listed."""
    assert listed_in("") == []


@pytest.mark.parametrize("reason", ["", 'reason = "  "'])
def test_survivor_without_a_reason_is_refused(reason):
    """Being on the list is no excuse: the reason is."""
    with pytest.raises(ValueError, match=r"The survivor of shop\.till\.total has no reason"):
        listed_in(LISTED.replace('reason = "Prices are never empty."', reason))


def test_explained_survivors_are_in_order():
    """When survivors and list agree there is nothing to say; what another shard tries is not missed."""
    assert complaints([outcome(killed=False), outcome(OTHER, killed=True)], [CHANGE]) == []
    assert complaints([], [CHANGE]) == []


def test_survivor_that_is_not_listed_is_told():
    """A new survivor is shown with what to do about it."""
    (sentence,) = complaints([outcome(killed=False)], [])

    assert sentence == (
        "No test notices this change: write one that does, or say in survivors.toml why none can.\n"
        "  shop.till.total\n    - prices, -1\n    + prices, +1"
    )


def test_listed_change_that_no_longer_survives_is_told():
    """The list holds nothing that is killed."""
    (sentence,) = complaints([outcome(killed=True)], [CHANGE])

    assert sentence == (
        "survivors.toml explains a change that is killed now: take it off the list.\n"
        "  shop.till.total\n    - prices, -1\n    + prices, +1"
    )


def test_line_that_stands_twice_is_listed_once():
    """Two lines of a function that read alike are one entry, for as long as one of them survives."""
    assert complaints([outcome(killed=False), outcome(killed=True)], [CHANGE]) == []


def test_table_gives_each_module_and_all():
    """The score is killed of all, for each module and together, with the minutes of their trials."""
    found = [outcome(killed=True), outcome(OTHER, killed=False), outcome(OTHER, "shop.door", killed=True)]
    lines = [line.split() for line in table(found).splitlines()]

    assert lines == [
        ["module", "killed", "mutants", "score", "minutes"],
        ["shop.door", "1", "1", "100.0", "%", "0.5"],
        ["shop.till", "1", "2", "50.0", "%", "1.0"],
        ["all", "2", "3", "66.7", "%", "1.5"],
    ]
    assert table([]).splitlines()[-1].split() == ["all", "0", "0", "0.0", "%", "0.0"]
