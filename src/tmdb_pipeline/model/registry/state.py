"""Which versions there are, and which of them is in use: two files, each replaced in one step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias, TypeVar

import msgspec

from tmdb_pipeline.lake import document
from tmdb_pipeline.lake.document import DocumentError
from tmdb_pipeline.lake.store import Lake, to_json
from tmdb_pipeline.model.errors import NoModel

_T = TypeVar("_T")
#: Says of a version why it cannot answer; of one that can, nothing.
Trouble: TypeAlias = Callable[[str], str]
#: The one model that there is.
NAME = "popular_again"
_PROMOTED, _CHALLENGES = "promoted", "challenges"
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

    def promoted(self, deed: Deed) -> State:
        """The state with another champion; if that was the challenger, there is none any more."""
        return State(
            champion=deed.version,
            earlier=[*self.earlier, self.champion] if self.champion else self.earlier,
            challenger=self.beside(deed.version),
            history=[*self.history, deed],
        )

    def challenged(self, deed: Deed, since: date) -> State:
        """The state with another challenger."""
        challenger = Challenger(deed.version, since)
        return msgspec.structs.replace(self, challenger=challenger, history=[*self.history, deed])

    def beside(self, champion: str) -> Challenger | None:
        """The challenger that is left beside a champion: nobody is both."""
        return None if self.challenger and self.challenger.version == champion else self.challenger

    def has_been_champion(self, version: str) -> bool:
        """Whether a version has been the champion, as it was promoted once."""
        return any((deed.what, deed.version) == (_PROMOTED, version) for deed in self.history)


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
            return state.promoted(Deed(at, _PROMOTED, version, why))

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
            return state.challenged(Deed(at, _CHALLENGES, version, why), since)

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

    def deploy(self, version: str, since: date, *, at: datetime, trouble: Trouble) -> str:
        """Let a version that passed answer, all decided in one step: whoever deploys another one at once sees it.

        It is the champion where there is none, or none that can answer; else the challenger, unless one that can
        answer is there. Who has been champion comes back by people alone.

        Returns:
            What was done, in a sentence.

        Raises:
            NoModel: there is no such version.
            LakeError: the lake cannot be read or written.
        """
        self._require(version)
        told: list[str] = []

        def say(sentence: str, state: State | None = None) -> State | None:
            told[:] = [f"{version} {sentence}"]
            return state

        def deployed(held: State | None) -> State | None:
            state = held or State()
            champion, challenger = state.champion, state.challenger
            if champion is None:
                deed = Deed(at, _PROMOTED, version, "the first that passed the gate")
                return say("is the champion, the first one.", state.promoted(deed))
            if champion == version:
                return say("is the champion already.")
            if state.has_been_champion(version):
                return say(f"has been champion before: it is kept, and {champion} stays the champion.")
            if mute := trouble(champion):
                deed = Deed(at, _PROMOTED, version, f"passed the gate, and {champion} cannot answer: {mute}")
                return say(f"is the champion, since {champion} cannot answer: {mute}", state.promoted(deed))
            if challenger is not None and not trouble(challenger.version):
                return say(f"is kept: {challenger.version} is being tried beside the champion.")
            deed = Deed(at, _CHALLENGES, version, "passed the gate")
            return say(f"answers beside the champion {champion} from {since} on.", state.challenged(deed, since))

        self._change(self.pointer, State, deployed)
        return told[0]

    def rollback(self, *, at: datetime, why: str, trouble: Trouble) -> State:
        """Make the last champion before this one that can answer the champion again; the next one goes further.

        Those that cannot are left out, which the history says.

        Raises:
            NoModel: there was none before it, or none that can answer.
            LakeError: the pointer cannot be read or written.
        """

        def rolled_back(state: State) -> State:
            if not state.earlier:
                raise NoModel("There is no earlier champion to go back to.")
            left_out: list[Deed] = []
            for place, version in reversed(list(enumerate(state.earlier))):
                mute = "It is the champion." if version == state.champion else trouble(version)
                if not mute:
                    return State(
                        champion=version,
                        earlier=state.earlier[:place],
                        challenger=state.beside(version),
                        history=[*state.history, *left_out, Deed(at, "rolled back to", version, why)],
                    )
                left_out.append(Deed(at, "left out", version, mute))
            raise NoModel(f"No earlier champion can answer; the last, {left_out[0].version}: {left_out[0].why}")

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
