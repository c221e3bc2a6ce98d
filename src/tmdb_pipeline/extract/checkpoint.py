"""The checkpoint of a collection: its pages as received, from which an unfinished collection is resumed.

A collection of 15 pages must not begin again because the fifteenth failed, and what TMDB sent is the only evidence of
what a quarantined record looked like. So each page is written the moment it arrives, before anything is made of it, and
the same files serve both ends:

* **Which pages belong together** is said by ``checkpoint.json``, whose ``collection`` is a name made up when a
  collection begins, and which each of its pages repeats. A page of another name belongs to another collection.
* **An unfinished collection is resumed** by the next one of its source and date, of the same run or another, if it has
  the same request parameters and is younger than ``RESUMABLE``. Its pages are then cached responses: only the others
  are requested. Pages that contradict themselves, that are empty, or that are damaged (each has a checksum) do not
  count as cached.
* **A completed collection is never resumed**: to run its date again means to ask anew. Its pages stay as evidence until
  the new ones replace them, one by one, and those that the new collection does not have go when it is complete.
* **What a collection has received it never replaces itself**: a second response for the same page stands beside the
  first, as ``page_NNN.earlier-N.json``.

The order of writing makes this hold wherever a process is killed: the checkpoint before its pages, the pages before the
collection's file, and ``complete`` after that.
"""

import logging
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4

import msgspec

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.lake import document, paths
from tmdb_pipeline.lake.checkpoint_file import CheckpointFile
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.page_file import PageFile
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.run import Run
from tmdb_pipeline.tmdb.response import Response

log = logging.getLogger(__name__)

#: The names of files of pages, and of earlier responses beside them.
_PAGE_FILE = re.compile(r"page_\d{3}(\.earlier-\d+)?\.json")
#: An unfinished collection is resumed while it is younger than this. TMDB itself serves pages up to 8 hours old
#: (Cache-Control of its lists), so pages kept until then are no worse than what TMDB would answer now.
RESUMABLE = timedelta(hours=8)


class Checkpoint:
    """The pages of one source and date. They may be kept from many threads, each page from one at a time."""

    def __init__(
        self, lake: Lake, run: Run, source: str, request_parameters: Mapping[str, object], now: datetime
    ) -> None:
        """Resume the collection that was begun with these parameters and not finished, or begin a new one.

        Raises:
            LakeError: the lake cannot be written.
        """
        self._lake = lake
        self._run = run
        self._source = source
        self._folder = paths.pages_folder(run, source)
        self._file = f"{self._folder}/checkpoint.json"
        begun = self._resumable(request_parameters, now)
        self._resumed = begun is not None
        self._state = begun or CheckpointFile(
            collection=uuid4().hex,
            dag_run_id=run.run_id,
            began=now.astimezone(SEOUL),
            request_parameters=dict(request_parameters),
            checksums=True,
            complete=False,
        )
        self._kept: set[int] = set()
        self._state.write(lake, self._file)

    def cached(self, pages: int) -> dict[int, Response]:
        """Of the pages 1 to ``pages`` those that need no request, since a collection that is resumed kept them.

        Damaged ones and those that contradict themselves are left out and asked for again, and so are empty ones: that
        a list had no more movies an hour ago does not mean that it has none now.
        """
        if not self._resumed:
            return {}  # looking would be a request a page in an object store
        found = ((number, self._read(number)) for number in range(1, pages + 1))
        return {number: response for number, response in found if response is not None}

    def keep(self, number: int, response: Response, contradiction: str | None) -> None:
        """Keep a response for a page as received; its body stands in the file byte for byte.

        ``contradiction`` is what is wrong with it, if anything: then it is evidence, and the page is asked for again.

        Raises:
            LakeError: the lake cannot be written.
        """
        if number in self._kept:
            self._keep_earlier(number)
        page = PageFile(
            collection=self._state.collection,
            page=number,
            request=response.request,
            status=response.status,
            etag=response.etag,
            date=response.dated and response.dated.astimezone(SEOUL),
            received_at=response.received_at.astimezone(SEOUL),
            contradiction=contradiction,
            body=msgspec.Raw(response.body),
        )
        page.write(self._lake, self._page_file(number))
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
        msgspec.structs.replace(self._state, complete=True).write(self._lake, self._file)

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
            return self._lake.read_field(file, PageFile.key, str) == self._state.collection
        except LakeError:
            return False

    def _resumable(self, request_parameters: Mapping[str, object], now: datetime) -> CheckpointFile | None:
        if not self._lake.exists(self._file):
            return None
        try:
            state = CheckpointFile.read(self._lake, self._file)
        except LakeError:
            log.warning("%s is damaged, so its collection begins anew.", self._lake.locate(self._file))
            return None
        same = state.request_parameters == dict(request_parameters)
        young = timedelta(0) <= now - state.began < RESUMABLE
        return state if same and young and not state.complete else None

    def _read(self, number: int) -> Response | None:
        file = self._page_file(number)
        if not self._lake.exists(file):
            return None
        try:
            data = self._lake.read(file)
            if document.read_field(data, PageFile.key, str) != self._state.collection:
                return None
            self._kept.add(number)
            page = PageFile.parse(data, checksums=self._state.checksums)
            if page.page != number:
                raise ValueError(f"it is page {page.page}")  # noqa: TRY301 - as what reading it would raise
            if page.contradiction:
                return None
            response = Response(
                request=page.request,
                status=page.status,
                etag=page.etag,
                received_at=page.received_at,
                body=bytes(page.body),
                dated=page.date,
            )
            empty = not response.page_numbered(number).results
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a kept page, asking again mends it
            log.warning("%s cannot be used (%s), so it is asked for again.", self._lake.locate(file), error)
            return None
        return None if empty else response
