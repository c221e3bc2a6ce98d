"""The checkpoint of a collection: its pages as received, from which an unfinished collection is resumed."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson

from tmdb_pipeline import layout
from tmdb_pipeline.lake import Lake, LakeError, to_json
from tmdb_pipeline.layout import Run
from tmdb_pipeline.tmdb.answer import Answer

log = logging.getLogger(__name__)

#: An unfinished collection is resumed while it is younger than this. TMDB itself serves pages up to 8 hours old
#: (Cache-Control of its lists), so pages kept until then are no worse than what TMDB would answer now.
RESUMABLE = timedelta(hours=8)


class Checkpoint:
    """The pages of one source and date.

    ``checkpoint.json`` beside them names the collection that is under way or complete; a page belongs to it if it bears
    the same name. So a run of the same date never takes up pages of one that was completed, and those stay as evidence
    until new ones replace them. Pages may be kept from many threads.
    """

    def __init__(self, lake: Lake, run: Run, source: str, question: Mapping[str, Any], now: datetime) -> None:
        """Take up the collection that ``question`` began and did not finish, or begin a new one.

        Raises:
            LakeError: the lake cannot be written.
        """
        self._lake = lake
        self._run = run
        self._source = source
        self._file = f"{layout.pages_folder(run, source)}/checkpoint.json"
        begun = self._resumable(question, now)
        self._resumed = begun is not None
        self._state = begun or {
            "collection": uuid4().hex,
            "dag_run_id": run.run_id,
            "began": now.isoformat(),
            "question": dict(question),
            "complete": False,
        }
        lake.write(self._file, to_json(self._state))

    def held(self, pages: int) -> dict[int, Answer]:
        """Of the pages 1 to ``pages`` those that the collection taken up had kept, by number.

        Damaged ones are left out and asked for again, and so are empty ones: that a list had no more movies an hour ago
        does not mean that it has none now.
        """
        if not self._resumed:
            return {}  # looking would be a request a page in an object store
        found = ((number, self._read(number)) for number in range(1, pages + 1))
        return {number: answer for number, answer in found if answer is not None}

    def keep(self, number: int, answer: Answer) -> None:
        """Keep a page as received; its body stands in the file byte for byte.

        Raises:
            LakeError: the lake cannot be written.
        """
        page = {
            "collection": self._state["collection"],
            "page": number,
            "request": answer.request,
            "status": answer.status,
            "etag": answer.etag,
            "received_at": answer.received_at.isoformat(),
            "body": orjson.Fragment(answer.body),
        }
        self._lake.write(layout.page_file(self._run, self._source, number), to_json(page))

    def complete(self, pages: int) -> None:
        """Mark the collection as done with ``pages`` pages, and remove pages of earlier collections beyond them.

        Raises:
            LakeError: the lake cannot be written.
        """
        folder = layout.pages_folder(self._run, self._source)
        current = {f"page_{number:03d}.json" for number in range(1, pages + 1)}
        for name in self._lake.files(folder):
            if name.startswith("page_") and name not in current:
                self._lake.delete(f"{folder}/{name}")
        self._lake.write(self._file, to_json(self._state | {"complete": True}))

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
        path = layout.page_file(self._run, self._source, number)
        if not self._lake.exists(path):
            return None
        try:
            page = self._lake.read_json(path, key="collection")
            if page["collection"] != self._state["collection"]:
                return None
            answer = Answer(
                request=page["request"],
                status=page["status"],
                etag=page["etag"],
                received_at=datetime.fromisoformat(page["received_at"]),
                body=orjson.dumps(page["body"]),
            )
            empty = not answer.page.results
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a kept page, asking again mends it
            log.warning("%s cannot be used (%s), so it is asked for again.", self._lake.locate(path), error)
            return None
        return None if empty else answer
