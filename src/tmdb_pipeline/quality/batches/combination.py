"""Several batches, each validated for itself, seen as one."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate

from tmdb_pipeline.quality.batches.validator import Drift, Rejection, Validation
from tmdb_pipeline.quality.records.receipt import day_at, days_of_receipt


def combine(validations: Sequence[Validation]) -> Validation:
    """Join validations, in their order; at least one.

    Every count and score is what it would be over all records; what stays apart is uniqueness: an id that stands in two
    batches is no duplicate. Indexes and days of receipt are those of the joined batch.
    """
    movies = [record for validation in validations for record in validation.movies]
    starts = [0, *accumulate(validation.received for validation in validations)]
    mask_counts: Counter[int] = Counter()
    unknown: Counter[str] = Counter()
    absent: Counter[str] = Counter()
    for validation in validations:
        mask_counts.update(validation.mask_counts)
        unknown.update(validation.drift.unknown_fields)
        absent.update(validation.drift.absent_fields)
    days = [day_at(validation.on, index) for validation in validations for index in range(validation.received)]
    return Validation(
        movies,
        days_of_receipt(days, len(movies)),
        _moved((validation.rejected for validation in validations), starts),
        _moved((validation.duplicates for validation in validations), starts),
        dict(mask_counts),
        Drift(dict(unknown), dict(absent)),
    )


def _moved(parts: Iterable[tuple[Rejection, ...]], starts: Iterable[int]) -> tuple[Rejection, ...]:
    """The records of all parts, at their places in the joined batch."""
    return tuple(
        replace(found, index=found.index + start) for part, start in zip(parts, starts, strict=False) for found in part
    )
