import json
import subprocess
import sys

import pytest
from fake_docker import WELL, container

from tmdb_pipeline.ops.compose.folder import StackFolder
from tmdb_pipeline.ops.compose.services import Verdict
from tmdb_pipeline.ops.compose.stack import Stack
from tmdb_pipeline.ops.errors import Busy, NoEngine, NoStack, NotWell

#: Holds the lock of the folder until its standard input is closed.
HOLD = """
import fcntl, os, sys
fcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def found(stack, docker):
    return Stack(StackFolder.find(stack, {}))


def test_services_are_read_from_compose(found, docker):
    """What ought to be there from its model, what is there from its list of containers, of every profile."""
    assert {service.verdict for service in found.services()} == {Verdict.WELL}
    assert docker.asked == [
        "compose config --format=json",
        "compose --profile=* ps --all --no-trunc --format=json",
    ]


def test_older_compose_prints_one_list(found, docker):
    """Before 2.21 it was one document."""
    docker.says(r"compose \S+ ps", json.dumps(WELL))

    assert len(found.services()) == len(WELL)


def test_what_compose_says_is_read_or_refused(found, docker):
    """Another program of that name, or another version of it, is said in a sentence."""
    docker.says("compose config", "<html>")

    with pytest.raises(NotWell, match=r"^What Compose says cannot be read \(.*\): install Compose 2\.24 or newer"):
        found.services()


def test_stack_of_another_project_is_refused(found, docker):
    """Before anything of it is touched."""
    docker.says("compose config", json.dumps({"name": "blog", "services": {"web": {}}}))

    with pytest.raises(NoStack, match="is not that of this project"):
        found.services()
    assert docker.asked == ["compose config --format=json"]


def test_engine_that_is_away_is_said(found, docker):
    """Compose reads its files without one, and then cannot tell what runs."""
    docker.says(r"compose \S+ ps", err="Cannot connect to the Docker daemon at unix:///x.", status=1)

    with pytest.raises(NoEngine):
        found.services()


def test_compose_that_fails_is_explained(found, docker):
    """With what was being done."""
    docker.says("compose stop", err="something odd", status=1)

    with pytest.raises(NotWell, match=r"^The stack cannot be stopped: Docker says something odd\."):
        found.compose("stop", doing="The stack cannot be stopped")
    assert found.compose("config", "--format=json").startswith("{")


def test_engine_that_hangs_is_given_up(found, docker):
    """Nobody waits for ever for an engine that has stopped answering."""
    docker.says("compose slow", seconds=30)

    with pytest.raises(NotWell, match=r"^Docker does not answer within 0 s: see whether the machine"):
        found.composed("slow", timeout=0.05)


def test_service_says_itself_why_it_is_not_well(found, docker):
    """The last check of health says it; where that says nothing, or there is none, the end of the log."""
    unhealthy = container("scheduler", health="unhealthy")
    refused, ended = container("check", "exited", exit_code=1), container("postgres", "restarting")
    docker.runs(unhealthy, refused, ended)
    says = {service.name: service for service in found.services()}
    health = {"Log": [{"Output": "x"}, {"Output": "scheduler does not stir.\n"}]}
    docker.says("inspect .*scheduler-1-id", json.dumps(health))
    docker.says("logs .*check-1-id", err="Warning: a\nRefused: b.\nRefused: c.\nWhen mended: d\n")
    docker.says("logs .*postgres-1-id", "one\n\ntwo\n")

    assert found.why_not_well(says["scheduler"]) == "scheduler does not stir."
    assert found.why_not_well(says["check"]) == "Refused: b.\nRefused: c."
    assert found.why_not_well(says["postgres"]) == "two"
    assert found.why_not_well(says["api-server"]) == ""


@pytest.mark.parametrize("health", ["null", "", '{"Log": []}', '{"Log": [{"Output": " "}]}'])
def test_health_that_says_nothing_leaves_the_log(found, docker, health):
    """Such as of a service that has just been started anew."""
    docker.runs(container("scheduler", health="unhealthy"))
    docker.says("inspect", health)
    docker.says("logs", "the last\n")

    (scheduler,) = (service for service in found.services() if service.container)
    assert found.why_not_well(scheduler) == "the last"


def test_command_runs_inside_with_key_and_addresses(found, docker):
    """By the entrypoint, which gives them; what it prints is returned, what it complains of is said."""
    docker.says("exec", "[]\n")
    assert found.inside("scheduler", "python", "-m", "x") == "[]\n"
    assert docker.asked == ["compose exec -T scheduler /opt/tmdb/deploy/entrypoint python -m x"]

    docker.says("exec", err="No module named x\n", status=1)
    with pytest.raises(NotWell, match=r"^python failed in the container of scheduler: Docker says No module named x\."):
        found.inside("scheduler", "python", "-m", "x")


def test_command_begins_in_the_folder(found, docker):
    """What it prints can be read while it runs."""
    docker.says("compose up", "one\n", "two\n")

    with found.begin("up") as running:
        assert sorted(running.stdout) == ["one\n", "two\n"]
    assert running.returncode == 0


def test_files_on_top_are_for_every_command(found, docker, tmp_path):
    """Also for one that is begun, and read while it runs."""
    script = tmp_path / "bin" / "docker"
    script.write_text("#!/bin/sh\necho $COMPOSE_FILE\n")
    over = found.over(tmp_path / "more.json")

    with over.begin("up") as running:
        told = running.stdout.read()
    assert told == over.composed("up").stdout == f"{found.path}/compose.yaml:{tmp_path}/more.json\n"


def test_two_at_once_are_told_apart(found):
    """While one changes the stack, the other is told so at once; then it may."""
    command = [sys.executable, "-c", HOLD, str(found.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        with (
            pytest.raises(Busy, match="while another tmdb-ops starts, stops"),
            found.locked("stopped"),
        ):
            pytest.fail("both are at it")  # pragma: no cover - it is locked
        other.stdin.close()
        other.wait()

    with found.locked("stopped"):
        pass  # nobody else is at it any more


def test_file_system_without_locks_stops_nobody(found, monkeypatch):
    """Compose itself then notices what clashes."""

    def refuses(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("fcntl.flock", refuses)

    with found.locked("stopped"):
        pass
