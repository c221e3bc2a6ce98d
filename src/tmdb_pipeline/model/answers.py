"""Answers: which versions were asked of a day, written once. Who is the champion later changes nothing of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from tmdb_pipeline.lake.store import to_json
from tmdb_pipeline.model.errors import MayKnow, NoModel
from tmdb_pipeline.model.predictions import predict
from tmdb_pipeline.model.registry.keep import read

if TYPE_CHECKING:
    from tmdb_pipeline.features.permission import Permission
    from tmdb_pipeline.lake.store import Lake
    from tmdb_pipeline.model.registry.state import Shelf

Role: TypeAlias = Literal["champion", "challenger"]


class Answered(msgspec.Struct, frozen=True):
    """Who answered of a day.

    Attributes:
        day: the run date, in Seoul.
        champion: the version whose answers count.
        challenger: the version beside it, or None.
        left_out: why the challenger that there was did not answer; empty if it did, or there was none.
    """

    day: date
    champion: str
    challenger: str | None = None
    left_out: str = ""

    @property
    def versions(self) -> dict[Role, str]:
        """The versions by their roles."""
        beside: dict[Role, str] = {} if self.challenger is None else {"challenger": self.challenger}
        return {"champion": self.champion, **beside}


def answers_file(shelf: Shelf, day: date) -> str:
    """Where it stands who answered of a day."""
    return f"{_folder(shelf)}/day={day:%Y%m%d}.json"


def answer(lake: Lake, shelf: Shelf, day: date, *, permission: Permission) -> Answered:
    """Ask the champion, and the challenger beside it, of each movie of a day, and keep what they say.

    A day that has been answered stays as it is. It is known as answered once all predictions are there.

    Raises:
        MayKnow: the champion was trained on what became known after the day.
        NoModel: there is no champion, or it is damaged.
        NotPermitted: features that are there were made by another permission.
        NotTrainable: there are no features of the day.
        LakeError: the lake cannot be read or written.
    """
    file = answers_file(shelf, day)
    if lake.exists(file):
        return lake.read_document(file, Answered)
    champion, challenger = shelf.champion(), shelf.state().challenger
    _ask(lake, shelf, champion, day, permission)
    told = Answered(day, champion)
    if challenger is not None and challenger.since <= day:
        try:
            _ask(lake, shelf, challenger.version, day, permission)
            told = Answered(day, champion, challenger.version)
        except NoModel as error:  # it is on trial: that costs no answer of the champion's
            told = Answered(day, champion, left_out=str(error))
    lake.write(file, to_json(told))
    return told


def answered(shelf: Shelf) -> list[Answered]:
    """Every day that was answered, the earliest first.

    Raises:
        LakeError: the lake cannot be read.
    """
    names = shelf.lake.files(_folder(shelf))
    return [shelf.lake.read_document(f"{_folder(shelf)}/{name}", Answered) for name in names if name.endswith(".json")]


def has_answered(shelf: Shelf, version: str, day: date) -> bool:
    """Whether a version has answered of a day, as champion or challenger: what it said then stays.

    Raises:
        LakeError: the lake cannot be read.
    """
    file = answers_file(shelf, day)
    return shelf.lake.exists(file) and version in shelf.lake.read_document(file, Answered).versions.values()


def _ask(lake: Lake, shelf: Shelf, version: str, day: date, permission: Permission) -> None:
    """Let a version predict, unless it knows what came of the day.

    Raises:
        MayKnow: it does.
        NoModel: it cannot be used.
    """
    as_of = read(shelf, version).manifest.as_of
    if day < as_of:
        raise MayKnow(f"{version} was trained as of {as_of}, after {day}: it is not asked of a day that it may know.")
    predict(lake, shelf, version, day, permission=permission)


def _folder(shelf: Shelf) -> str:
    return f"{shelf.folder}/answers"
