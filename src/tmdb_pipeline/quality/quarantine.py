"""Quarantine: every rejected record, kept whole, with what is wrong and where it was received."""

from collections.abc import Iterator

import orjson

from tmdb_pipeline.quality.json_values import survives_json, tagged
from tmdb_pipeline.quality.report import Locate
from tmdb_pipeline.quality.validator import Validation


def quarantine_lines(validation: Validation, *, file: str, locate: Locate) -> Iterator[bytes]:
    """Give one line of JSON (UTF-8, ending in a newline) for each rejected record, in the order of the batch.

    ``file`` is the path of the file whose ``movies`` are the batch, and ``index`` the record's place in them, from 0:
    these two say which record it is. ``rules`` are the rules broken, each with its sentence, the field and the value
    found there, shortened. ``where`` is the page file and the index in it that ``locate`` tells, or null. ``record`` is
    the record as it was, and ``exact`` is true; where JSON cannot carry it, ``exact`` is false and the parts concerned
    are replaced as ``json_values.tagged`` describes.
    """
    for rejection in validation.rejected:
        exact = survives_json([rejection.record])  # a level down, as in the line: orjson limits the depth
        line = {
            "rules": [violation.as_dict() for violation in rejection.violations],
            "where": locate(rejection.record),
            "file": file,
            "index": rejection.index,
            "exact": exact,
            "record": rejection.record if exact else tagged(rejection.record),
        }
        yield orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)
