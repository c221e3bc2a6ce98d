"""Quarantine: every rejected record, kept whole, with what is wrong and where it was received."""

from collections.abc import Iterator, Sequence

import orjson

from tmdb_pipeline.quality.batches.validator import Validation
from tmdb_pipeline.quality.report.place import Place, one_each
from tmdb_pipeline.quality.values.json_values import survives_json, tagged


def quarantine_lines(validation: Validation, *, file: str, places: Sequence[Place]) -> Iterator[bytes]:
    """Give one line of JSON (UTF-8, ending in a newline) for each rejected record, in the order of the batch.

    ``places`` holds the place of each record of the batch. ``file`` is the path of the file that was made of the batch
    and ``index`` the record's place in its ``movies``, from 0: these two say which record it is. ``index`` is null for
    a record that the file does not hold because another copy is there. ``where`` is the page file and the index in it,
    or null. ``rules`` are the rules broken, each with its sentence, the field and the value found there, shortened.
    ``record`` is the record as it was, and ``exact`` is true; where JSON cannot carry it, ``exact`` is false and the
    parts concerned are replaced as ``json_values.tagged`` describes. Duplicates are good, so they are not here.

    Raises ValueError unless there are as many places as records.
    """
    one_each(places, validation.received)
    for rejection in validation.rejected:
        place = places[rejection.index]
        exact = survives_json([rejection.record])  # a level down, as in the line: orjson limits the depth
        line = {
            "rules": [violation.as_dict() for violation in rejection.violations],
            "where": place.where,
            "file": file,
            "index": place.index,
            "exact": exact,
            "record": rejection.record if exact else tagged(rejection.record),
        }
        yield orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)
