"""What Docker says when it fails, as it was seen, and what is made of it."""

from typing import NamedTuple

import pytest

from tmdb_pipeline.ops.compose import docker
from tmdb_pipeline.ops.errors import Misused, NoEngine, NoRoom, NoStack, NotWell


class Seen(NamedTuple):
    """What Docker said, and what a person is told."""

    said: str
    error: type
    sentence: str


SEEN = {
    "no rights": Seen(
        "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "
        '"http://%2Fvar%2Frun%2Fdocker.sock/v1.41/info": dial unix /var/run/docker.sock: connect: permission denied',
        NoEngine,
        "This user may not use Docker: add it to the group with sudo usermod -aG docker $USER",
    ),
    "no engine": Seen(
        "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
        NoEngine,
        "The Docker engine does not answer: start Docker Desktop",
    ),
    "engine elsewhere": Seen(
        "error during connect: Get http://127.0.0.1:1/v1.41/info: dial tcp 127.0.0.1:1: connect: connection refused",
        NoEngine,
        "The Docker engine does not answer",
    ),
    "no compose": Seen("docker: 'compose' is not a docker command.", NoEngine, "Docker has no Compose here: install"),
    "an old docker": Seen("unknown shorthand flag: 'd' in -d", NoEngine, "Docker has no Compose here: install"),
    "disk full": Seen(
        "failed to register layer: write /usr/lib/x: no space left on device",
        NoRoom,
        "The disk of the Docker engine is full: make room",
    ),
    "port taken by a container": Seen(
        " Container x  Starting\nError response from daemon: driver failed programming external connectivity on "
        "endpoint x (6f): Bind for 127.0.0.1:8080 failed: port is already allocated",
        NotWell,
        "Port 8080 is taken by another program: end that, or set another port in .env (AIRFLOW_PORT",
    ),
    "port taken by a program": Seen(
        "Error starting userland proxy: listen tcp4 127.0.0.1:3000: bind: address already in use",
        NotWell,
        "Port 3000 is taken",
    ),
    "a setting is missing": Seen(
        "error while interpolating x-required.[]: required variable TMDB_API_KEY is missing a value: the line is "
        "missing in .env. Leave it empty if you use TMDB_READ_TOKEN",
        NoStack,
        "TMDB_API_KEY is not set: the line is missing in .env. Leave it empty if you use TMDB_READ_TOKEN.",
    ),
    "no registry": Seen(
        'Error response from daemon: Get "https://registry.example/v2/": dial tcp: lookup registry.example: no such '
        "host",
        NotWell,
        "An image cannot be had",
    ),
    "unknown service": Seen("no such service: schedular", Misused, "There is no service schedular here"),
    "no file": Seen("no configuration file provided: not found", NoStack, "There is no compose.yaml here"),
    "anything": Seen(
        " Container x  Started\n\nsomething odd.\n Network y  Created\n",
        NotWell,
        "The stack cannot be started: Docker says something odd. Mend that, then run this again.",
    ),
    "nothing": Seen("", NotWell, "The stack cannot be started: Docker says it said nothing."),
}


@pytest.mark.parametrize("kind", SEEN)
def test_each_failure_is_one_sentence(kind):
    """What happened, and what to do, with the exit status that says who has to."""
    said, error, sentence = SEEN[kind]

    found = docker.explained(said, "The stack cannot be started")

    assert isinstance(found, error)
    assert str(found).startswith(sentence)
    assert "\n" not in str(found)


def test_missing_docker_is_said(monkeypatch, tmp_path):
    """Where there is no such command, it is said what to install."""
    monkeypatch.setenv("PATH", str(tmp_path))

    for start in (lambda: docker.run(["info"]), lambda: docker.begin(["info"])):
        with pytest.raises(NoEngine, match=r"^There is no command docker here: install Docker 20\.10 or newer"):
            start()
