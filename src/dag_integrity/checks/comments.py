"""Comments to these checks."""

from collections.abc import Iterator

from dag_integrity.check import Told, of_file, warning
from dag_integrity.config import Config
from dag_integrity.facts import FileFacts


@warning
@of_file
def stale_ignores(_file: FileFacts, _: Config) -> Iterator[Told]:
    """A comment that ignores nothing hides what comes next.

    Bad: # dag-integrity: ignore[tags] on a DAG that has tags
    Good: no comment
    Fine: Nowhere; a comment about a check that was not run is not told.
    """
    yield from ()  # narrowing.ignores tells them, once it knows what all other checks have found
