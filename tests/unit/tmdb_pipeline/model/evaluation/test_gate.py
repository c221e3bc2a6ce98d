import msgspec
import pytest

from tmdb_pipeline.model.evaluation.evaluation import Evaluation
from tmdb_pipeline.model.evaluation.gate import RULES, Evidence, judge
from tmdb_pipeline.model.evaluation.scores import Band, Difference

GOOD = Evidence(
    Evaluation(
        rows=6_000,
        days=56,
        model=0.07,
        base_rate=0.19,
        persistence=0.1,
        best=0.065,
        skill=0.86,
        against_base=Difference(-0.12, 0.01, 8),
        against_persistence=Difference(-0.03, 0.01, 8),
        against_best=Difference(-0.03, 0.01, 8),
        against_champion=Difference(-0.0005, 0.0005, 8),
        calibration_error=0.02,
        bands=[Band("genre 18", 900, 0.19, 0.19)],
        milliseconds=49.9,
        repeatable=True,
    ),
    has_champion=True,
    drifted={},
)


def with_evaluation(**changes):
    return msgspec.structs.replace(GOOD, evaluation=msgspec.structs.replace(GOOD.evaluation, **changes))


def test_a_good_model_passes_at_every_limit():
    """Every rule holds, and says by which numbers."""
    found = judge(GOOD)

    assert found.passed
    assert found.refusals == []
    assert [(each.rule, each.state) for each in found.findings] == [(name, "holds") for name in RULES]
    assert all(each.reason for each in found.findings)


#: For each rule what makes it red, and no other, and what it says.
RED = [
    (
        "beats the base rate",
        with_evaluation(against_base=Difference(-0.01, 0.006, 8)),
        "Brier score -0.0100 beside the",
    ),
    ("beats the base rate", with_evaluation(against_base=Difference(-0.1, None, 3)), "3 weeks are too few to tell"),
    ("beats persistence", with_evaluation(against_persistence=Difference(0.01, 0.001, 8)), "beside persistence"),
    (
        "no worse than the champion",
        with_evaluation(against_champion=Difference(0.0, 0.0003, 8)),
        r"\+0.0000 beside the champion, at most \+0.0006 \(95 %\), allowed \+0.0005",
    ),
    ("no worse than the champion", with_evaluation(against_champion=None), "0 weeks that neither was trained on"),
    ("no worse than the champion", with_evaluation(against_champion=Difference(-1, None, 2)), "2 weeks that neither"),
    ("calibrated", with_evaluation(calibration_error=0.0201), "chances are 0.0201 off, allowed 0.02"),
    (
        "no genre or age left behind",
        with_evaluation(bands=[Band("older", 900, 0.2, 0.19), Band("genre 18", 900, 0.1, 0.19)]),
        r"worse than the base rate: older \(0.2000, base rate 0.1900\)$",
    ),
    ("not better than possible", with_evaluation(against_best=Difference(-0.031, 0.01, 8)), "-3.1 standard errors"),
    ("no drift", msgspec.structs.replace(GOOD, drifted={"margin": 0.31}), r"drifted since training: margin \(0.31\)"),
    ("fast enough", with_evaluation(milliseconds=50.0), "100 rows take 50.0 ms, allowed 50 ms"),
    ("repeatable", with_evaluation(repeatable=False), "training again gave another model"),
    ("answers", msgspec.structs.replace(GOOD, smoke="it is mute"), "it is mute"),
]


@pytest.mark.parametrize(("rule", "evidence", "says"), RED)
def test_each_rule_goes_red_by_itself(rule, evidence, says):
    """One thing wrong makes one rule fail, which refuses the model with its reason."""
    found = judge(evidence)

    assert [each.rule for each in found.findings if each.state == "fails"] == [rule]
    assert not found.passed
    with pytest.raises(AssertionError, match=says):
        raise AssertionError(found.refusals[0])


def test_every_rule_has_been_seen_red():
    """A rule that nothing breaks is none."""
    assert {rule for rule, _, _ in RED} == set(RULES)


@pytest.mark.parametrize(
    ("rule", "evidence"),
    [
        ("no worse than the champion", msgspec.structs.replace(GOOD, has_champion=False)),
        ("not better than possible", with_evaluation(against_best=None)),
        ("not better than possible", with_evaluation(against_best=Difference(-9, None, 3))),
    ],
)
def test_what_is_not_there_is_not_judged(rule, evidence):
    """It is said, and refuses nothing."""
    found = judge(evidence)

    assert [each.rule for each in found.findings if each.state == "not judged"] == [rule]
    assert found.passed


def test_champion_that_cannot_answer_refuses_nothing():
    """Waiting would never cure it: the rule is not judged, with what is wrong with the champion."""
    mute = with_evaluation(against_champion=None)

    found = judge(msgspec.structs.replace(mute, mute="model.json is not there any more."))

    assert found.passed
    assert [(each.rule, each.reason) for each in found.findings if each.state != "holds"] == [
        ("no worse than the champion", "the champion cannot answer: model.json is not there any more.")
    ]
