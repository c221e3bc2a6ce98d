"""Looking up a record in the quarantines of a lake."""

from dataclasses import dataclass
from itertools import islice

import msgspec

from tmdb_pipeline.dags import COLLECTIONS
from tmdb_pipeline.lake import document, paths
from tmdb_pipeline.lake.document import DocumentError
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.quarantine_file import QuarantineLine
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.quality.replay.address import Address
from tmdb_pipeline.quality.replay.errors import UnknownRecord
from tmdb_pipeline.quality.values.json_values import describe, printable
from tmdb_pipeline.run import Run

#: Characters of a damaged line, and of a title, that a message shows.
_SHOWN = 60
#: Dates that are named where one has nothing.
_LATEST = 5


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A record in a quarantine.

    Attributes:
        run: its DAG and date; which run it was a quarantine does not say, so the run id is empty.
        line: its line, from 1, of so many ``lines``.
        entry: what the line says.
        raw: the record byte for byte as it stands in the line.
    """

    run: Run
    line: int
    lines: int
    entry: QuarantineLine
    raw: bytes

    @property
    def name(self) -> str:
        """The file under the data root and the line, as they are given to name the record."""
        return f"{paths.quarantine_file(self.run)}:{self.line}"


def find(lake: Lake, address: Address) -> Quarantined | str:
    """The record that is meant; where it may be any of several, or nobody said which, a list to choose from.

    Raises:
        UnknownRecord: there is none.
        LakeError: the quarantine, or the line, is not there, cannot be read, or is damaged.
    """
    if address.dag_id is not None and address.line is not None:
        return record_at(lake, Run(address.dag_id, "", address.day), address.line)
    found, damaged = _search(lake, address)
    if len(found) == 1 and address.movie is not None:
        return found[0]
    hint = f" {' '.join(damaged)}" if damaged else ""
    if not found:
        of = f" of a movie {printable(address.movie)}" if address.movie is not None else ""
        raise UnknownRecord(
            f"No quarantine of {address.day} in {lake.locate('')} holds a record{of}: {_where_else(lake)}.{hint}"
        )
    listed = "\n".join(f"  {_told(lake, each)}" for each in found)
    return (
        f"There {'is 1 record' if len(found) == 1 else f'are {len(found)} records'} to choose from: give one by what "
        f"stands first.{hint}\n{listed}"
    )


def _where_else(lake: Lake) -> str:
    """What to give where a date has nothing: the latest dates with rejected records, found by the reports of all."""
    reports = [found for name in lake.files(paths.REPORTS_FOLDER) if (found := paths.reported(name)) is not None]
    days = sorted({day for _, day in reports}, reverse=True)
    specs = {*COLLECTIONS, *(spec for spec, _ in reports)}
    rejected = (day for day in days if any(_holds(lake, Run(spec.id, "", day)) for spec in specs))
    latest = [day.isoformat() for day in islice(rejected, _LATEST)]
    if not latest:
        return "no run that it knows has rejected any, so give another place by --data-root"
    return f"give another date or movie (records were rejected on {', '.join(latest)}), or another place by --data-root"


def _holds(lake: Lake, run: Run) -> bool:
    file = paths.quarantine_file(run)
    return lake.exists(file) and bool(lake.read(file))


def _search(lake: Lake, address: Address) -> tuple[list[Quarantined], list[str]]:
    """The records of a date, of one DAG or all, and of one movie or all; and what is wrong with lines that are damaged.

    Raises:
        LakeError: a quarantine cannot be read.
    """
    folder, _, _ = paths.quarantine_file(Run("", "", address.day)).rpartition("/")
    names = [f"{address.dag_id}.jsonl"] if address.dag_id is not None else lake.files(folder)
    found, damaged = list[Quarantined](), list[str]()
    for name in names:
        if not name.endswith(".jsonl"):
            continue
        run = Run(name.removesuffix(".jsonl"), "", address.day)
        for line in range(1, len(_lines(lake, run)) + 1):
            try:
                each = record_at(lake, run, line)
            except LakeError as error:
                damaged.append(str(error))
                continue
            if address.movie in {None, _id(each.entry.record)}:
                found.append(each)
    return found, damaged


def record_at(lake: Lake, run: Run, line: int) -> Quarantined:
    """The record in a line, from 1, of the quarantine of a run, whose id does not matter.

    Raises:
        UnknownRecord: the quarantine has no such line.
        LakeError: it, or the line, is not there, cannot be read, or is damaged.
    """
    file = paths.quarantine_file(run)
    lines = _lines(lake, run)
    if not lines:
        raise UnknownRecord(f"{lake.locate(file)} is empty: its run has rejected no record.")
    if line > len(lines):
        last = "one line" if len(lines) == 1 else f"{len(lines)} lines"
        raise UnknownRecord(f"{lake.locate(file)} has {last}, so there is no line {line}.")
    data = lines[line - 1]
    try:
        entry = document.read(data, QuarantineLine)
    except DocumentError as error:
        begin = printable(data.decode(errors="replace"), _SHOWN)
        raise LakeError(
            f"{lake.locate(file)}:{line} is damaged or no line of a quarantine ({printable(str(error))}): run its date "
            f"again. It begins with {begin}"
        ) from None
    raw = msgspec.json.decode(data, type=dict[str, msgspec.Raw])["record"]
    return Quarantined(run, line, len(lines), entry, bytes(raw))


def _lines(lake: Lake, run: Run) -> list[bytes]:
    """The lines as an editor counts them."""
    data = lake.read(paths.quarantine_file(run))
    return data.removesuffix(b"\n").split(b"\n") if data else []


def _id(record: object) -> str | None:
    """The id of a record as somebody would type it; a text without its quotes."""
    if not isinstance(record, dict) or "id" not in record:
        return None
    return record["id"] if isinstance(record["id"], str) else describe(record["id"])


def title_of(record: object) -> str:
    """The id and the title of a record in a few printable words, whatever stands there."""
    if not isinstance(record, dict):
        return describe(record, _SHOWN)
    return f"{describe(record.get('id'), _SHOWN)} {describe(record.get('title'), _SHOWN)}"


def _told(lake: Lake, found: Quarantined) -> str:
    rules = ", ".join(printable(rule.rule) for rule in found.entry.rules if rule.severity == "error")
    return f"{lake.locate(paths.quarantine_file(found.run))}:{found.line}  {title_of(found.entry.record)}  {rules}"
