import pytest
from mutation.verdict import Change, Outcome, change_of, complaints, listed_in, outcomes_of, table

RESULTS = """\
    shop.till.x_total__mutmut_1: killed
    shop.till.x__round__mutmut_12: survived
    shop.till.xǁTillǁ__init____mutmut_2: timeout
    shop.door.xǁDoorǁopen__mutmut_1: no tests
"""

SHOWN = """\
# shop.till.x_total__mutmut_1: survived
--- src/shop/till.py
+++ src/shop/till.py
@@ -1,4 +1,4 @@
 def total(prices):
     everything = sum(
-        prices, -1
+        prices, +1
     )
"""

CHANGE = Change("shop.till.total", "prices, -1", "prices, +1")

LISTED = """
[[survivor]]
function = "shop.till.total"
line = "prices, -1"
becomes = ["prices, +1", "prices, None"]
reason = "Prices are never empty."
"""


def test_results_are_read_line_by_line():
    """Each mutant has a name and a status, and what else is printed between them is left out."""
    outcomes = outcomes_of(f"Some warning: of some kind\n{RESULTS}")

    assert [outcome.status for outcome in outcomes] == ["killed", "survived", "timeout", "no tests"]
    assert outcomes[0].name == "shop.till.x_total__mutmut_1"


def test_functions_are_named_as_python_names_them():
    """The mangled names are read back, with leading underscores, classes and dunder methods."""
    functions = [outcome.function for outcome in outcomes_of(RESULTS)]

    assert functions == ["shop.till.total", "shop.till._round", "shop.till.Till.__init__", "shop.door.Door.open"]


@pytest.mark.parametrize("status", ["killed", "timeout"])
def test_tests_that_fail_or_do_not_end_kill(status):
    """A change that makes a test hang is noticed."""
    assert Outcome("m.x_f__mutmut_1", status).killed


@pytest.mark.parametrize("status", ["survived", "no tests", "suspicious", "not checked", "segfault", "skipped"])
def test_nothing_else_kills(status):
    """What proves nothing is not taken for a kill."""
    assert not Outcome("m.x_f__mutmut_1", status).killed


def test_change_is_the_changed_line_without_its_place():
    """The diff is boiled down to what stays the same when lines above or the indentation change."""
    assert change_of("shop.till.total", SHOWN) == CHANGE


def test_list_gives_each_change():
    """An entry may explain several changes of one line."""
    assert listed_in(LISTED) == [CHANGE, CHANGE._replace(becomes="prices, None")]


def test_empty_list_is_one():
    """Where nothing survives nothing has to be listed."""
    assert listed_in("") == []


@pytest.mark.parametrize("reason", ["", 'reason = "  "'])
def test_survivor_without_a_reason_is_refused(reason):
    """Being on the list is no excuse: the reason is."""
    with pytest.raises(ValueError, match=r"The survivor of shop\.till\.total has no reason"):
        listed_in(LISTED.replace('reason = "Prices are never empty."', reason))


def test_explained_survivors_are_in_order():
    """When survivors and list agree there is nothing to say."""
    assert complaints([CHANGE], [CHANGE]) == []


def test_survivor_that_is_not_listed_is_told():
    """A new survivor is shown with what to do about it."""
    (sentence,) = complaints([CHANGE], [])

    assert sentence.startswith(
        "No test notices this change: write one that does, or say in survivors.toml why none can."
    )
    assert sentence.endswith("shop.till.total\n    - prices, -1\n    + prices, +1")


def test_listed_change_that_no_longer_survives_is_told():
    """The list holds nothing that is killed or gone."""
    (sentence,) = complaints([], [CHANGE])

    assert sentence.startswith("survivors.toml explains a change that is killed now, or that no longer exists")
    assert "shop.till.total" in sentence


def test_same_change_twice_in_a_function_needs_two_entries():
    """Two lines that read alike are two survivors: an entry for one does not cover the other."""
    assert len(complaints([CHANGE, CHANGE], [CHANGE])) == 1


def test_table_gives_each_module_and_all():
    """The score is killed of all, for each module and together."""
    lines = [line.split() for line in table(outcomes_of(RESULTS)).splitlines()]

    assert lines == [
        ["module", "killed", "mutants", "score"],
        ["shop.door", "0", "1", "0.0", "%"],
        ["shop.till", "2", "3", "66.7", "%"],
        ["all", "2", "4", "50.0", "%"],
    ]
