"""The rule catalogue as Markdown: ``python -m tmdb_pipeline.quality.rules.page > docs/quality-rules.md``."""

import sys
from collections.abc import Iterable

from tmdb_pipeline.quality.batches.scores import BINS
from tmdb_pipeline.quality.rules.catalogue import (
    DIMENSIONS,
    QUESTIONS,
    REQUIRED_FIELDS,
    RULES,
    SOFT_FIELDS,
    STRICT,
    Dimension,
    Severity,
)

_INTRODUCTION = """\
# Quality rules

Generated from the code by `python -m tmdb_pipeline.quality.rules.page`, as a test checks.

Of {rules} rules, {error} are errors: the record is quarantined; {warning} are warnings: it is kept and counted;
{omitted} is neither: the record is left out and counted, and costs nothing.

- What decides is whether a reader could still use the record. It needs {required}: without them nobody can
  identify or show the movie. It can do without {soft};
  where one of these is absent or null, that is a warning or nothing. A value of another type, or out of range, breaks
  whoever computes with it or loads it, so it is an error.
- A record starts with 100 points. An error takes them all, a warning takes the points shown; several add up.
- The overall score is the mean over all records judged, so a huge easy rule cannot drown a small vital one. The score
  of a dimension is the same mean over its own rules, so the overall score is never above the weakest dimension.
- By its score a record is {bins}, and {lowest_bin} below.
- Null and absent are the same to every rule. Of the rules of one field only the first broken one counts.
- Of several records with one id the best stays: a good one before a bad one, then by score, votes and content. Of the
  others the bad ones are quarantined, and the good ones break `id.duplicate`, which is no fault of the data: they are
  in no score and no rate. Received = accepted + quarantined + duplicates. The order of the records changes nothing.
- A text of spaces and invisible characters alone is as good as empty.
- Dates are judged as of the day in Seoul on which the record was received, not of the run's date.
- {policies} are warnings unless the run is told to quarantine such movies.
- What TMDB really sends is no error: empty texts, nulls, an int where a float was, language codes of its own, a
  popularity of 0, an empty object for an empty list.
- New fields are reported as drift and not punished, and so are absent ones that a record can do without.
"""


def render_rules_page() -> str:
    """Return the page in Markdown, ending in a newline."""
    page = _INTRODUCTION.format(
        rules=len(RULES),
        **{severity: sum(rule.severity is severity for rule in RULES) for severity in Severity},
        bins=", ".join(f"{name} from {lowest}" for name, lowest in BINS[:-1]),
        lowest_bin=BINS[-1][0],
        required=_names(REQUIRED_FIELDS),
        soft=_names(sorted(SOFT_FIELDS)),
        policies=_names(rule.id for rule in STRICT),
    )
    for dimension in Dimension:
        page += f"\n## {DIMENSIONS[dimension].en} ({DIMENSIONS[dimension].ko})\n\n"
        page += f"{QUESTIONS[dimension].en}<br>{QUESTIONS[dimension].ko}\n\n"
        page += "| Rule | Severity | Points | What is wrong |\n|---|---|---:|---|\n"
        for rule in RULES:
            if rule.dimension is dimension:
                page += f"| `{rule.id}` | {rule.severity} | {rule.weight} | {rule.said.en}<br>{rule.said.ko} |\n"
    return page


def _names(names: Iterable[str]) -> str:
    *first, last = (f"`{name}`" for name in names)
    return f"{', '.join(first)} and {last}"


if __name__ == "__main__":  # pragma: no cover - the one line that makes it a command
    sys.stdout.write(render_rules_page())
