"""What speaks to Compose about the stack in a folder."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from tmdb_pipeline import file_lock
from tmdb_pipeline.ops.compose import docker
from tmdb_pipeline.ops.compose.folder import FILES, StackFolder
from tmdb_pipeline.ops.compose.services import Container, Model, Service, checked, services_of
from tmdb_pipeline.ops.errors import Busy, NotWell

#: Every profile: what is started by any of them is stopped, too.
_EVERY_PROFILE = "--profile=*"
#: What Compose reads in a folder where nobody names files.
_FILES = ("compose.yaml", "compose.override.yaml", "compose.override.yml")
#: Seconds that Compose may take to tell something.
_PATIENCE = 60


@dataclass
class Stack:
    """The stack in a folder.

    Attributes:
        more: the environment that Compose is given on top of this process's own.
    """

    folder: StackFolder
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The folder."""
        return self.folder.path

    @property
    def settings(self) -> Mapping[str, str]:
        """What ``compose.yaml`` is filled with. It holds secrets."""
        return self.folder.settings

    def over(self, file: Path) -> "Stack":
        """The same stack with a further file of Compose, whose settings win over those of its own files."""
        separator = self.settings.get("COMPOSE_PATH_SEPARATOR") or os.pathsep
        own = self.settings.get(FILES) or separator.join(
            str(place) for name in _FILES if (place := self.path / name).is_file()
        )
        return Stack(self.folder, {**self.more, FILES: f"{own}{separator}{file}"})

    @cached_property
    def model(self) -> Model:
        """What Compose makes of ``compose.yaml`` and ``.env``, with the profiles that are on; no engine is asked.

        Raises:
            NoEngine: there is no Docker.
            NoStack: a setting is missing, or this is no stack of this project.
        """
        return checked(self._decoded(self.compose("config", "--format=json"), Model), self.path)

    @cached_property
    def whole(self) -> Model:
        """The same with every profile, whether it is on or not. Raises as ``model`` does."""
        return checked(self._decoded(self.compose(_EVERY_PROFILE, "config", "--format=json"), Model), self.path)

    def check(self) -> None:
        """Make sure that this is a stack of this project. Raises as ``model`` does."""
        self.model  # noqa: B018 - it is looked at

    def compose(self, *arguments: str, doing: str = "Compose cannot read the stack") -> str:
        """Run ``docker compose`` and return what it printed.

        Args:
            arguments: of Compose.
            doing: what cannot be done if it fails, as a sentence begins: ``The stack cannot be stopped``.

        Raises:
            OpsError: it failed; the message says why and what to do.
        """
        ended = self.composed(*arguments)
        if ended.returncode != 0:
            raise docker.explained(ended.stderr + ended.stdout, doing)
        return ended.stdout

    def composed(
        self, *arguments: str, timeout: float | None = None, given: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run ``docker compose``, with what it is given on standard input, and return how it ended.

        Raises:
            NoEngine: there is no Docker.
            NotWell: it took longer than ``timeout`` seconds.
        """
        try:
            environ = {**os.environ, **self.more}
            return docker.run(["compose", *arguments], folder=self.path, environ=environ, timeout=timeout, given=given)
        except subprocess.TimeoutExpired:
            raise NotWell(
                f"Docker does not answer within {timeout:.0f} s: see whether the machine is overloaded, or restart "
                "Docker, then run this again."
            ) from None

    def begin(self, *arguments: str) -> "subprocess.Popen[str]":
        """Begin to run ``docker compose``; both of its outputs come by one pipe. Raises NoEngine."""
        return docker.begin(["compose", *arguments], folder=self.path, environ={**os.environ, **self.more})

    def containers(self) -> list[Container]:
        """The containers of the stack, of every profile, running or not, but those of ``compose run``.

        Raises:
            OpsError: Docker cannot be asked.
        """
        ended = self.composed(_EVERY_PROFILE, "ps", "--all", "--no-trunc", "--format=json", timeout=_PATIENCE)
        if ended.returncode != 0:
            raise docker.explained(ended.stderr, "Compose cannot tell what runs")
        lines = ended.stdout.strip()
        documents = (
            msgspec.json.decode(lines) if lines.startswith("[") else map(msgspec.json.decode, lines.splitlines())
        )
        return [msgspec.convert(document, Container, strict=False) for document in documents]

    def services(self) -> list[Service]:
        """Every service that ought to be there, and every other that is, each with what became of it.

        Raises:
            OpsError: Docker cannot be asked, or this is no stack.
        """
        return services_of(self.model, self.containers())

    def why_not_well(self, service: Service) -> str:
        """What a service says itself of why it is not well: its last check of health, or the end of its log."""
        if service.container is None:
            return ""
        said = ""
        if service.health == "unhealthy":
            asked = ["inspect", "--format={{json .State.Health}}", service.container]
            with suppress(msgspec.MsgspecError, IndexError, KeyError, TypeError):
                said = msgspec.json.decode(docker.run(asked, timeout=_PATIENCE).stdout)["Log"][-1]["Output"]
        if not said.strip():
            ended = docker.run(["logs", "--tail=20", service.container], timeout=_PATIENCE)
            said = "\n".join(_telling(ended.stdout + ended.stderr))
        return said.strip()

    def inside(self, service: str, *command: str, timeout: float = _PATIENCE, given: str | None = None) -> str:
        """Run a command in the container of a service, with the key and the addresses that its tasks have.

        Args:
            service: which.
            command: with its arguments, which others on the machine can read.
            timeout: seconds that it may take.
            given: its standard input, which nobody else can read.

        Returns:
            What it printed on standard output.

        Raises:
            OpsError: it failed.
        """
        entrypoint = "/opt/tmdb/deploy/entrypoint"
        ended = self.composed("exec", "-T", service, entrypoint, *command, timeout=timeout, given=given)
        if ended.returncode != 0:
            raise docker.explained(ended.stderr, f"{command[0]} failed in the container of {service}")
        return ended.stdout

    @contextmanager
    def locked(self, what: str) -> Iterator[None]:
        """Keep others from changing the stack meanwhile.

        Args:
            what: what is done, for the message: ``restored``.

        Raises:
            Busy: somebody else is at it.
        """
        place = os.open(self.path, os.O_RDONLY)
        try:
            # On a file system without locks Compose itself notices what clashes.
            with suppress(file_lock.NoLocks):
                if not file_lock.lock(place):
                    raise Busy(
                        f"The stack in {self.path} cannot be {what} while another tmdb-ops starts, stops, backs up, "
                        "restores, upgrades or rotates it: wait until that has ended, then run this again."
                    )
            yield
        finally:
            os.close(place)

    @staticmethod
    def _decoded(text: str, shape: Any) -> Any:
        try:
            return msgspec.json.decode(text, type=shape)
        except msgspec.MsgspecError as error:
            raise NotWell(
                f"What Compose says cannot be read ({error}): install Compose 2.24 or newer, see docs/running.md."
            ) from None


def _telling(log: str) -> list[str]:
    """The lines of a log that say why it ended: refusals, or else the last."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    refusals = [line for line in lines if line.startswith("Refused: ")]
    return refusals or lines[-1:]
