import json

from mutation.score import Change, Outcome, outcome_of, survivors, table

CHANGE = Change("shop.till.total", "prices, -1", "prices, +1")
OTHER = CHANGE._replace(becomes="prices, None")
LAST = CHANGE._replace(becomes="prices")


def outcome(change=CHANGE, module="shop.till", *, killed, seconds=30.0):
    return Outcome(module, change, killed, seconds)


def test_outcomes_are_read_as_the_trials_print_them():
    """Each line of the trials is one mutant."""
    said = {"module": "shop.till", "change": list(CHANGE), "killed": False, "seconds": 30.0}

    assert outcome_of(json.dumps(said)) == outcome(killed=False)


def test_survivors_are_told_once_and_in_order():
    """What no test notices is shown with its place, a line that stands twice in a function once; the rest is not."""
    found = [outcome(killed=False), outcome(OTHER, killed=False), outcome(killed=False), outcome(LAST, killed=True)]

    assert survivors(found) == [
        "shop.till.total\n    - prices, -1\n    + prices, +1",
        "shop.till.total\n    - prices, -1\n    + prices, None",
    ]


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
