from hypothesis import given
from hypothesis import strategies as st

from tmdb_pipeline.quality.rules.catalogue import RULES, outcome_of, rules_in


@given(st.sets(st.sampled_from(RULES)))
def test_an_outcome_holds_its_rules(rules):
    """An outcome gives back exactly the rules that it was made of, in the order of the catalogue."""
    held = list(rules_in(outcome_of(rules)))

    assert set(held) == rules
    assert held == sorted(held, key=RULES.index)
