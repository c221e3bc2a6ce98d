"""The records in quarantine: all of the last 90 days, filtered here."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.quarantine_file import QuarantineLine, read_quarantine
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.page.asked import Asked
from tmdb_pipeline.page.facts.runs import RunFacts
from tmdb_pipeline.page.facts.sources import Sources
from tmdb_pipeline.quality.values.json_values import describe
from tmdb_pipeline.run import Run

#: Records that a list is made of at most, the latest ones: a list that is longer has another use than being read.
MOST = 5_000
#: Records on a page of the list.
PAGE = 50


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """A rejected record in a few words.

    Attributes:
        line: its line in the quarantine of the run, from 1.
        id: TMDB's id as text; None where it has none.
        title: None where it has none; anything may stand in it.
        rules: the ids of the rules that it breaks.
        page_file: the page where TMDB sent it, by its path under the data root; None where that is not known.
    """

    dag_id: str
    run_date: date
    line: int
    id: str | None
    title: str | None
    rules: list[str]
    page_file: str | None


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for: None and the first page unless somebody chooses. ``page`` is counted from 1."""

    dag_id: str | None = None
    rule: str | None = None
    first: date | None = None
    last: date | None = None
    page: int = 1

    def takes(self, record: Rejected) -> bool:
        """Whether a record is among what is looked for."""
        return (
            (self.dag_id is None or record.dag_id == self.dag_id)
            and (self.rule is None or self.rule in record.rules)
            and (self.first is None or record.run_date >= self.first)
            and (self.last is None or record.run_date <= self.last)
        )


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """What a filter lets through.

    Attributes:
        records: those of the page.
        total: how many there are on all pages.
        page: which page this is, from 1; the last one where there are not as many as were asked for.
        pages: how many there are, at least 1.
        rules: how many records break each rule, the commonest first, whichever rule is looked for.
        capped: whether there are older records that are left out.
    """

    records: list[Rejected]
    total: int
    page: int
    pages: int
    rules: list[tuple[str, int]]
    capped: bool


def read_rejected(sources: Sources, asked: Asked, runs: Iterable[RunFacts]) -> list[Rejected]:
    """The rejected records of runs, the latest run first, at most ``MOST``; read from the lake where not loaded yet."""
    found = _from_warehouse(sources, asked)
    loaded = {(run.dag_id, run.run_date) for run in runs if run.loaded_at} if found is not None else set()
    waiting = [run for run in runs if run.quarantined and (run.dag_id, run.run_date) not in loaded]
    rejected = [record for record in found or () if (record.dag_id, record.run_date) in loaded]
    for run in waiting:
        if len(rejected) >= MOST:
            break
        with sources.going_without():
            rejected += _from_lake(sources.lake, Run(run.dag_id, run.run_id, run.run_date))
    rejected.sort(key=lambda record: record.line)
    return sorted(rejected, key=lambda record: (record.run_date, record.dag_id), reverse=True)[:MOST]


def rejected_by_rule(sources: Sources, run: RunFacts) -> list[tuple[str, int]]:
    """How many of the rejected records of a run break each rule, the commonest first; by its file in the lake."""
    with sources.going_without():
        if sources.lake and run.quarantined:
            return _by_rule(_from_lake(sources.lake, Run(run.dag_id, run.run_id, run.run_date)))
    return []


def choose(rejected: list[Rejected], wanted: Filter) -> Chosen:
    """A page of those that a filter takes."""
    apart_from_rule = msgspec.structs.replace(wanted, rule=None)
    rules = _by_rule(record for record in rejected if apart_from_rule.takes(record))
    taken = [record for record in rejected if wanted.takes(record)]
    pages = max(1, -(-len(taken) // PAGE))
    page = min(max(wanted.page, 1), pages)
    return Chosen(
        records=taken[(page - 1) * PAGE : page * PAGE],
        total=len(taken),
        page=page,
        pages=pages,
        rules=rules,
        capped=len(rejected) >= MOST,
    )


def _by_rule(rejected: Iterable[Rejected]) -> list[tuple[str, int]]:
    counts = Counter(rule for record in rejected for rule in set(record.rules))
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _from_warehouse(sources: Sources, asked: Asked) -> list[Rejected] | None:
    """What is loaded; None where the warehouse does not say."""
    with sources.going_without():
        if sources.address:
            from tmdb_pipeline.page.facts import queries, warehouse  # noqa: PLC0415 - brings the driver, an extra

            values = {"dag_ids": sorted(asked.dag_ids), "first_day": asked.first_day, "most": MOST}
            return warehouse.rows(sources.address, queries.QUARANTINED, Rejected, values)
    return None


def _from_lake(lake: Lake | None, run: Run) -> Iterator[Rejected]:
    """The records in the quarantine of a run.

    Raises:
        LakeError: it is not there, or damaged.
    """
    if lake is None:
        raise LakeError(f"The quarantine of {run.day} cannot be read: there is no lake.")
    for number, line in enumerate(read_quarantine(lake, paths.quarantine_file(run)), start=1):
        yield Rejected(
            dag_id=run.dag_id,
            run_date=run.day,
            line=number,
            id=_text(line, "id"),
            title=_text(line, "title"),
            rules=[rule.rule for rule in line.rules],
            page_file=line.where.file if line.where else None,
        )


def _text(line: QuarantineLine, name: str) -> str | None:
    """A field of the record as text, None where it has none."""
    value = line.record.get(name) if isinstance(line.record, dict) else None
    return value[:300] if isinstance(value, str) else None if value is None else describe(value)
