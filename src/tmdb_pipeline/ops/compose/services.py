"""The services of the stack: what ought to be there, and what is, by what Docker and they themselves say."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import msgspec

from tmdb_pipeline.ops.errors import NoStack

#: Without these a compose file is that of another project, whose services are nobody's business here.
_OURS: Final = frozenset({"api-server", "scheduler", "postgres"})


class Port(msgspec.Struct, frozen=True):
    """A port of this machine at which a service listens."""

    published: str = ""
    host_ip: str = ""


class Declared(msgspec.Struct, frozen=True):
    """A service as ``compose.yaml`` declares it."""

    image: str = ""
    restart: str = ""
    ports: Sequence[Port] = ()
    healthcheck: dict[str, Any] | None = None
    scale: int | None = None
    build: Any = None
    profiles: Sequence[str] = ()

    @property
    def ends(self) -> bool:
        """Whether it does something once, and ends."""
        return self.restart == "no"


class Model(msgspec.Struct, frozen=True):
    """The stack as Compose understands it."""

    name: str
    services: dict[str, Declared]


class Container(msgspec.Struct, frozen=True, kw_only=True):
    """A container as ``docker compose ps`` shows it."""

    id: str = msgspec.field(name="ID")
    name: str = msgspec.field(name="Name")
    service: str = msgspec.field(name="Service")
    state: str = msgspec.field(name="State")
    health: str = msgspec.field(name="Health", default="")
    exit_code: int = msgspec.field(name="ExitCode", default=0)
    running_for: str = msgspec.field(name="RunningFor", default="")


class Verdict(StrEnum):
    """How a service is."""

    WELL = "well"
    """It runs, and says that it is well; or it has done what it had to."""
    STARTING = "starting"
    """It runs, and has not said yet that it is well; or has not done yet what it has to."""
    UNWELL = "not well"
    """It is unhealthy, has failed, or ends again and again."""
    STOPPED = "stopped"
    """It has been stopped, or was made and never started."""
    MISSING = "missing"
    """It has no container."""


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A service, or one of several copies of it.

    Attributes:
        state: of its container, by Docker: running, exited, restarting and so on; empty where there is none.
        health: what its own check says: healthy, unhealthy or starting; empty where it has none, or does not run.
        since: how long its container has been there, in Docker's words.
        container: its id.
    """

    name: str
    verdict: Verdict
    state: str = ""
    health: str = ""
    exit_code: int = 0
    since: str = ""
    container: str | None = None

    @property
    def is_up(self) -> bool:
        """Whether its container runs."""
        return self.state == "running"

    @property
    def has_ended_well(self) -> bool:
        """Whether it has done what it had to, and is no more."""
        return self.verdict is Verdict.WELL and not self.is_up


def checked(model: Model, path: Path) -> Model:
    """A model that is one of this project's stack.

    Raises:
        NoStack: it is that of another one.
    """
    if missing := sorted(_OURS - model.services.keys()):
        raise NoStack(
            f"The compose.yaml in {path} is not that of this project, for it has no service {missing[0]}: change to "
            "the folder of the project, or name it with --folder."
        )
    return model


def services_of(model: Model, containers: Iterable[Container]) -> list[Service]:
    """Every service that ought to be there, in the order of their names, and every other that is."""
    found: list[Service] = []
    by_service: dict[str, list[Container]] = {}
    for container in containers:
        by_service.setdefault(container.service, []).append(container)
    for name in sorted({*model.services, *by_service}):
        declared = model.services.get(name, Declared())
        there = by_service.get(name, [])
        found += [_judged(container, declared) for container in sorted(there, key=lambda each: each.name)]
        wanted = 1 if declared.scale is None else declared.scale
        if name in model.services:
            found += [Service(name=name, verdict=Verdict.MISSING)] * max(0, wanted - len(there))
    return found


def _judged(container: Container, declared: Declared) -> Service:
    return Service(
        name=container.service,
        verdict=_verdict(container, declared),
        state=container.state,
        health=container.health,
        exit_code=container.exit_code,
        since=container.running_for,
        container=container.id,
    )


def _verdict(container: Container, declared: Declared) -> Verdict:
    if container.state == "running" and declared.ends:
        return Verdict.STARTING
    if container.state == "running":
        return {"unhealthy": Verdict.UNWELL, "starting": Verdict.STARTING}.get(container.health, Verdict.WELL)
    if container.state == "exited" and declared.ends:
        return Verdict.WELL if container.exit_code == 0 else Verdict.UNWELL
    if container.state in {"restarting", "dead", "removing", "paused"}:
        return Verdict.UNWELL
    return Verdict.STOPPED
