"""The card of a version: what it is, how good it is and what was decided, in Markdown, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tmdb_pipeline.features.definition import HORIZON, TOP

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tmdb_pipeline.model.evaluation.evaluation import Evaluation
    from tmdb_pipeline.model.evaluation.gate import Judged
    from tmdb_pipeline.model.learning.logistic import Logistic
    from tmdb_pipeline.model.registry.keep import Manifest

#: Columns that are told, the heaviest first.
_HEAVIEST = 8


def card(manifest: Manifest, model: Logistic, evaluation: Evaluation, judged: Judged) -> str:
    """The card. Scores are told as ratios to the base rate's: those of other worlds are others."""
    allowed = manifest.permission.allowed_by
    source = f"of TMDB, allowed by {allowed}" if allowed else f"invented, of the fake at {manifest.permission.source}"
    best = "not known" if evaluation.best is None else f"{evaluation.best / evaluation.base_rate:.2f}"
    what = (
        f"The chance that a movie on today's popular or trending list is in the popular list's first {TOP} after "
        f"{HORIZON} days. A logistic regression; the data are {source}."
    )
    judged_on = (
        f"* Judged on {manifest.judged.first} to {manifest.judged.last}, {evaluation.days} days, {evaluation.rows} "
        "rows; what was trained on was known before they began."
    )
    lines = [
        f"# Model {manifest.name}, version {manifest.version}",
        "",
        what,
        "",
        f"* Trained on {manifest.trained.first} to {manifest.trained.last}, {manifest.rows} rows.",
        judged_on,
        f"* Verdict of the gate: **{'passed' if judged.passed else 'refused'}**.",
        "",
        "## How good it is",
        "",
        *_table(
            ("prediction", "Brier score, base rate = 1"),
            [
                ("base rate", "1.00"),
                ("persistence", f"{evaluation.persistence / evaluation.base_rate:.2f}"),
                ("this model", f"{evaluation.model / evaluation.base_rate:.2f}"),
                ("best possible", best),
            ],
        ),
        "",
        "Skill, the share of the possible improvement over persistence: "
        + ("not known." if evaluation.skill is None else f"{evaluation.skill:.2f}."),
        "",
        "## What the gate says",
        "",
        *_table(("rule", "state", "reason"), [(each.rule, each.state, each.reason) for each in judged.findings]),
        "",
        "## What weighs most",
        "",
        "For each standard deviation of a column, so much is added to the logarithm of the odds.",
        "",
        *_table(("column", "weight"), _heaviest(model)),
        "",
        "## Where it may be wrong",
        "",
        "* It knows only movies that are on one of the lists, and nothing of a release, an award or a scandal to come.",
        "* It is no opinion on whether a movie is good.",
        "* What it was trained on may change: drift is watched, and a version that has drifted is not deployed.",
        "",
        f"Code {manifest.code_version}, features {manifest.features_version}, labels {manifest.labels_version}.",
    ]
    return "\n".join(lines) + "\n"


def _heaviest(model: Logistic) -> list[tuple[str, str]]:
    pairs = sorted(zip(model.columns, model.weights, strict=True), key=lambda pair: -abs(pair[1]))
    return [(name, f"{weight:+.2f}") for name, weight in pairs[:_HEAVIEST]]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows)]
