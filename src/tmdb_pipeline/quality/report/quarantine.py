"""Quarantine: every rejected record, kept whole, with what is wrong and where it was received."""

from collections.abc import Iterator, Sequence

from tmdb_pipeline.lake.quarantine_file import QuarantineLine
from tmdb_pipeline.quality.batches.validator import Validation
from tmdb_pipeline.quality.report.place import Place, one_each
from tmdb_pipeline.quality.values.json_values import survives_json, tagged


def quarantine_lines(validation: Validation, *, file: str, places: Sequence[Place]) -> Iterator[QuarantineLine]:
    """Give the line of each rejected record, in the order of the batch. Duplicates are good, so they are not here.

    ``places`` holds the place of each record of the batch, ``file`` is the path of the file that was made of it. Parts
    of a record that JSON cannot carry are replaced as ``json_values.tagged`` describes.

    Raises ValueError unless there are as many places as records.
    """
    one_each(places, validation.received)
    for rejection in validation.rejected:
        place = places[rejection.index]
        exact = survives_json([rejection.record])  # a level down, as in the line: orjson limits the depth
        yield QuarantineLine(
            rules=[violation.told() for violation in rejection.violations],
            where=place.where,
            file=file,
            index=place.index,
            exact=exact,
            record=rejection.record if exact else tagged(rejection.record),
        )
