from hypothesis import given
from hypothesis import strategies as st

from tmdb_pipeline.quality.rules.catalogue import RULES, mask_of, rules_in


@given(st.sets(st.sampled_from(RULES)))
def test_a_rule_mask_holds_its_rules(rules):
    """A rule mask gives back exactly the rules that it was made of, in the order of the catalogue."""
    held = list(rules_in(mask_of(rules)))

    assert set(held) == rules
    assert held == sorted(held, key=RULES.index)
