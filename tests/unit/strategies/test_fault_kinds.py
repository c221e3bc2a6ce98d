import pytest
from hypothesis import given
from strategies.drawing import drawn
from strategies.fault_kinds import QUICK, faults, rules, values
from support import examples

from fake_tmdb.faults.kinds import KINDS
from fake_tmdb.faults.plan import faults_from


@pytest.mark.parametrize("name", KINDS)
def test_values_of_a_kind_are_allowed(name):
    """What is drawn for a kind is what a plan takes for it."""
    assert all(KINDS[name].values.allow(value) for value in drawn(values(name), 5))


def test_every_quick_kind_is_drawn():
    """No kind is left out, alone or with others."""
    seen = drawn(faults(), 300)

    assert {name for fault in seen for name in fault.said} == set(QUICK)
    assert any(len(fault.said) > 2 for fault in seen)


@examples(40)
@given(rules())
def test_rules_are_a_plan(rule):
    """Whatever is drawn can be armed."""
    assert faults_from([rule])[0].said.keys() == rule.keys()
