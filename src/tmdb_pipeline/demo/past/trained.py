"""What is told of a model of an invented past."""

from datetime import date

import msgspec


class Trained(msgspec.Struct, frozen=True):
    """A model of an invented past. Scores are Brier scores: 0 is perfect.

    Attributes:
        first: the first day of the past, and ``last`` the last.
        base_rate: the score of how often it was so, ``persistence`` that of the place on the list alone.
        model: the score of the model, ``best`` that of the best possible prediction, and ``skill`` what it has of the
            way from persistence to that.
        passed: whether the gate has let it through; else ``refusals`` say why not.
        states: of the gate's rules, how many hold, fail and were not judged.
        card: where its card lies in the folder.
    """

    first: date
    last: date
    base_rate: float
    persistence: float
    model: float
    best: float | None
    skill: float | None
    passed: bool
    refusals: list[str]
    states: dict[str, int]
    card: str
