import pytest
from fuzz.entries import ENTRIES, MODULES
from fuzz.measure import measure

#: What inputs of the gate are drawn from: the same each time. ``nox -s fuzz`` draws others.
SEED = 20_240_107


@pytest.mark.parametrize("name", ENTRIES)
def test_whatever_comes_in_ends_in_a_result_or_an_error(name):
    """Every input of every entry point ends in a right result or a typed error, in time and in bounds."""
    result = measure(ENTRIES[name], number=SEED, inputs=ENTRIES[name].gate)

    assert result.failure == ""
    assert result.inputs >= ENTRIES[name].gate // 2  # not the same input again and again


def test_every_entry_has_a_name_of_its_own():
    """No declaration hides another."""
    assert all(entry.name == name for name, entry in ENTRIES.items())
    assert len(ENTRIES) == sum(len(module.ENTRIES) for module in MODULES)
