"""Where a record stands, and where it came from."""

from collections.abc import Sequence
from dataclasses import dataclass

from tmdb_pipeline.lake.records import PagePlace


@dataclass(frozen=True, slots=True)
class Place:
    """The place of one record of a batch.

    Attributes:
        index: its place in the ``movies`` of its file, from 0; None for a record that the file does not hold, as a bad
            copy beside a good one.
        where: where TMDB sent it; None where no kept page is known to hold it.
    """

    index: int | None
    where: PagePlace | None = None


def one_each(places: Sequence[Place], count: int) -> Sequence[Place]:
    """Return the places, or raise ValueError unless there is one for each of ``count`` records."""
    if len(places) != count:
        raise ValueError(f"There are {len(places):,} places for {count:,} records; give one for each, in their order.")
    return places
