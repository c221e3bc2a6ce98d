"""Which versions there are, and which of them is in use: two files, each replaced in one step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

import msgspec

from tmdb_pipeline.lake import document
from tmdb_pipeline.lake.document import DocumentError
from tmdb_pipeline.lake.store import Lake, to_json
from tmdb_pipeline.model.errors import NoModel

_T = TypeVar("_T")
#: The one model that there is.
NAME = "popular_again"
#: Where all models lie.
ROOT = "models"


class Deed(msgspec.Struct, frozen=True):
    """Something that was done with a version: when, what, and why."""

    at: datetime
    what: str
    version: str
    why: str


class Challenger(msgspec.Struct, frozen=True):
    """A version that answers beside the champion, from a day on."""

    version: str
    since: date


class State(msgspec.Struct, kw_only=True):
    """What is in use.

    Attributes:
        champion: the version whose answers count; None before the first.
        earlier: the champions before it, the last one last: where a rollback goes.
        challenger: the version beside it, if there is one.
        history: everything that was done, the latest last.
    """

    champion: str | None = None
    earlier: list[str] = msgspec.field(default_factory=list)
    challenger: Challenger | None = None
    history: list[Deed] = msgspec.field(default_factory=list)


@dataclass(frozen=True)
class Shelf:
    """The place of one model's versions in the lake."""

    lake: Lake
    name: str

    @property
    def folder(self) -> str:
        """Where they lie."""
        return f"{ROOT}/{self.name}"

    @property
    def pointer(self) -> str:
        """The file that says which version is in use."""
        return f"{self.folder}/champion.json"

    def versions(self) -> list[str]:
        """Every version that is whole, the oldest first.

        Raises:
            LakeError: nobody can say.
        """
        file = f"{self.folder}/versions.json"
        return self.lake.read_document(file, list[str]) if self.lake.exists(file) else []

    def enter(self, version: str) -> None:
        """Let a version be known whose files are all there.

        Raises:
            LakeError: the list of versions cannot be read or written.
        """

        def entered(held: list[str] | None) -> list[str] | None:
            return None if version in (held or []) else [*(held or []), version]

        self._change(f"{self.folder}/versions.json", list[str], entered)

    def state(self) -> State:
        """What is in use.

        Raises:
            LakeError: the pointer cannot be read.
        """
        return self.lake.read_document(self.pointer, State) if self.lake.exists(self.pointer) else State()

    def champion(self) -> str:
        """The version whose answers count.

        Raises:
            NoModel: there is none yet.
            LakeError: the pointer cannot be read.
        """
        found = self.state().champion
        if found is None:
            raise NoModel(f"There is no champion of {self.name} yet: train one first.")
        return found

    def promote(self, version: str, *, at: datetime, why: str) -> State:
        """Make a version the champion; if it was the challenger, there is none any more.

        Raises:
            NoModel: there is no such version, or it is the champion already.
            LakeError: the pointer cannot be read or written.
        """
        self._require(version)

        def promoted(state: State) -> State:
            if state.champion == version:
                raise NoModel(f"{version} is the champion already.")
            earlier = [*state.earlier, state.champion] if state.champion else state.earlier
            challenger = None if state.challenger and state.challenger.version == version else state.challenger
            return State(
                champion=version,
                earlier=earlier,
                challenger=challenger,
                history=[*state.history, Deed(at, "promoted", version, why)],
            )

        return self._move(promoted)

    def challenge(self, version: str, since: date, *, at: datetime, why: str) -> State:
        """Let a version answer beside the champion, in place of another challenger.

        Raises:
            NoModel: there is no such version, or it is the champion.
            LakeError: the pointer cannot be read or written.
        """
        self._require(version)

        def challenged(state: State) -> State:
            if state.champion == version:
                raise NoModel(f"{version} is the champion already.")
            deed = Deed(at, "challenges", version, why)
            return msgspec.structs.replace(state, challenger=Challenger(version, since), history=[*state.history, deed])

        return self._move(challenged)

    def withdraw(self, *, at: datetime, why: str) -> State:
        """Let the challenger go.

        Raises:
            NoModel: there is none.
            LakeError: the pointer cannot be read or written.
        """

        def withdrawn(state: State) -> State:
            if state.challenger is None:
                raise NoModel("There is no challenger.")
            deed = Deed(at, "withdrawn", state.challenger.version, why)
            return msgspec.structs.replace(state, challenger=None, history=[*state.history, deed])

        return self._move(withdrawn)

    def rollback(self, *, at: datetime, why: str) -> State:
        """Make the champion before this one the champion again; the next rollback goes one further.

        Raises:
            NoModel: there was none before it.
            LakeError: the pointer cannot be read or written.
        """

        def rolled_back(state: State) -> State:
            if not state.earlier:
                raise NoModel("There is no earlier champion to go back to.")
            *earlier, version = state.earlier
            return msgspec.structs.replace(
                state,
                champion=version,
                earlier=earlier,
                history=[*state.history, Deed(at, "rolled back to", version, why)],
            )

        return self._move(rolled_back)

    def _require(self, version: str) -> None:
        held = self.versions()
        if version not in held:
            known = f"There are {', '.join(held)}." if held else "None is kept: train one first."
            raise NoModel(f"There is no version {version} of {self.name}. {known}")

    def _move(self, change: Callable[[State], State]) -> State:
        moved: list[State] = []

        def next_state(held: State | None) -> State:
            moved[:] = [change(held or State())]
            return moved[0]

        self._change(self.pointer, State, next_state)
        return moved[0]

    def _change(self, file: str, shape: type[_T], change: Callable[[_T | None], _T | None]) -> None:
        """Change a document; what goes wrong on the way leaves it as it is."""
        failed: list[Exception] = []

        def changed(data: bytes | None) -> bytes | None:
            failed.clear()
            try:
                made = change(None if data is None else document.read(data, shape))
                return None if made is None else to_json(made)
            except DocumentError as error:
                failed.append(
                    NoModel(f"{self.lake.locate(file)} is not a file of this pipeline ({error}): put it right first.")
                )
            except NoModel as error:
                failed.append(error)
            return None

        self.lake.change(file, changed)
        if failed:
            raise failed[0]
