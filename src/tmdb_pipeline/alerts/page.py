"""The table of alerts as Markdown, which stands in ``docs/alerts.md``: ``python -m tmdb_pipeline.alerts.page``."""

import sys

from tmdb_pipeline.alerts.catalogue import CATALOGUE, TONES
from tmdb_pipeline.language import Language

_HEAD = "| alert | subject begins with | in Korean | it is raised when | it is over when |\n|---|---|---|---|---|\n"


def render_table() -> str:
    """The table, a row for each kind, ending in a newline."""
    rows = [
        f"| `{kind}` | [{TONES[entry.tone].en}] | [{TONES[entry.tone].ko}] {entry.name.told(Language.KO, what='…')} "
        f"| {entry.when} | {entry.over} |\n"
        for kind, entry in CATALOGUE.items()
    ]
    return _HEAD + "".join(rows)


if __name__ == "__main__":  # pragma: no cover - the one line that makes it a command
    sys.stdout.write(render_table())
