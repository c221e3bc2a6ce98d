"""The page where TMDB sent a record: what it holds today, beside what the quarantine holds."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec
import orjson

from tmdb_pipeline.clock import in_seoul
from tmdb_pipeline.lake.document import DocumentError
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.page_file import PageFile
from tmdb_pipeline.lake.records import PagePlace
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.quality.replay.lookup import Quarantined, title_of
from tmdb_pipeline.quality.values.json_values import canonical, printable

_NO_ORIGIN = (
    "The quarantine does not say where TMDB sent it: the file that was validated is of a version that kept no origins."
)


@dataclass(frozen=True, slots=True)
class PageEvidence:
    """What is known of the page of a record.

    Attributes:
        sentence: what came of comparing the two.
        same: whether the record stands there.
        file: the file of the page under the data root; None where it is not known.
        index: the record's place in its ``results``, from 0.
        page: the page, where there is one that can be read.
        results: its records, byte for byte.
    """

    sentence: str
    same: bool = False
    file: str | None = None
    index: int = 0
    page: PageFile | None = None
    results: list[bytes] = field(default_factory=list)

    def neighbours(self) -> Iterator[tuple[int, str]]:
        """The places beside it, and the records there in a few words; if it stands there itself."""
        for at in (self.index - 1, self.index + 1):
            if self.same and 0 <= at < len(self.results):
                yield at, title_of(orjson.loads(self.results[at]))


class _Body(msgspec.Struct):
    results: list[msgspec.Raw]


def page_evidence(lake: Lake, found: Quarantined) -> PageEvidence:
    """Look at the page of a record: the one that it is said to be from, or an earlier response for the same page.

    Raises nothing: what cannot be had is said.
    """
    where = found.entry.where
    if where is None:
        return PageEvidence(_NO_ORIGIN)
    first = _compared(lake, found, where, where.file)
    if first.same:
        return first
    try:
        earlier = _earlier(lake, where.file)
    except LakeError:
        return first
    others = (_compared(lake, found, where, file) for file in earlier)
    return next((other for other in others if other.same), first)


def _earlier(lake: Lake, file: str) -> list[str]:
    """The files of earlier responses for a page, which stand beside it."""
    folder, _, name = file.rpartition("/")
    stem = f"{name.removesuffix('.json')}.earlier-"
    return [f"{folder}/{other}" for other in lake.files(folder) if other.startswith(stem)]


def _compared(lake: Lake, found: Quarantined, where: PagePlace, file: str) -> PageEvidence:
    try:
        if not lake.exists(file):
            return PageEvidence("The page is not there any more: it was removed since.", file=file, index=where.index)
        data = lake.read(file)
        page = PageFile.parse(data, checksums=False)
        results = [bytes(raw) for raw in msgspec.json.decode(bytes(page.body), type=_Body).results]
    except (LakeError, DocumentError, msgspec.DecodeError) as error:
        return PageEvidence(f"The page cannot be read: {printable(str(error), 300)}", file=file, index=where.index)
    sentence, same = _sameness(found, page, results, where.index)
    if same and page.contradiction:
        sentence += f" The page was found wrong when it came: {printable(page.contradiction, 300)}."
    if page.sha256 is not None and not _is_whole(data):
        sentence += " Its checksum is that of another content: somebody has changed the file."
    return PageEvidence(sentence, same=same, file=file, index=where.index, page=page, results=results)


def _is_whole(data: bytes) -> bool:
    try:
        PageFile.parse(data, checksums=True)
    except DocumentError:
        return False
    return True


def _sameness(found: Quarantined, page: PageFile, results: list[bytes], index: int) -> tuple[str, bool]:
    """What the record at the place is, compared with the one in the quarantine, and whether it is that."""
    if not found.entry.exact:
        return "The quarantine only describes the record, so the page cannot be compared with it.", False
    later = f"The page was received at {in_seoul(page.received_at)}, so a later run has probably replaced it."
    if not 0 <= index < len(results):
        return f"The page holds {len(results)} records now, none at index {index}. {later}", False
    there = results[index]
    if there == found.raw:
        return "The record in the page is byte for byte the one in the quarantine.", True
    record = orjson.loads(there)
    if canonical(record) == canonical(found.entry.record):  # to Python 1 is 1.0 and true
        return "The record in the page is the one in the quarantine, its JSON only written another way.", True
    return f"At index {index} of the page stands another record now: {title_of(record)}. {later}", False
