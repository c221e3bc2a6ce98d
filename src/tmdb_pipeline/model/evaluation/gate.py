"""The gate: what has to hold before a model may be deployed, each rule with its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from tmdb_pipeline.model.evaluation.evaluation import ASKED
from tmdb_pipeline.model.evaluation.leaks import TOO_GOOD, is_too_good

if TYPE_CHECKING:
    from tmdb_pipeline.model.evaluation.evaluation import Evaluation
    from tmdb_pipeline.model.evaluation.scores import Difference

#: How much worse than the champion a model may be, at the end of the 95 % interval.
WORSE = 0.0005
#: How far chances may be from how often it came.
MISCALIBRATED = 0.02
#: Milliseconds in which ``ASKED`` rows have to be answered.
SLOW = 50.0

State: TypeAlias = Literal["holds", "fails", "not judged"]


class Finding(msgspec.Struct, frozen=True):
    """What a rule found.

    Attributes:
        rule: its name.
        state: ``not judged`` where what it would judge is not there; only ``fails`` refuses.
        reason: the numbers that it judged by, in a sentence.
    """

    rule: str
    state: State
    reason: str


class Judged(msgspec.Struct, frozen=True):
    """What the gate says of a model: deployed if no rule fails."""

    findings: list[Finding]

    @property
    def passed(self) -> bool:
        """Whether the model may be deployed."""
        return not self.refusals

    @property
    def refusals(self) -> list[str]:
        """Why it may not."""
        return [f"{finding.rule}: {finding.reason}" for finding in self.findings if finding.state == "fails"]


class Evidence(msgspec.Struct, frozen=True):
    """What the gate judges by.

    Attributes:
        evaluation: of the model.
        has_champion: whether a model is in use.
        drifted: the features that have drifted since training, with how far; empty if none has.
        smoke: what is wrong with the model's answers as it was read back from the lake; empty if nothing is.
        mute: why the champion that there is cannot answer, in a sentence; empty if it can.
    """

    evaluation: Evaluation
    has_champion: bool
    drifted: dict[str, float]
    smoke: str = ""
    mute: str = ""


def judge(evidence: Evidence) -> Judged:
    """Ask every rule."""
    return Judged([Finding(name, *rule(evidence)) for name, rule in RULES.items()])


Found: TypeAlias = "tuple[State, str]"


def _better(difference: Difference, than: str) -> Found:
    if difference.upper is None:
        return "fails", f"{difference.weeks} weeks are too few to tell whether it is better than {than}"
    text = f"Brier score {difference.mean:+.4f} beside {than}, at most {difference.upper:+.4f} (95 %)"
    return ("holds" if difference.upper < 0 else "fails"), text


def _beats_base_rate(evidence: Evidence) -> Found:
    return _better(evidence.evaluation.against_base, "the base rate")


def _beats_persistence(evidence: Evidence) -> Found:
    return _better(evidence.evaluation.against_persistence, "persistence")


def _no_worse_than_champion(evidence: Evidence) -> Found:
    if not evidence.has_champion:
        return "not judged", "there is no champion yet"
    if evidence.mute:
        return "not judged", f"the champion cannot answer: {evidence.mute}"
    found = evidence.evaluation.against_champion
    if found is None or found.upper is None:
        weeks = 0 if found is None else found.weeks
        return "fails", f"{weeks} weeks that neither was trained on are too few to compare it with the champion"
    text = f"Brier score {found.mean:+.4f} beside the champion, at most {found.upper:+.4f} (95 %), allowed {WORSE:+.4f}"
    return ("holds" if found.upper <= WORSE else "fails"), text


def _calibrated(evidence: Evidence) -> Found:
    error = evidence.evaluation.calibration_error
    return ("holds" if error <= MISCALIBRATED else "fails"), f"chances are {error:.4f} off, allowed {MISCALIBRATED}"


def _no_band_left_behind(evidence: Evidence) -> Found:
    worse = [band for band in evidence.evaluation.bands if band.model > band.base_rate]
    if worse:
        told = ", ".join(f"{band.name} ({band.model:.4f}, base rate {band.base_rate:.4f})" for band in worse)
        return "fails", f"worse than the base rate: {told}"
    return "holds", f"better than the base rate in each of {len(evidence.evaluation.bands)} genres and ages"


def _not_too_good(evidence: Evidence) -> Found:
    against = evidence.evaluation.against_best
    if against is None or against.z is None:
        return "not judged", "the best possible prediction is not known, or there are too few weeks"
    text = f"{against.z:+.1f} standard errors from the best possible, the alarm is at {TOO_GOOD:+.1f}"
    return ("fails" if is_too_good(against) else "holds"), text


def _no_drift(evidence: Evidence) -> Found:
    if evidence.drifted:
        told = ", ".join(f"{name} ({value:.2f})" for name, value in sorted(evidence.drifted.items()))
        return "fails", f"drifted since training: {told}"
    return "holds", "no feature has drifted since training"


def _fast(evidence: Evidence) -> Found:
    taken = evidence.evaluation.milliseconds
    return ("holds" if taken < SLOW else "fails"), f"{ASKED} rows take {taken:.1f} ms, allowed {SLOW:.0f} ms"


def _repeatable(evidence: Evidence) -> Found:
    if evidence.evaluation.repeatable:
        return "holds", "training again gave the same bytes"
    return "fails", "training again gave another model"


def _answers(evidence: Evidence) -> Found:
    return ("fails", evidence.smoke) if evidence.smoke else ("holds", "as read back from the lake, it answers the same")


#: Every rule, in the order of the card.
RULES: dict[str, Callable[[Evidence], Found]] = {
    "beats the base rate": _beats_base_rate,
    "beats persistence": _beats_persistence,
    "no worse than the champion": _no_worse_than_champion,
    "calibrated": _calibrated,
    "no genre or age left behind": _no_band_left_behind,
    "not better than possible": _not_too_good,
    "no drift": _no_drift,
    "fast enough": _fast,
    "repeatable": _repeatable,
    "answers": _answers,
}
