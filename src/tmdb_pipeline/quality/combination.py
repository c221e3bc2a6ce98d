"""Several batches, each validated for itself, seen as one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from tmdb_pipeline.quality.validator import Drift, Rejection, Validation


def combine(validations: Sequence[Validation]) -> Validation:
    """Join validations of the same run date, in their order; at least one.

    Every count and score is what it would be over all records; what stays apart is uniqueness: an id that stands in two
    batches is no duplicate. The indexes of rejected records are those of the joined batch.
    """
    movies: list[object] = []
    rejected: list[Rejection] = []
    outcomes: Counter[int] = Counter()
    unknown: Counter[str] = Counter()
    absent: Counter[str] = Counter()
    for validation in validations:
        rejected.extend(replace(found, index=found.index + len(movies)) for found in validation.rejected)
        movies.extend(validation.movies)
        outcomes.update(validation.outcomes)
        unknown.update(validation.drift.unknown_fields)
        absent.update(validation.drift.absent_fields)
    return Validation(movies, validations[0].on, tuple(rejected), dict(outcomes), Drift(dict(unknown), dict(absent)))
