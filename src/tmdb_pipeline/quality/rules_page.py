"""The rule catalogue as Markdown: ``python -m tmdb_pipeline.quality.rules_page > docs/quality-rules.md``."""

import sys
from collections.abc import Iterable

from tmdb_pipeline.quality.rules import QUESTIONS, REQUIRED_FIELDS, RULES, SOFT_FIELDS, Dimension, Severity
from tmdb_pipeline.quality.scores import BINS

_INTRODUCTION = """\
# Quality rules

Generated from the code by `python -m tmdb_pipeline.quality.rules_page`, as a test checks.

Of {rules} rules, {errors} are errors: the record is quarantined; {warnings} are warnings: it is kept and counted.

- A record starts with 100 points. An error takes them all, a warning takes the points shown; several add up.
- The overall score is the mean over all records, so a huge easy rule cannot drown a small vital one. The score of a
  dimension is the same mean over its own rules, so the overall score is never above the weakest dimension.
- By its score a record is {bins}, and {lowest_bin} below.
- Null and absent are the same to every rule. Of the rules of one field only the first broken one counts.
- Of several good records with one id the best stays (score, then votes, then content); the others break `id.duplicate`.
  The order of the records changes nothing.
- What TMDB really sends is no error: empty texts, null images, an int where a float was, language codes of its own, a
  popularity of 0.
- New fields are reported as drift and not punished, and so are absent ones that a record can do without. A record needs
  {required}. It can do without {soft}.
"""


def render_rules_page() -> str:
    """Return the page in Markdown, ending in a newline."""
    errors = sum(rule.severity is Severity.ERROR for rule in RULES)
    page = _INTRODUCTION.format(
        rules=len(RULES),
        errors=errors,
        warnings=len(RULES) - errors,
        bins=", ".join(f"{name} from {lowest}" for name, lowest in BINS[:-1]),
        lowest_bin=BINS[-1][0],
        required=_fields(REQUIRED_FIELDS),
        soft=_fields(sorted(SOFT_FIELDS)),
    )
    for dimension in Dimension:
        page += f"\n## {dimension.capitalize()}\n\n{QUESTIONS[dimension]}\n\n"
        page += "| Rule | Severity | Points | What is wrong |\n|---|---|---:|---|\n"
        for rule in RULES:
            if rule.dimension is dimension:
                page += f"| `{rule.id}` | {rule.severity} | {rule.weight} | {rule.sentence} |\n"
    return page


def _fields(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":  # pragma: no cover - the one line that makes it a command
    sys.stdout.write(render_rules_page())
