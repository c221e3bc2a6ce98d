"""What is set, which images there are, and whether the ports are free."""

import runpy
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

from tmdb_pipeline.ops.compose import docker
from tmdb_pipeline.ops.compose.services import Model, Service
from tmdb_pipeline.ops.compose.stack import Stack
from tmdb_pipeline.ops.doctor.finding import Finding, not_looked, ok, warning, wrong

#: What ``deploy/check.py`` is given where nothing is set, as compose.yaml has it.
_DEFAULTS = {"EXECUTOR": "LocalExecutor", "PARALLELISM": "16", "MAX_ACTIVE_RUNS_PER_DAG": "16"}
_GIB = 1024**3
#: The rights of others on a file.
_OTHERS = 0o077


def look_by_rules(stack: Stack, room: tuple[int, int, int] | None) -> Iterator[Finding]:
    """What ``deploy/check.py`` of the folder says: the same that refuses the stack's start, or warns of it.

    Args:
        stack: which.
        room: what the machine has: bytes of memory and of free disk, and CPUs; None where the engine does not say.
    """
    check = stack.path / "deploy" / "check.py"
    if not check.is_file():
        yield not_looked("secrets", f"{check} is not there: get it anew, for the stack does not start without it.")
        return
    rules = runpy.run_path(str(check))
    settings = {**_DEFAULTS, **{name: value for name, value in stack.settings.items() if value}}
    if room:
        memory, disk, cpus = room
        doubts = rules["warnings"](settings, stack.settings, rules["Room"](memory, disk, cpus))
        yield ok("machine", f"{memory / _GIB:.1f} GiB of memory, {cpus} CPUs, {disk / _GIB:.0f} GiB of free disk.")
        yield from (warning("settings", doubt) for doubt in doubts)
    refused = [*rules["refused_secrets"](stack.settings), *rules["refused_settings"](settings)]
    yield from (wrong("secrets", sentence) for sentence in refused)
    if not refused:
        yield ok("secrets", "All are set, and none can be guessed.")
    yield from _rights(stack.path / ".env")


def _rights(file: Path) -> Iterator[Finding]:
    if file.is_file() and file.stat().st_mode & _OTHERS:
        yield warning(".env", f"Others on this machine can read the secrets in {file}: run chmod 600 {file}.")


def look_at_images(model: Model) -> Finding:
    """Whether the images are there; what is missing is built or fetched by the next start."""
    images = sorted({declared.image for declared in model.services.values()})
    missing = [image for image in images if docker.run(["image", "inspect", "--format=.", image]).returncode != 0]
    if missing:
        return warning("images", f"{', '.join(missing)}: not there yet; tmdb-ops start builds or fetches them.")
    return ok("images", f"All {len(images)} are there.")


def look_at_ports(model: Model, services: list[Service], settings: Mapping[str, str]) -> Iterator[Finding]:
    """Whether the ports can be had, or are those of the stack already."""
    up = {service.name for service in services if service.is_up}
    names = {value: name for name, value in settings.items() if name.endswith("_PORT")}
    for service, declared in sorted(model.services.items()):
        for port in declared.ports:
            if not port.published.isdigit():
                continue
            what = f"port {port.published}"
            if service in up:
                yield ok(what, f"{service} listens there.")
            elif _is_free(port.host_ip or "127.0.0.1", int(port.published)):
                yield ok(what, f"It is free for {service}.")
            else:
                name = names.get(port.published, f"{service.upper().replace('-', '_')}_PORT")
                yield wrong(what, f"Another program has it, not {service}: end that, or set another {name} in .env.")


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as place:
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            place.bind((host, port))
        except PermissionError:
            return True  # such as 443, which the engine may have and not everybody
        except OSError:
            return False
    return True
