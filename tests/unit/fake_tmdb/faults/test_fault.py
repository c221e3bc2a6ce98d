import pytest

from fake_tmdb.faults.fault import EFFECTS, MATCHERS, Fault
from fake_tmdb.faults.kinds import KINDS


def test_label():
    """A fault is named by what it does, unless it has a name."""
    assert Fault(status=503, body="html").label == "status 503"
    assert Fault(hang=True, remove=["a"]).label == "hang, remove"
    assert Fault(delay=0.5, name="slow").label == "slow"
    assert Fault().label == "nothing"


def test_matchers_and_effects_are_all_fields():
    """Each field says which requests or what happens; no kind is registered without its field."""
    assert [*MATCHERS, *EFFECTS] == list(Fault.__dataclass_fields__)
    assert set(EFFECTS) == set(KINDS)


def test_a_fault_in_python_keeps_the_rules_of_a_plan():
    """A value that cannot be is refused where it is written, and not when a request meets it."""
    with pytest.raises(ValueError, match=r"^A fault's page is a page number from 1, not '3'\.$"):
        Fault(page="3")


def test_a_fault_is_shown_as_it_can_be_typed():
    """Only what is said stands in it."""
    fault = Fault(path="/movie/*", times=2, status=503)

    assert repr(fault) == "Fault(path='/movie/*', times=2, status=503)"
    assert fault.said == {"path": "/movie/*", "times": 2, "status": 503}
