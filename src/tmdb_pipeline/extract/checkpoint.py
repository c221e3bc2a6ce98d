"""The checkpoint of a collection: its pages as received, from which an unfinished collection is resumed."""

import hashlib
import logging
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.store import Lake, LakeError, to_json
from tmdb_pipeline.run import Run
from tmdb_pipeline.tmdb.response import Answer

log = logging.getLogger(__name__)

#: The names of files of pages, and of earlier responses beside them.
_PAGE_FILE = re.compile(r"page_\d{3}(\.earlier-\d+)?\.json")
#: An unfinished collection is resumed while it is younger than this. TMDB itself serves pages up to 8 hours old
#: (Cache-Control of its lists), so pages kept until then are no worse than what TMDB would answer now.
RESUMABLE = timedelta(hours=8)


class Checkpoint:
    """The pages of one source and date.

    ``checkpoint.json`` beside them names the collection that is under way or complete; a page belongs to it if it bears
    the same name. So a run of the same date never takes up pages of one that was completed, and those stay as evidence
    until new ones replace them. What a collection has received it never replaces itself: a second response for the same
    page stands beside the first. Pages may be kept from many threads, each page from one at a time.
    """

    def __init__(self, lake: Lake, run: Run, source: str, question: Mapping[str, Any], now: datetime) -> None:
        """Take up the collection that ``question`` began and did not finish, or begin a new one.

        Raises:
            LakeError: the lake cannot be written.
        """
        self._lake = lake
        self._run = run
        self._source = source
        self._folder = paths.pages_folder(run, source)
        self._file = f"{self._folder}/checkpoint.json"
        begun = self._resumable(question, now)
        self._resumed = begun is not None
        self._state = begun or {
            "collection": uuid4().hex,
            "dag_run_id": run.run_id,
            "began": now.astimezone(SEOUL).isoformat(),
            "question": dict(question),
            "checksums": True,
            "complete": False,
        }
        self._kept: set[int] = set()
        lake.write(self._file, to_json(self._state))

    def held(self, pages: int) -> dict[int, Answer]:
        """Of the pages 1 to ``pages`` those that the collection taken up had kept, by number.

        Damaged ones and those that contradict themselves are left out and asked for again, and so are empty ones: that
        a list had no more movies an hour ago does not mean that it has none now.
        """
        if not self._resumed:
            return {}  # looking would be a request a page in an object store
        found = ((number, self._read(number)) for number in range(1, pages + 1))
        return {number: answer for number, answer in found if answer is not None}

    def keep(self, number: int, answer: Answer, contradiction: str | None) -> None:
        """Keep a response for a page as received; its body stands in the file byte for byte.

        ``contradiction`` is what is wrong with it, if anything: then it is evidence, and the page is asked for again.

        Raises:
            LakeError: the lake cannot be written.
        """
        if number in self._kept:
            self._keep_earlier(number)
        page = {
            "collection": self._state["collection"],
            "page": number,
            "request": answer.request,
            "status": answer.status,
            "etag": answer.etag,
            "date": answer.dated and answer.dated.astimezone(SEOUL).isoformat(),
            "received_at": answer.received_at.astimezone(SEOUL).isoformat(),
            "contradiction": contradiction,
            "body": orjson.Fragment(answer.body),
        }
        page["sha256"] = _checksum(page | {"body": answer.data})
        self._lake.write(self._page_file(number), to_json(page))
        self._kept.add(number)

    def complete(self) -> None:
        """Mark the collection as done, and remove what earlier collections have left beside its pages.

        Raises:
            LakeError: the lake cannot be written.
        """
        ours = {self._page_file(number) for number in self._kept}
        for name in self._lake.files(self._folder):
            file = f"{self._folder}/{name}"
            if _PAGE_FILE.fullmatch(name) and file not in ours and not self._is_ours(file):
                self._lake.delete(file)
        self._lake.write(self._file, to_json(self._state | {"complete": True}))

    def _page_file(self, number: int) -> str:
        return paths.page_file(self._run, self._source, number)

    def _keep_earlier(self, number: int) -> None:
        """Give the response that stands for a page a name of its own beside it, before another one takes its place."""
        file = self._page_file(number)
        earlier = self._lake.read(file)
        again = 1
        while self._lake.exists(aside := f"{file.removesuffix('.json')}.earlier-{again}.json"):
            again += 1
        self._lake.write(aside, earlier)

    def _is_ours(self, file: str) -> bool:
        """Whether a file holds an earlier response of this collection; of another one it has been replaced by now."""
        try:
            return bool(self._lake.read_json(file, key="collection")["collection"] == self._state["collection"])
        except LakeError:
            return False

    def _resumable(self, question: Mapping[str, Any], now: datetime) -> dict[str, Any] | None:
        if not self._lake.exists(self._file):
            return None
        try:
            state = self._lake.read_json(self._file, key="collection")
            if state["complete"] or state["question"] != dict(question):
                return None
            age = now - datetime.fromisoformat(state["began"])
        except (LakeError, KeyError, TypeError, ValueError):
            log.warning("%s is damaged, so its collection begins anew.", self._lake.locate(self._file))
            return None
        return state if timedelta(0) <= age < RESUMABLE else None

    def _read(self, number: int) -> Answer | None:
        file = self._page_file(number)
        if not self._lake.exists(file):
            return None
        try:
            page = self._lake.read_json(file, key="collection")
            if page["collection"] != self._state["collection"]:
                return None
            self._kept.add(number)
            if "checksums" in self._state and page.pop("sha256", None) != _checksum(page):
                raise ValueError("its checksum is that of another content")  # noqa: TRY301 - as what json would raise
            if page["page"] != number:
                raise ValueError(f"it is page {page['page']}")  # noqa: TRY301 - the same
            if page.get("contradiction"):
                return None
            answer = Answer(
                request=page["request"],
                status=page["status"],
                etag=page["etag"],
                received_at=datetime.fromisoformat(page["received_at"]),
                body=orjson.dumps(page["body"]),
                dated=page.get("date") and datetime.fromisoformat(page["date"]),
            )
            empty = not answer.page_numbered(number).results
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a kept page, asking again mends it
            log.warning("%s cannot be used (%s), so it is asked for again.", self._lake.locate(file), error)
            return None
        return None if empty else answer


def _checksum(page: Mapping[str, Any]) -> str:
    """The SHA-256, in hex, of a page's file without its checksum: as content, since the file is indented."""
    return hashlib.sha256(orjson.dumps(page)).hexdigest()
