"""The model in use, and how good it was. Nothing that learns is imported: which version it is stands in a file."""

from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from tmdb_pipeline.dags import PREDICTIONS
from tmdb_pipeline.model.registry.state import NAME, Shelf, State
from tmdb_pipeline.page.asked import Asked
from tmdb_pipeline.page.facts.sources import Sources

#: Days, the last of which it is known what came, that the figures are of.
RECENT: Final = 28


class ScoreDay(msgspec.Struct, frozen=True, kw_only=True):
    """The Brier scores of a day, see ``tmdb.prediction_scores``: of the champion of then, and beside it."""

    day: date
    version: str
    movies: int
    brier: float
    base_brier: float | None
    best_brier: float | None


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The means of some days.

    Attributes:
        days: how many.
        brier: the score of the champion, on all of them.
        base: that of the base rate, ``best`` of the best possible; None unless they are known of all.
    """

    days: int
    brier: float
    base: float | None
    best: float | None

    @property
    def skill(self) -> float | None:
        """The share of the possible improvement over the base rate, in percent; None where nobody knows it."""
        if self.base is None or self.best is None or self.best >= self.base:
            return None
        return 100 * (self.base - self.brier) / (self.base - self.best)


class ModelFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The model in use.

    Attributes:
        version: the champion.
        since: when it became that, aware; None where nobody noted it.
        challenger: the version beside it, or None.
        scores: of the days of which it is known what came, the earliest first.
    """

    version: str
    since: datetime | None
    challenger: str | None
    scores: list[ScoreDay]

    @property
    def figures(self) -> Figures | None:
        """The figures of the latest days; None while nothing is known."""
        if not self.scores:
            return None
        last = self.scores[-1].day
        recent = [each for each in self.scores if each.day > last - timedelta(days=RECENT)]
        # Beside each other stand only scores of the same days: those of which both are known, if there are any.
        whole = [each for each in recent if each.base_brier is not None] or recent
        return Figures(
            days=len(whole),
            brier=_mean([each.brier for each in whole]) or 0.0,
            base=_mean([each.base_brier for each in whole]),
            best=_mean([each.best_brier for each in whole]),
        )


def read_model(sources: Sources, asked: Asked) -> ModelFacts | None:
    """The model in use; None where there is none, or the reader may not know of it."""
    state = State()
    if PREDICTIONS.id in asked.dag_ids:
        with sources.going_without():
            state = Shelf(sources.lake, NAME).state() if sources.lake else state
    if state.champion is None:
        return None
    deeds = [deed.at for deed in state.history if deed.version == state.champion and deed.what in _BECAME]
    return ModelFacts(
        version=state.champion,
        since=deeds[-1] if deeds else None,
        challenger=state.challenger.version if state.challenger else None,
        scores=_scores(sources, asked),
    )


#: What is noted of a version that becomes the champion.
_BECAME: Final = frozenset({"promoted", "rolled back to"})


def _scores(sources: Sources, asked: Asked) -> list[ScoreDay]:
    with sources.going_without():
        if sources.address:
            from tmdb_pipeline.page.facts import queries, warehouse  # noqa: PLC0415 - brings the driver, an extra

            return warehouse.rows(sources.address, queries.SCORES, ScoreDay, {"first_day": asked.first_day})
    return []


def _mean(values: list[float | None] | list[float]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known and len(known) == len(values) else None
