"""Each movie once: of several copies the one that the quality rules find best."""

from collections.abc import Sequence

from tmdb_pipeline.lake.records import Deduplicate, Record
from tmdb_pipeline.quality.batches.copies import choose
from tmdb_pipeline.quality.rules.catalogue import AdultPolicy
from tmdb_pipeline.run import Run


def once_each(adult: AdultPolicy = "warn") -> Deduplicate:
    """What parts records into those that stand for their movies, the best of each, and their further copies.

    Both keep the order of the records. Those without a usable id are no copies of anything. ``adult`` says what becomes
    of movies for adults, as in ``validator.validate``.
    """

    def deduplicate(records: Sequence[Record], run: Run) -> tuple[list[Record], list[Record]]:
        days = [record.received_on(run) for record in records]
        chosen = choose([record.movie for record in records], on=days, adult=adult)
        return [records[at] for at in chosen.kept], [records[at] for at in chosen.copies]

    return deduplicate
