import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmdb_pipeline.quality.batches import scores
from tmdb_pipeline.quality.rules.catalogue import ERRORS, RULES, RULES_BY_ID, Dimension, Severity, mask_of

MASK_COUNTS = st.sets(st.sampled_from(RULES), max_size=5).map(mask_of)
BATCHES = st.dictionaries(MASK_COUNTS, st.integers(1, 10**6), min_size=1, max_size=6)
WARNINGS = [rule for rule in RULES if rule.severity is Severity.WARNING]


def mask(*rule_ids):
    return mask_of(RULES_BY_ID[rule_id] for rule_id in rule_ids)


@given(st.sets(st.sampled_from(RULES)))
def test_a_record_scores_from_0_to_100(rules):
    """However many rules a record breaks, its score stays in range, and an error leaves nothing."""
    score = scores.record_score(mask_of(rules))

    assert 0 <= score <= 100
    assert (score == 100) == (not rules)
    if mask_of(rules) & ERRORS:
        assert score == 0


@given(st.sets(st.sampled_from(RULES), max_size=6), st.sampled_from(RULES))
def test_one_more_broken_rule_never_raises_a_record(rules, rule):
    """Breaking more rules scores the same or less."""
    assert scores.record_score(mask_of({*rules, rule})) <= scores.record_score(mask_of(rules))


@pytest.mark.parametrize("rule", WARNINGS, ids=lambda rule: rule.id)
def test_a_warning_takes_its_weight(rule):
    """One warning alone costs just what the catalogue says."""
    assert scores.record_score(rule.bit) == 100 - rule.weight


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_percentage_is_cut_not_rounded(part, whole):
    """A percentage never looks better than it is: 100 only where nothing is missing."""
    part = min(part, whole)

    shown = scores.percentage(part, whole)

    assert 0 <= shown <= 100
    assert (shown == 100) == (part == whole)
    assert 0 <= part * 100 / whole - shown < 0.01 + 1e-9


@given(BATCHES)
def test_the_overall_score_is_the_mean(mask_counts):
    """The overall score is the mean of the record scores, to the hundredth below."""
    total = sum(mask_counts.values())
    mean = sum(scores.record_score(each) * count for each, count in mask_counts.items()) / total

    assert 0 <= scores.overall_score(mask_counts) <= 100
    assert 0 <= mean - scores.overall_score(mask_counts) < 0.01 + 1e-9


@given(BATCHES)
def test_no_dimension_is_weaker_than_the_whole(mask_counts):
    """The overall score is never above that of any dimension, so no dimension can be drowned."""
    assert scores.overall_score(mask_counts) <= min(scores.dimension_scores(mask_counts).values())


@given(BATCHES, st.integers(1, 10**6))
def test_bad_records_never_raise_the_score(mask_counts, count):
    """More records in error, added to a batch or put in the place of others, never raise the overall score."""
    bad = mask("id.missing")
    replaced = max(mask_counts, key=scores.record_score)

    added = mask_counts | {bad: mask_counts.get(bad, 0) + count}
    spoilt = dict(mask_counts)
    spoilt[bad] = spoilt.pop(replaced) + spoilt.get(bad, 0)

    assert scores.overall_score(added) <= scores.overall_score(mask_counts)
    assert scores.overall_score(spoilt) <= scores.overall_score(mask_counts)


def test_a_huge_easy_rule_does_not_drown_a_small_vital_one():
    """If every record breaks one vital rule, all the rules that every record keeps save neither score."""
    broken = {mask("id.missing"): 1000}

    assert scores.overall_score(broken) == 0
    assert scores.dimension_scores(broken) == {
        "completeness": 0.0,
        "validity": 100.0,
        "uniqueness": 100.0,
        "consistency": 100.0,
        "timeliness": 100.0,
    }


@given(BATCHES)
def test_the_distribution_holds_every_record_once(mask_counts):
    """Each record is in one bin, and the bins stand from best to worst."""
    distribution = scores.distribution(mask_counts)

    assert list(distribution) == ["excellent", "good", "fair", "poor"]
    assert sum(distribution.values()) == sum(mask_counts.values())


def test_the_bins_begin_where_they_say():
    """A score on a limit belongs to the better bin."""
    mask_counts = {
        mask("poster_path.empty"): 1,  # 90
        mask("overview.empty"): 2,  # 85
        mask("overview.empty", "poster_path.empty"): 4,  # 75
        mask("overview.empty", "poster_path.empty", "backdrop_path.empty"): 8,  # 70
        mask(
            "overview.empty", "poster_path.empty", "genre_ids.empty", "release_date.too_early", "votes.without_average"
        ): 16,
        mask("id.missing"): 32,
    }

    assert scores.distribution(mask_counts) == {"excellent": 1, "good": 6, "fair": 8, "poor": 48}


def test_each_dimension_is_scored():
    """The dimensions come in their order, by their plain names."""
    assert list(scores.dimension_scores({0: 1})) == [str(dimension) for dimension in Dimension]
