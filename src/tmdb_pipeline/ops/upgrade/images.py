"""The images of a stack's containers, kept under names of their own while others take their place."""

import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import msgspec

from tmdb_pipeline.lake.stores import disk
from tmdb_pipeline.ops.compose import docker
from tmdb_pipeline.ops.compose.stack import Stack
from tmdb_pipeline.ops.errors import NotWell

#: How the names of kept images begin; the service and the token of the upgrade follow, which ends in the project.
_KEPT: Final = "tmdb-upgrade"


class Image(msgspec.Struct, frozen=True):
    """The image of a container.

    Attributes:
        name: as the container was told: ``tmdb-pipeline/airflow``.
        id: its digest: ``sha256:`` and 64 hex digits.
    """

    name: str
    id: str


def new_token(stack: Stack) -> str:
    """A token for the names of kept images, which tells those of stacks on the same engine apart."""
    return f"{secrets.token_hex(4)}.{stack.model.name}"


def of_containers(stack: Stack) -> dict[str, Image]:
    """The image of each service that has a container, running or not.

    Raises:
        OpsError: Docker cannot tell.
    """
    containers = stack.containers()
    asked = ["inspect", "--format={{.Config.Image}} {{.Image}}", *(one.id for one in containers)]
    told = _docker(*asked, doing="Docker cannot tell of the containers").splitlines() if containers else []
    return {one.service: Image(*line.split(" ")) for one, line in zip(containers, told, strict=True)}


def of_names(names: Iterable[str]) -> dict[str, str]:
    """The digest of each image that is here, by its name."""
    asked = {name: docker.run(["image", "inspect", "--format={{.Id}}", name]) for name in sorted({*names})}
    return {name: ended.stdout.strip() for name, ended in asked.items() if ended.returncode == 0}


def keep(images: Mapping[str, Image], token: str) -> None:
    """Give images names that nothing else takes from them, nor ``docker image prune`` removes.

    Raises:
        OpsError: Docker cannot.
    """
    for service, image in images.items():
        _docker("tag", image.id, kept_name(service, token), doing="The images cannot be kept")


def kept_name(service: str, token: str) -> str:
    """The name under which the image of a service is kept."""
    return f"{_KEPT}/{service}:{token}"


def forget(images: Mapping[str, Image], token: str) -> None:
    """Take those names away again; what nothing else refers to goes with them."""
    docker.run(["image", "rm", *(kept_name(service, token) for service in images)])


def sweep(stack: Stack) -> None:
    """Forget what earlier upgrades of the stack have kept, as they could not be put back: but what a container has."""
    listed = docker.run(["image", "ls", "--format={{.Repository}}:{{.Tag}}", f"--filter=reference={_KEPT}/*"])
    if kept := {name for name in listed.stdout.split() if name.endswith(f".{stack.model.name}")}:
        used = {image.name for image in of_containers(stack).values()}
        if unused := sorted(kept - used):
            docker.run(["image", "rm", *unused])


def put_back(stack: Stack, images: Mapping[str, Image]) -> None:
    """Let the names that ``compose.yaml`` still has mean the old images again.

    Raises:
        OpsError: Docker cannot.
    """
    declared = {one.image for one in stack.whole.services.values()}
    for name, digest in sorted({(image.name, image.id) for image in images.values() if image.name in declared}):
        _docker("tag", digest, name, doing="The images cannot be put back")


def renamed(stack: Stack, images: Mapping[str, Image]) -> dict[str, Image]:
    """The images of those services that ``.env`` or ``compose.yaml`` now gives another name."""
    declared = stack.whole.services
    return {name: image for name, image in images.items() if name in declared and declared[name].image != image.name}


def redeclared(stack: Stack, images: Mapping[str, Image]) -> list[str]:
    """The services that run, and of which the files say something else than when they were started.

    Compose notes what they said then. Another name of the image is not meant: see ``renamed``. Empty where Docker
    cannot tell.
    """
    running = [one for one in stack.containers() if one.state == "running"]
    asked = ["inspect", '--format={{index .Config.Labels "com.docker.compose.config-hash"}}']
    told = docker.run([*asked, *(one.id for one in running)])
    declared = stack.composed("--profile=*", "config", "--hash=*")
    now = dict(line.split(" ", 1) for line in declared.stdout.splitlines() if " " in line)
    other_name = renamed(stack, images)
    noted = zip((one.service for one in running), told.stdout.splitlines(), strict=False)
    return sorted({name for name, hashed in noted if now.get(name, hashed) != hashed and name not in other_name})


def over(stack: Stack, images: Mapping[str, Image], token: str, file: Path) -> Stack:
    """The stack with kept images, those of the same image without a container as well; the stack itself for none.

    Args:
        stack: as its files declare it.
        images: those that take the place of what is declared, by service.
        token: that they are kept with.
        file: is written for Compose.

    Raises:
        OSError: it cannot be.
    """
    services = stack.whole.services
    twins = {services[name].image: name for name in images if name in services}
    kept = {name: twins[one.image] for name, one in services.items() if one.image in twins}
    kept |= {name: name for name in images if name in services}
    if not kept:
        return stack
    override = {"services": {name: {"image": kept_name(of, token)} for name, of in kept.items()}}
    disk.write(file, msgspec.json.encode(override))
    return stack.over(file)


def require(stack: Stack, images: Mapping[str, Image], services: Iterable[str]) -> None:
    """Raises NotWell where a service does not run with the image that it had."""
    now = of_containers(stack)
    if others := sorted(name for name in services if name not in now or now[name].id != images[name].id):
        raise NotWell(f"{' and '.join(others)} does not run with the image of before: see docker compose ps.")


def _docker(*arguments: str, doing: str) -> str:
    ended = docker.run(arguments)
    if ended.returncode != 0:
        raise docker.explained(ended.stderr, doing)
    return ended.stdout
