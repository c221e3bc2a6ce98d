"""The engine, and the machine that it runs on: which may be a virtual one of Docker Desktop's."""

import re
import shutil
from datetime import datetime
from pathlib import Path

import msgspec

from tmdb_pipeline.ops.compose import docker
from tmdb_pipeline.ops.compose.stack import Stack
from tmdb_pipeline.ops.doctor.finding import Finding, ok, warning, wrong
from tmdb_pipeline.ops.errors import OpsError

#: What docs/running.md asks for.
_ENGINE, _COMPOSE = (20, 10), (2, 24)
#: Seconds by which the engine's clock may differ: tokens are good from their moment on.
_DRIFT = 30
_PATIENCE = 30


class Engine(msgspec.Struct, frozen=True):
    """What the engine says of itself."""

    version: str = msgspec.field(name="ServerVersion", default="")
    cpus: int = msgspec.field(name="NCPU", default=0)
    memory: int = msgspec.field(name="MemTotal", default=0)
    folder: str = msgspec.field(name="DockerRootDir", default="")
    time: str = msgspec.field(name="SystemTime", default="")
    errors: list[str] | None = msgspec.field(name="ServerErrors", default=None)


def engine() -> Engine:
    """Ask the engine.

    Raises:
        OpsError: there is none, it does not answer, or it refuses this user.
    """
    ended = docker.run(["info", "--format={{json .}}"], timeout=_PATIENCE)
    try:
        found = msgspec.json.decode(ended.stdout, type=Engine)
    except msgspec.MsgspecError:
        raise docker.explained(ended.stderr, "The engine cannot be asked") from None
    if ended.returncode != 0 or found.errors or not found.version:
        raise docker.explained("\n".join([*(found.errors or ()), ended.stderr]), "The engine cannot be asked")
    return found


def look_at_engine(found: Engine) -> Finding:
    """Its version."""
    if _number(found.version) < _ENGINE:
        return wrong("engine", f"Docker {found.version} is too old: install 20.10 or newer.")
    return ok("engine", f"Docker {found.version} answers.")


def look_at_compose(stack: Stack) -> Finding:
    """The version of Compose."""
    try:
        version = stack.compose("version", "--short").strip()
    except OpsError as error:
        return wrong("Compose", str(error))
    if _number(version) < _COMPOSE:
        return wrong("Compose", f"Compose {version} is too old: install 2.24 or newer, see docs/running.md.")
    return ok("Compose", f"Compose {version}.")


def free_disk(found: Engine, folder: Path) -> int:
    """Bytes that are free where the engine keeps its data, or else where the stack is declared."""
    place = Path(found.folder) if found.folder and Path(found.folder).is_dir() else folder
    return shutil.disk_usage(place).free


def look_at_clock(found: Engine, now: datetime) -> Finding:
    """Whether the engine's clock is that of this machine: that of a virtual machine that slept may not be."""
    try:
        drift = (datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", found.time)) - now).total_seconds()
    except (ValueError, TypeError):
        return warning("clock", "The engine does not tell its time: see whether date says the same in a container.")
    if abs(drift) > _DRIFT:
        return wrong(
            "clock",
            f"The engine's clock is {abs(drift):.0f} s {'ahead of' if drift > 0 else 'behind'} this machine's: restart "
            "Docker, or set both by NTP.",
        )
    return ok("clock", "The engine's clock is this machine's.")


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])
